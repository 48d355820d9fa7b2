using System.Text;
using DlStore.Ignoring;

namespace DlStore.Operations.Lfs;

/// <summary>
/// The lines of one <c>.gitattributes</c> that are git-lfs's, and its text without them; docs/formats/lfs-pointer.md. Works on Latin-1
/// strings, one character a byte, so that whatever else stands there is kept as it is.
/// </summary>
/// <param name="text">The whole file.</param>
internal sealed class LfsAttributes(string text)
{
    /// <summary>The file's name in any directory.</summary>
    public const string Name = ".gitattributes";

    /// <summary>What keeps pointers of dls, and ignore files, out of a filter that stays for other files of the directory.</summary>
    public static IReadOnlyList<string> Guards { get; } =
        ["*.dls text eol=lf -filter merge=dls diff=dls", ".gitignore -filter merge=union"];

    /// <summary>Gets the attributes that <c>git lfs track</c> writes.</summary>
    public static string TrackWords { get; } = "filter=lfs diff=lfs merge=lfs -text";

    private const string Filter = "filter=lfs";
    private static readonly string[] OfLfs = [Filter, "diff=lfs", "merge=lfs", "-text", "lockable"];
    private readonly string[] _lines = text.Split('\n');
    private readonly HashSet<string> _macros = FindMacros(text.Split('\n'));

    /// <summary>Gets the whole file.</summary>
    public string Text => text;

    /// <summary>Gives the text with <see cref="Guards"/> at its end.</summary>
    public string WithGuards()
    {
        string without = string.Join('\n', _lines.Where(static l => !Guards.Contains(l)));
        string newline = without.Length == 0 || without[^1] == '\n' ? "" : "\n";
        return without + newline + string.Concat(Guards.Select(static l => l + "\n"));
    }

    /// <summary>Tells whether any line is git-lfs's.</summary>
    public bool HasAny => _lines.Any(l => IsLfs(l) || MacroOf(l) is { } macro && _macros.Contains(macro));

    /// <summary>Tells whether a line sends a path to git-lfs; whether a later one takes it back does not count.</summary>
    /// <param name="path">From the directory of the file, Latin-1.</param>
    public bool Names(string path) => _lines.Any(l => IsLfs(l) && Matches(l, path));

    /// <summary>Gives the text without the lines that nothing needs.</summary>
    /// <param name="isNeeded">Tells of a line whether some file that stays with git-lfs needs it; asked by a test of paths from the
    /// directory of the file.</param>
    /// <returns>The new text; the same if nothing changes.</returns>
    public string Without(Func<Func<string, bool>, bool> isNeeded)
    {
        bool[] stays = [.. _lines.Select(l => !IsLfs(l) || isNeeded(p => Matches(l, p)))];
        HashSet<string> used = [.. _lines.Where((l, i) => IsLfs(l) && stays[i]).SelectMany(l => Words(l).Skip(1))];
        IEnumerable<string?> kept = _lines.Select((l, i) => MacroOf(l) is { } macro && _macros.Contains(macro)
            ? used.Contains(macro) ? l : null
            : stays[i] ? l : WithoutLfs(l));
        return string.Join('\n', kept.OfType<string>());
    }

    /// <summary>Gives the line by which git-lfs would track one path.</summary>
    /// <param name="path">From the top, Latin-1.</param>
    /// <param name="isDirectory">Whether all below it is meant.</param>
    public static string LineOf(string path, bool isDirectory)
    {
        StringBuilder line = new("/");
        foreach (char c in path)
        {
            _ = c switch
            {
                ' ' => line.Append("[[:space:]]"),
                '\\' or '*' or '?' or '[' or ']' or '#' => line.Append('\\').Append(c),
                _ => line.Append(c),
            };
        }

        return line.Append(isDirectory ? "/**" : "").Append(' ').Append(TrackWords).ToString();
    }

    private static HashSet<string> FindMacros(string[] lines) =>
        [.. lines.Where(static l => Words(l).Contains(Filter)).Select(MacroOf).OfType<string>()];

    private static string? MacroOf(string line) =>
        Words(line) is [var first, ..] && first.StartsWith("[attr]", StringComparison.Ordinal) ? first["[attr]".Length..] : null;

    private bool IsLfs(string line) => Words(line) is [var first, ..] words && first[0] != '#' && MacroOf(line) is null
        && words.Skip(1).Any(w => w == Filter || _macros.Contains(w));

    private string? WithoutLfs(string line)
    {
        string[] words = Words(line);
        string[] kept = [.. words.Where((w, i) => i == 0 || (!OfLfs.Contains(w) && !_macros.Contains(w)))];
        kept[0] = line.TrimStart().StartsWith('"') ? $"\"{kept[0].Replace("\\", "\\\\").Replace("\"", "\\\"")}\"" : kept[0];
        return kept.Length > 1 ? string.Join(' ', kept) + (line.EndsWith('\r') ? "\r" : "") : null;
    }

    private static bool Matches(string line, string path)
    {
        string pattern = Words(line)[0];
        // A pattern of attributes never takes back, and one that ends in a slash matches no file.
        if (pattern[0] == '!' || pattern[^1] == '/' || IgnorePattern.Parse(Encoding.Latin1.GetBytes(pattern)) is not { } parsed)
        {
            return false;
        }

        return parsed.IsMatch(Encoding.Latin1.GetBytes(path), path.LastIndexOf('/') + 1, isDirectory: false);
    }

    /// <summary>Parts a line at blanks; a pattern in quotes is given without them.</summary>
    private static string[] Words(string line)
    {
        string trimmed = line.Trim(' ', '\t', '\r');
        if (!trimmed.StartsWith('"'))
        {
            return trimmed.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        }

        string? pattern = QuotedPath.Read(trimmed, out int used);
        return pattern is null or "" ? [] : [pattern, .. trimmed[used..].Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)];
    }
}
