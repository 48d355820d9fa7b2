using System.Text;

namespace DlStore.TestKit;

/// <summary>A directory as a few lines of text, for failure messages.</summary>
public static class Listing
{
    private const int LinesMax = 200;

    /// <summary>Lists files below a directory with mode and size; what git keeps under .git (but dls/) is left out.</summary>
    public static string Of(string directory)
    {
        if (!Directory.Exists(directory))
        {
            return $"(no directory {directory})";
        }

        StringBuilder text = new();
        int lines = 0;
        Add(new DirectoryInfo(directory), "", text, ref lines);
        return lines <= LinesMax ? text.ToString() : $"{text}... and {lines - LinesMax} more\n";
    }

    private static void Add(DirectoryInfo directory, string prefix, StringBuilder text, ref int lines)
    {
        FileSystemInfo[] items;
        try
        {
            items = directory.GetFileSystemInfos();
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            text.Append(prefix).Append('(').Append(e.Message).Append(")\n");
            return;
        }

        Array.Sort(items, (a, b) => string.CompareOrdinal(a.Name, b.Name));
        foreach (FileSystemInfo item in items)
        {
            bool isDirectory = item is DirectoryInfo && item.LinkTarget is null;
            bool isGits = directory.Name == ".git" && item.Name != "dls";
            if (!isGits && ++lines <= LinesMax)
            {
                string mode = item.LinkTarget is null ? Convert.ToString((int)item.UnixFileMode, 8) : "link";
                // A name that is not UTF-8 is listed and cannot be looked up.
                string size = item is FileInfo { LinkTarget: null, Exists: true } file ? file.Length.ToString() : "";
                text.Append($"{mode,5} {size,10} {prefix}{item.Name.Replace("\n", "\\n")}")
                    .Append(item.LinkTarget is { } target ? $" -> {target}" : isDirectory ? "/" : "").Append('\n');
            }

            if (isDirectory && !isGits)
            {
                Add((DirectoryInfo)item, $"{prefix}{item.Name}/", text, ref lines);
            }
        }
    }
}
