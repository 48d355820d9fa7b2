namespace DlStore.Ssh;

/// <summary>The one way in which dls puts text into a shell script.</summary>
internal static class ShellQuote
{
    /// <summary>Quotes a text so that any POSIX shell reads it back as one word, byte by byte.</summary>
    /// <param name="text">Any text without NUL: blanks, quotes, newlines and leading dashes are kept.</param>
    /// <returns>The text in single quotes; a quote in it is written <c>'\''</c>.</returns>
    /// <exception cref="DlsException">Kind Usage: it holds NUL, which no shell can hold.</exception>
    public static string Quote(string text) => text.Contains('\0')
        ? throw new DlsException(ErrorKind.Usage, $"quote '{text.Replace("\0", "\\x00")}' for a shell: it holds a NUL character")
        : $"'{text.Replace("'", @"'\''")}'";
}
