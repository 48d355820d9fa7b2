using DlStore.Io;

namespace DlStore.Data;

/// <summary>Paths in files of a data set: they lead to something inside it, or are refused by name.</summary>
internal static class InsidePath
{
    /// <summary>Reads a path; <c>./</c> in front counts as nothing.</summary>
    /// <returns>Null, with a reason, if it is absolute or leads outside.</returns>
    public static string? TryRead(string text, out string? why)
    {
        string path = text;
        while (path.StartsWith("./", StringComparison.Ordinal))
        {
            path = path[2..].TrimStart('/');
        }

        why = text.StartsWith('/') || text.Contains('\\', StringComparison.Ordinal) ? "it is absolute or holds a backslash" : null;
        return why is null && RelPath.TryParse(path, out RelPath read, out why) ? read.Value : null;
    }

    /// <summary>Shows a text from a foreign file.</summary>
    public static string Show(string text) => EntryName.Show(System.Text.Encoding.UTF8.GetBytes(text));
}
