using DlStore.Git;
using DlStore.Io;
using DlStore.Objects;
using DlStore.Operations.Words;
using DlStore.WorkTree;

namespace DlStore.Operations.Store;

/// <summary>
/// Finds what an rm that was killed left to do: the pointer is gone, or does not name the path any more, but git's index or the base still
/// does. The same command again
/// finishes it.
/// </summary>
internal static class HalfRemoved
{
    /// <summary>Finds a managed path whose pointer file is gone already.</summary>
    public static ManagedPath? Find(Repo repo, WorkTreeState state, RelPath path)
    {
        if (Staged(repo, state, path) is { } staged)
        {
            return new ManagedPath(path, staged);
        }

        return state.Base.Find(path) is { } entry
            ? new ManagedPath(path, new Pointer { Kind = entry.Kind, Oid = entry.Oid, Size = entry.Size })
            : null;
    }

    /// <summary>
    /// Finds a path inside a pointer that the pointer names no more; what is on disk there is the user's, and then it is not ours to
    /// finish.
    /// </summary>
    public static bool Names(Repo repo, WorkTreeState state, CheckoutTarget target)
    {
        if (Sys.TryStat(repo.Absolute(target.Path), out _))
        {
            return false;
        }

        TreeMerge trees = new(repo.Store.Read, (_, _) => { });
        RelPath root = target.Managed.Path;
        return trees.Find(Snapshot.EntryOf(state.Base.Find(root)), target.Scope).IsPresent
            || trees.Find(Snapshot.EntryOf(Staged(repo, state, root)), target.Scope).IsPresent;
    }

    private static Pointer? Staged(Repo repo, WorkTreeState state, RelPath path)
    {
        string file = path.Value + Pointer.Suffix;
        foreach (GitIndexEntry entry in state.Index.Find(file))
        {
            if (entry.IsFile && repo.Git.CatFile.Read(entry.BlobId)?.Bytes is { } bytes)
            {
                return Pointer.Parse(bytes, file);
            }
        }

        return null;
    }
}
