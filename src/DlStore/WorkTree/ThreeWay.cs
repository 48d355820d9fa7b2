using System.Text;
using DlStore.Objects;

namespace DlStore.WorkTree;

/// <summary>Told what differs between base, pointer and disk.</summary>
internal abstract class ThreeWayVisitor
{
    /// <summary>A path where pointer and disk differ, directories left out: base, pointer and disk each have a leaf or nothing.</summary>
    public abstract void Visit(string path, in PathEntry wasOut, in PathEntry pointer, in PathEntry disk);

    /// <summary>A directory that differs is reached; false leaves it out.</summary>
    public virtual bool Enter(string path, in PathEntry wasOut, in PathEntry pointer, in PathEntry disk) => true;

    /// <summary>A directory that was entered is done.</summary>
    public virtual void Leave(string path, in PathEntry wasOut, in PathEntry pointer, in PathEntry disk)
    {
    }
}

/// <summary>
/// Walks base, pointer and disk in step, name by name, and reports what differs. Where pointer and disk have the same tree nothing is read.
/// Memory grows with the
/// depth, not the number of files.
/// </summary>
/// <param name="read">Gives tree nodes.</param>
/// <param name="disk">The sealed scan, or null if nothing is on disk.</param>
internal sealed class ThreeWay(Func<Oid, byte[]> read, DiskTree? disk)
{
    public void Walk(in PathEntry wasOut, in PathEntry pointer, ThreeWayVisitor visitor)
    {
        PathEntry onDisk = disk is null ? default : new PathEntry(TreeMode.Directory, disk.Totals.Oid, disk.Totals.Size, disk.Totals.Files);
        if (!pointer.Same(onDisk))
        {
            WalkDirectory("", wasOut, pointer, onDisk, visitor, 0);
        }
    }

    private void WalkDirectory(
        string path, in PathEntry wasOut, in PathEntry pointer, in PathEntry onDisk, ThreeWayVisitor visitor, int depth)
    {
        TreeNode.RequireDepth(depth, path);
        if (!visitor.Enter(path, wasOut, pointer, onDisk))
        {
            return;
        }

        EntrySide? b = EntrySide.OfTree(read, wasOut);
        EntrySide? p = EntrySide.OfTree(read, pointer);
        EntrySide? d = EntrySide.OfDisk(onDisk.IsDirectory ? disk!.Find(path) : null);
        byte[] name = new byte[Io.EntryName.LengthMax];
        while (TryNext(b, p, d, name, out int length))
        {
            PathEntry eb = Take(b, name.AsSpan(0, length));
            PathEntry ep = Take(p, name.AsSpan(0, length));
            PathEntry ed = Take(d, name.AsSpan(0, length));
            if (ep.Same(ed))
            {
                continue;
            }

            string text = Encoding.UTF8.GetString(name, 0, length);
            string child = path.Length == 0 ? text : path + "/" + text;
            if (!ep.AsLeaf().Same(ed.AsLeaf()))
            {
                visitor.Visit(child, eb.AsLeaf(), ep.AsLeaf(), ed.AsLeaf());
            }

            if (ep.IsDirectory || ed.IsDirectory)
            {
                WalkDirectory(
                    child, eb.IsDirectory ? eb : default, ep.IsDirectory ? ep : default, ed.IsDirectory ? ed : default, visitor, depth + 1);
            }
        }

        visitor.Leave(path, wasOut, pointer, onDisk);
    }

    /// <summary>Copies out the least current name of three sides.</summary>
    internal static bool TryNext(EntrySide? a, EntrySide? b, EntrySide? c, byte[] name, out int length)
    {
        ReadOnlySpan<byte> least = default;
        bool found = false;
        foreach (EntrySide? side in new ReadOnlySpan<EntrySide?>([a, b, c]))
        {
            if (side is { HasCurrent: true } && (!found || side.Name.SequenceCompareTo(least) < 0))
            {
                least = side.Name;
                found = true;
            }
        }

        length = least.Length;
        least.CopyTo(name);
        return found;
    }

    /// <summary>Gives a side's entry if it stands at this name, and steps it.</summary>
    internal static PathEntry Take(EntrySide? side, ReadOnlySpan<byte> name)
    {
        if (side is not { HasCurrent: true } || !side.Name.SequenceEqual(name))
        {
            return default;
        }

        PathEntry entry = side.Entry;
        side.Step();
        return entry;
    }
}
