using System.Text;

namespace DlStore.Git;

/// <summary>How one run of git ended.</summary>
/// <param name="ExitCode">Git's exit code, or 128 + the number of the signal that ended it.</param>
/// <param name="Output">Everything on standard output.</param>
/// <param name="Error">Everything on standard error.</param>
internal sealed record GitResult(int ExitCode, byte[] Output, string Error)
{
    /// <summary>Gives standard output as text without its last newline.</summary>
    /// <returns>UTF-8 text; broken bytes become U+FFFD.</returns>
    public string Text()
    {
        ReadOnlySpan<byte> bytes = Output;
        return Encoding.UTF8.GetString(bytes is [.., (byte)'\n'] ? bytes[..^1] : bytes);
    }

    /// <summary>Gives standard output as lines.</summary>
    /// <returns>Lines without their newline; none for no output.</returns>
    public string[] Lines() => Output.Length == 0 ? [] : Text().Split('\n');
}
