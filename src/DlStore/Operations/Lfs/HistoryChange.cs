namespace DlStore.Operations.Lfs;

/// <summary>One change of a file in a commit, as fast-export writes it: <c>M MODE BLOB PATH</c> or <c>D PATH</c>.</summary>
/// <param name="Line">The whole line.</param>
/// <param name="Mode">The mode; empty for a deletion.</param>
/// <param name="Blob">The name of the blob; empty for a deletion.</param>
/// <param name="Path">The path, Latin-1.</param>
internal sealed record HistoryChange(string Line, string Mode, string Blob, string Path)
{
    /// <summary>Gets a value indicating whether the file goes.</summary>
    public bool IsDeletion => Mode.Length == 0;

    /// <summary>Gets a value indicating whether it is a regular file now.</summary>
    public bool IsFile => Mode is "100644" or "100755";

    /// <summary>Gets the directory, empty for the top.</summary>
    public string Directory => Path.LastIndexOf('/') is var slash and >= 0 ? Path[..slash] : "";

    /// <summary>Gets the last name.</summary>
    public string Name => Path[(Path.LastIndexOf('/') + 1)..];

    /// <summary>Reads a line; null if it is another one.</summary>
    public static HistoryChange? Find(string line)
    {
        if (line.StartsWith("D ", StringComparison.Ordinal))
        {
            return new HistoryChange(line, "", "", PathOf(line[2..]));
        }

        return line.StartsWith("M ", StringComparison.Ordinal) && line.Split(' ', 4) is [_, var mode, var blob, var path]
            ? new HistoryChange(line, mode, blob, PathOf(path)) : null;
    }

    private static string PathOf(string text) => text.StartsWith('"') ? QuotedPath.Read(text, out _) ?? text : text;
}
