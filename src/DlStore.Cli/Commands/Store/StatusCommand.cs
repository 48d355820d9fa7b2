using CommandLine;
using DlStore.Operations.Store;
using DlStore.Operations.Words;
using DlStore.Remotes;
using DlStore.WorkTree;

namespace DlStore.Cli.Commands.Store;

/// <summary><c>dls status [PATH...]</c>.</summary>
[Details("Compares what is on disk with what the pointers name and with what was last written out here. What "
    + "it says of the remote is what was last read from it, and when; nobody is contacted.")]
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

        if (result is { Pointers.Count: 0, Unreadable.Count: 0, Unmerged.Count: 0, Absent.Count: 0, Gone.Count: 0 })
        {
            session.Terminal.Note("nothing is managed here yet; run `dls add PATH`");
        }

        PrintPointerTrouble(session, result);
        foreach (Io.RelPath gone in result.Gone)
        {
            session.Terminal.Result($"{gone}  its pointer is gone from git", Ink.Changed);
            session.Terminal.Note("  run `dls checkout` to remove the files that dls wrote there");
        }

        foreach (PointerStatus pointer in result.Pointers)
        {
            PrintPointer(session, pointer, result.Remote);
            if (result.Untracked.Contains(pointer.Path))
            {
                session.Terminal.Result("  its pointer is not tracked by git", Ink.Changed);
                session.Terminal.Note($"  run `git add {session.Repo.ToTyped(pointer.Path.Value + Objects.Pointer.Suffix)}`");
            }
        }
    }

    /// <summary>Pointers that say nothing: unmerged ones with what clashes, damaged ones, and those whose file is gone.</summary>
    private static void PrintPointerTrouble(Session session, StatusResult result)
    {
        foreach (PointerClash clash in result.Unmerged)
        {
            string what = clash.Unknown is not null ? "which paths clash is not known"
                : clash.ClashCount == 0
                    ? "no path changed on both sides" : $"{Format.Count(clash.ClashCount, "path")} changed on both sides";
            session.Terminal.Result($"{clash.Path}  unmerged: {what}", Ink.Bad);
            foreach (string line in UnreadableReport.Lines(session, clash))
            {
                session.Terminal.Result($"  {line}");
            }

            session.Terminal.Note($"  {clash.Hint}");
        }

        foreach (UnreadablePointer pointer in result.Unreadable.Where(static u => u.Clash is null))
        {
            session.Terminal.Result($"{pointer.Path}  problem: {pointer.Wrong}", Ink.Bad);
            session.Terminal.Note($"  {pointer.Hint}");
        }

        foreach (Io.RelPath absent in result.Absent)
        {
            session.Terminal.Result($"{absent}  its pointer file is gone from the work tree", Ink.Changed);
            session.Terminal.Note($"  {PathWords.AbsentHint(session.Repo, absent)}");
        }

        if (result.Hook is { } hook)
        {
            session.Terminal.Result($"hook: {hook.What}", Ink.Changed);
            session.Terminal.Note($"  {hook.Hint}");
        }
    }

    private void PrintPointer(Session session, PointerStatus pointer, string? remote)
    {
        string state = Describe(pointer);
        string path = pointer.Scope.Length == 0 ? pointer.Path.Value : $"{pointer.Path}/{pointer.Scope}";
        session.Terminal.Result($"{session.Terminal.Name(path)}  {state}; {Evidence(session, pointer.Remote, remote)}", pointer.IsClean
            ? Ink.Plain : Ink.Changed);
        foreach (string problem in pointer.Problems)
        {
            session.Terminal.Result($"  problem: {problem}", Ink.Bad);
        }

        foreach (PathChange change in Verbose ? pointer.Changes : [])
        {
            session.Terminal.Result($"  {Name(change.State),-11} {session.Terminal.Name(change.Path)}  {Format.Bytes(change.Size)}");
        }

        foreach (string ignored in Verbose ? pointer.Ignored.First : [])
        {
            session.Terminal.Result($"  {"ignored",-11} {session.Terminal.Name(ignored)}");
        }

        if (Verbose && pointer.Ignored.Count > pointer.Ignored.First.Count)
        {
            session.Terminal.Result($"  and {Format.Count(pointer.Ignored.Count - pointer.Ignored.First.Count)} more ignored");
        }

        if (Hint(pointer, session.Repo.ToTyped(path)) is { } hint)
        {
            session.Terminal.Note($"  {hint}");
        }
    }

    private static string? Hint(PointerStatus pointer, string path)
    {
        StateCounts c = pointer.Counts;
        return pointer.IsInterrupted ? $"a checkout was interrupted here: run `dls checkout {path}`"
            : !pointer.IsListingHere
                ? $"run `dls pull {path}` to get that version, or `dls fetch --listings {path}` to compare with it first"
            : c.Conflict > 0 ? "the pointer and these files both changed: `dls checkout --force "
                + $"{path}` takes the pointer's and moves yours to the trash"
            : c.Stale > 0 ? $"run `dls checkout {path}` to follow the pointer"
            : pointer.Problems.Count > 0 ? $"see the problem first; `dls checkout --force {path}` moves what is in the way to the trash"
            : c.Deleted > 0 && pointer.Pointer.Kind == Objects.ObjectKind.Blob
                ? $"run `dls checkout {path}` to bring it back, or `dls rm {path}` to stop managing it"
            : c.Modified > 0 ? $"run `dls add {path}` to record, or `dls checkout --force {path}` to undo"
            : c.Added + c.Deleted > 0 ? $"run `dls add {path}` to record"
                + $"{(c.Deleted > 0 ? $", or `dls checkout {path}` to bring back what was deleted" : "")}"
            : c.NotPulled > 0 ? $"run `dls pull {path}` to get the rest" : null;
    }

    private static string Describe(PointerStatus pointer)
    {
        StateCounts c = pointer.Counts;
        List<string> parts = [];
        foreach ((long count, string name) in new[] { (c.Modified, "modified"),
            (c.Added, "added"), (c.Deleted, "deleted"), (c.Stale, "stale"), (c.Conflict, "in conflict"), (c.NotPulled, "not pulled") })
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

        if (!pointer.IsListingHere)
        {
            parts.Add("the pointer names a version whose listing is not here");
        }

        if (parts.Count == 0 && pointer.Problems.Count > 0)
        {
            parts.Add(Format.Count(pointer.Problems.Count, "problem"));
        }

        return parts.Count > 0 ? string.Join(", ", parts) : pointer.Scope.Length > 0
            ? "clean" : $"clean ({Format.Count(pointer.Pointer.Files, "file")}, {Format.Bytes(pointer.Pointer.Size)})";
    }

    private static string Evidence(Session session, RemoteEvidence evidence, string? remote) => evidence.Kind switch
    {
        EvidenceKind.NoRemote => "no remote configured",
        EvidenceKind.Unknown => $"not known to be on {remote}",
        EvidenceKind.Indexed => $"named by an index of {remote}, not pinned",
        EvidenceKind.Pinned =>
            $"on {remote}: in pin {evidence.Commit![..12]}, read {Format.Ago(session.Clock.GetUtcNow() - evidence.ReadAt!.Value)}",
        EvidenceKind.Damaged =>
            $"damaged or gone on {remote}, found by {evidence.FoundBy} {Format.Ago(session.Clock.GetUtcNow() - evidence.ReadAt!.Value)}"
            + "; `dls push --repair` in a clone that has it sends it again",
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
