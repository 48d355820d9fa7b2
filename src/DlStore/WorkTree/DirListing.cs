using DlStore.Objects;

namespace DlStore.WorkTree;

/// <summary>The entries of one directory on disk, sorted by name. Names lie in one array.</summary>
internal sealed class DirListing(string path, byte[] names, DiskEntry[] entries, int count)
{
    /// <summary>Gets the path relative to the scanned root, <c>/</c> between names, empty for the root.</summary>
    public string Path => path;

    /// <summary>
    /// Gives the same entries under another path: a checkout names directories from the work tree, a scan from its own root.
    /// </summary>
    public DirListing At(string other) => new(other, names, entries, count) { Totals = Totals };

    public DiskEntry[] Entries => entries;

    public int Count => count;

    /// <summary>Gets or sets the directory's tree, once known.</summary>
    public TreeTotals Totals { get; set; }

    public ReadOnlySpan<byte> NameOf(int i) => names.AsSpan(entries[i].NameOffset, entries[i].NameLength);

    public string PathOf(int i)
    {
        string name = System.Text.Encoding.UTF8.GetString(NameOf(i));
        return path.Length == 0 ? name : path + "/" + name;
    }

    /// <summary>Finds a name by halving.</summary>
    /// <returns>Its position, or -1.</returns>
    public int Find(ReadOnlySpan<byte> name)
    {
        int low = 0;
        int high = count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            int c = NameOf(middle).SequenceCompareTo(name);
            if (c == 0)
            {
                return middle;
            }

            (low, high) = c < 0 ? (middle + 1, high) : (low, middle);
        }

        return -1;
    }
}
