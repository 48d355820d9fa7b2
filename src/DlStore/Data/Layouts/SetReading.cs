using DlStore.Data.Annotations;
using DlStore.Data.Findings;

namespace DlStore.Data.Layouts;

/// <summary>What a reader of a data set found.</summary>
/// <param name="Set">What could be read.</param>
/// <param name="Findings">What is wrong with the rest, sorted by file, line and code.</param>
public sealed record SetReading(LabelledSet Set, IReadOnlyList<Finding> Findings)
{
    private const int ShownMax = 5;

    /// <summary>Refuses a set in which something is wrong.</summary>
    /// <param name="subject">What is read, for the message, such as <c>import 'ds2'</c>.</param>
    /// <returns>The set.</returns>
    /// <exception cref="DlsException">Kind Failed: there are errors; the first five are in the message, all of them in its
    /// items.</exception>
    public LabelledSet Require(string subject)
    {
        List<string> errors = [
            .. Findings.Where(static f => f.Severity == Severity.Error).Select(static f => $"{f.Code} {f.Place}: {f.Message}")];
        return errors.Count == 0 ? Set : throw new DlsException(
            ErrorKind.Failed, $"{subject}: {errors.Count} error{(errors.Count == 1 ? "" : "s")}: "
                + $"{string.Join("; ", errors.Take(ShownMax))}{(errors.Count > ShownMax ? "; and more" : "")}",
            "correct them; docs/lint.md says what each code means")
        { Items = errors };
    }

    internal static SetReading Of(IReadOnlyList<string> classes, List<LabelledImage> images, List<Finding> findings)
    {
        images.Sort(static (a, b) => string.CompareOrdinal(a.Id, b.Id));
        return new SetReading(new LabelledSet(classes, images), Sorted(findings));
    }

    internal static IReadOnlyList<Finding> Sorted(IEnumerable<Finding> findings) =>
    [
        .. findings.OrderBy(static f => f.File, StringComparer.Ordinal).ThenBy(
            static f => f.Line).ThenBy(static f => f.Code, StringComparer.Ordinal).ThenBy(static f => f.Message, StringComparer.Ordinal),
    ];
}
