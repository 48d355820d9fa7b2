using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;

namespace DlStore.Git;

/// <summary>
/// Reads the plain part of git's config syntax, so that most commands need not start git for it: sections <c>[a]</c> and <c>[a "b"]</c>,
/// lines <c>key = value</c>, and lines that are all comment. Anything else (quotes, escapes, comments after a value, tabs inside one,
/// control
/// characters, keys without value) is not guessed at: the caller asks git.
/// </summary>
internal static class PlainConfig
{
    private const string Blank = " \t";
    private static readonly SearchValues<byte> _control = SearchValues.Create(
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 127]);

    private static readonly SearchValues<char> _special = SearchValues.Create("\"\\#;\t");
    private static readonly SearchValues<char> _nameCharacters
        = SearchValues.Create("-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>Reads a whole file.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="entries">All entries in order, as git lists them when it follows no includes.</param>
    /// <returns>False if something in it is for git to read.</returns>
    public static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out List<ConfigEntry>? entries)
    {
        entries = null;
        if (bytes.ContainsAny(_control) || bytes.StartsWith("\uFEFF"u8) || !Utf8.IsValid(bytes))
        {
            return false;
        }

        List<ConfigEntry> found = [];
        string? section = null;
        foreach (string text in Encoding.UTF8.GetString(bytes).Split('\n'))
        {
            ReadOnlySpan<char> line = text.AsSpan().Trim(Blank);
            if (line.IsEmpty || line[0] is '#' or ';')
            {
                continue;
            }

            if (line[0] == '[')
            {
                section = ReadSection(line);
            }
            else if (section is null || !TryReadEntry(section, line, out ConfigEntry entry))
            {
                return false;
            }
            else
            {
                found.Add(entry);
            }

            if (section is null)
            {
                return false;
            }
        }

        entries = found;
        return true;
    }

    // "[name]" or "[name "subsection"]", nothing behind it; null for anything else.
    private static string? ReadSection(ReadOnlySpan<char> line)
    {
        if (line[^1] != ']')
        {
            return null;
        }

        ReadOnlySpan<char> inside = line[1..^1];
        int end = inside.IndexOfAnyExcept(_nameCharacters);
        if (end < 0)
        {
            return inside.IsEmpty ? null : inside.ToString().ToLowerInvariant();
        }

        ReadOnlySpan<char> rest = inside[end..];
        ReadOnlySpan<char> quoted = rest.TrimStart(Blank);
        bool isSubsection = end > 0 && quoted.Length < rest.Length && quoted.Length >= 2 && quoted[0] == '"' && quoted[^1] == '"'
            && !quoted[1..^1].ContainsAny('"', '\\');
        return isSubsection ? $"{inside[..end].ToString().ToLowerInvariant()}.{quoted[1..^1]}" : null;
    }

    private static bool TryReadEntry(string section, ReadOnlySpan<char> line, out ConfigEntry entry)
    {
        entry = default;
        int equals = line.IndexOf('=');
        if (equals <= 0)
        {
            return false;
        }

        ReadOnlySpan<char> name = line[..equals].TrimEnd(Blank);
        ReadOnlySpan<char> value = line[(equals + 1)..].TrimStart(Blank);
        if (name.IsEmpty || !char.IsAsciiLetter(name[0]) || name.ContainsAnyExcept(_nameCharacters) || value.ContainsAny(_special))
        {
            return false;
        }

        entry = new ConfigEntry($"{section}.{name.ToString().ToLowerInvariant()}", value.ToString());
        return true;
    }
}
