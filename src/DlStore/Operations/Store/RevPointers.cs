using DlStore.Git;
using DlStore.Io;
using DlStore.Objects;
using DlStore.Operations.Words;
using DlStore.WorkTree;

namespace DlStore.Operations.Store;

/// <summary>
/// Takes pointers over from another commit, as <c>git checkout REV -- PATH</c> does with files: work tree and git's index, not HEAD.
/// </summary>
internal static class RevPointers
{
    /// <summary>Writes and stages the pointers at or around the paths as they are at a commit.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="change">Holds the work tree lock; takes the pointers and commits them.</param>
    /// <param name="rev">Any name git knows for a commit.</param>
    /// <param name="typed">Managed paths, directories above them, or paths inside them.</param>
    /// <param name="dryRun">Plan only.</param>
    /// <returns>What to check out.</returns>
    public static IReadOnlyList<CheckoutTarget> TakeOver(
        Repo repo,
        WorkTreeChange change,
        string rev,
        IReadOnlyList<string> typed,
        bool dryRun)
    {
        if (typed.Count == 0)
        {
            throw new DlsException(ErrorKind.Usage, $"check out '{rev}': --rev needs a path",
                "name the paths to take from that commit; to move everything, run `git checkout REV` and then `dls checkout`");
        }

        CommitId commit = repo.Git.ResolveCommit(rev)
            ?? throw new DlsException(
                ErrorKind.Usage, $"check out '{rev}': git knows no such commit", "run `git log` or `git tag` to find one");
        IReadOnlyList<ManagedPath> there = new CommitReader(repo).ReadManaged(commit);
        List<CheckoutTarget> targets = [];
        Dictionary<RelPath, Pointer> changed = [];
        foreach (string text in typed)
        {
            RelPath path = repo.ToRelPath(text);
            ManagedPath[] found = FindAt(there, path, commit, rev);

            targets.AddRange(found.Select(m => Target(repo, m, path, rev, changed)));
        }

        // Several paths inside one pointer make one new pointer, that of the last.
        targets = targets.ConvertAll(
            t => changed.TryGetValue(t.Managed.Path, out Pointer? last) ? t with { Managed = t.Managed with { Pointer = last } } : t);
        if (!dryRun)
        {
            Write(change, targets);
        }

        return targets;
    }

    private static ManagedPath[] FindAt(IReadOnlyList<ManagedPath> there, RelPath path, CommitId commit, string rev)
    {
        ManagedPath[] found = [
            .. there.Where(m => m.Path.IsAtOrBelow(path) || (m.Pointer.Kind == ObjectKind.Tree && path.IsAtOrBelow(m.Path)))];
        if (found.Length == 0)
        {
            throw new DlsException(ErrorKind.Usage, $"check out '{path}': commit {commit.ToShort()} has no pointer there",
                $"run `dls ls --rev {ShellWord.Of(rev)}` to see what it has");
        }

        return found;
    }

    /// <summary>The whole pointer, or the present pointer with the path inside it set to what the commit has there.</summary>
    private static CheckoutTarget Target(Repo repo, ManagedPath then, RelPath path, string rev, Dictionary<RelPath, Pointer> changed)
    {
        Pointer? present = changed.GetValueOrDefault(then.Path) ?? repo.FindPointer(then.Path);
        if (path == then.Path || !path.IsAtOrBelow(then.Path) || present is not { Kind: ObjectKind.Tree } now)
        {
            changed[then.Path] = then.Pointer;
            return new CheckoutTarget(then, "", false);
        }

        string scope = then.ScopeOf(path);
        using ObjectWriter writer = repo.BeginWrite();
        NodeBuffer nodes = new(repo.Store, writer);
        TreeMerge trees = new(nodes.Read, nodes.Put);
        PathEntry entry = trees.Find(Snapshot.EntryOf(then.Pointer), scope);
        if (!entry.IsPresent)
        {
            throw new DlsException(ErrorKind.Usage, $"check out '{path}': the pointer of that commit does not name it",
                $"run `dls ls --rev {ShellWord.Of(rev)} {repo.ToTyped(then.Path.Value)}` to see what it names");
        }

        TreeTotals totals = trees.Set(Snapshot.EntryOf(now), scope, entry);
        writer.Commit();
        Pointer pointer = now with { Oid = totals.Oid, Size = totals.Size, Files = totals.Files };
        changed[then.Path] = pointer;
        return new CheckoutTarget(new ManagedPath(then.Path, pointer), scope, false);
    }

    private static void Write(WorkTreeChange change, List<CheckoutTarget> targets)
    {
        foreach (CheckoutTarget target in targets)
        {
            change.Point(target.Managed.Path, target.Managed.Pointer);
            _ = change.Ignore(target.Managed.Path);
            change.StageIgnoreFile(target.Managed.Path);
        }

        change.Commit();
    }
}
