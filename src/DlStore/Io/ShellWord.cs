using System.Text;

namespace DlStore.Io;

/// <summary>Writes a path into a hint so that it can be pasted into a shell.</summary>
public static class ShellWord
{
    private const string PlainMarks = "_./@%+=:,-";

    /// <summary>Gives one word of a command line.</summary>
    /// <param name="text">A path as it is.</param>
    /// <returns>The text itself where a shell takes it so; else quoted, and with control characters in the <c>$'...'</c> form of bash, zsh
    /// and ksh.</returns>
    public static string Of(string text)
    {
        string safe = text.StartsWith('-') ? "./" + text : text;
        if (safe.Length > 0 && safe.All(static c => char.IsAsciiLetterOrDigit(c)
            || PlainMarks.Contains(c, StringComparison.Ordinal) || (c > 0x9F && !char.IsWhiteSpace(c))))
        {
            return safe;
        }

        return safe.Any(char.IsControl) ? Escaped(safe) : $"'{safe.Replace("'", @"'\''", StringComparison.Ordinal)}'";
    }

    private static string Escaped(string text)
    {
        StringBuilder word = new("$'");
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (Rune.IsControl(rune))
            {
                foreach (byte b in Encoding.UTF8.GetBytes(rune.ToString()))
                {
                    word.Append("\\x").Append(b.ToString("x2"));
                }
            }
            else
            {
                word.Append(rune.Value is '\'' or '\\' ? $"\\{rune}" : rune.ToString());
            }
        }

        return word.Append('\'').ToString();
    }
}
