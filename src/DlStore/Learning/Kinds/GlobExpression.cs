using System.Text;

namespace DlStore.Learning.Kinds;

/// <summary>Globs of a kind in the two forms that a host understands: an expression for awk, and patterns for sh.</summary>
internal static class GlobExpression
{
    private const int DepthMax = 5;

    /// <summary>
    /// Makes a POSIX extended regular expression of a glob: <c>*</c> and <c>?</c> stay inside a name, <c>**</c> crosses directories.
    /// </summary>
    /// <param name="glob">Relative path.</param>
    /// <returns>An expression that matches whole paths.</returns>
    public static string ToExtended(string glob)
    {
        StringBuilder text = new("^");
        for (int i = 0; i < glob.Length; i++)
        {
            char c = glob[i];
            if (c == '*' && i + 1 < glob.Length && glob[i + 1] == '*')
            {
                bool directories = i + 2 < glob.Length && glob[i + 2] == '/';
                text.Append(directories ? "(.*/)?" : ".*");
                i += directories ? 2 : 1;
            }
            else
            {
                // A bracket expression quotes every character but ^, in every awk.
                text.Append(c switch
                {
                    '*' => "[^/]*",
                    '?' => "[^/]",
                    '^' => "\\^",
                    '\\' => "\\\\",
                    _ when char.IsAsciiLetterOrDigit(c) || c is '/' or '_' or '-' || c > 127 => c.ToString(),
                    _ => $"[{c}]"
                });
            }
        }

        return text.Append('$').ToString();
    }

    /// <summary>Makes patterns for the shell, which knows no <c>**</c>: one for each depth from 0 to 5.</summary>
    /// <param name="glob">Relative path.</param>
    /// <returns>Patterns.</returns>
    public static IReadOnlyList<string> ToShell(string glob)
    {
        int at = glob.IndexOf("**/", StringComparison.Ordinal);
        return at < 0
            ? [glob.Replace("**", "*", StringComparison.Ordinal)]
            : [.. Enumerable.Range(
                0, DepthMax + 1).SelectMany(n => ToShell(glob[..at] + string.Concat(Enumerable.Repeat("*/", n)) + glob[(at + 3)..]))];
    }
}
