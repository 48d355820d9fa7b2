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
                $"{g.Key} at {Places(g)}, first {(g.First().Place.Length > 0 ? g.First().Place + ": " : "")}{g.First().Message}"),
        ];
    }

    /// <summary>Makes the error of an import that would leave something out, or mislead a trainer.</summary>
    internal static DlsException Refused(string from, string form, IReadOnlyList<Finding> refused)
    {
        string lost = Lost(refused.Sum(static f => f.ImagesLost), refused.Sum(static f => f.BoxesLost));
        string[] codes = [.. refused.Select(static f => f.Code).Distinct(StringComparer.Ordinal)];
        string[] done = [.. refused.Select(static f => f.IfAccepted).OfType<string>().Distinct(StringComparer.Ordinal)];
        return new DlsException(
            ErrorKind.Failed, $"import '{from}' as {form}: {refused.Count} fault(s) that would mislead a trainer"
                + $"{(lost.Length > 0 ? $" or leave out {lost}" : "")}; "
                + $"the first: {refused[0].Code} {refused[0].Place}: {refused[0].Message}",
            $"correct the files, or take them with --accept {string.Join(',', codes)}"
                + $"{(done.Length > 0 ? $", which means: {string.Join("; ", done.Take(3))}" : "")}; nothing was written")
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

    private static string Places(IEnumerable<Finding> findings) => findings.Sum(static f => f.Count) is var n && n == 1 ? "1 place"
        : $"{n} places";

    private static string Lost(int images, int boxes) => string.Join(" and ", new[]
    {
        images == 0 ? "" : images == 1 ? "1 image" : $"{images} images",
        boxes == 0 ? "" : boxes == 1 ? "1 box" : $"{boxes} boxes",
    }.Where(static t => t.Length > 0));

    [GeneratedRegex("<filename>[^<]*</filename>")]
    private static partial Regex FileNameElement();
}
