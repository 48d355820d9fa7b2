using DlStore.Objects;
using DlStore.WorkTree;

namespace DlStore.Operations.Views;

/// <summary>
/// Says of stored objects who needs them: one of several owners, or more than one. Each listing is read at most twice, however many owners
/// name it.
/// </summary>
/// <param name="store">The local store.</param>
/// <param name="cancel">Stops it.</param>
internal sealed class SpaceClaims(ObjectStore store, CancellationToken cancel)
{
    /// <summary>The owner of what more than one owner names.</summary>
    public const int Shared = -1;

    private readonly Dictionary<Oid, int> _owners = [];

    /// <summary>Gets how many objects are named and not here.</summary>
    public long Absent { get; private set; }

    /// <summary>Claims all that an entry names.</summary>
    /// <param name="entry">A blob or a directory.</param>
    /// <param name="owner">Who claims it, from 0 on.</param>
    /// <param name="keepers">Owners below this number keep what they have claimed.</param>
    public void Claim(in PathEntry entry, int owner, int keepers = 0)
    {
        if (entry.IsDirectory)
        {
            ClaimNode(entry.Oid, owner, keepers, 0);
        }
        else if (entry.IsPresent)
        {
            _ = TryClaim(entry.Oid, owner, keepers);
        }
    }

    /// <summary>Sums up what the objects of each owner take in the store.</summary>
    /// <returns>By owner; those that are not here take nothing.</returns>
    public Dictionary<int, StoredBytes> Sum()
    {
        Dictionary<int, StoredBytes> sums = [];
        foreach ((Oid oid, int owner) in _owners)
        {
            cancel.ThrowIfCancellationRequested();
            long? stored = store.Find(oid) is { } packed ? PackFormat.EntryHeaderLength + packed.Entry.Stored
                : store.Large.Contains(oid) ? new FileInfo(store.Large.PathOf(oid)).Length : null;
            Absent += stored is null ? 1 : 0;
            sums[owner] = sums.GetValueOrDefault(owner).Add(stored);
        }

        return sums;
    }

    private bool TryClaim(Oid oid, int owner, int keepers)
    {
        if (!_owners.TryGetValue(oid, out int before))
        {
            _owners[oid] = owner;
            return true;
        }

        if (before == owner || before == Shared || before < keepers)
        {
            return false;
        }

        _owners[oid] = Shared;
        return true;
    }

    private void ClaimNode(Oid oid, int owner, int keepers, int depth)
    {
        cancel.ThrowIfCancellationRequested();
        TreeNode.RequireDepth(depth / (TreeNode.LevelMax + 1), oid.ToString());
        if (!TryClaim(oid, owner, keepers) || store.Find(oid) is null)
        {
            return;
        }

        TreeNode node = TreeNode.Open(store.Read(oid), oid);
        while (node.Next())
        {
            if (node.Level > 0 || node.Mode == TreeMode.Directory)
            {
                ClaimNode(node.Oid, owner, keepers, depth + 1);
            }
            else
            {
                _ = TryClaim(node.Oid, owner, keepers);
            }
        }
    }
}
