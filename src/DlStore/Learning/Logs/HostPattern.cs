namespace DlStore.Learning.Logs;

/// <summary>
/// The regular expressions that mean the same to every awk, to grep -E and to .NET. Stop rules are matched twice: by awk on the host while
/// a program runs, and here when its log is
/// read. So a rule may use only what all of them agree on: plain ASCII, lower case (the line is turned into it), <c>. [] () | * + ?</c>,
/// <c>^</c> as the first and <c>$</c>
/// as the last character (the original awk knows them nowhere else). No backslash (awk, sh and .NET each treat it
/// in their own way; <c>[.]</c> and <c>[(]</c> say the same), no <c>{n}</c> (mawk takes it literally), no <c>[:space:]</c> (old mawk and
/// .NET have none).
/// </summary>
internal static class HostPattern
{
    private const int LengthMax = 1024;

    /// <summary>What stands before the next character.</summary>
    private enum Before
    {
        Nothing,
        Piece,
        Finished,
    }

    /// <summary>Says why an expression is refused.</summary>
    /// <returns>Null if it is fine, else a reason that fits after a colon.</returns>
    public static string? WhyRefused(string text)
    {
        if (text.Length is 0 or > LengthMax)
        {
            return text.Length == 0 ? "the pattern is empty" : $"the pattern is longer than {LengthMax} characters";
        }

        Before before = Before.Nothing;
        int depth = 0;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            string? why = WhyRefused(c);
            if (why is null && c == '[')
            {
                why = SkipBrackets(text, ref i);
            }

            why ??= WhyMisplaced(c, i, text.Length, before, depth);
            if (why is not null)
            {
                return why;
            }

            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            before = c switch
            {
                '(' or '|' => Before.Nothing,
                '*' or '+' or '?' or '^' or '$' => Before.Finished,
                _ => Before.Piece,
            };
        }

        return depth > 0 ? "'(' is not closed" : before == Before.Nothing ? "an alternative is empty" : null;
    }

    /// <summary>Says why a character is refused where it stands.</summary>
    private static string? WhyMisplaced(char c, int at, int length, Before before, int depth) => c switch
    {
        '{' or '}' => "counted repetitions are not known to every awk; write '[{]' for the character",
        ']' => "']' stands alone",
        ')' when depth == 0 => "')' closes nothing",
        ')' or '|' when before == Before.Nothing => "an alternative is empty",
        '^' when at > 0 => "'^' stands behind something, where not every awk takes it for the beginning of the line",
        '$' when at < length - 1 => "'$' stands before something, where not every awk takes it for the end of the line",
        '*' or '+' or '?' when before != Before.Piece => $"'{c}' has nothing to repeat",
        _ => null,
    };

    private static string? WhyRefused(char c) => c switch
    {
        < ' ' or > '~' => "it holds a character that is not plain ASCII",
        '\\' => "it holds a backslash; write '[.]' for a literal dot, '[0-9]' for a digit, '[ ]' for a blank",
        >= 'A' and <= 'Z' => "it holds an upper-case letter; lines are turned into lower case before they are compared",
        _ => null,
    };

    /// <summary>Walks to the end of a bracket expression.</summary>
    private static string? SkipBrackets(string text, ref int i)
    {
        int end = text.IndexOf(']', i + 1);
        int start = i + 1 < text.Length && text[i + 1] == '^' ? i + 2 : i + 1;
        if (end <= start)
        {
            return end < 0 ? "'[' is not closed" : "a list in brackets is empty, or begins with ']'";
        }

        ReadOnlySpan<char> inside = text.AsSpan(start, end - start);
        i = end;
        for (int k = 0; k < inside.Length; k++)
        {
            if (WhyRefused(inside[k]) is { } why)
            {
                return why;
            }

            if (inside[k] is '[' or '^' && (inside[k] != '[' || inside.Length > 1))
            {
                return "a list in brackets holds '[' or '^' beside other characters";
            }

            if (inside[k] == '-' && k > 0 && k < inside.Length - 1)
            {
                bool isRange = IsRange(inside[k - 1], inside[k + 1])
                    && (k < 2 || inside[k - 2] != '-') && (k + 2 >= inside.Length || inside[k + 2] != '-');
                if (!isRange)
                {
                    return "a range in brackets is neither of digits nor of letters; put '-' last";
                }
            }
        }

        return null;
    }

    private static bool IsRange(char from, char to) => from <= to
        && ((char.IsAsciiDigit(from) && char.IsAsciiDigit(to)) || (char.IsAsciiLetterLower(from) && char.IsAsciiLetterLower(to)));
}
