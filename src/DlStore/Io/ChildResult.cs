using System.Text;

namespace DlStore.Io;

/// <summary>How a child process ended and what it said.</summary>
/// <param name="ExitCode">0..255, or 128 + the signal's number when a signal ended it, as shells write it.</param>
/// <param name="Signal">The signal that ended it, or 0.</param>
/// <param name="Output">Everything it wrote to standard output.</param>
/// <param name="Error">Everything it wrote to standard error, as UTF-8; broken bytes become U+FFFD.</param>
internal sealed record ChildResult(int ExitCode, int Signal, byte[] Output, string Error)
{
    /// <summary>Gives standard output as UTF-8 text, as it is (with the last newline).</summary>
    /// <returns>The text; broken bytes become U+FFFD.</returns>
    public string OutputText() => Encoding.UTF8.GetString(Output);
}
