using System.Text;

namespace DlStore.Data.Texts;

/// <summary>
/// Reads the plain assignments of a shell file, <c>NAME=value</c> with or without <c>export</c>, several in a line. Nothing is executed or
/// expanded; a line that is anything
/// else is passed over from there on.
/// </summary>
internal static class ShellAssignments
{
    /// <summary>Reads a file.</summary>
    /// <param name="text">Its content.</param>
    /// <returns>Names and values in order; a value that only a shell could compute (<c>$</c>, backquotes) is null.</returns>
    public static IReadOnlyList<(string Name, string? Value)> Read(string text)
    {
        List<(string, string?)> found = [];
        foreach (string line in text.ReplaceLineEndings("\n").Split('\n'))
        {
            ReadLine(line, found);
        }

        return found;
    }

    private static void ReadLine(string line, List<(string Name, string? Value)> found)
    {
        int at = 0;
        while (true)
        {
            while (at < line.Length && line[at] is ' ' or '\t' or ';')
            {
                at++;
            }

            int start = at;
            while (at < line.Length && (char.IsAsciiLetterOrDigit(line[at]) || line[at] == '_'))
            {
                at++;
            }

            string word = line[start..at];
            if (word is "export" or "declare" or "readonly" && at < line.Length && line[at] is ' ' or '\t')
            {
                continue;
            }

            if (word.Length == 0 || char.IsAsciiDigit(word[0]) || at >= line.Length || line[at] != '=')
            {
                return;
            }

            at++;
            found.Add((word, TakeValue(line, ref at)));
        }
    }

    private static string? TakeValue(string line, ref int at)
    {
        StringBuilder value = new();
        char quote = '\0';
        bool plain = true;
        for (; at < line.Length; at++)
        {
            char c = line[at];
            if (quote == '\0' && c is ' ' or '\t' or ';')
            {
                break;
            }

            if (c is '\'' or '"' && (quote == '\0' || quote == c))
            {
                quote = quote == '\0' ? c : '\0';
                continue;
            }

            plain &= quote == '\'' || c is not ('$' or '`' or '(');
            if (c == '\\' && quote != '\'' && at + 1 < line.Length)
            {
                c = line[++at];
            }

            value.Append(c);
        }

        return plain && quote == '\0' ? value.ToString() : null;
    }
}
