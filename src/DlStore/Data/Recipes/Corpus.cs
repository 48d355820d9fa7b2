using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using DlStore.Io;

namespace DlStore.Data.Recipes;

/// <summary>
/// The distinct characters of a text, for glyph projects. Plain text or a zip that holds one, UTF-8 or Shift_JIS. Of texts in Aozora
/// Bunko's notation only the body counts:
/// the header between two rules, ruby, transcriber's notes and the colophon are left out, and so are line ends and blanks.
/// </summary>
public static partial class Corpus
{
    // A book is a few hundred KB; a zip that is a bomb claims more.
    private const int LengthMax = 64 << 20;

    /// <summary>Reads the characters of a corpus.</summary>
    /// <param name="path">Absolute path of a text or a zip.</param>
    /// <param name="name">The file as messages name it.</param>
    /// <param name="charactersMax">How many characters to give at most: the most frequent ones, equally frequent ones by code
    /// point.</param>
    /// <returns>The characters, sorted by code point: the same on every machine and in every process.</returns>
    /// <exception cref="DlsException">Kind Failed: not such a file, too large, or nothing is left of it.</exception>
    public static IReadOnlyList<Rune> ReadCharacters(string path, string name, int charactersMax)
    {
        string body = Clean(Decode(Text(SmallFile.Read(path, name, LengthMax), name)));
        Dictionary<Rune, int> counts = [];
        foreach (Rune rune in body.EnumerateRunes())
        {
            if (!Rune.IsWhiteSpace(rune) && !Rune.IsControl(rune))
            {
                counts[rune] = counts.GetValueOrDefault(rune) + 1;
            }
        }

        return counts.Count > 0
            ? [.. counts.OrderByDescending(
                static c => c.Value).ThenBy(static c => c.Key).Take(charactersMax).Select(static c => c.Key).Order()]
            : throw new DlsException(ErrorKind.Failed, $"read corpus '{name}': there is no text in it");
    }

    /// <summary>Takes the body of a text in Aozora's notation; other texts come back as they are, without line ends.</summary>
    /// <param name="text">The whole text.</param>
    /// <returns>What its author wrote.</returns>
    public static string Clean(string text)
    {
        string[] parts = Rule().Split(text);
        string body = parts.Length >= 3 ? string.Concat(parts[2..]) : text;
        body = body.Split("底本：", 2)[0].Split("［＃改ページ］", 2)[0];
        body = Ruby().Replace(body, "");
        body = Note().Replace(body, "");
        return body.Replace("｜", "", StringComparison.Ordinal).Replace(
            "\r", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal).Replace("\u3000", "", StringComparison.Ordinal);
    }

    private static byte[] Text(byte[] bytes, string name)
    {
        if (!bytes.AsSpan().StartsWith("PK\u0003\u0004"u8))
        {
            return bytes;
        }

        try
        {
            using ZipArchive zip = new(new MemoryStream(bytes), ZipArchiveMode.Read);
            ZipArchiveEntry[] texts = [.. zip.Entries.Where(static e => e.Name.EndsWith(".txt", StringComparison.OrdinalIgnoreCase))];
            if (texts.Length != 1)
            {
                throw new DlsException(ErrorKind.Failed, $"read corpus '{name}': the zip holds {texts.Length} text files, not one");
            }

            using Stream stream = texts[0].Open();
            byte[] text = new byte[LengthMax + 1];
            int n = stream.ReadAtLeast(text, text.Length, throwOnEndOfStream: false);
            return n <= LengthMax ? text[..n]
                : throw new DlsException(ErrorKind.Failed, $"read corpus '{name}': the text in it is larger than {LengthMax} bytes");
        }
        catch (InvalidDataException e)
        {
            throw new DlsException(ErrorKind.Failed, $"read corpus '{name}': the zip is damaged", null, e);
        }
    }

    private static string Decode(byte[] bytes)
    {
        if (System.Text.Unicode.Utf8.IsValid(bytes))
        {
            return Encoding.UTF8.GetString(bytes);
        }

        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        return Encoding.GetEncoding(932).GetString(bytes);
    }

    [GeneratedRegex("-{5,}")]
    private static partial Regex Rule();

    [GeneratedRegex("《.+?》")]
    private static partial Regex Ruby();

    [GeneratedRegex("［＃.+?］")]
    private static partial Regex Note();
}
