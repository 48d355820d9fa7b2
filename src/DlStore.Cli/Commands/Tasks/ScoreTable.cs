using System.Globalization;
using DlStore.Learning.Scores;

namespace DlStore.Cli.Commands.Tasks;

/// <summary>How counts at thresholds look.</summary>
internal static class ScoreTable
{
    private const int NamesMax = 20;

    /// <summary>Writes the table.</summary>
    public static void Print(Terminal terminal, IReadOnlyList<ThresholdCount> rows) => terminal.Table(
        [new("THRESHOLD", Right: true), new("CLASS"), new("RIGHT", Right: true), new("WRONG", Right: true),
            new("MISSED", Right: true), new("PRECISION", Right: true), new("RECALL", Right: true), new("F1", Right: true)],
        [.. rows.Select(r => (IReadOnlyList<string>)[r.Threshold,
            terminal.Name(r.Class), Text(r.Right), Text(r.Wrong), Text(r.Missed), r.Precision ?? "-", r.Recall ?? "-", r.F1 ?? "-"])]);

    /// <summary>Lists images that were tested and not in the set, or the other way round.</summary>
    public static void PrintOthers(Terminal terminal, IReadOnlyList<string> missing, IReadOnlyList<string> strangers)
    {
        List(terminal, missing, "of the test set without a row; what is in them counts as missed");
        List(terminal, strangers, "that the test set does not have; they do not count");
    }

    /// <summary>Lists images with what is the matter with them.</summary>
    public static void List(Terminal terminal, IReadOnlyList<string> images, string what)
    {
        if (images.Count > 0)
        {
            terminal.Warn($"{Format.Count(images.Count, "image")} {what}: {string.Join(", ", images.Take(NamesMax).Select(terminal.Name))}"
                + $"{(images.Count > NamesMax ? ", ..." : "")}");
        }
    }

    private static string Text(int count) => count.ToString(CultureInfo.InvariantCulture);
}
