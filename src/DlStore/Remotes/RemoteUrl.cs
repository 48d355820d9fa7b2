namespace DlStore.Remotes;

/// <summary>
/// Where a remote is: a directory for now. Absolute paths, paths relative to the work tree, and file:// URLs; other schemes are refused by
/// name, and nothing in a
/// URL can ever name a command.
/// </summary>
public sealed record RemoteUrl
{
    private RemoteUrl(string text, string directory)
    {
        Text = text;
        Directory = directory;
    }

    /// <summary>Gets the text as configured.</summary>
    public string Text { get; }

    /// <summary>Gets the absolute directory.</summary>
    public string Directory { get; }

    /// <summary>Reads a URL.</summary>
    /// <param name="text">As typed or configured.</param>
    /// <param name="workTree">What relative paths are relative to.</param>
    /// <returns>The URL.</returns>
    /// <exception cref="DlsException">Kind Usage: the scheme is not known, or the text is not a path.</exception>
    public static RemoteUrl Parse(string text, string workTree)
    {
        if (text.Length == 0 || text[0] is '|' or '-' or '!' || text.Any(char.IsControl))
        {
            throw new DlsException(
                ErrorKind.Usage, $"read remote URL '{text}': it is empty, begins with '|', '-' or '!', or holds control characters",
                "give a directory, for example /mnt/store or file:///mnt/store");
        }

        if (text.StartsWith("file://", StringComparison.Ordinal))
        {
            string path = Uri.UnescapeDataString(text["file://".Length..]);
            return path.StartsWith('/')
                ? new RemoteUrl(text, Path.GetFullPath(path))
                : throw new DlsException(ErrorKind.Usage,
                    $"read remote URL '{text}': only local files, so a third slash has to follow", "write file:///absolute/path");
        }

        int colon = text.IndexOf(':', StringComparison.Ordinal);
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        if (colon >= 0 && (slash < 0 || colon < slash))
        {
            throw new DlsException(
                ErrorKind.Usage, $"read remote URL '{text}': '{text[..colon]}' is not a kind of remote that this dls knows",
                "give a directory, for example /mnt/store or file:///mnt/store");
        }

        return new RemoteUrl(text, Path.GetFullPath(Path.Combine(workTree, text)));
    }
}
