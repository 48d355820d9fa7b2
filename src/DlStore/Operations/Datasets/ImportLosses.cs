using System.Text;
using System.Text.RegularExpressions;
using DlStore.Data.Annotations;
using DlStore.Data.Findings;

namespace DlStore.Operations.Datasets;

/// <summary>How an import tells what it would leave out, what it has left out, and what it has changed.</summary>
public static partial class ImportLosses
{
    /// <summary>Says what accepting codes has done.</summary>
    /// <param name="findings">Everything found.</param>
    /// <param name="accept">The codes that were accepted.</param>
    /// <returns>A sentence with counts for each code that was found.</returns>
    public static IReadOnlyList<string> Accepted(IReadOnlyList<Finding> findings, IReadOnlyList<string> accept)
    {
        ArgumentNullException.ThrowIfNull(findings);
        return
        [
            .. findings.Where(f => accept.Contains(f.Code)).GroupBy(static f => f.Code, StringComparer.Ordinal).Select(static g =>
            {
                string[] done = [.. g.Select(static f => f.IfAccepted ?? "it is taken as it is").Distinct(StringComparer.Ordinal)];
                string lost = Lost(g.Sum(static f => f.ImagesLost), g.Sum(static f => f.BoxesLost));
                string left = lost.Length > 0 ? $"left out: {lost}" : "nothing is left out";
                return $"{g.Key} accepted at {Places(g)}: {string.Join("; ", done)}; {left}";
            }),
        ];
    }

    /// <summary>Sums findings up by their code.</summary>
    /// <param name="findings">Everything found.</param>
    /// <returns>A sentence with counts for each code.</returns>
    public static IReadOnlyList<string> SumUp(IReadOnlyList<Finding> findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        return
        [
            .. findings.GroupBy(static f => f.Code, StringComparer.Ordinal).OrderBy(static g => g.Key,
                StringComparer.Ordinal).Select(static g =>
                SumUp(g.Key, g.First(), g.Sum(static f => f.Count))),
        ];
    }

    /// <summary>Makes the error of an import that would leave something out, or mislead a trainer.</summary>
    /// <param name="from">The directory, as typed.</param>
    /// <param name="form">The format.</param>
    /// <param name="refused">What stops it.</param>
    /// <param name="isAcceptable">Whether anything is left to import once all of it is accepted.</param>
    internal static DlsException Refused(string from, string form, IReadOnlyList<Finding> refused, bool isAcceptable)
    {
        string lost = Lost(refused.Sum(static f => f.ImagesLost), refused.Sum(static f => f.BoxesLost));
        string[] codes = [.. refused.Select(static f => f.Code).Distinct(StringComparer.Ordinal)];
        string[] done = [.. refused.Select(static f => f.IfAccepted).OfType<string>().Distinct(StringComparer.Ordinal)];
        return new DlsException(
            ErrorKind.Failed, $"import '{from}' as {form}: {CountWords.Of(refused.Count, "fault")} that would mislead a trainer"
                + $"{(lost.Length > 0 ? $" or leave out {lost}" : "")}; "
                + $"the first: {refused[0].Code} {refused[0].Place}: {refused[0].Message}",
            (isAcceptable ? $"correct the files, or take them with --accept {string.Join(',', codes)}"
                + $"{(done.Length > 0 ? $", which means: {string.Join("; ", done.Take(3))}" : "")}"
                : refused[0].Fix is { } fix ? $"{fix}; `dls help labelled-sets` describes the layouts"
                : "correct the files; `dls help labelled-sets` describes the layouts")
                + "; nothing was written")
        {
            Items = [.. refused.Select(static f => $"{f.Code} {f.Place}: {f.Message}")],
        };
    }

    /// <summary>Gives an annotation in which the name of the image alone is another one.</summary>
    internal static byte[] Renamed(byte[] bytes, string fileName, string name)
    {
        string text = Encoding.UTF8.GetString(bytes);
        MatchCollection found = FileNameElement().Matches(text);
        string escaped = fileName.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);
        // In another encoding, or with a strange element, what it says is written anew.
        return found.Count == 1 && System.Text.Unicode.Utf8.IsValid(bytes)
            ? Encoding.UTF8.GetBytes(string.Concat(text.AsSpan(0, found[0].Index), $"<filename>{escaped}</filename>",
                text.AsSpan(found[0].Index + found[0].Length)))
            : (Annotation.Parse(bytes, name) with { FileName = fileName }).ToBytes();
    }

    /// <summary>One is told as it is; of several, how many there are and the first.</summary>
    private static string SumUp(string code, Finding first, int count)
    {
        string told = $"{(first.Place.Length > 0 ? first.Place + ": " : "")}{first.Message}";
        return count == 1 ? $"{code}{(first.Place.Length > 0 ? " " : ": ")}{told}" : $"{code} at {count} places; the first: {told}";
    }

    private static string Places(IEnumerable<Finding> findings) => CountWords.Of(findings.Sum(static f => f.Count), "place");

    private static string Lost(int images, int boxes) => string.Join(" and ", new[]
    {
        images == 0 ? "" : CountWords.Of(images, "image"),
        boxes == 0 ? "" : CountWords.Of(boxes, "box", "boxes"),
    }.Where(static t => t.Length > 0));

    [GeneratedRegex("<filename>[^<]*</filename>")]
    private static partial Regex FileNameElement();
}
