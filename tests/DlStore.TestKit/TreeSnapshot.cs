using System.Security.Cryptography;

namespace DlStore.TestKit;

/// <summary>
/// A directory byte for byte: each relative path with its kind, permissions and content (links by target, files by SHA-256).
/// </summary>
public sealed class TreeSnapshot
{
    private readonly SortedDictionary<string, string> _items = new(StringComparer.Ordinal);

    private TreeSnapshot()
    {
    }

    /// <summary>Gets relative path, and kind + mode + hash.</summary>
    public IReadOnlyDictionary<string, string> Items => _items;

    /// <summary>Reads a directory.</summary>
    /// <param name="directory">Where.</param>
    /// <param name="except">Relative paths to leave out, with everything below, such as <c>.git</c>.</param>
    public static TreeSnapshot Of(string directory, params string[] except)
    {
        TreeSnapshot snapshot = new();
        snapshot.Add(new DirectoryInfo(directory), "", except);
        return snapshot;
    }

    /// <summary>Fails the test, naming what differs, unless both are equal.</summary>
    public static void AssertEqual(TreeSnapshot expected, TreeSnapshot actual)
    {
        string difference = expected.Difference(actual);
        Assert.True(difference.Length == 0, "directories differ (< expected, > actual):\n" + difference);
    }

    /// <summary>Lists what differs, a line each; empty when equal.</summary>
    public string Difference(TreeSnapshot other)
    {
        List<string> lines = [];
        foreach (string path in _items.Keys.Union(other._items.Keys).Order(StringComparer.Ordinal))
        {
            string? mine = _items.GetValueOrDefault(path);
            string? others = other._items.GetValueOrDefault(path);
            if (mine != others)
            {
                string shown = path.Replace("\n", "\\n");
                lines.Add((mine is null ? "" : $"< {mine} {shown}\n") + (others is null ? "" : $"> {others} {shown}\n"));
            }
        }

        return string.Concat(lines);
    }

    private void Add(DirectoryInfo directory, string prefix, string[] except)
    {
        foreach (FileSystemInfo item in directory.EnumerateFileSystemInfos())
        {
            string path = prefix + item.Name;
            if (except.Contains(path))
            {
                continue;
            }

            string mode = Convert.ToString((int)item.UnixFileMode, 8);
            if (item.LinkTarget is { } target)
            {
                _items[path] = "link " + target;
            }
            else if (item is DirectoryInfo below)
            {
                _items[path] = "dir " + mode;
                Add(below, path + "/", except);
            }
            else
            {
                using FileStream bytes = File.OpenRead(item.FullName);
                _items[path] = $"file {mode} {Convert.ToHexStringLower(SHA256.HashData(bytes))}";
            }
        }
    }
}
