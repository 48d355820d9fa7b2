using System.Text;
using DlStore.Io;
using DlStore.Objects;

namespace DlStore.WorkTree;

/// <summary>
/// Makes a tree of a list of files below a directory, whatever else lies there. Nothing is read yet; <see cref="FileIngest"/> does that.
/// </summary>
internal static class FileListTree
{
    /// <summary>Makes the tree.</summary>
    /// <param name="root">Absolute path of a directory.</param>
    /// <param name="paths">Files and symlinks relative to it, <c>/</c> between names. Those that are not there, and directories, are passed
    /// over.</param>
    /// <param name="skipped">Told of what was passed over.</param>
    /// <returns>A tree whose files have no oid yet.</returns>
    /// <exception cref="DlsException">Kind Failed: a name that cannot be stored, or something that is neither file nor symlink.</exception>
    public static DiskTree Of(string root, IEnumerable<string> paths, Action<string>? skipped = null)
    {
        WorkDir directory = new(root);
        SortedDictionary<string, SortedDictionary<string, DiskEntry>> found = new(StringComparer.Ordinal) { [""] = Empty() };
        foreach (string path in paths.Distinct(StringComparer.Ordinal))
        {
            if (path.Split('/').Select(
                static n => EntryName.WhyRefused(Encoding.UTF8.GetBytes(n))).FirstOrDefault(static r => r is not null) is { } reason)
            {
                throw new DlsException(ErrorKind.Failed,
                    $"read '{EntryName.Show(Encoding.UTF8.GetBytes($"{root}/{path}"))}': {reason}", "rename the file, or leave it out");
            }

            if (!directory.TryStat(path, out FileStat stat) || stat.IsDirectory)
            {
                skipped?.Invoke(path);
                continue;
            }

            TreeMode mode = DiskEntry.ModeOf(stat);
            if (mode == TreeMode.None)
            {
                throw new DlsException(ErrorKind.Failed, $"read '{root}/{path}': it is a {stat.Describe()}", "leave it out");
            }

            int slash = path.LastIndexOf('/');
            Put(found, slash < 0 ? "" : path[..slash], path[(slash + 1)..], new DiskEntry
            {
                Mode = mode,
                Size = stat.Size,
                Mtime = stat.Mtime,
                Ctime = stat.Ctime,
                Inode = stat.Inode,
                NeedsHash = true
            });
        }

        return new DiskTree(root,
            found.ToDictionary(static d => d.Key, static d => (DirListing?)Listing(d.Key, d.Value), StringComparer.Ordinal), null, []);
    }

    private static void Put(
        SortedDictionary<string, SortedDictionary<string, DiskEntry>> found, string directory, string name, DiskEntry entry)
    {
        if (!found.TryGetValue(directory, out SortedDictionary<string, DiskEntry>? entries))
        {
            found[directory] = entries = Empty();
            int slash = directory.LastIndexOf('/');
            Put(found, slash < 0 ? "" : directory[..slash], directory[(slash + 1)..], new DiskEntry { Mode = TreeMode.Directory });
        }

        entries[name] = entry;
    }

    private static SortedDictionary<string, DiskEntry> Empty() => new(
        Comparer<string>.Create(static (a, b) => Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b))));

    private static DirListing Listing(string path, SortedDictionary<string, DiskEntry> entries)
    {
        using MemoryStream names = new();
        DiskEntry[] array = new DiskEntry[entries.Count];
        int i = 0;
        foreach ((string name, DiskEntry entry) in entries)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(name);
            array[i] = entry;
            array[i].NameOffset = (int)names.Length;
            array[i].NameLength = (ushort)bytes.Length;
            names.Write(bytes);
            i++;
        }

        return new DirListing(path, names.ToArray(), array, array.Length);
    }
}
