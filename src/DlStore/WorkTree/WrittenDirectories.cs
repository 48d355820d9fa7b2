namespace DlStore.WorkTree;

/// <summary>
/// What an extractor wrote, by directory, sorted, so that each of many paths finds its own part without going through all.
/// </summary>
internal sealed class WrittenDirectories
{
    private readonly Dictionary<string, DirListing> _listings;
    private readonly string[] _sorted;

    /// <summary>Initializes a new instance of the <see cref="WrittenDirectories"/> class.</summary>
    /// <param name="listings">By directory, from the top of the work tree.</param>
    /// <param name="clock">The file system's clock after the last write.</param>
    public WrittenDirectories(Dictionary<string, DirListing> listings, long clock)
    {
        _listings = listings;
        Clock = clock;

        // With a slash at the end all that lies below a directory is one run.
        _sorted = [.. listings.Keys.Select(static k => k + "/")];
        Array.Sort(_sorted, StringComparer.Ordinal);
    }

    /// <summary>Gets the clock by which the file system stamps files, after the last write. Nanoseconds.</summary>
    public long Clock { get; }

    /// <summary>Finds a file that was written.</summary>
    /// <param name="path">From the top of the work tree.</param>
    /// <returns>Its stat then; null if it was not written.</returns>
    public DiskEntry? Find(string path)
    {
        (string directory, byte[] name) = WorkDir.Split(path);
        return _listings.TryGetValue(directory, out DirListing? listing) && listing.Find(name) is var i and >= 0
            ? listing.Entries[i]
            : null;
    }

    /// <summary>Gives what was written at and below a directory, by paths from there.</summary>
    /// <param name="directory">From the top of the work tree.</param>
    public Dictionary<string, DirListing> Below(string directory)
    {
        Dictionary<string, DirListing> below = new(StringComparer.Ordinal);
        string prefix = directory + "/";
        int at = Array.BinarySearch(_sorted, prefix, StringComparer.Ordinal);
        for (int i = at < 0 ? ~at : at; i < _sorted.Length && _sorted[i].StartsWith(prefix, StringComparison.Ordinal); i++)
        {
            string inside = _sorted[i].Length == prefix.Length ? "" : _sorted[i][prefix.Length..^1];
            below[inside] = _listings[_sorted[i][..^1]].At(inside);
        }

        return below;
    }
}
