using System.Globalization;
using System.Text;
using DlStore.Io;
using DlStore.Ssh;

namespace DlStore.Targets;

/// <summary>A target's host and home: what dls asks of it and does there. Each call runs one script; none keeps state here.</summary>
/// <param name="setting">The target as it is configured.</param>
/// <param name="shell">Its host.</param>
internal sealed class TargetConnection(TargetSetting setting, HostShell shell)
{
    /// <summary>How long a smoke command may run, seconds.</summary>
    public const int SmokeSecondsMax = 600;

    private const int Locked = 11;
    private const int Moved = 12;
    private const int WrongBytes = 13;
    private const int Vetoed = 14;
    private const int Undone = 20;
    private const int Unfinished = 21;

    /// <summary>Gets the target as it is configured.</summary>
    public TargetSetting Setting => setting;

    /// <summary>Gets its name.</summary>
    public string Name => setting.Name;

    /// <summary>Gets the host.</summary>
    public HostShell Shell => shell;

    /// <summary>Reads the journal and who holds the lock. Changes nothing.</summary>
    public async Task<TargetJournal> ReadAsync(CancellationToken cancel)
    {
        HostReply reply = await shell.RunAsync(Script("read", "read the journal"), default, cancel);
        return TargetJournal.Parse(Name, Require("read the journal of", reply).Output);
    }

    /// <summary>Looks at paths. Changes nothing.</summary>
    /// <param name="paths">Paths relative to the home.</param>
    /// <param name="releases">For each path the release whose data should be there, so that differing files are named; or null.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<IReadOnlyList<InPlace>> ProbeAsync(
        IReadOnlyList<string> paths, IReadOnlyList<string?> releases, CancellationToken cancel)
    {
        string[] arguments = [
            .. paths.SelectMany((p, i) => (string[])[p, releases[i] is { } release ? $".dls/releases/{release}/sums" : "-"])];
        HostReply reply = await shell.RunAsync(Script("probe", "look at what is in place", arguments), default, cancel);
        return InPlace.Parse(Name, paths, Require("look at", reply).OutputText());
    }

    /// <summary>Completes a staged release, hashes it there, and lets the smoke command veto.</summary>
    /// <param name="entry">The entry that will name it.</param>
    /// <param name="weight">The weights.</param>
    /// <param name="data">The data, or null if none is deployed.</param>
    /// <param name="classes">The class list's bytes.</param>
    /// <param name="smoke">The smoke command, or null.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="DlsException">Kind Corrupt: the bytes there are others. Kind Failed: vetoed, or it cannot be written.</exception>
    public async Task FinishStageAsync(
        Deployment entry, DeployedFile weight, DeployedFile? data, byte[] classes, string? smoke, CancellationToken cancel)
    {
        string[] arguments =
        [
            entry.Name, weight.Hex, data?.Hex ?? "-", Objects.Oid.Of(classes).ToHex(),
            Encoding.UTF8.GetString((entry with { Outcome = DeployOutcome.Done, At = Deployment.AtUnknown }).ToBytes()),
                smoke ?? "", SmokeSecondsMax.ToString(CultureInfo.InvariantCulture),
        ];
        HostReply reply = await shell.RunAsync(Script("stage", "check the release", arguments), classes, cancel);
        if (reply.ExitCode == Vetoed)
        {
            throw new DlsException(
                ErrorKind.Failed, $"deploy to target '{Name}': the smoke command of kind '{entry.Kind}' refuses it: {reply.Why()}",
                "nothing was changed there; the command is 'deploy.smoke' of the kind's file");
        }

        Require("stage on", reply);
    }

    /// <summary>Switches. It is not cancelled: the script must not end between two renames.</summary>
    /// <param name="change">What to do.</param>
    /// <param name="who">Who does it.</param>
    /// <param name="stop">Where a test wants it to die or fail; else an empty text.</param>
    /// <returns>What people should know of it, a sentence each.</returns>
    /// <exception cref="DlsException">Kind Locked: somebody else was faster. Kind Failed: the old state is in place again, or it is unknown
    /// and the next command settles it.</exception>
    public async Task<IReadOnlyList<string>> SwitchAsync(TargetChange change, string who, string stop) =>
        NotesOf(Require("switch", await shell.RunAsync(
            Script("switch", "switch what is live", [.. change.Arguments(who, stop, settle: false)]), default, CancellationToken.None)));

    /// <summary>Settles a change that died between intent and outcome.</summary>
    /// <returns>True if it was complete and counts as done, false if the old state was brought back; and what people should know of
    /// it.</returns>
    public async Task<(bool IsDone, IReadOnlyList<string> Notes)> SettleAsync(TargetChange change, string who, string stop)
    {
        HostReply reply = await shell.RunAsync(
            Script("switch", "settle what is live", [.. change.Arguments(who, stop, settle: true)]), default, CancellationToken.None);
        return (reply.ExitCode != Undone && Require("settle", reply).ExitCode == 0, NotesOf(reply));
    }

    /// <summary>Removes a staged release that no entry names.</summary>
    /// <param name="release">Its name.</param>
    /// <param name="hasEnded">No switch of it is under way: none was begun, or it answered that somebody else was faster.</param>
    public async Task DropAsync(string release, bool hasEnded) => await shell.RunAsync(
        Script("drop", "remove a staged release", release, hasEnded ? "ended" : "-"), default, CancellationToken.None);

    /// <summary>Takes away a lock whose holder is not proven dead but is not seen alive either.</summary>
    /// <exception cref="DlsException">Kind Locked: the holder is alive.</exception>
    public async Task UnlockAsync(CancellationToken cancel) => Require(
        "unlock", await shell.RunAsync(Script("unlock", "unlock", TargetChange.NewId()), default, cancel));

    private static IReadOnlyList<string> NotesOf(HostReply reply) => [
        .. reply.OutputText().Split('\n').Where(static l => l.StartsWith("note ", StringComparison.Ordinal))
            .Select(static l => EntryName.Show(Encoding.UTF8.GetBytes(l[5..])))];

    private HostScript Script(
        string name, string what, params IReadOnlyList<string> arguments) => TargetScript.Make(name, what, setting.Home, arguments);

    private HostReply Require(string verb, HostReply reply) => reply.ExitCode == 0 ? reply : throw new DlsException(
        reply.ExitCode is Locked or Moved ? ErrorKind.Locked : reply.ExitCode == WrongBytes ? ErrorKind.Corrupt : ErrorKind.Failed,
        reply.ExitCode switch
        {
            Locked => $"{verb} target '{Name}': another dls is at work there: {reply.Why()}",
            Moved => $"{verb} target '{Name}': somebody came between: {reply.Why()}",
            Undone => $"{verb} target '{Name}': {reply.Why()}; the old state is in place again",
            >= 128 => $"{verb} target '{Name}': its script was ended there: {reply.Why()}",
            _ => $"{verb} target '{Name}': {reply.Why()}",
        },
        reply.ExitCode switch
        {
            Locked => $"wait for it; if that process is gone, `dls deploy unlock {Name}`",
            Moved => $"`dls deploy log {Name}` shows who; then run the command again",
            WrongBytes => "nothing was switched there; run the command again",
            >= 128 => $"the next deploy or undeploy settles what it left, or `dls deploy unlock {Name}`",
            Unfinished => $"repair that on the target, then `dls deploy unlock {Name}` settles it",
            _ => $"`dls target check {Name}` looks at what is there",
        });
}
