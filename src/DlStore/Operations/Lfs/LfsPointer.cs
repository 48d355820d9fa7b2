using System.Buffers;
using System.Globalization;
using System.Text;
using DlStore.Objects;

namespace DlStore.Operations.Lfs;

/// <summary>
/// The small text that git-lfs keeps in git in place of a file; docs/formats/lfs-pointer.md. Read as leniently as git-lfs reads it, written
/// in its one form.
/// </summary>
/// <param name="Oid">SHA-256 of the bytes that git-lfs stores: the user's file, unless extensions changed it.</param>
/// <param name="Size">Length of those bytes.</param>
/// <param name="Original">SHA-256 of the user's file, where extensions made something else of it; else null.</param>
internal sealed record LfsPointer(Oid Oid, long Size, Oid? Original = null)
{
    /// <summary>The largest file that can be a pointer, bytes.</summary>
    public const int LengthMax = 1024;

    private const string DigestPrefix = "sha256:";

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");
    private static readonly string[] Keys = ["version", "oid", "size"];
    private static readonly string[] Versions =
        ["https://git-lfs.github.com/spec/v1", "https://hawser.github.com/spec/v1", "http://git-media.io/v/2"];

    /// <summary>Tells whether a file was meant to be a pointer, whatever is wrong with it.</summary>
    public static bool LooksLike(ReadOnlySpan<byte> bytes) =>
        bytes.Length <= LengthMax && bytes.TrimStart(" \t\r\n"u8).StartsWith("version https://git-lfs"u8);

    /// <summary>Reads a file.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <returns>The pointer; null if git-lfs takes it for none.</returns>
    public static LfsPointer? Find(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length is 0 or > LengthMax || bytes.IndexOf("version "u8) < 0)
        {
            return null;
        }

        Dictionary<string, string> values = [];
        SortedDictionary<int, Oid> extensions = [];
        foreach (string line in Encoding.Latin1.GetString(bytes).Trim(' ', '\t', '\r', '\n').Split('\n'))
        {
            string text = line.EndsWith('\r') ? line[..^1] : line;
            int space = text.IndexOf(' ', StringComparison.Ordinal);
            if (text.Length == 0)
            {
                continue;
            }

            if (space < 0 || values.Count == Keys.Length || !Take(text[..space], text[(space + 1)..], values, extensions))
            {
                return null;
            }
        }

        return values.Count == Keys.Length && Versions.Contains(values["version"], StringComparer.Ordinal)
            && TryDigest(values["oid"], out Oid oid)
            && long.TryParse(values["size"], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long size) && size >= 0
            ? new LfsPointer(oid, size, extensions.Count > 0 ? extensions.First().Value : null) : null;
    }

    /// <summary>Writes the form that git-lfs writes, without extensions.</summary>
    public byte[] ToBytes() => Encoding.ASCII.GetBytes(
        $"version {Versions[0]}\noid {DigestPrefix}{Oid.ToHex()}\nsize {Size.ToString(CultureInfo.InvariantCulture)}\n");

    private static bool Take(string key, string value, Dictionary<string, string> values, SortedDictionary<int, Oid> extensions)
    {
        if (key == Keys[values.Count])
        {
            values[key] = value;
            return true;
        }

        // "ext-0-name": one digit, and a name that begins with a letter, a digit or an underscore.
        return key.Length > 6 && key.StartsWith("ext-", StringComparison.Ordinal) && char.IsAsciiDigit(key[4]) && key[5] == '-'
            && (char.IsAsciiLetterOrDigit(key[6]) || key[6] == '_')
            && TryDigest(value, out Oid oid) && extensions.TryAdd(key[4] - '0', oid);
    }

    private static bool TryDigest(string text, out Oid oid)
    {
        oid = default;
        return text.Length == DigestPrefix.Length + 64 && text.StartsWith(DigestPrefix, StringComparison.Ordinal)
            && text.AsSpan(DigestPrefix.Length).IndexOfAnyExcept(HexDigits) < 0
            && Oid.TryParseHex(text.AsSpan(DigestPrefix.Length), out oid);
    }
}
