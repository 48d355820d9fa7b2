using DlStore.Io;
using DlStore.Learning.Scores;
using DlStore.Objects;

namespace DlStore.Operations.Datasets;

/// <summary>What results come to on a test set.</summary>
public sealed record TestSetScoreResult
{
    /// <summary>Gets the test set.</summary>
    public required string TestSet { get; init; }

    /// <summary>Gets the tree that its pointer names.</summary>
    public required Oid Tree { get; init; }

    /// <summary>Gets the form: <c>classes</c> or <c>boxes</c>.</summary>
    public required string Form { get; init; }

    /// <summary>Gets the count of images of the set.</summary>
    public required int Images { get; init; }

    /// <summary>Gets the counts at the threshold: of images, or of boxes.</summary>
    public required IReadOnlyList<ThresholdCount> Rows { get; init; }

    /// <summary>Gets, for boxes, the average precision of each class; else empty.</summary>
    public required IReadOnlyList<ClassPrecision> Precisions { get; init; }

    /// <summary>Gets, for boxes, the mean average precision, or null.</summary>
    public string? Mean { get; init; }

    /// <summary>Gets the images of the set without a row; what is in them counts as missed.</summary>
    public required IReadOnlyList<string> Missing { get; init; }

    /// <summary>Gets the names in the rows that the set does not have; they do not count.</summary>
    public required IReadOnlyList<string> Strangers { get; init; }

    /// <summary>Gets the images for which rows say another truth than the set; that of the set counts.</summary>
    public required IReadOnlyList<string> Disagreed { get; init; }
}

/// <summary><c>dls testset score</c>: scores a file of results of any program against the stored truth. Nothing is written.</summary>
public static class TestSetScore
{
    private const int LengthMax = 256 << 20;

    /// <summary>Scores a file.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="name">The test set.</param>
    /// <param name="file">Rows of results, as typed.</param>
    /// <param name="threshold">The score from which an answer counts, as typed; null for 0: all of them.</param>
    /// <returns>The score.</returns>
    /// <exception cref="DlsException">Kind Usage: no such test set. Kind Failed: a row cannot be read; its line is named. Kind Missing: the
    /// truth was not fetched.</exception>
    public static TestSetScoreResult Run(Repo repo, string name, string file, string? threshold)
    {
        IReadOnlyList<decimal> typed = threshold is null ? [0] : ThresholdSweep.ParseThresholds([threshold]);
        decimal from = typed.Count == 1 ? typed[0] : throw new DlsException(
            ErrorKind.Usage, $"use threshold '{threshold}': it is a range, and one number is counted at", "such as --threshold 0.9");
        ResultRows rows = ResultRows.Parse(
            SmallFile.Read(Path.GetFullPath(Path.Combine(repo.StartDirectory, file)), file, LengthMax), file);
        TestSetTruth truth = TestSetTruth.Read(repo, name);
        return rows.Boxes.Count > 0 ? ScoreBoxes(truth, rows.Boxes, from) : ScoreAnswers(truth, rows.Answers, from);
    }

    private static TestSetScoreResult ScoreAnswers(TestSetTruth truth, IReadOnlyList<ImageResult> answers, decimal threshold)
    {
        JudgedRows judged = truth.Apply(answers);
        return new TestSetScoreResult
        {
            TestSet = truth.Name.Value,
            Tree = truth.Tree,
            Form = "classes",
            Images = truth.Objects.Count,
            Rows = ThresholdSweep.Count(ScoredImages.Of(judged.Rows), [threshold]),
            Precisions = [],
            Missing = judged.Missing,
            Strangers = judged.Strangers,
            Disagreed = judged.Disagreed,
        };
    }

    private static TestSetScoreResult ScoreBoxes(TestSetTruth truth, IReadOnlyList<FoundBox> boxes, decimal threshold)
    {
        FoundBox[] known = [
            .. boxes.Select(static b => b with { Image = TestSetTruth.StemOf(b.Image) }).Where(b => truth.Objects.ContainsKey(b.Image))];
        HashSet<string> named = [.. boxes.Select(static b => TestSetTruth.StemOf(b.Image))];
        BoxScore score = new(truth.Objects, known);
        return new TestSetScoreResult
        {
            TestSet = truth.Name.Value,
            Tree = truth.Tree,
            Form = "boxes",
            Images = truth.Objects.Count,
            Rows = score.CountAt(threshold),
            Precisions = score.Precisions(),
            Mean = score.Mean(),
            Missing = [.. truth.Objects.Keys.Where(i => !named.Contains(i))],
            Strangers = [.. named.Where(n => !truth.Objects.ContainsKey(n)).Order(StringComparer.Ordinal)],
            Disagreed = [],
        };
    }
}
