using CommandLine;
using DlStore.Operations;
using DlStore.Remotes;

namespace DlStore.Cli.Commands;

/// <summary><c>dls status [PATH...]</c>.</summary>
[Details("Compares what is on disk with what the pointers name and with what was last written out here. What it says of the remote is what was last read from it, and when; nobody is contacted.")]
[Example("dls status", "all pointers, one line each, and what to do")]
[Example("dls status -v data", "every path below one pointer that is not clean")]
[Example("dls status --exit-code", "exit 4 if anything is to be added, checked out or repaired")]
[Exits(ExitCode.Findings, ExitCode.NoRepository)]
internal sealed class StatusCommand : Command
{
    [Value(0, MetaName = "PATH", HelpText = "managed paths, or directories above some; all if none is given")]
    public IEnumerable<string> Paths { get; set; } = [];

    [Option('v', "verbose", HelpText = "list every path that is not clean")]
    public bool Verbose { get; set; }

    [Option("exit-code", HelpText = "exit 4 if anything is to be added, checked out or repaired")]
    public bool ExitWithCode { get; set; }

    public override bool TryTakeWords(IReadOnlyList<string> words)
    {
        Paths = words;
        return true;
    }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        StatusResult result;
        using (ProgressLine progress = session.StartProgress())
        {
            result = Status.Run(session.Repo, new StatusOptions { Paths = [.. Paths], Verbose = Verbose, Progress = progress }, cancel);
        }

        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.StatusResult);
        }
        else
        {
            Print(session, result);
        }

        return Task.FromResult(ExitWithCode && !result.IsClean ? ExitCode.Findings : ExitCode.Done);
    }

    private void Print(Session session, StatusResult result)
    {
        foreach (string problem in result.Problems)
        {
            session.Terminal.Result($"problem: {problem}", Ink.Bad);
        }

        if (result.Pointers.Count == 0)
        {
            session.Terminal.Note("nothing is managed here yet; run `dls add PATH`");
        }

        foreach (Io.RelPath gone in result.Gone)
        {
            session.Terminal.Result($"{gone}  its pointer is gone from git", Ink.Changed);
            session.Terminal.Note("  run `dls checkout` to remove the files that dls wrote there");
        }

        foreach (PointerStatus pointer in result.Pointers)
        {
            PrintPointer(session, pointer, result.Remote);
        }
    }

    private void PrintPointer(Session session, PointerStatus pointer, string? remote)
    {
        string state = Describe(pointer);
        session.Terminal.Result($"{pointer.Path}  {state}; {Evidence(session, pointer.Remote, remote)}", pointer.IsClean ? Ink.Plain : Ink.Changed);
        foreach (string problem in pointer.Problems)
        {
            session.Terminal.Result($"  problem: {problem}", Ink.Bad);
        }

        foreach (PathChange change in Verbose ? pointer.Changes : [])
        {
            session.Terminal.Result($"  {Name(change.State),-11} {session.Terminal.Name(change.Path)}  {Format.Bytes(change.Size)}");
        }

        StateCounts c = pointer.Counts;
        string? hint = pointer.IsInterrupted ? $"a checkout was interrupted here: run `dls checkout {pointer.Path}`"
            : c.Conflict > 0 ? $"the pointer and these files both changed: `dls checkout --force {pointer.Path}` takes the pointer's and moves yours to the trash"
            : c.Stale > 0 ? $"run `dls checkout {pointer.Path}` to follow the pointer"
            : c.Modified + c.Added + c.Deleted > 0 ? $"run `dls add {pointer.Path}` to record, or `dls checkout {pointer.Path}` to undo"
            : c.NotPulled > 0 ? $"run `dls pull {pointer.Path}` to get the rest" : null;
        if (hint is not null)
        {
            session.Terminal.Note($"  {hint}");
        }
    }

    private static string Describe(PointerStatus pointer)
    {
        StateCounts c = pointer.Counts;
        List<string> parts = [];
        foreach ((long count, string name) in new[] { (c.Modified, "modified"), (c.Added, "added"), (c.Deleted, "deleted"), (c.Stale, "stale"), (c.Conflict, "in conflict"), (c.NotPulled, "not pulled") })
        {
            if (count > 0)
            {
                parts.Add($"{Format.Count(count)} {name}");
            }
        }

        if (pointer.IsInterrupted)
        {
            parts.Add("checkout interrupted");
        }

        return parts.Count == 0 ? $"clean ({Format.Count(pointer.Pointer.Files, "file")}, {Format.Bytes(pointer.Pointer.Size)})" : string.Join(", ", parts);
    }

    private static string Evidence(Session session, RemoteEvidence evidence, string? remote) => evidence.Kind switch
    {
        EvidenceKind.NoRemote => "no remote configured",
        EvidenceKind.Unknown => $"not known to be on {remote}",
        EvidenceKind.Indexed => $"named by an index of {remote}, not pinned",
        EvidenceKind.Pinned => $"on {remote}: in pin {evidence.Commit![..12]}, read {Format.Ago(session.Clock.GetUtcNow() - evidence.ReadAt!.Value)}",
        _ => throw new InvalidOperationException($"no text for {evidence.Kind}"),
    };

    private static string Name(PathState state) => state switch
    {
        PathState.NotPulled => "not pulled",
        PathState.Conflict => "conflict",
        PathState.Clean => "clean",
        PathState.Modified => "modified",
        PathState.Added => "added",
        PathState.Deleted => "deleted",
        PathState.Stale => "stale",
        _ => throw new InvalidOperationException($"no text for {state}"),
    };
}
