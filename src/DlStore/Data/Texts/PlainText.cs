using System.Text;

namespace DlStore.Data.Texts;

/// <summary>
/// The one place that turns bytes which other people's programs wrote into text: UTF-8, or UTF-16 that says so by its byte-order mark.
/// The mark never becomes part of the first word.
/// </summary>
internal static class PlainText
{
    private static readonly UTF8Encoding _utf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>Says what stands in front of a text.</summary>
    /// <param name="bytes">The whole file, or its first bytes.</param>
    /// <returns>Null if nothing does, else the end of a sentence: <c>it begins with a byte-order mark</c>.</returns>
    public static string? MarkOf(ReadOnlySpan<byte> bytes) => WideOf(bytes) is not null ? "it is UTF-16"
        : bytes.StartsWith(Encoding.UTF8.Preamble) ? "it begins with a byte-order mark" : null;

    /// <summary>Gives a text without its byte-order mark.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <returns>The text, or null if it is neither UTF-8 nor marked UTF-16.</returns>
    public static string? TryRead(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return WideOf(bytes) is { } wide ? wide.GetString(bytes[2..])
                : _utf8.GetString(bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[3..] : bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>Gives a text without its byte-order mark.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">The file as messages name it.</param>
    /// <returns>The text.</returns>
    /// <exception cref="DlsException">Kind Failed: it is neither UTF-8 nor marked UTF-16.</exception>
    public static string Read(ReadOnlySpan<byte> bytes, string name) => TryRead(bytes)
        ?? throw new DlsException(ErrorKind.Failed, $"read '{name}': it is not UTF-8", "write it again as UTF-8");

    private static UnicodeEncoding? WideOf(ReadOnlySpan<byte> bytes) => bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE])
        ? new UnicodeEncoding(false, false, true)
        : bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]) ? new UnicodeEncoding(true, false, true) : null;
}
