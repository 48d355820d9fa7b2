using System.Globalization;
using System.Text;

namespace DlStore.Io;

/// <summary>
/// Any text as one line of a state file: backslash doubled, LF as <c>\n</c>, other control characters as <c>\xNN</c> for each byte of their
/// UTF-8. Lines end at LF and
/// nowhere else. Files of earlier versions escaped backslash and LF alone and read the same.
/// </summary>
public static class EscapedLine
{
    /// <summary>Writes a text as part of a line.</summary>
    /// <param name="text">Valid Unicode.</param>
    /// <returns>Text without control characters.</returns>
    public static string Escape(string text)
    {
        if (!text.Any(static c => c == '\\' || char.IsControl(c)))
        {
            return text;
        }

        StringBuilder line = new(text.Length + 8);
        foreach (char c in text)
        {
            _ = c switch
            {
                '\\' => line.Append(@"\\"),
                '\n' => line.Append(@"\n"),
                // All control characters are below U+00A0: one or two bytes.
                < '\u0080' when char.IsControl(c) => line.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}"),
                _ when char.IsControl(c) => line.Append(CultureInfo.InvariantCulture, $"\\xc2\\x{(int)c:x2}"),
                _ => line.Append(c),
            };
        }

        return line.ToString();
    }

    /// <summary>Reads what <see cref="Escape"/> wrote. A backslash before anything else stands for that.</summary>
    /// <param name="line">Part of a line.</param>
    /// <returns>The text.</returns>
    public static string Unescape(string line)
    {
        if (!line.Contains('\\', StringComparison.Ordinal))
        {
            return line;
        }

        using MemoryStream text = new(line.Length);
        for (int i = 0; i < line.Length; i++)
        {
            if (line[i] == '\\' && i + 1 < line.Length)
            {
                i++;
                if (line[i] == 'x' && i + 2 < line.Length
                    && byte.TryParse(line.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte value))
                {
                    text.WriteByte(value);
                    i += 2;
                    continue;
                }

                if (line[i] == 'n')
                {
                    text.WriteByte((byte)'\n');
                    continue;
                }
            }

            int length = char.IsHighSurrogate(line[i]) && i + 1 < line.Length ? 2 : 1;
            text.Write(Encoding.UTF8.GetBytes(line.Substring(i, length)));
            i += length - 1;
        }

        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }

    /// <summary>Reads the lines of a state file.</summary>
    /// <param name="path">Absolute path.</param>
    /// <returns>The lines without their LF; empty if there is no such file, or a pipe or a directory in its place.</returns>
    public static IReadOnlyList<string> ReadFile(string path)
    {
        bool isFile = Sys.TryStat(path, out FileStat stat) && stat.IsFile;
        string[] lines = isFile ? File.ReadAllText(path).Split('\n') : [];
        return lines.Length > 0 && lines[^1].Length == 0 ? lines[..^1] : lines;
    }
}
