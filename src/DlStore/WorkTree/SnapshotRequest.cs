using DlStore.Ignoring;
using DlStore.Io;
using DlStore.Objects;

namespace DlStore.WorkTree;

/// <summary>A path to take a snapshot of.</summary>
/// <param name="Path">A managed path, one that is to be managed, or one inside a managed directory.</param>
/// <param name="Pointer">Its pointer; null if it has none, or is inside a managed directory.</param>
/// <param name="WasOut">Its base; null if it has none, or is inside a managed directory.</param>
internal sealed record SnapshotRequest(RelPath Path, Pointer? Pointer, BaseEntry? WasOut)
{
    /// <summary>Gets what reads the rules for a directory, once one is found there; null where nothing is left out.</summary>
    public Func<IgnoreRules>? Ignore { get; init; }

    /// <summary>Makes the request of a managed path, less what its .dlsignore files leave out.</summary>
    public static SnapshotRequest WithIgnored(Repo repo, RelPath path, Pointer? pointer, BaseEntry? wasOut) => new(path, pointer, wasOut)
    {
        Ignore = () => Rules(repo, path, "", Snapshot.EntryOf(pointer), Snapshot.EntryOf(wasOut)),
    };

    /// <summary>Makes the request of a directory inside a managed path, less what its .dlsignore files leave out.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="path">The directory.</param>
    /// <param name="scope">Where it lies in the managed path.</param>
    /// <param name="pointer">The pointer of the managed path.</param>
    /// <param name="wasOut">Its base.</param>
    public static SnapshotRequest Inside(
        Repo repo, RelPath path, string scope, Pointer? pointer, BaseEntry? wasOut) => new(path, null, null)
        {
            Ignore = () => Rules(repo, path, scope, Snapshot.EntryOf(pointer), Snapshot.EntryOf(wasOut)),
        };

    private static IgnoreRules Rules(Repo repo, RelPath path, string scope, params PathEntry[] named)
    {
        TreeMerge trees = new(repo.Store.Read, static (_, _) => { });
        bool IsNamed(string below)
        {
            string at = scope.Length == 0 ? below : $"{scope}/{below}";
            try
            {
                return named.Any(tree => trees.Find(tree, at).IsPresent);
            }
            catch (DlsException e) when (e.Kind is ErrorKind.Missing or ErrorKind.Corrupt)
            {
                // It may be named: it is looked at like any other.
                return true;
            }
        }

        return new IgnoreRules(repo.WorkTree, path, IsNamed);
    }
}
