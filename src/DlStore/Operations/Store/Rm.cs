using DlStore.Io;
using DlStore.Objects;
using DlStore.Operations.Words;
using DlStore.WorkTree;

namespace DlStore.Operations.Store;

/// <summary>What to stop managing.</summary>
public sealed record RmOptions
{
    /// <summary>Gets managed paths, or paths inside managed directories, as typed.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>Gets a value indicating whether the files stay on disk.</summary>
    public bool Keep { get; init; }

    /// <summary>Gets a value indicating whether git's index is left alone.</summary>
    public bool NoGit { get; init; }

    /// <summary>Gets a value indicating whether to plan only.</summary>
    public bool DryRun { get; init; }
}

/// <summary>What rm did with one path.</summary>
/// <param name="Path">The path.</param>
/// <param name="IsPointer">Its pointer was removed; otherwise the pointer around it was rewritten.</param>
/// <param name="Files">Files it named.</param>
public sealed record RemovedPath(RelPath Path, bool IsPointer, long Files);

/// <summary>What rm did.</summary>
/// <param name="Paths">One entry per path.</param>
/// <param name="Trashed">What went to the trash, or null if nothing was on disk.</param>
public sealed record RmResult(IReadOnlyList<RemovedPath> Paths, TrashEntry? Trashed);

/// <summary>
/// <c>dls rm</c>: stops managing a path and takes its files from disk into the trash, whole, so that nothing has to be hashed and
/// everything can be taken back. Stored
/// objects stay. Order: trash, pointer, base, git's index. Killed anywhere, the same command again finishes.
/// </summary>
public static class Rm
{
    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="options">What to remove.</param>
    /// <returns>What was done.</returns>
    public static RmResult Run(Repo repo, RmOptions options)
    {
        using WorkTreeChange change = WorkTreeChange.Open(repo);
        IReadOnlyList<CheckoutTarget> targets = Resolve(repo, change.State, options.Paths);
        RemovedPath[] removed = [.. targets.Select(t => new RemovedPath(t.Path, t.Scope.Length == 0, Math.Max(0, FilesOf(repo, t))))];
        if (options.DryRun)
        {
            return new RmResult(removed, null);
        }

        // Whatever can fail on what is stored fails here, before a file has moved.
        IReadOnlyList<Rewrite> rewrites = PlanRewrites(repo, change.State, targets);
        string[] onDisk = options.Keep
            ? []
            : [.. targets.Where(t => repo.Files.TryStat(t.Path.Value, out _)).Select(static t => t.Path.Value)];
        TrashEntry? trashed = onDisk.Length == 0 ? null : repo.Trash.Move(repo.WorkTree, onDisk, "dls rm");
        CrashPoint.Hit("rm.trashed");
        foreach (CheckoutTarget target in targets.Where(static t => t.Scope.Length == 0))
        {
            Unpoint(repo, change, target.Managed.Path);
        }

        foreach (Rewrite rewrite in rewrites)
        {
            change.Point(rewrite.Managed.Path, rewrite.After);
            if (rewrite.Base is { } rest)
            {
                change.Remember(rewrite.Managed.Path, rest);
            }
        }

        change.Commit(!options.NoGit);
        return new RmResult(removed, trashed);
    }

    /// <summary>Finds what was typed, each once; a path inside another one that is removed goes with it.</summary>
    private static IReadOnlyList<CheckoutTarget> Resolve(Repo repo, WorkTreeState state, IReadOnlyList<string> typed)
    {
        Dictionary<string, CheckoutTarget> targets = new(StringComparer.Ordinal);
        using PointerLookup lookup = new(repo);
        PointerListing? listing = null;
        TypedDirectories known = new();
        foreach (string word in typed)
        {
            RelPath path = repo.ToRelPath(word, known);
            ManagedPath? managed = lookup.FindManaged(path);
            if (managed is null && PathWords.LeftOut(repo, "rm", path, listing ??= repo.ListPointers(state)) is { } sparse)
            {
                throw sparse;
            }

            managed ??= HalfRemoved.Find(repo, state, path) ?? throw UnknownWord.Error(repo, "rm", word);
            CheckoutTarget target = new(managed, managed.ScopeOf(path), false);
            RequireNamed(repo, state, target);
            _ = targets.TryAdd(target.Path.Value, target);
        }

        return [.. targets.Values.Where(t => !HasAbove(targets, t.Path))];
    }

