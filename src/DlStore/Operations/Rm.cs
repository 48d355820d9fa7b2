using DlStore.Io;
using DlStore.Objects;
using DlStore.WorkTree;

namespace DlStore.Operations;

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
        List<CheckoutTarget> targets = [];
        foreach (string typed in options.Paths)
        {
            RelPath path = repo.ToRelPath(typed);
            ManagedPath managed = repo.FindManaged(path) ?? HalfRemoved.Find(repo, path) ?? throw UnknownWord.Error(repo, "rm", typed);
            CheckoutTarget target = new(managed, managed.Path == path ? "" : path.Value[(managed.Path.Value.Length + 1)..], false);
            RequireNamed(repo, target);
            targets.Add(target);
        }

        RemovedPath[] removed = [.. targets.Select(t => new RemovedPath(t.Path, t.Scope.Length == 0, Math.Max(0, FilesOf(repo, t))))];
        if (options.DryRun)
        {
            return new RmResult(removed, null);
        }

        string[] onDisk = options.Keep ? [] : [.. targets.Where(t => new WorkDir(repo.WorkTree).TryStat(t.Path.Value, out _)).Select(t => t.Path.Value).Distinct()];
        TrashEntry? trashed = onDisk.Length == 0 ? null : repo.Trash.Move(repo.WorkTree, onDisk, "dls rm");
        CrashPoint.Hit("rm.trashed");
        List<RelPath> toStage = [];
        foreach (CheckoutTarget target in targets)
        {
            Unpoint(repo, target, toStage);
        }

        if (!options.NoGit)
        {
            repo.Git.Stage(toStage);
        }

        return new RmResult(removed, trashed);
    }

    private static void Unpoint(Repo repo, CheckoutTarget target, List<RelPath> toStage)
    {
        RelPath root = target.Managed.Path;
        string file = repo.Absolute(root) + Pointer.Suffix;
        Base wasOut = Base.Read(repo.StateDirectory);
        toStage.Add(RelPath.Parse(target.Managed.PointerFile));
        if (target.Scope.Length == 0)
        {
            File.Delete(file);
            AtomicFile.FlushDirectory(Path.GetDirectoryName(file)!);
            CrashPoint.Hit("rm.unpointed");
            // Staged whether or not the line was still there: an rm that was killed may have come this far.
            _ = IgnoreFile.Remove(repo, root);
            toStage.Add(RelPath.Parse(IgnoreFile.PathOf(root)));
            wasOut.Set(root, null);
            CheckoutJournal.Find(repo.StateDirectory, root)?.End(repo.StateDirectory);
            repo.ForgetStats(root);
            CrashPoint.Hit("rm.unbased");
            return;
        }

        using ObjectWriter writer = repo.BeginWrite();
        NodeBuffer nodes = new(repo.Store, writer);
        TreeMerge trees = new(nodes.Read, nodes.Put);
        Pointer before = repo.FindPointer(root)!;
        TreeTotals totals = trees.Set(Snapshot.EntryOf(before), target.Scope, default);
        BaseEntry? baseEntry = wasOut.Find(root);
        TreeTotals? without = baseEntry is null ? null : trees.Set(Snapshot.EntryOf(baseEntry), target.Scope, default);
        writer.Commit();
        AtomicFile.Write(file, (before with { Oid = totals.Oid, Size = totals.Size, Files = totals.Files }).ToBytes());
        CrashPoint.Hit("rm.unpointed");
        if (without is { } rest)
        {
            wasOut.Set(root, BaseEntry.OfTree(rest.Oid, rest.Size));
        }

        CrashPoint.Hit("rm.unbased");
    }

    private static void RequireNamed(Repo repo, CheckoutTarget target)
    {
        if (FilesOf(repo, target) < 0 && !HalfRemoved.Names(repo, target))
        {
            throw new DlsException(ErrorKind.Usage, $"remove '{target.Path}': the pointer '{target.Managed.PointerFile}' does not name it", $"run `dls ls {target.Managed.Path}` to see what it names; a file that was never added is removed with `rm`");
        }
    }

    private static long FilesOf(Repo repo, CheckoutTarget target)
    {
        PathEntry entry = new TreeMerge(repo.Store.Read, (_, _) => { }).Find(Snapshot.EntryOf(target.Managed.Pointer), target.Scope);
        return entry.IsPresent ? entry.Files : -1;
    }
}
