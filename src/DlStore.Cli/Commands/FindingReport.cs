using DlStore.Data.Findings;

namespace DlStore.Cli.Commands;

/// <summary>
/// How findings are printed: <c>CODE severity file:line message</c>, the fix on a line of its own the first time a code comes up.
/// </summary>
internal static class FindingReport
{
    public static void Print(Terminal terminal, IReadOnlyList<Finding> findings)
    {
        HashSet<string> explained = [];
        foreach (Finding finding in findings)
        {
            string severity = finding.Severity switch
            {
                Severity.Error => "error",
                Severity.Warning => "warning",
                Severity.Note => "note",
                _ => throw new ArgumentOutOfRangeException(nameof(findings)),
            };
            string place = finding.Place.Length > 0 ? terminal.Name(finding.Place) + " " : "";
            terminal.Result($"{finding.Code} {severity} {place}{finding.Message}", finding.Severity == Severity.Error
                ? Ink.Bad : finding.Severity == Severity.Warning ? Ink.Changed : Ink.Dim);
            if (finding.Fix is { } fix && explained.Add(finding.Code))
            {
                terminal.Result($"  fix: {fix}", Ink.Dim);
            }
        }
    }
}
