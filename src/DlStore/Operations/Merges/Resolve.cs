using DlStore.Git;
using DlStore.Io;
using DlStore.Objects;
using DlStore.WorkTree;
using DlStore.WorkTree.Merges;

namespace DlStore.Operations.Merges;

/// <summary>What to decide.</summary>
public sealed record ResolveOptions
{
    /// <summary>
    /// Gets the paths, as typed: unmerged pointers, directories above some, or paths inside; empty for all, to list them.
    /// </summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>Gets what is decided about them; null to decide nothing.</summary>
    public MergeChoice? Choice { get; init; }

    /// <summary>Gets a value indicating whether to plan only.</summary>
    public bool DryRun { get; init; }
}

/// <summary>How an unmerged pointer stands.</summary>
/// <param name="Path">The managed path.</param>
/// <param name="IsMerged">The final pointer is written and staged, or would be.</param>
/// <param name="Pointer">That pointer; null if the path is managed no more, or is not merged.</param>
/// <param name="Clashes">The paths that clash, with what was decided.</param>
/// <param name="Keys">The pointer's keys that clash, with what was decided.</param>
/// <param name="Left">How many clashes are not decided.</param>
/// <param name="Beside">Below the managed path: where the other side's versions lie that were kept beside this side's.</param>
public sealed record ResolvedPointer(RelPath Path, bool IsMerged, Pointer? Pointer,
    IReadOnlyList<MergeClash> Clashes, IReadOnlyList<KeyClash> Keys, int Left, IReadOnlyList<string> Beside);

/// <summary>What resolve did.</summary>
/// <param name="Pointers">The unmerged pointers that were named, by path.</param>
/// <param name="Problems">Unmerged pointers that could not be compared, a sentence each.</param>
public sealed record ResolveResult(IReadOnlyList<ResolvedPointer> Pointers, IReadOnlyList<string> Problems);

/// <summary>
/// <c>dls resolve</c>: decides what clashes in pointers that git has not merged, and ends their merge as soon as nothing is left. Starts
/// from the three stages in git's index, so it needs no merge driver. One change for all pointers: listings durable, decisions noted,
/// pointers, git's index, notes removed. Files are not touched: checkout decides about those.
/// </summary>
public sealed class Resolve
{
    private readonly Repo _repo;
    private readonly ResolveOptions _options;
    private readonly List<OpenMerge> _open = [];
    private readonly List<string> _problems = [];
    private readonly List<(OpenMerge Merge, Pointer? Pointer)> _final = [];

    private Resolve(Repo repo, ResolveOptions options)
    {
        _repo = repo;
        _options = options;
    }

    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="options">What to decide.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>What was done, and what is left.</returns>
    public static Task<ResolveResult> RunAsync(Repo repo, ResolveOptions options, CancellationToken cancel) =>
        new Resolve(repo, options).RunAsync(cancel);

    private async Task<ResolveResult> RunAsync(CancellationToken cancel)
    {
        if (_options is { Choice: { } choice, Paths.Count: 0 })
        {
            throw new DlsException(ErrorKind.Usage, $"resolve with --{MergeChoices.Name(choice)}: no path is named",
                $"name what clashes; `dls resolve --{MergeChoices.Name(choice)} .` decides everything below this directory");
        }

        if (_options.DryRun || UnmergedPointer.List(GitIndexFile.Read(_repo.Git)).Count == 0)
        {
            await PlanAsync(GitIndexFile.Read(_repo.Git), cancel);
            Finish(new NodeBuffer(_repo.Store, (ObjectWriter?)null));
            return Result();
        }

        using WorkTreeChange change = WorkTreeChange.Open(_repo);
        await PlanAsync(change.State.Index, cancel);
        using ObjectWriter writer = _repo.BeginWrite();
        Finish(new NodeBuffer(_repo.Store, writer));
        Apply(change, writer);
        return Result();
    }

