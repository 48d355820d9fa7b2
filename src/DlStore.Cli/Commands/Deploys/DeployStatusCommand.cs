using CommandLine;
using DlStore.Operations.Deploys;
using DlStore.Targets;

namespace DlStore.Cli.Commands.Deploys;

/// <summary><c>dls deploy status [TARGET...]</c>.</summary>
[Details("Hashes what is in place on each target and compares it with the target's own journal: which task is live for which "
    + "kind, since when, by whom, with which threshold; every file that was changed by hand; a change that died "
    + "halfway. Changes nothing. A target that cannot be reached is named, and nothing is guessed about it.")]
[Example("dls deploy status", "all targets")]
[Example("dls deploy status gaa --json", "one target, for programs")]
[Exits(ExitCode.NoRepository, ExitCode.Corrupt)]
internal sealed class DeployStatusCommand : Command
{
    private const int FilesShown = 10;

    [Value(0, MetaName = "TARGET", HelpText = "the targets; else all")]
    public IEnumerable<string> Targets { get; set; } = [];

    public override async Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        IReadOnlyList<TargetStatus> found = await DeployStatus.RunAsync(session.Repo, [.. Targets], cancel);
        if (Json)
        {
            session.Terminal.WriteJson(found, ResultJson.Default.IReadOnlyListTargetStatus);
            return Exit(found);
        }

        foreach (TargetStatus target in found)
        {
            Print(session.Terminal, target);
        }

        if (found.Count == 0)
        {
            session.Terminal.Note("no target is configured; `dls target add` adds one");
        }

        return Exit(found);
    }

    private static int Exit(IReadOnlyList<TargetStatus> found) =>
        found.Any(static t => t.HasDrift)
            ? ExitCode.Corrupt : found.Any(static t => t.Problem is not null || t.Unfinished is not null) ? ExitCode.Failed : ExitCode.Done;

    private static void Print(Terminal terminal, TargetStatus target)
    {
        terminal.Result($"target {target.Target} on {target.Host}, {terminal.Name(target.Home)}");
        if (target.Problem is not null)
        {
            terminal.Result($"  not known: {target.Problem}", Ink.Bad);
            return;
        }

        if (target.Lock is not null)
        {
            terminal.Result($"  locked by {target.Lock}", Ink.Changed);
        }

        if (target.Unfinished is not null)
        {
            terminal.Result(
                $"  {target.Unfinished}; the next deploy or undeploy settles it, or `dls deploy unlock {target.Target}`", Ink.Bad);
        }

        foreach (LiveKind kind in target.Kinds)
        {
            Print(terminal, kind);
        }
    }

    private static void Print(Terminal terminal, LiveKind kind)
    {
        string allowed = kind.Allowed.Count > 0 ? $" ({string.Join(", ", kind.Allowed)})" : "";
        terminal.Result(kind.Entry.Length == 0 ? $"  {kind.Kind}: nothing was ever deployed"
            : $"  {kind.Kind}: {(kind.Task is null ? "nothing of dls" : $"task {kind.Task}{allowed}")}"
            + $" since {kind.Since} by {terminal.Name(kind.By)}", kind.Task is null ? Ink.Dim : Ink.Good);
        if (kind.Accept.Count > 0)
        {
            terminal.Result($"    accept   {string.Join(", ", kind.Accept.Select(a => $"{a.Key} {terminal.Name(a.Value)}"))}");
        }

        foreach (LiveFile file in kind.Files)
        {
            string digest = file.Found?.ToString() ?? "nothing";
            terminal.Result($"    {FileRoles.Name(file.Role),-8} {terminal.Name(file.Path)}  {digest}", Ink.Dim);
            if (file.IsDrift)
            {
                string at = file.ChangedAt.Length > 0 && file.State == LiveState.Changed ? $" by hand at {file.ChangedAt}" : "";
                terminal.Result(
                    $"      {LiveStates.Name(file.State)}{at}; the journal has {file.Recorded?.ToString() ?? "nothing"}", Ink.Bad);
            }

            foreach (DriftedFile below in file.Below.Take(FilesShown))
            {
                terminal.Result($"      {DriftSorts.Name(below.What)} {terminal.Name(below.Name)}"
                    + $"{(below.ChangedAt.Length > 0 ? $" at {below.ChangedAt}" : "")}", Ink.Bad);
            }

            if (file.Below.Count > FilesShown)
            {
                terminal.Result($"      ... and {file.Below.Count - FilesShown} more (--json lists them)", Ink.Bad);
            }
        }
    }
}
