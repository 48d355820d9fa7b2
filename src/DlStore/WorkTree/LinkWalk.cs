using System.Text;
using DlStore.Io;
using DlStore.Objects;

namespace DlStore.WorkTree;

/// <summary>
/// Finds the files of a checkout that hold what their pointer names and are copies where links are wanted, or links where copies are.
/// </summary>
/// <param name="store">The store whose objects are linked.</param>
/// <param name="absolute">Absolute path of the walk's root.</param>
/// <param name="wanted">What they should be.</param>
internal sealed class LinkWalk(ObjectStore store, string absolute, LinkMode wanted)
{
    /// <summary>Lists them.</summary>
    /// <param name="named">What the pointer names at the walk's root.</param>
    /// <param name="onDisk">What is there.</param>
    /// <param name="disk">The sealed scan, where a directory is there.</param>
    /// <returns>Paths from the walk's root, empty for itself.</returns>
    public IEnumerable<(string Path, PathEntry Entry)> Find(PathEntry named, PathEntry onDisk, DiskTree? disk)
    {
        if (named.IsDirectory && disk is not null)
        {
            return Below("", named.Oid, disk, 0);
        }

        return named.Same(onDisk) && IsOther(absolute, named) ? [("", named)] : [];
    }

    private IEnumerable<(string Path, PathEntry Entry)> Below(string directory, Oid tree, DiskTree disk, int depth)
    {
        TreeNode.RequireDepth(depth, directory);
        if (disk.Find(directory) is not { } listing)
        {
            yield break;
        }

        TreeCursor cursor = new(store.Read, tree);
        while (cursor.Next())
        {
            byte[] name = cursor.Name.ToArray();
            string path = (directory.Length == 0 ? "" : directory + "/") + Encoding.UTF8.GetString(name);
            PathEntry entry = new(cursor.Mode, cursor.Oid, cursor.Size, cursor.Files);
            if (entry.IsDirectory)
            {
                foreach ((string Path, PathEntry Entry) below in Below(path, entry.Oid, disk, depth + 1))
                {
                    yield return below;
                }
            }
            else if (IsAsNamed(listing, name, entry) && IsOther($"{absolute}/{path}", entry))
            {
                yield return (path, entry);
            }
        }
    }

    private static bool IsAsNamed(DirListing listing, byte[] name, in PathEntry entry) =>
        listing.Find(name) is var i and >= 0 && listing.Entries[i].Oid == entry.Oid && listing.Entries[i].Mode == entry.Mode;

    private bool IsOther(string path, in PathEntry entry)
    {
        if (entry.Mode != TreeMode.File || !store.Large.Contains(entry.Oid) || !Sys.TryStat(path, out FileStat file)
            || !Sys.TryStat(store.Large.PathOf(entry.Oid), out FileStat blob))
        {
            return false;
        }

        return HardLink.IsSame(file, blob) != (wanted == LinkMode.Hard);
    }
}