    /// <summary>Reads everything, and takes the decisions in.</summary>
    private async Task PlanAsync(GitIndexFile index, CancellationToken cancel)
    {
        List<(OpenMerge? Merge, RelPath Path, DlsException? Wrong)> all = [];
        foreach (UnmergedPointer unmerged in UnmergedPointer.List(index))
        {
            all.Add(await ReadAsync(unmerged, cancel));
        }

        HashSet<RelPath> named = [];
        foreach (string word in _options.Paths)
        {
            Take(word, [.. all.Where(static a => a.Merge is not null || a.Wrong is not null)], named);
        }

        bool isAll = _options.Paths.Count == 0;
        foreach ((OpenMerge? merge, RelPath path, DlsException? wrong) in all.Where(a => isAll || named.Contains(a.Path)))
        {
            _open.AddRange(merge is null ? [] : [merge]);
            _problems.AddRange(wrong is null ? [] : [$"{path}: {wrong.Message}{(wrong.Hint is null ? "" : $"; {wrong.Hint}")}"]);
        }
    }

    private async Task<(OpenMerge? Merge, RelPath Path, DlsException? Wrong)> ReadAsync(UnmergedPointer unmerged, CancellationToken cancel)
    {
        try
        {
            OpenMerge? merge = OpenMerge.Read(_repo, unmerged);
            if (merge is not null)
            {
                await merge.CompareAsync(cancel);
            }

            return (merge, unmerged.Path, null);
        }
        catch (DlsException e)
        {
            return (null, unmerged.Path, e);
        }
    }

    /// <summary>Finds what a word names, and decides that if something is to be decided.</summary>
    private void Take(string word, (OpenMerge? Merge, RelPath Path, DlsException? Wrong)[] all, HashSet<RelPath> named)
    {
        bool isTop = _repo.RelativeOf(word) == ".";
        RelPath typed = isTop ? default : _repo.ToRelPath(word);
        (OpenMerge? Merge, RelPath Path, DlsException? Wrong)[] hit =
            [.. all.Where(a => isTop || a.Path.IsAtOrBelow(typed) || typed.IsAtOrBelow(a.Path))];
        if (hit.Length == 0)
        {
            throw new DlsException(ErrorKind.Usage, $"resolve '{word}': git has not left a pointer unmerged there",
                "`dls resolve` lists what clashes, `dls status` says how the pointers stand");
        }

        foreach ((OpenMerge? merge, RelPath path, DlsException? wrong) in hit)
        {
            named.Add(path);
            string scope = isTop || path.IsAtOrBelow(typed) ? "" : typed.Value[(path.Value.Length + 1)..];
            if (merge is null)
            {
                throw wrong!;
            }

            _ = merge.Hit(scope);
            if (_options.Choice is { } choice)
            {
                merge.Decide(scope, choice);
            }
        }
    }

    /// <summary>Makes the pointers of which everything is decided; nothing of it is durable yet.</summary>
    private void Finish(NodeBuffer nodes)
    {
        foreach (OpenMerge merge in _open.Where(static m => m.Left == 0))
        {
            Pointer? pointer = merge.Write(nodes);
            _ = pointer?.ToBytes();
            if (merge.IsEditedByHand(pointer))
            {
                string file = _repo.ToTyped(merge.Path.Value + Pointer.Suffix);
                throw new DlsException(ErrorKind.Failed, $"resolve '{merge.Path}': its pointer was changed by hand since git stopped",
                    $"`git add {file}` takes it as it is; `git checkout --ours -- {file}` undoes the change, then run the command again");
            }

            _final.Add((merge, pointer));
        }
    }

    private void Apply(WorkTreeChange change, ObjectWriter writer)
    {
        writer.Commit();
        CrashPoint.Hit("resolve.stored");
        foreach (OpenMerge merge in _open.Where(static m => m.IsChanged))
        {
            merge.ToNote().Write(_repo.StateDirectory);
            CrashPoint.Hit("resolve.noted");
        }

        foreach ((OpenMerge merge, Pointer? pointer) in _final)
        {
            if (pointer is null)
            {
                change.Unpoint(merge.Path);
            }
            else
            {
                change.Point(merge.Path, pointer);
            }
        }

        change.Commit();
        foreach ((OpenMerge merge, _) in _final)
        {
            MergeNote.Remove(_repo.StateDirectory, merge.Path);
        }

        MergeDriver.RemoveStale(_repo);
    }

    private ResolveResult Result() => new(
        [.. _open.Select(m => new ResolvedPointer(m.Path, _final.Any(f => f.Merge == m), _final.FirstOrDefault(f => f.Merge == m).Pointer,
            m.Clashes, m.Keys, m.Left, m.Beside))], _problems);
}
