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
/// <c>dls rm</c>: stops managing a path and takes its files from disk into the trash, whole, so that nothing has to be hashed and everything can be taken back. Stored
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
        using FileLock held = repo.LockWorkTree();
        IReadOnlyList<CheckoutTarget> targets = Resolve(repo, options.Paths);
        RemovedPath[] removed = [.. targets.Select(t => new RemovedPath(t.Path, t.Scope.Length == 0, Math.Max(0, FilesOf(repo, t))))];
        if (options.DryRun)
        {
            return new RmResult(removed, null);
        }

        // Whatever can fail on what is stored fails here, before a file has moved.
        List<Rewrite> rewrites = [.. targets.Where(static t => t.Scope.Length > 0).GroupBy(static t => t.Managed.Path).Select(g => PlanRewrite(repo, [.. g]))];
        string[] onDisk = options.Keep ? [] : [.. targets.Where(t => repo.Files.TryStat(t.Path.Value, out _)).Select(t => t.Path.Value)];
        TrashEntry? trashed = onDisk.Length == 0 ? null : repo.Trash.Move(repo.WorkTree, onDisk, "dls rm");
        CrashPoint.Hit("rm.trashed");
        List<RelPath> toStage = [];
        foreach (CheckoutTarget target in targets.Where(static t => t.Scope.Length == 0))
        {
            Unpoint(repo, target, toStage);
        }

        foreach (Rewrite rewrite in rewrites)
        {
            Apply(repo, rewrite, toStage);
        }

        if (!options.NoGit)
        {
            repo.Git.Stage(toStage);
        }

        return new RmResult(removed, trashed);
    }

    /// <summary>Finds what was typed, each once; a path inside another one that is removed goes with it.</summary>
    private static List<CheckoutTarget> Resolve(Repo repo, IReadOnlyList<string> typed)
    {
        List<CheckoutTarget> targets = [];
        foreach (string word in typed)
        {
            RelPath path = repo.ToRelPath(word);
            if (repo.FindManaged(path) is null && PathWords.LeftOut(repo, "rm", path, repo.ListPointers()) is { } sparse)
            {
                throw sparse;
            }

            ManagedPath managed = repo.FindManaged(path) ?? HalfRemoved.Find(repo, path) ?? throw UnknownWord.Error(repo, "rm", word);
            CheckoutTarget target = new(managed, managed.ScopeOf(path), false);
            RequireNamed(repo, target);
            if (!targets.Exists(t => target.Path.IsAtOrBelow(t.Path)))
            {
                targets.RemoveAll(t => t.Path.IsAtOrBelow(target.Path));
                targets.Add(target);
            }
        }

        return targets;
    }

    private static void Unpoint(Repo repo, CheckoutTarget target, List<RelPath> toStage)
    {
        RelPath root = target.Managed.Path;
        toStage.Add(RelPath.Parse(target.Managed.PointerFile));
        repo.Files.DeleteFile(target.Managed.PointerFile);
        CrashPoint.Hit("rm.unpointed");
        // Staged whether or not the line was still there: an rm that was killed may have come this far.
        _ = IgnoreFile.Remove(repo, root);
        toStage.Add(RelPath.Parse(IgnoreFile.PathOf(root)));
        Base.Read(repo.StateDirectory).Set(root, null);
        CheckoutJournal.Find(repo.StateDirectory, root)?.End(repo.StateDirectory);
        repo.ForgetStats(root);
        CrashPoint.Hit("rm.unbased");
    }

    /// <summary>Makes the trees of one pointer without some of its paths; stores them, and names them nowhere yet.</summary>
    private static Rewrite PlanRewrite(Repo repo, IReadOnlyList<CheckoutTarget> targets)
    {
        ManagedPath managed = targets[0].Managed;
        using ObjectWriter writer = repo.BeginWrite();
        NodeBuffer nodes = new(repo.Store, writer);
        TreeMerge trees = new(nodes.Read, nodes.Put);
        Pointer before = repo.FindPointer(managed.Path)!;
        BaseEntry? wasOut = Base.Read(repo.StateDirectory).Find(managed.Path);
        PathEntry pointed = Snapshot.EntryOf(before);
        PathEntry written = Snapshot.EntryOf(wasOut);
        foreach (CheckoutTarget target in targets)
        {
            pointed = AsEntry(trees.Set(pointed, target.Scope, default));
            written = wasOut is null ? written : AsEntry(trees.Set(written, target.Scope, default));
        }

        writer.Commit();
        Pointer after = before with { Oid = pointed.Oid, Size = pointed.Size, Files = pointed.Files };
        return new Rewrite(managed, after, wasOut is null ? null : BaseEntry.OfTree(written.Oid, written.Size));
    }

    private static PathEntry AsEntry(TreeTotals totals) => new(TreeMode.Directory, totals.Oid, totals.Size, totals.Files);

    private static void Apply(Repo repo, Rewrite rewrite, List<RelPath> toStage)
    {
        toStage.Add(RelPath.Parse(rewrite.Managed.PointerFile));
        repo.Files.Write(rewrite.Managed.PointerFile, rewrite.After.ToBytes());
        CrashPoint.Hit("rm.unpointed");
        if (rewrite.Base is { } rest)
        {
            Base.Read(repo.StateDirectory).Set(rewrite.Managed.Path, rest);
        }

        CrashPoint.Hit("rm.unbased");
    }

    private static void RequireNamed(Repo repo, CheckoutTarget target)
    {
        if (FilesOf(repo, target) < 0 && !HalfRemoved.Names(repo, target))
        {
            throw new DlsException(ErrorKind.Usage, $"remove '{target.Path}': the pointer '{target.Managed.PointerFile}' does not name it", $"run `dls ls {repo.ToTyped(target.Managed.Path.Value)}` to see what it names; a file that was never added is removed with `rm`");
        }
    }

    private static long FilesOf(Repo repo, CheckoutTarget target)
    {
        PathEntry entry = new TreeMerge(repo.Store.Read, (_, _) => { }).Find(Snapshot.EntryOf(target.Managed.Pointer), target.Scope);
        return entry.IsPresent ? entry.Files : -1;
    }

    private sealed record Rewrite(ManagedPath Managed, Pointer After, BaseEntry? Base);
}
