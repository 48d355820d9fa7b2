using System.Text;

namespace DlStore.Ssh;

/// <summary>
/// A POSIX shell script to run on a host. It finds the directory of dls there, absolute, in <c>$dls_root</c>; it may not exist yet.
/// </summary>
/// <param name="Text">The script: commands of sh, coreutils, findutils, awk and tar only; must not end with status 255, which is ssh's
/// own.</param>
/// <param name="Arguments">Its <c>$1</c>, <c>$2</c>, ...: any text without NUL.</param>
internal sealed record HostScript(string Text, IReadOnlyList<string> Arguments)
{
    /// <summary>The largest script with its arguments, in bytes: the host reads it byte by byte. More belongs on standard input.</summary>
    public const int LengthMax = 256 * 1024;

    /// <summary>Gets what the script does, for messages: a verb and its object, without the host (<c>list the runs</c>).</summary>
    public string What { get; init; } = "run a script";

    /// <summary>Makes the bytes that the host's shell evaluates: a fixed locale, <c>$dls_root</c>, the arguments, the script.</summary>
    /// <param name="root">The directory of dls on the host: absolute, or below <c>~/</c>.</param>
    /// <returns>UTF-8 text.</returns>
    /// <exception cref="DlsException">Kind Usage: an argument holds NUL. Kind Failed: it is longer than
    /// <see cref="LengthMax"/>.</exception>
    public byte[] Encode(string root)
    {
        string directory = root.StartsWith("~/", StringComparison.Ordinal)
            ? $"\"$HOME\"/{ShellQuote.Quote(root[2..])}" : ShellQuote.Quote(root);
        StringBuilder text = new($"LC_ALL=C; export LC_ALL; dls_root={directory}; set --");
        foreach (string argument in Arguments)
        {
            text.Append(' ').Append(ShellQuote.Quote(argument));
        }

        byte[] bytes = Encoding.UTF8.GetBytes(text.Append('\n').Append(Text).ToString());
        return bytes.Length <= LengthMax
            ? bytes
            : throw new DlsException(ErrorKind.Failed, $"{What}: its script and arguments are longer than {LengthMax} bytes");
    }
}
