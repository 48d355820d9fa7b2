using System.Text;
using DlStore.Data.Findings;
using DlStore.Data.Texts;
using DlStore.Io;

namespace DlStore.Data.Layouts;

/// <summary>
/// A list of images: one a line. Readers of such lists pass nothing over, so neither does this one: blank lines, padding, CR LF and
/// repetitions are findings with their line.
/// </summary>
internal sealed class ListFile
{
    /// <summary>The largest list, in bytes.</summary>
    public const int LengthMax = 64 << 20;

    private static readonly string[] ImageExtensions = [".jpg", ".jpeg", ".png", ".bmp", ".gif", ".ppm", ".pgm", ".tif", ".tiff", ".webp"];

    private ListFile(string name, List<ListLine> lines)
    {
        Name = name;
        Lines = lines;
    }

    /// <summary>Gets the file as findings name it.</summary>
    public string Name { get; }

    /// <summary>Gets the lines that can be used, each text once.</summary>
    public IReadOnlyList<ListLine> Lines { get; }

    /// <summary>Makes the list of a side that is told otherwise than by a list, for checks that go by lists.</summary>
    public static ListFile Of(string name, List<ListLine> lines) => new(name, lines);

    /// <summary>Reads a list if it is there.</summary>
    public static ListFile? Find(string path, string name, bool isOfIds, List<Finding> findings)
    {
        byte[]? bytes;
        try
        {
            bytes = SmallFile.Find(path, name, LengthMax);
        }
        catch (DlsException e)
        {
            findings.Add(LintCodes.ListBad.At(name, 0, e.Message));
            return new ListFile(name, []);
        }

        return bytes is null ? null : Parse(bytes, name, isOfIds, findings);
    }

    /// <summary>Reads a list of ids (without extension) or of paths.</summary>
    public static ListFile Parse(ReadOnlySpan<byte> bytes, string name, bool isOfIds, List<Finding> findings)
    {
        List<ListLine> lines = [];
        if (PlainText.TryRead(bytes) is not { } whole)
        {
            findings.Add(LintCodes.ListBad.At(name, 0, "it is not UTF-8", "write it again as UTF-8"));
            return new ListFile(name, lines);
        }

        if (PlainText.MarkOf(bytes) is { } mark)
        {
            findings.Add(LintCodes.TextBom.At(name, 1, $"{mark}, and readers take the mark as part of the first name",
                "write it again as UTF-8 without a mark") with
            { Severity = Severity.Error });
        }

        Dictionary<string, int> seen = new(StringComparer.Ordinal);
        bool hasCr = false;
        ReadOnlySpan<char> rest = whole;
        for (int number = 1; !rest.IsEmpty; number++)
        {
            int end = rest.IndexOf('\n');
            string text = new(end < 0 ? rest : rest[..end]);
            rest = end < 0 ? default : rest[(end + 1)..];
            text = WithoutCr(text, name, number, ref hasCr, findings);
            if (Take(text, name, number, isOfIds, findings) is { } usable)
            {
                if (!seen.TryAdd(usable, number))
                {
                    findings.Add(
                        LintCodes.ListDup.At(name, number, $"'{usable}' stands in line {seen[usable]} already", "remove the line"));
                    continue;
                }

                lines.Add(new ListLine(number, usable));
            }
        }

        return new ListFile(name, lines);
    }

    private static string WithoutCr(string text, string name, int number, ref bool hasCr, List<Finding> findings)
    {
        if (!text.EndsWith('\r'))
        {
            return text;
        }

        if (!hasCr)
        {
            findings.Add(LintCodes.ListCrLf.At(name, number, "the line ends in CR LF", "write the list with LF"));
            hasCr = true;
        }

        return text[..^1];
    }

    private static string? Take(string line, string name, int number, bool isOfIds, List<Finding> findings)
    {
        string text = line.Trim();
        if (text.Length == 0)
        {
            findings.Add(LintCodes.ListBlank.At(name, number, "the line is blank", "remove the line"));
            return null;
        }

        string shown = EntryName.Show(Encoding.UTF8.GetBytes(text));
        if (text.Length != line.Length)
        {
            findings.Add(LintCodes.ListPadded.At(name, number, $"'{shown}' begins or ends with a blank", "remove the blank"));
        }

        string extension = Path.GetExtension(text).ToLowerInvariant();
        if (isOfIds ? extension == ".txt" || extension == ".xml" : !ImageExtensions.Contains(extension))
        {
            findings.Add(LintCodes.ListNotImage.At(name, number, $"'{shown}' is no image", "remove the line"));
            return null;
        }

        // Ids are file names; a path as an id would lead elsewhere.
        if (isOfIds && (text.Contains('/', StringComparison.Ordinal) || text is "." or ".."))
        {
            findings.Add(LintCodes.ListOutside.At(
                name, number, $"'{shown}' is a path, expected a name", "write the name of the image without directory and extension"));
            return null;
        }

        return text;
    }
}
