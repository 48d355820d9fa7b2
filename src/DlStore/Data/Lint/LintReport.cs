using DlStore.Data.Findings;
using DlStore.Data.Layouts;

namespace DlStore.Data.Lint;

/// <summary>What lint found in a data set.</summary>
/// <param name="Findings">Sorted by file, line and code.</param>
/// <param name="Counts">Images and boxes of the images that can be read, by side and class.</param>
/// <param name="Twins">Copies among the images.</param>
/// <param name="Views">What each reader that was asked for makes of the set.</param>
public sealed record LintReport(IReadOnlyList<Finding> Findings, SetCounts Counts, LintTwins Twins, IReadOnlyList<LintView> Views)
{
    /// <summary>Gets a value indicating whether there is an error.</summary>
    public bool HasErrors => Findings.Any(static f => f.Severity == Severity.Error);
}
