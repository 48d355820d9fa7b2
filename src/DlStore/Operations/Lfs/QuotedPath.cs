using System.Text;

namespace DlStore.Operations.Lfs;

/// <summary>
/// Names as git writes them in streams and attributes: as they are, or in double quotes with the escapes of C. Latin-1 strings, one
/// character a byte.
/// </summary>
internal static class QuotedPath
{
    private const string Letters = "abtnvfr\"\\";
    private const string Meant = "\a\b\t\n\v\f\r\"\\";

    /// <summary>Reads a name in quotes.</summary>
    /// <param name="text">Begins with the quote.</param>
    /// <param name="used">How many characters it takes, both quotes included.</param>
    /// <returns>The name; null if it has no end.</returns>
    public static string? Read(string text, out int used)
    {
        StringBuilder name = new();
        for (used = 1; used < text.Length; used++)
        {
            char c = text[used];
            if (c == '"')
            {
                used++;
                return name.ToString();
            }

            if (c != '\\' || used + 1 == text.Length)
            {
                name.Append(c);
                continue;
            }

            char next = text[++used];
            if (next is >= '0' and <= '3' && used + 2 < text.Length)
            {
                name.Append((char)Convert.ToByte(text.Substring(used, 3), 8));
                used += 2;
            }
            else
            {
                name.Append(Letters.IndexOf(next, StringComparison.Ordinal) is var at and >= 0 ? Meant[at] : next);
            }
        }

        return null;
    }

    /// <summary>Writes a name, in quotes if it needs them.</summary>
    public static string Write(string name)
    {
        if (name.All(static c => c >= ' ' && c is not ('"' or '\\' or '\x7f')))
        {
            return name;
        }

        StringBuilder text = new("\"");
        foreach (char c in name)
        {
            int at = Meant.IndexOf(c, StringComparison.Ordinal);
            _ = at >= 0 ? text.Append('\\').Append(Letters[at])
                : c is < ' ' or '\x7f' ? text.Append('\\').Append(Convert.ToString(c, 8).PadLeft(3, '0'))
                : text.Append(c);
        }

        return text.Append('"').ToString();
    }
}
