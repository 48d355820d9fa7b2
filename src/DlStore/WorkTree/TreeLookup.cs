using DlStore.Objects;

namespace DlStore.WorkTree;

/// <summary>Finds one name in a directory's tree by going down one node a level.</summary>
internal static class TreeLookup
{
    public static PathEntry Find(Func<Oid, byte[]> read, Oid root, ReadOnlySpan<byte> name)
    {
        Oid at = root;
        for (int levels = 0; levels <= TreeNode.LevelMax; levels++)
        {
            TreeNode node = TreeNode.Open(read(at), at);
            Oid? child = null;
            while (node.Next())
            {
                int c = node.Name.SequenceCompareTo(name);
                if (node.Level == 0 && c == 0)
                {
                    return new PathEntry(node.Mode, node.Oid, node.Size, node.Files);
                }

                if (c > 0)
                {
                    break;
                }

                child = node.Oid;
            }

            if (node.Level == 0 || child is not { } next)
            {
                return default;
            }

            at = next;
        }

        return default;
    }
}