    private static bool HasAbove(Dictionary<string, CheckoutTarget> targets, RelPath path)
    {
        for (string above = path.Directory; above.Length > 0; above = RelPath.ParseInside(above).Directory)
        {
            if (targets.ContainsKey(above))
            {
                return true;
            }
        }

        return false;
    }

    private static void Unpoint(Repo repo, WorkTreeChange change, RelPath root)
    {
        change.Unpoint(root);
        change.Unignore(root);

        // Staged whether or not the line was still there: an rm that was killed may have come this far.
        change.StageIgnoreFile(root);
        change.Remember(root, null);
        change.End(root);
        change.Cache(() => repo.ForgetStats(root));
    }

    /// <summary>Makes the trees of pointers without some of their paths; stores them, and names them nowhere yet.</summary>
    private static IReadOnlyList<Rewrite> PlanRewrites(Repo repo, WorkTreeState state, IReadOnlyList<CheckoutTarget> targets)
    {
        IGrouping<RelPath,
            CheckoutTarget>[] inside = [.. targets.Where(static t => t.Scope.Length > 0).GroupBy(static t => t.Managed.Path)];
        if (inside.Length == 0)
        {
            return [];
        }

        using ObjectWriter writer = repo.BeginWrite();
        NodeBuffer nodes = new(repo.Store, writer);
        TreeMerge trees = new(nodes.Read, nodes.Put);
        Rewrite[] rewrites = [.. inside.Select(g => PlanRewrite(trees, state.Base.Find(g.Key), [.. g]))];
        writer.Commit();
        return rewrites;
    }

    private static Rewrite PlanRewrite(TreeMerge trees, BaseEntry? wasOut, IReadOnlyList<CheckoutTarget> targets)
    {
        ManagedPath managed = targets[0].Managed;
        Pointer before = managed.Pointer;
        PathEntry pointed = Snapshot.EntryOf(before);
        PathEntry written = Snapshot.EntryOf(wasOut);
        foreach (CheckoutTarget target in targets)
        {
            pointed = AsEntry(trees.Set(pointed, target.Scope, default));
            written = wasOut is null ? written : AsEntry(trees.Set(written, target.Scope, default));
        }

        Pointer after = before with { Oid = pointed.Oid, Size = pointed.Size, Files = pointed.Files };
        return new Rewrite(managed, after, wasOut is null ? null : BaseEntry.OfTree(written.Oid, written.Size));
    }

    private static PathEntry AsEntry(TreeTotals totals) => new(TreeMode.Directory, totals.Oid, totals.Size, totals.Files);

    private static void RequireNamed(Repo repo, WorkTreeState state, CheckoutTarget target)
    {
        if (FilesOf(repo, target) < 0 && !HalfRemoved.Names(repo, state, target))
        {
            throw new DlsException(ErrorKind.Usage, $"remove '{target.Path}': the pointer '{target.Managed.PointerFile}' does not name it",
                $"run `dls ls {repo.ToTyped(target.Managed.Path.Value)}` to see what "
                + "it names; a file that was never added is removed with `rm`");
        }
    }

    private static long FilesOf(Repo repo, CheckoutTarget target)
    {
        PathEntry entry = new TreeMerge(repo.Store.Read, (_, _) => { }).Find(Snapshot.EntryOf(target.Managed.Pointer), target.Scope);
        return entry.IsPresent ? entry.Files : -1;
    }

    private sealed record Rewrite(ManagedPath Managed, Pointer After, BaseEntry? Base);
}
