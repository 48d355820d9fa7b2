using System.Text;
using DlStore.Ignoring;
using DlStore.Io;
using DlStore.Objects;

namespace DlStore.WorkTree;

/// <summary>
/// The stats of the entries of one directory, beside what the stat cache remembers of them: what agrees keeps its oid, the rest is marked
/// to be hashed.
/// </summary>
/// <param name="cache">The stat cache of the last scan, or null.</param>
/// <param name="skipPrefix">Names that begin so are dls's own temp files of an interrupted checkout.</param>
/// <param name="ignore">What is left out, or null for nothing.</param>
/// <param name="refuse">Told of what cannot be stored, and why; from any thread.</param>
internal sealed class EntryStats(StatCache? cache, string? skipPrefix, IgnoreRules? ignore, Action<string, string> refuse)
{
    /// <summary>
    /// A directory that holds exactly the files just written into it: their listing serves as it is, so a million files are not listed
    /// twice in memory.
    /// </summary>
    public static bool IsAsWritten(int fd, DirectoryReader reader, DirListing written)
    {
        if (reader.Count != written.Count)
        {
            return false;
        }

        for (int i = 0; i < written.Count; i++)
        {
            ref DiskEntry was = ref written.Entries[i];
            bool same = written.NameOf(i).SequenceEqual(reader.NameOf(i))
                && Sys.TryStatAt(fd, reader.NameOf(i), out FileStat now) && DiskEntry.ModeOf(now) == was.Mode
                && now.Inode == was.Inode && now.Size == was.Size && now.Mtime == was.Mtime && now.Ctime == was.Ctime;
            if (!same)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Takes the stats of a directory's entries.</summary>
    /// <param name="directory">Relative to the root.</param>
    /// <param name="fd">The directory, open.</param>
    /// <param name="reader">Its names.</param>
    /// <param name="rules">What is left out in it, if anything is.</param>
    /// <param name="fresh">What a checkout has just written there, or null.</param>
    /// <param name="cached">Its block of the stat cache, or null.</param>
    /// <param name="cachedCount">How many entries that has.</param>
    /// <param name="same">Whether it agrees with the cache as a whole.</param>
    public DirListing Take(
        string directory, int fd, DirectoryReader reader, IgnoreRules.Scope? rules, DirListing? fresh, byte[]? cached, int cachedCount,
        out bool same)
    {
        DiskEntry[] entries = new DiskEntry[reader.Count];
        byte[] names = new byte[reader.NamesLength];
        StatCache.Reader old = new(cached, cachedCount);
        bool hasOld = old.Next();
        int count = 0;
        int at = 0;
        same = cached is not null;
        for (int i = 0; i < reader.Count; i++)
        {
            ReadOnlySpan<byte> name = reader.NameOf(i);
            if (!TryStat(directory, fd, reader, i, rules, out DiskEntry entry))
            {
                continue;
            }

            while (hasOld && old.Name.SequenceCompareTo(name) < 0)
            {
                same = false;
                hasOld = old.Next();
            }

            bool known = hasOld && old.Name.SequenceEqual(name);
            same &= TakeOver(ref entry, known, old.Entry);
            TryFresh(fresh, name, ref entry);
            hasOld = known ? old.Next() : hasOld;
            name.CopyTo(names.AsSpan(at));
            entry.NameOffset = at;
            entry.NameLength = (ushort)name.Length;
            at += name.Length;
            entries[count++] = entry;
        }

        same &= !hasOld;
        return new DirListing(directory, names, entries, count);
    }

    /// <summary>Gives an entry the cached oid if every sign of change is absent.</summary>
    private bool TakeOver(ref DiskEntry entry, bool known, in DiskEntry old)
    {
        if (entry.Mode == TreeMode.Directory)
        {
            return known && old.Mode == TreeMode.Directory;
        }

        bool unchanged = known && old.Inode != 0 && old.Inode == entry.Inode && old.Size == entry.Size && old.Mtime == entry.Mtime
            && old.Ctime == entry.Ctime && old.Mode == entry.Mode && entry.Mtime < cache!.Stamp && entry.Ctime < cache.Stamp;
        entry.NeedsHash = !unchanged;
        entry.Oid = unchanged ? old.Oid : default;
        return unchanged;
    }

    /// <summary>Gives a file that a checkout has just written the oid it was written from, if it still has the stat it had then.</summary>
    private static void TryFresh(DirListing? fresh, ReadOnlySpan<byte> name, ref DiskEntry entry)
    {
        if (entry.NeedsHash && fresh is not null && fresh.Find(name) is var i and >= 0)
        {
            ref DiskEntry was = ref fresh.Entries[i];
            if (was.Inode == entry.Inode
                && was.Size == entry.Size && was.Mtime == entry.Mtime && (was.Mode == TreeMode.Symlink || was.Ctime == entry.Ctime))
            {
                entry.Oid = was.Oid;
                entry.NeedsHash = false;
            }
        }
    }

    private bool TryStat(string directory, int fd, DirectoryReader reader, int i, IgnoreRules.Scope? rules, out DiskEntry entry)
    {
        ReadOnlySpan<byte> name = reader.NameOf(i);
        entry = new DiskEntry { Mode = TreeMode.Directory };
        if (IsTemp(name))
        {
            return false;
        }

        FileStat stat = default;
        if (!reader.IsDirectory(i) && !Sys.TryStatAt(fd, name, out stat))
        {
            // Deleted since the directory was read: as if it had never been listed.
            return false;
        }

        bool isDirectory = reader.IsDirectory(i) || stat.IsDirectory;
        if (rules is not null && ignore!.IsLeftOut(rules, directory, name, isDirectory))
        {
            return false;
        }

        if (EntryName.WhyRefused(name) is { } reason)
        {
            refuse(Join(directory, EntryName.Show(name)), reason);
            return false;
        }

        return isDirectory || TryTake(directory, fd, name, stat, out entry);
    }

    private bool TryTake(string directory, int fd, ReadOnlySpan<byte> name, in FileStat stat, out DiskEntry entry)
    {
        entry = EntryOf(stat);
        if (entry.Mode is TreeMode.None || (stat.IsFile && !CanRead(fd, name, stat)))
        {
            refuse(Join(directory, EntryName.Show(name)), entry.Mode is TreeMode.None ? $"it is a {stat.Describe()}" : "permission denied");
            return false;
        }

        return true;
    }

    /// <summary>Takes over what a stat says; of a directory only that it is one.</summary>
    private static DiskEntry EntryOf(in FileStat stat) => DiskEntry.ModeOf(stat) switch
    {
        TreeMode.Directory => new DiskEntry { Mode = TreeMode.Directory },
        TreeMode mode => new DiskEntry { Mode = mode, Size = stat.Size, Mtime = stat.Mtime, Ctime = stat.Ctime, Inode = stat.Inode },
    };

    private bool IsTemp(ReadOnlySpan<byte> name) =>
        skipPrefix is not null && Encoding.UTF8.GetString(name).StartsWith(skipPrefix, StringComparison.Ordinal);

    /// <summary>Decides by the mode bits where they are enough, so that no second call per file is made.</summary>
    private static bool CanRead(int fd, ReadOnlySpan<byte> name, in FileStat stat) =>
        (stat.Mode & Permissions.AllRead) == Permissions.AllRead || Sys.IsReadableAt(fd, name);

    private static string Join(string directory, string name) => directory.Length == 0 ? name : directory + "/" + name;
}
