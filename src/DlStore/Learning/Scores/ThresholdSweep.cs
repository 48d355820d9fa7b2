using System.Globalization;

namespace DlStore.Learning.Scores;

/// <summary>What a class comes to at a threshold, counted in images.</summary>
/// <param name="Threshold">The score from which an answer counts, decimal text.</param>
/// <param name="Class">The class, or <see cref="ThresholdSweep.All"/> for the sums over all classes.</param>
/// <param name="Right">Images that hold it and for which it was answered.</param>
/// <param name="Wrong">Images that do not hold it and for which it was answered.</param>
/// <param name="Missed">Images that hold it and for which it was not answered.</param>
/// <param name="Precision">right / (right + wrong), or null if nothing was answered.</param>
/// <param name="Recall">right / (right + missed), or null if no image holds it.</param>
/// <param name="F1">2 right / (2 right + wrong + missed), or null if all three are 0.</param>
public sealed record ThresholdCount(
    string Threshold, string Class, int Right, int Wrong, int Missed, string? Precision, string? Recall, string? F1)
{
    /// <summary>Makes a row from its counts.</summary>
    /// <param name="threshold">Decimal text.</param>
    /// <param name="name">The class.</param>
    /// <param name="right">Images or boxes.</param>
    /// <param name="wrong">Images or boxes.</param>
    /// <param name="missed">Images or boxes.</param>
    /// <returns>The row with its three numbers, six digits each.</returns>
    public static ThresholdCount Of(string threshold, string name, int right, int wrong, int missed) =>
        new(threshold, name, right,
            wrong, missed, Share(right, right + wrong), Share(right, right + missed), Share(2 * right, (2 * right) + wrong + missed));

    private static string? Share(int part, int whole) => whole == 0
        ? null : ((double)part / whole).ToString("0.######", CultureInfo.InvariantCulture);
}

/// <summary>The threshold at which a class has its greatest F1.</summary>
/// <param name="Class">The class.</param>
/// <param name="Threshold">The greatest one of those with that F1.</param>
/// <param name="F1">Six digits.</param>
public sealed record BestThreshold(string Class, string Threshold, string F1);

/// <summary>
/// Counts answers at thresholds (docs/formats/evaluation.md): what people did by editing a number in the program and running it again.
/// </summary>
public static class ThresholdSweep
{
    /// <summary>Stands for all classes together; no class can have this name.</summary>
    public const string All = "(all)";

    private const int CountMax = 1000;
    private const decimal StepDefault = 0.01m;

    /// <summary>
    /// Reads thresholds as typed: numbers, and ranges <c>0.9..1.0</c> in steps of 0.01 or <c>0.5..0.9:0.1</c> in given ones.
    /// </summary>
    /// <param name="typed">What was typed between commas.</param>
    /// <returns>Ascending, each once.</returns>
    /// <exception cref="DlsException">Kind Usage: one is no number from 0 to 1, or there are too many.</exception>
    public static IReadOnlyList<decimal> ParseThresholds(IReadOnlyList<string> typed)
    {
        SortedSet<decimal> all = [];
        foreach (string one in typed)
        {
            string[] ends = one.Split("..", 2);
            string[] last = ends[^1].Split(':', 2);
            decimal from = Number(ends[0], one), to = ends.Length == 1 ? from : Number(last[0], one);
            decimal step = ends.Length == 2 && last.Length == 2 ? Number(last[1], one) : StepDefault;
            if (step <= 0 || to < from || (to - from) / step > CountMax)
            {
                throw new DlsException(ErrorKind.Usage, $"use thresholds '{one}': the range is empty or has more than {CountMax} steps");
            }

            for (decimal at = from; at <= to; at += step)
            {
                all.Add(at);
            }
        }

        return all.Count is > 0 and <= CountMax
            ? [.. all] : throw new DlsException(ErrorKind.Usage, $"use {all.Count} thresholds: give 1 to {CountMax}");
    }

    /// <summary>Gives a threshold's text.</summary>
    /// <param name="threshold">The threshold.</param>
    /// <returns>Without trailing zeros.</returns>
    public static string Text(decimal threshold) => threshold.ToString("0.############", CultureInfo.InvariantCulture);

    /// <summary>Counts.</summary>
    /// <param name="images">The images.</param>
    /// <param name="thresholds">Ascending.</param>
    /// <returns>For each threshold a row a class, sorted, and one for all.</returns>
    public static IReadOnlyList<ThresholdCount> Count(IReadOnlyList<ScoredImage> images, IReadOnlyList<decimal> thresholds)
    {
        string[] classes = [.. images.SelectMany(static i => i.Truths.Concat(i.Answers.Keys)).Distinct().Order(StringComparer.Ordinal)];
        List<ThresholdCount> rows = [];
        foreach (decimal threshold in thresholds)
        {
            int allRight = 0, allWrong = 0, allMissed = 0;
            foreach (string name in classes)
            {
                int right = 0, wrong = 0, missed = 0;
                foreach (ScoredImage image in images)
                {
                    bool holds = image.Truths.Contains(name), answered = Counts(image, name, threshold);
                    right += holds && answered ? 1 : 0;
                    wrong += !holds && answered ? 1 : 0;
                    missed += holds && !answered ? 1 : 0;
                }

                rows.Add(ThresholdCount.Of(Text(threshold), name, right, wrong, missed));
                (allRight, allWrong, allMissed) = (allRight + right, allWrong + wrong, allMissed + missed);
            }

            rows.Add(ThresholdCount.Of(Text(threshold), All, allRight, allWrong, allMissed));
        }

        return rows;
    }

    /// <summary>Finds the best threshold of each class.</summary>
    /// <param name="rows">From <see cref="Count"/>, thresholds ascending.</param>
    /// <returns>Sorted by class, all of them first; classes that were never right have none.</returns>
    public static IReadOnlyList<BestThreshold> Best(IReadOnlyList<ThresholdCount> rows)
    {
        List<BestThreshold> best = [];
        foreach (IGrouping<string,
            ThresholdCount> of in rows.GroupBy(static r => r.Class).OrderBy(static g => g.Key, StringComparer.Ordinal))
        {
            // Of equal ones the last, which has the highest threshold: it answers least, so it is wrong least.
            ThresholdCount? top = of.Where(static r => r.Right > 0)
                .Aggregate((ThresholdCount?)null, static (kept, r) => kept is null || Exact(r) >= Exact(kept) ? r : kept);
            if (top is { F1: { } f1 })
            {
                best.Add(new BestThreshold(of.Key, top.Threshold, f1));
            }
        }

        return best;
    }

    /// <summary>Tells whether a class was answered for an image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="name">The class.</param>
    /// <param name="threshold">The score from which an answer counts; the score itself counts.</param>
    /// <returns>True if its best score reaches it.</returns>
    public static bool Counts(ScoredImage image, string name, decimal threshold) => image.Answers.TryGetValue(name, out double score)
        && score >= (double)threshold;

    private static double Exact(ThresholdCount row) => (double)(2 * row.Right) / ((2 * row.Right) + row.Wrong + row.Missed);

    private static decimal Number(string text, string typed) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal value) && value is >= 0 and <= 1
            ? value
            : throw new DlsException(ErrorKind.Usage,
                $"use threshold '{typed}': it is no number from 0 to 1, and no range of such",
                "such as 0.5, or 0.9..1.0 where several are taken");
}
