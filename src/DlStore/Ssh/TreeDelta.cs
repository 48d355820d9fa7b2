using System.Text;
using DlStore.Objects;

namespace DlStore.Ssh;

/// <summary>One file, symlink or directory of a tree.</summary>
/// <param name="Path">Bytes of its path below the root, <c>/</c> between names.</param>
/// <param name="Mode">Its mode.</param>
/// <param name="Size">Bytes; for a directory the sum below.</param>
/// <param name="Oid">Blob or directory root.</param>
internal readonly record struct TreeItem(byte[] Path, TreeMode Mode, long Size, Oid Oid);

/// <summary>
/// What has to be removed from a copy of one tree, and added to it, to make it a copy of another. Equal directories are not looked into.
/// </summary>
internal sealed class TreeDelta
{
    private readonly ObjectStore _store;

    private TreeDelta(ObjectStore store) => _store = store;

    /// <summary>Gets the paths to remove first, with everything below; in tree order.</summary>
    public List<byte[]> Remove { get; } = [];

    /// <summary>Gets what is to be added then, directories before what is in them; in tree order.</summary>
    public List<TreeItem> Add { get; } = [];

    /// <summary>Gets the files and symlinks that are equal.</summary>
    public long EqualFiles { get; private set; }

    /// <summary>Gets the bytes of <see cref="Add"/>.</summary>
    public long AddBytes { get; private set; }

    /// <summary>Gets the files and symlinks of <see cref="Add"/>.</summary>
    public long AddFiles { get; private set; }

    /// <summary>Compares two trees.</summary>
    /// <param name="store">Has all nodes of both.</param>
    /// <param name="from">The tree that is there, or null for nothing.</param>
    /// <param name="to">The tree that is wanted.</param>
    /// <returns>The difference.</returns>
    /// <exception cref="DlsException">Kind Missing or Corrupt: a node is not here or damaged.</exception>
    public static TreeDelta Between(ObjectStore store, Oid? from, Oid to)
    {
        TreeDelta delta = new(store);
        delta.Walk([], from, to, long.MaxValue, 0);
        return delta;
    }

    private void Walk(byte[] prefix, Oid? from, Oid to, long files, int depth)
    {
        TreeNode.RequireDepth(depth, Encoding.UTF8.GetString(prefix));
        if (from == to)
        {
            EqualFiles += files == long.MaxValue ? 1 : files;
            return;
        }

        TreeCursor? old = from is { } there ? new TreeCursor(_store.Read, there) : null;
        TreeCursor next = new(_store.Read, to);
        bool hasOld = old?.Next() ?? false;
        while (next.Next())
        {
            while (hasOld && old!.Name.SequenceCompareTo(next.Name) < 0)
            {
                Remove.Add(Join(prefix, old.Name));
                hasOld = old.Next();
            }

            bool both = hasOld && old!.Name.SequenceEqual(next.Name);
            Take(Join(prefix, next.Name), both ? old : null, next, depth);
            hasOld = both ? old!.Next() : hasOld;
        }

        for (; hasOld; hasOld = old!.Next())
        {
            Remove.Add(Join(prefix, old!.Name));
        }
    }

    private void Take(byte[] path, TreeCursor? old, TreeCursor next, int depth)
    {
        if (old is not null && old.Mode == next.Mode && (next.Mode == TreeMode.Directory || old.Oid == next.Oid))
        {
            if (next.Mode == TreeMode.Directory)
            {
                Walk(path, old.Oid, next.Oid, next.Files, depth + 1);
            }
            else
            {
                EqualFiles++;
            }

            return;
        }

        if (old is not null)
        {
            Remove.Add(path);
        }

        Add.Add(new TreeItem(path, next.Mode, next.Size, next.Oid));
        if (next.Mode == TreeMode.Directory)
        {
            Walk(path, null, next.Oid, next.Files, depth + 1);
        }
        else
        {
            AddFiles++;
            AddBytes += next.Size;
        }
    }

    private static byte[] Join(byte[] prefix, ReadOnlySpan<byte> name) => prefix.Length == 0
        ? name.ToArray() : [.. prefix, (byte)'/', .. name];
}
