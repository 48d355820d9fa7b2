using CommandLine;
using System.Globalization;
using DlStore.Objects;
using DlStore.Operations.Collect;
using DlStore.Operations.Store;

namespace DlStore.Cli.Commands.Store;

/// <summary><c>dls gc</c>.</summary>
[Details(
    "Deletes from the local store what nothing names: no pointer, task or deployment of any commit that branches, tags, stash, reflogs "
    + "or another work tree reach, nothing staged and nothing on disk. Git keeps unreachable commits in its reflogs for 30 to 90 days, "
    + "and so dls keeps their bytes. If something cannot be read that may name bytes, nothing is deleted. Remotes are not touched without "
    + "--remote: with it, what no pin of any repository needs goes there to quarantine, and is erased by a gc after 7 days more; pushes "
    + "and fetches go on meanwhile.")]
[Example("dls gc --dry-run", "say what would go")]
[Example("dls gc --grace 0s", "spare nothing for being new")]
[Example("dls gc --remote lab", "collect what no pin on lab needs")]
[Example("dls gc --remote lab --drop-lease 0f3a9c41", "a push that it waits for was killed")]
[Example("dls gc --remote lab --keep-days 90", "let go of commits too that nothing in this clone reaches")]
[Exits(ExitCode.Partial, ExitCode.NoRepository, ExitCode.Locked, ExitCode.Missing, ExitCode.Corrupt)]
internal sealed class GcCommand : Command
{
    [Option("grace", MetaValue = "TIME", HelpText = "spare what was stored within this time: 90s, 30m, 12h, 3d (default 1h)")]
    public string? Grace { get; set; }

    [Option("remote", MetaValue = "NAME", HelpText = "collect on this remote, not here")]
    public string? Remote { get; set; }

    [Option("explain", MetaValue = "OID", HelpText = "with --remote: say what keeps this object there, and change nothing")]
    public string? Explain { get; set; }

    [Option("keep-days", MetaValue = "N",
        HelpText = "with --remote: release pins older than N days whose commits nothing in this clone reaches or names")]
    public string? KeepDays { get; set; }

    [Option("drop-lease", MetaValue = "IDS",
        HelpText = "with --remote: take away the leases of pushes that were killed, by ids with commas, and go on")]
    public string? DropLease { get; set; }

    [Option("take-lock", MetaValue = "NUMBER",
        HelpText = "with --remote: go on in the place of a gc that was killed, by the number of its lock")]
    public string? TakeLock { get; set; }

    [Option("dry-run", HelpText = "say what would be deleted and delete nothing")]
    public bool DryRun { get; set; }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        if (Remote is { } remote)
        {
            return RunRemoteAsync(session, remote, cancel);
        }

        if ((Explain is not null ? "--explain" : KeepDays is not null ? "--keep-days" : DropLease is not null ? "--drop-lease"
            : TakeLock is not null ? "--take-lock" : null) is { } option)
        {
            throw new DlsException(ErrorKind.Usage, $"use {option} without --remote: it is about a remote",
                "name one, for example `dls gc --remote origin`; `dls remote list` shows them");
        }

        return Task.FromResult(RunLocal(session, cancel));
    }

    private int RunLocal(Session session, CancellationToken cancel)
    {
        GcResult result;
        using (ProgressLine progress = session.StartProgress())
        {
            GcOptions options = new() { DryRun = DryRun, Progress = progress };
            result = Gc.Run(session.Repo, Grace is { } text ? options with { Grace = Age.Parse("--grace", text) } : options, cancel);
        }

        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.GcResult);
            return ExitCode.Done;
        }

        long gone = result.Dead + result.DeadBlobs;
        session.Terminal.Result(gone == 0
            ? $"nothing to delete: {Format.Count(result.Live, "object")} in use"
            : $"{(DryRun ? "would free" : "freed")} {Format.Bytes(result.BytesFreed)}: "
                + $"{Format.Count(gone, "object")} that nothing names; {Format.Count(result.Live)} in use");
        if (result.Kept > 0)
        {
            session.Terminal.Result(
                $"{Format.Count(result.Kept, "object")} that nothing names stay: too new (--grace), or too few in their pack");
        }

        if (result.NotHere > 0)
        {
            session.Terminal.Note($"{Format.Count(result.NotHere, "listing")} are not here; a remote has them with what they name");
        }

        return ExitCode.Done;
    }

    private async Task<int> RunRemoteAsync(Session session, string remote, CancellationToken cancel)
    {
        if (Grace is not null)
        {
            throw new DlsException(ErrorKind.Usage, "use --grace with --remote: files of a remote wait 7 days in quarantine, always",
                $"run `dls gc --remote {remote}`");
        }

        if (Explain is { } text)
        {
            Oid oid = Oid.TryParse(text, out Oid parsed) || Oid.TryParseHex(text, out parsed) ? parsed
                : throw new DlsException(
                    ErrorKind.Usage, $"explain '{text}': it is no oid",
                    "write sha256: and 64 hex digits; `cat PATH.dls` shows that of a pointer");
            ExplainResult why = await CollectExplain.RunAsync(session.Repo, remote, oid, cancel);
            return WriteJson(session, why, ResultJson.Default.ExplainResult) ? ExitCode.Done : RemoteGcText.Write(session, why);
        }

        CollectOptions options = CollectOptionsOf(remote);
        CollectResult result;
        using (ProgressLine progress = session.StartProgress())
        {
            result = await CollectRemote.RunAsync(session.Repo, options with { Progress = progress }, cancel);
        }

        return WriteJson(session, result, ResultJson.Default.CollectResult)
            ? result.IsComplete ? ExitCode.Done : ExitCode.Partial : RemoteGcText.Write(session, result, DryRun);
    }

    private CollectOptions CollectOptionsOf(string remote)
    {
        if (DryRun && (DropLease ?? TakeLock) is not null)
        {
            throw new DlsException(
                ErrorKind.Usage, "gc: --dry-run changes nothing, and --drop-lease and --take-lock do; they do not go together");
        }

        return new CollectOptions
        {
            Remote = remote,
            KeepDays = ParseDays(),
            DropLeases = DropLease is { } leases ? Values(leases) : [],
            TakeLock = ParseNumber(),
            DryRun = DryRun,
            Wait = TimeSpan.FromSeconds(30),
        };
    }

    private bool WriteJson<T>(Session session, T result, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        if (Json)
        {
            session.Terminal.WriteJson(result, type);
        }

        return Json;
    }

    private int? ParseDays() => KeepDays is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int days) && days is > 0 and <= 36_500 ? days
        : throw new DlsException(
            ErrorKind.Usage, $"use --keep-days '{text}': it is no number of days", "write a number from 1 on, such as 90");

    private int? ParseNumber() => TakeLock is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0 ? number
        : throw new DlsException(
            ErrorKind.Usage, $"take lock '{text}': it is no number of a lock", "write the number that the refusal names");
}
