using DlStore.Io;

namespace DlStore.Data.Names;

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

    /// <summary>
    /// Refuses a path whose directories are not real ones: through a symlink a repository could make dls read or write anywhere.
    /// </summary>
    /// <param name="root">Absolute path of the work tree.</param>
    /// <param name="path">From there.</param>
    /// <exception cref="DlsException">Kind Failed: names the directory.</exception>
    public static void RequireRealParents(string root, string path)
    {
        string at = root;
        foreach (string name in path.Split('/')[..^1])
        {
            at += "/" + name;
            if (Sys.TryStat(at, out FileStat stat) && !stat.IsDirectory)
            {
                throw new DlsException(ErrorKind.Failed,
                    $"use '{path}': '{at[(root.Length + 1)..]}' is a {stat.Describe()}", "replace it by a real directory");
            }
        }
    }

    /// <summary>Shows a text from a foreign file.</summary>
    public static string Show(string text) => EntryName.Show(System.Text.Encoding.UTF8.GetBytes(text));
}
