using System.Globalization;
using System.Text;
using DlStore.Io;
using DlStore.Objects;

namespace DlStore.WorkTree;

/// <summary>What was last written out at one pointer's path.</summary>
/// <param name="Kind">Blob or tree.</param>
/// <param name="Oid">The blob; or the tree of exactly the paths that were written out.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Stat">For a blob its stat when it was last hashed; all zero means hash it again.</param>
/// <param name="Stamp">The file system's clock when the line was written.</param>
public readonly record struct BaseEntry(ObjectKind Kind, Oid Oid, long Size, FileStat Stat, long Stamp)
{
    /// <summary>Gives the line of a directory.</summary>
    /// <param name="oid">The tree of what was written out.</param>
    /// <param name="size">Bytes below.</param>
    /// <returns>A line without a stat.</returns>
    public static BaseEntry OfTree(Oid oid, long size) => new(ObjectKind.Tree, oid, size, new FileStat(size, 0, 0, 0, 0, 0, 0), 0);

    /// <summary>Tells whether a file still is what it was when it was hashed.</summary>
    /// <param name="now">Its stat now.</param>
    /// <returns>True if every sign of change is absent and the file is older than the line.</returns>
    public bool Trusts(FileStat now) => Stat.Inode != 0 && Stat.SameContentAs(now) && now.Mtime < Stamp && now.Ctime < Stamp;
}

/// <summary>
/// The file <c>base</c> of a work tree (docs/formats/work-tree-state.md). Read without a lock; written whole, under the work tree lock, so
/// a reader sees the old or the
/// new. If it is lost, nothing is taken for deleted.
/// </summary>
public sealed class Base
{
    private const string FirstLine = "dls-base 1";
    private readonly string _path;
    private readonly SortedDictionary<string, BaseEntry> _entries = new(StringComparer.Ordinal);
    private bool _isChanged;

    private Base(string path) => _path = path;

    /// <summary>Gets the managed paths that were written out here.</summary>
    public IEnumerable<string> Paths => _entries.Keys;

    /// <summary>Reads the file; an absent or damaged one is empty.</summary>
    /// <param name="directory">The work tree's state directory.</param>
    /// <returns>The base.</returns>
    public static Base Read(string directory)
    {
        Base result = new(Path.Combine(directory, "base"));
        if (!File.Exists(result._path))
        {
            return result;
        }

        bool first = true;
        foreach (string line in EscapedLine.ReadFile(result._path))
        {
            if (first && line != FirstLine)
            {
                return result;
            }

            string[] parts = line.Split(' ', 9);
            if (!first && parts.Length == 9 && parts[0] is "tree" or "blob"
                && Oid.TryParse(parts[1], out Oid oid) && RelPath.TryParse(parts[8], out _, out _) && TryNumbers(parts, out long[] n))
            {
                FileStat stat = new(n[0], n[1], n[2], (ulong)n[3], (uint)n[4], 0, 0);
                result._entries[parts[8]] = new BaseEntry(parts[0] == "tree" ? ObjectKind.Tree : ObjectKind.Blob, oid, n[0], stat, n[5]);
            }

            first = false;
        }

        return result;
    }

    /// <summary>Gives the entry of a path.</summary>
    /// <param name="path">A managed path.</param>
    /// <returns>Its base, or null if nothing was written out there.</returns>
    public BaseEntry? Find(RelPath path) => _entries.TryGetValue(path.Value, out BaseEntry entry) ? entry : null;

    /// <summary>
    /// Sets or removes one entry, in memory. The caller holds the work tree lock, has read the base under it, and calls <see
    /// cref="Write"/> once for all.
    /// </summary>
    /// <param name="path">A managed path.</param>
    /// <param name="entry">The new entry; null removes it.</param>
    public void Set(RelPath path, BaseEntry? entry)
    {
        if (entry is { } given)
        {
            // As it will be read back, so that what says the same is no change.
            BaseEntry value = given with { Stat = given.Stat with { Size = given.Size, Uid = 0, Device = 0 } };
            _isChanged |= !_entries.TryGetValue(path.Value, out BaseEntry before) || before != value;
            _entries[path.Value] = value;
        }
        else
        {
            _isChanged |= _entries.Remove(path.Value);
        }
    }

    /// <summary>Writes the file, if anything in it has changed. Durable when it returns.</summary>
    /// <exception cref="DlsException">Kind Failed: it cannot be written; the old base is still there.</exception>
    public void Write()
    {
        if (!_isChanged)
        {
            return;
        }

        StringBuilder text = new(FirstLine + "\n");
        foreach ((string key, BaseEntry e) in _entries)
        {
            string kind = e.Kind == ObjectKind.Tree ? "tree" : "blob";
            string mode = Convert.ToString(e.Stat.Mode, 8);
            text.Append(CultureInfo.InvariantCulture,
                $"{kind} {e.Oid} {e.Size} {e.Stat.Mtime} {e.Stat.Ctime} {e.Stat.Inode} {mode} {e.Stamp} {key}\n");
        }

        AtomicFile.MakeDirectory(Path.GetDirectoryName(_path)!);
        AtomicFile.Write(_path, text.ToString());
        _isChanged = false;
    }

    private static bool TryNumbers(string[] parts, out long[] numbers)
    {
        numbers = new long[6];
        for (int i = 0; i < 6; i++)
        {
            // Inodes use all 64 bits on some file systems.
            ulong inode = 0;
            bool ok = i switch
            {
                3 => ulong.TryParse(parts[5], NumberStyles.None, CultureInfo.InvariantCulture, out inode),
                4 => TryOctal(parts[6], out numbers[4]),
                _ => long.TryParse(parts[i + 2], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out numbers[i]),
            };
            numbers[i] = i == 3 ? (long)inode : numbers[i];
            if (!ok)
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryOctal(string text, out long value)
    {
        value = 0;
        foreach (char c in text)
        {
            if (c is < '0' or > '7' || value > uint.MaxValue >> 3)
            {
                return false;
            }

            value = (value * 8) + (c - '0');
        }

        return text.Length > 0;
    }
}
