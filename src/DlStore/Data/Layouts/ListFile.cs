using System.Text;
using DlStore.Data.Findings;
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
        if (!System.Text.Unicode.Utf8.IsValid(bytes))
        {
            findings.Add(LintCodes.ListBad.At(name, 0, "it is not UTF-8", "write it again as UTF-8"));
            return new ListFile(name, lines);
        }

        if (bytes.StartsWith("\uFEFF"u8))
        {
            findings.Add(LintCodes.ListBad.At(
                name, 1, "it begins with a byte-order mark, which readers take as part of the first name", "write it again without"));
            bytes = bytes[3..];
        }

        Dictionary<string, int> seen = new(StringComparer.Ordinal);
        bool hasCr = false;
        for (int number = 1; !bytes.IsEmpty; number++)
        {
            int end = bytes.IndexOf((byte)'\n');
            string text = Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
            bytes = end < 0 ? default : bytes[(end + 1)..];
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
