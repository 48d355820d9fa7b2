namespace DlStore;

/// <summary>The lines of dls in a <c>.gitattributes</c>, as text: pointers have LF, are merged and shown by the drivers.</summary>
internal static class PointerAttributes
{
    private static readonly string[] Lines = ["*.dls text eol=lf merge=dls diff=dls", ".gitignore merge=union"];

    /// <summary>What earlier versions wrote, in the place of the first line.</summary>
    private const string Earlier = "*.dls text eol=lf";

    /// <summary>Tells whether dls wrote a line.</summary>
    public static bool IsOwn(string line) => line == Earlier || Lines.Contains(line, StringComparer.Ordinal);

    /// <summary>Adds the lines that are missing; one of an earlier version is renewed in its place.</summary>
    /// <param name="text">The file's text.</param>
    /// <returns>The new text; null if they are all there.</returns>
    public static string? Add(string text)
    {
        List<string> lines = [.. text.Split('\n')];
        if (Lines.All(lines.Contains))
        {
            return null;
        }

        int earlier = lines.Contains(Lines[0]) ? -1 : lines.IndexOf(Earlier);
        if (earlier >= 0)
        {
            lines[earlier] = Lines[0];
        }

        string kept = string.Join('\n', lines);
        string[] missing = [.. Lines.Where(l => !lines.Contains(l))];
        string newline = kept.Length == 0 || kept.EndsWith('\n') ? "" : "\n";
        return kept + newline + string.Concat(missing.Select(static l => l + "\n"));
    }
}
