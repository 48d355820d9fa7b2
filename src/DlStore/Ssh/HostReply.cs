using System.Text;

namespace DlStore.Ssh;

/// <summary>How a script on a host ended and what it said.</summary>
/// <param name="ExitCode">0 to 254, or 128 + the number of the signal that ended it.</param>
/// <param name="Output">Its standard output, unless it was read as a stream.</param>
/// <param name="Error">Its standard error, and ssh's; broken UTF-8 becomes U+FFFD. Untrusted text: escape it before it is shown.</param>
internal sealed record HostReply(int ExitCode, byte[] Output, string Error)
{
    /// <summary>Gives standard output as UTF-8 text, as it is.</summary>
    /// <returns>The text; broken bytes become U+FFFD.</returns>
    public string OutputText() => Encoding.UTF8.GetString(Output);

    /// <summary>Gives the last lines of standard error in one line for a message, escaped.</summary>
    /// <returns>At most three lines joined by <c>; </c>, or the exit code if it said nothing.</returns>
    public string Why()
    {
        string[] lines = Error.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return lines.Length == 0
            ? $"it ended with exit code {ExitCode}"
            : string.Join(
                "; ", lines.TakeLast(3).Select(static l => Io.EntryName.Show(Encoding.UTF8.GetBytes(l.Length > 300 ? l[..300] : l))));
    }
}
