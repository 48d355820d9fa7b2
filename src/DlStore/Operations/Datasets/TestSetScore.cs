using DlStore.Io;
using DlStore.Learning.Scores;
using DlStore.Objects;

namespace DlStore.Operations.Datasets;

/// <summary>What results come to on a test set.</summary>
/// <param name="TestSet">The test set.</param>
/// <param name="Tree">The tree that its pointer names.</param>
/// <param name="Form"><c>classes</c> or <c>boxes</c>.</param>
/// <param name="Images">Images of the set.</param>
/// <param name="Rows">Counts at the threshold: of images, or of boxes.</param>
/// <param name="Precisions">For boxes, the average precision of each class; else empty.</param>
/// <param name="Mean">For boxes, the mean average precision, or null.</param>
/// <param name="Missing">Images of the set without a row; what is in them counts as missed.</param>
/// <param name="Strangers">Names in the rows that the set does not have; they do not count.</param>
/// <param name="Disagreed">Images for which rows say another truth than the set; that of the set counts.</param>
public sealed record TestSetScoreResult(
    string TestSet, Oid Tree, string Form, int Images, IReadOnlyList<ThresholdCount> Rows, IReadOnlyList<ClassPrecision> Precisions, string? Mean, IReadOnlyList<string> Missing,
    IReadOnlyList<string> Strangers, IReadOnlyList<string> Disagreed);

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
    /// <exception cref="DlsException">Kind Usage: no such test set. Kind Failed: a row cannot be read; its line is named. Kind Missing: the truth was not fetched.</exception>
    public static TestSetScoreResult Run(Repo repo, string name, string file, string? threshold)
    {
        decimal from = threshold is null ? 0 : ThresholdSweep.ParseThresholds([threshold])[0];
        ResultRows rows = ResultRows.Parse(SmallFile.Read(Path.GetFullPath(Path.Combine(repo.StartDirectory, file)), file, LengthMax), file);
        TestSetTruth truth = TestSetTruth.Read(repo, name);
        return rows.Boxes.Count > 0 ? ScoreBoxes(truth, rows.Boxes, from) : ScoreAnswers(truth, rows.Answers, from);
    }

    private static TestSetScoreResult ScoreAnswers(TestSetTruth truth, IReadOnlyList<ImageResult> answers, decimal threshold)
    {
        JudgedRows judged = truth.Apply(answers);
        return new TestSetScoreResult(
            truth.Name.Value, truth.Tree, "classes", truth.Objects.Count, ThresholdSweep.Count(ScoredImages.Of(judged.Rows), [threshold]), [], null, judged.Missing, judged.Strangers, judged.Disagreed);
    }

    private static TestSetScoreResult ScoreBoxes(TestSetTruth truth, IReadOnlyList<FoundBox> boxes, decimal threshold)
    {
        FoundBox[] known = [.. boxes.Select(static b => b with { Image = TestSetTruth.StemOf(b.Image) }).Where(b => truth.Objects.ContainsKey(b.Image))];
        HashSet<string> named = [.. boxes.Select(static b => TestSetTruth.StemOf(b.Image))];
        BoxScore score = new(truth.Objects, known);
        return new TestSetScoreResult(
            truth.Name.Value, truth.Tree, "boxes", truth.Objects.Count, score.CountAt(threshold), score.Precisions(), score.Mean(), [.. truth.Objects.Keys.Where(i => !named.Contains(i))],
            [.. named.Where(n => !truth.Objects.ContainsKey(n)).Order(StringComparer.Ordinal)], []);
    }
}
