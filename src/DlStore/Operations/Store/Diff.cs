using DlStore.Io;
using DlStore.Objects;
using DlStore.Operations.Words;
using DlStore.WorkTree;

namespace DlStore.Operations.Store;

/// <summary>What to compare.</summary>
public sealed record DiffOptions
{
    /// <summary>Gets the older side, a commit; null for what git's HEAD names.</summary>
    public string? From { get; init; }

    /// <summary>Gets the newer side, a commit; null for the work tree.</summary>
    public string? To { get; init; }

    /// <summary>Gets the paths to restrict the comparison to, as typed.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>Gets who is told about progress.</summary>
    public IProgress<WorkProgress>? Progress { get; init; }
}

/// <summary>
/// <c>dls diff</c>: which files differ between two commits, or a commit and the work tree. Needs tree nodes only; for the work tree also
/// what status needs.
/// A path that was never pulled here counts as unchanged.
/// </summary>
public static class Diff
{
    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="options">What to compare.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The differences, sorted by path.</returns>
    public static IReadOnlyList<DiffLine> Run(Repo repo, DiffOptions options, CancellationToken cancel)
    {
        RelPath[] paths = [.. options.Paths.Select(repo.ToRelPath)];
        Dictionary<RelPath, PathEntry> before = Entries(repo, options.From ?? "HEAD", options.From is null);
        TreeDiff diff = new(repo.Store.Read);
        PointerListing? listing = options.To is null ? repo.ListPointers() : null;
        Dictionary<RelPath, PathEntry> after = listing is null ? Entries(repo, options.To!, false) : WorkTreeEntries(listing, paths);
        RequireKnown(repo, options.Paths, paths, before, after);
        if (listing is null)
        {
            foreach (RelPath path in before.Keys.Union(after.Keys).Where(p => Wanted(p, paths)).Order())
            {
                diff.Compare(path.Value, before.GetValueOrDefault(path), after.GetValueOrDefault(path));
            }
        }
        else
        {
            CompareWorkTree(repo, listing, before, paths, diff, options, cancel);
        }

        return [.. diff.Finish().Where(l => paths.Length == 0 || paths.Any(p => Below(l.Path, p.Value)))];
    }

    private static Dictionary<RelPath, PathEntry> WorkTreeEntries(PointerListing listing, RelPath[] paths)
    {
        UnreadablePointer? unreadable = paths.Length == 0 ? null : listing.Unreadable.FirstOrDefault(u => Wanted(u.Path, paths));
        return unreadable is null
            ? listing.Managed.ToDictionary(static m => m.Path, static m => Snapshot.EntryOf(m.Pointer)) : throw unreadable.ToException();
    }

    /// <summary>
    /// A word that is neither a commit nor a path that one of the sides knows would compare nothing and find no difference.
    /// </summary>
    private static void RequireKnown(Repo repo,
        IReadOnlyList<string> typed, RelPath[] paths, Dictionary<RelPath, PathEntry> before, Dictionary<RelPath, PathEntry> after)
    {
        TreeMerge trees = new(repo.Store.Read, (_, _) => { });
        for (int i = 0; i < paths.Length; i++)
        {
            RelPath path = paths[i];
            bool Names(KeyValuePair<RelPath, PathEntry> side) => side.Key.IsAtOrBelow(path)
                || (path.IsAtOrBelow(side.Key) && side.Value.IsDirectory && (Sys.TryStat(repo.Absolute(path), out _)
                    || trees.Find(side.Value, path.Value[(side.Key.Value.Length + 1)..]).IsPresent));
            if (!before.Any(Names) && !after.Any(Names))
            {
                throw UnknownWord.Error(repo, "diff", typed[i]);
            }
        }
    }

    private static void CompareWorkTree(Repo repo, PointerListing listing,
        Dictionary<RelPath, PathEntry> before, RelPath[] paths, TreeDiff diff, DiffOptions options, CancellationToken cancel)
    {
        WorkTreeState state = WorkTreeState.Read(repo);
        Dictionary<RelPath, ManagedPath> managed = listing.Managed.ToDictionary(m => m.Path);
        HashSet<RelPath> left = [.. listing.Unreadable.Select(static u => u.Path)];
        RelPath[] wanted = [.. before.Keys.Union(managed.Keys).Where(p => Wanted(p, paths) && !left.Contains(p)).Order()];
        SnapshotRun run = new(repo, state, null, options.Progress, cancel);
        foreach (Snapshot taken in run.TakeAll(
            wanted.Select(p => SnapshotRequest.WithIgnored(repo, p, managed.GetValueOrDefault(p)?.Pointer, state.Base.Find(p))),
            null))
        {
            using Snapshot snapshot = taken;
            RelPath path = snapshot.Path;
            PathEntry old = before.GetValueOrDefault(path);
            if (snapshot.OnDisk.IsDirectory && old.IsDirectory && snapshot.Pointer is not null)
            {
                CompareDirectory(repo, snapshot, old, diff);
            }
            else if (snapshot.OnDisk.IsPresent && !snapshot.OnDisk.IsDirectory && !old.IsDirectory)
            {
                diff.Compare(path.Value, old, snapshot.OnDisk);
            }
            else
            {
                diff.Compare(
                    path.Value, old, snapshot.OnDisk.IsPresent || snapshot.WasOut.IsPresent ? snapshot.OnDisk.AsLeaf() : snapshot.Named);
                diff.CompareDisk(path.Value, default, snapshot.Disk);
            }
        }
    }

    private static void CompareDirectory(Repo repo, Snapshot snapshot, PathEntry old, TreeDiff diff)
    {
        RelPath path = snapshot.Path;
        // What was never written out here keeps the entry the pointer has: it is not a change.
        NodeBuffer nodes = new(repo.Store);
        TreeTotals after = new TreeMerge(nodes.Read, nodes.Put).Recorded(snapshot.WasOut, snapshot.Named, snapshot.Disk!);
        if (after.Oid == snapshot.Disk!.Totals.Oid)
        {
            diff.CompareDisk(path.Value, old, snapshot.Disk);
            return;
        }

        DiskNodes(snapshot.Disk, nodes);
        TreeDiff whole = new(nodes.Read);
        diff.TakeAll(whole, path.Value, old, new PathEntry(TreeMode.Directory, after.Oid, after.Size, after.Files));
    }

    private static void DiskNodes(DiskTree disk, NodeBuffer nodes) => disk.Seal(nodes.Put, _ => true);

    private static Dictionary<RelPath, PathEntry> Entries(Repo repo, string rev, bool mayBeUnborn)
    {
        if (repo.Git.ResolveCommit(rev) is not { } commit)
        {
            return mayBeUnborn
                ? []
                : throw new DlsException(
                    ErrorKind.Usage, $"compare '{rev}': git knows no such commit", "run `git log` or `git tag` to find one");
        }

        return new CommitReader(repo).ReadManaged(commit).ToDictionary(m => m.Path, m => Snapshot.EntryOf(m.Pointer));
    }

    private static bool Wanted(RelPath path, RelPath[] paths) => paths.Length == 0
        || paths.Any(p => path.IsAtOrBelow(p) || p.IsAtOrBelow(path));

    private static bool Below(string path, string parent) => path == parent || path.StartsWith(parent + "/", StringComparison.Ordinal);
}
