using System.Text;
using DlStore.Data.Findings;
using DlStore.Io;

namespace DlStore.Data.Layouts;

/// <summary>The names in one directory.</summary>
internal static class FolderNames
{
    private const int DepthMax = 16;

    /// <summary>Lists a directory.</summary>
    /// <returns>Sorted ordinally; empty if there is no such directory. Names that are not UTF-8 are findings.</returns>
    public static List<string> List(string path, string name, List<Finding> findings)
    {
        List<string> names = [];
        if (!Directory.Exists(path))
        {
            return names;
        }

        DirectoryReader reader = new();
        int fd = Sys.OpenDirectory(path);
        try
        {
            reader.Read(fd, path);
        }
        finally
        {
            Sys.Close(fd);
        }

        for (int i = 0; i < reader.Count; i++)
        {
            ReadOnlySpan<byte> entry = reader.NameOf(i);
            if (System.Text.Unicode.Utf8.IsValid(entry))
            {
                names.Add(Encoding.UTF8.GetString(entry));
            }
            else
            {
                findings.Add(LintCodes.NameNotPortable.At(
                    $"{name}/{EntryName.Show(entry)}", 0, "the name is not UTF-8", "rename it") with
                { Severity = Severity.Error });
            }
        }

        names.Sort(string.CompareOrdinal);
        return names;
    }

    /// <summary>Lists the files of a directory and of all below it; links are not followed.</summary>
    /// <returns>Paths relative to the root, sorted ordinally in each directory.</returns>
    public static IEnumerable<string> ListAll(string root, string relative, List<Finding> findings, int depth = 0)
    {
        string at = Path.Combine(root, relative);
        foreach (string name in depth > DepthMax ? [] : List(at, relative, findings))
        {
            string path = relative.Length == 0 ? name : $"{relative}/{name}";
            if (Sys.TryStat(Path.Combine(root, path), out FileStat stat) && stat.IsDirectory)
            {
                foreach (string below in ListAll(root, path, findings, depth + 1))
                {
                    yield return below;
                }
            }
            else
            {
                yield return path;
            }
        }
    }
}
