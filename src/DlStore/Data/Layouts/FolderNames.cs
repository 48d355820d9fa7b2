using System.Text;
using DlStore.Data.Findings;
using DlStore.Io;

namespace DlStore.Data.Layouts;

/// <summary>The names in one directory.</summary>
internal static class FolderNames
{
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
}
