using System.Globalization;
using DlStore.Data.Annotations;

namespace DlStore.Learning.Scores;

/// <summary>A box that a program found.</summary>
/// <param name="Image">The image.</param>
/// <param name="Label">The class.</param>
/// <param name="Score">How certain it is.</param>
/// <param name="XMin">First column, as VOC counts.</param>
/// <param name="YMin">First row.</param>
/// <param name="XMax">Last column.</param>
/// <param name="YMax">Last row.</param>
public sealed record FoundBox(string Image, string Label, double Score, double XMin, double YMin, double XMax, double YMax);

/// <summary>The average precision of a class.</summary>
/// <param name="Class">The class.</param>
/// <param name="AveragePrecision">Six digits, or null if no image holds it.</param>
/// <param name="Truths">Objects of it, those that may be passed over not counted.</param>
/// <param name="Found">Boxes that were found and counted.</param>
public sealed record ClassPrecision(string Class, string? AveragePrecision, int Truths, int Found);

/// <summary>
/// Scores boxes as Pascal VOC 2010 and later does (docs/formats/evaluation.md): a found box is right if it overlaps an object of its class,
/// which no better box has taken, by half or more
/// of their union; average precision is the whole area below the curve of precision that never rises.
/// </summary>
public sealed class BoxScore
{
    private const double OverlapMin = 0.5;
    private readonly Dictionary<string, List<(double Score, bool Right)>> _answers = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _truths = new(StringComparer.Ordinal);

    /// <summary>Scores.</summary>
    /// <param name="truth">Objects by image.</param>
    /// <param name="found">Boxes of these images, in any order.</param>
    public BoxScore(IReadOnlyDictionary<string, IReadOnlyList<LabelledObject>> truth, IReadOnlyList<FoundBox> found)
    {
        foreach (LabelledObject one in truth.Values.SelectMany(static o => o))
        {
            _truths[one.Label] = _truths.GetValueOrDefault(one.Label) + (one.Difficult ? 0 : 1);
        }

        foreach (FoundBox box in found)
        {
            _truths.TryAdd(box.Label, 0);
        }

        HashSet<LabelledObject> taken = new(ReferenceEqualityComparer.Instance);
        // The same boxes in another order of rows must come to the same numbers, so equal scores are ordered by what else a row says.
        foreach (FoundBox box in found.OrderByDescending(static f => f.Score).ThenBy(static f => f.Image, StringComparer.Ordinal)
            .ThenBy(static f => f.XMin).ThenBy(static f => f.YMin).ThenBy(static f => f.XMax).ThenBy(static f => f.YMax))
        {
            Judge(box, truth.GetValueOrDefault(box.Image, []), taken);
        }
    }

    /// <summary>Gives the average precision of each class.</summary>
    /// <returns>Sorted by class.</returns>
    public IReadOnlyList<ClassPrecision> Precisions() =>
        [.. _truths.Select(t => new ClassPrecision(
            t.Key, Area(t.Key) is { } area ? Text(area) : null, t.Value, _answers.GetValueOrDefault(t.Key, []).Count))];

    /// <summary>Gives the mean over the classes that are in the truth.</summary>
    /// <returns>Six digits, or null if there is none.</returns>
    public string? Mean()
    {
        double[] areas = [.. _truths.Keys.Select(Area).OfType<double>()];
        return areas.Length == 0 ? null : Text(areas.Average());
    }

    /// <summary>Counts boxes at a threshold.</summary>
    /// <param name="threshold">The score from which a box counts.</param>
    /// <returns>A row a class, sorted, and one for all.</returns>
    public IReadOnlyList<ThresholdCount> CountAt(decimal threshold)
    {
        List<ThresholdCount> rows = [];
        int allRight = 0, allWrong = 0, allMissed = 0;
        foreach ((string name, int truths) in _truths)
        {
            (double Score, bool Right)[] counted = [.. _answers.GetValueOrDefault(name, []).Where(a => a.Score >= (double)threshold)];
            int right = counted.Count(static a => a.Right);
            rows.Add(ThresholdCount.Of(ThresholdSweep.Text(threshold), name, right, counted.Length - right, truths - right));
            (allRight, allWrong, allMissed) = (allRight + right, allWrong + counted.Length - right, allMissed + truths - right);
        }

        rows.Add(ThresholdCount.Of(ThresholdSweep.Text(threshold), ThresholdSweep.All, allRight, allWrong, allMissed));
        return rows;
    }

    private void Judge(FoundBox box, IReadOnlyList<LabelledObject> objects, HashSet<LabelledObject> taken)
    {
        LabelledObject? nearest = null;
        double most = 0;
        foreach (LabelledObject one in objects)
        {
            double overlap = one.Label == box.Label ? Overlap(box, one.Box) : 0;
            if (overlap > most)
            {
                (nearest, most) = (one, overlap);
            }
        }

        bool covers = nearest is not null && most >= OverlapMin;
        if (covers && nearest!.Difficult)
        {
            return;
        }

        if (!_answers.TryGetValue(box.Label, out List<(double Score, bool Right)>? answers))
        {
            _answers[box.Label] = answers = [];
        }

        answers.Add((box.Score, covers && taken.Add(nearest!)));
    }

    /// <summary>
    /// The area below the precision that recall costs at least: from the right, a precision is the best of those at the same or a greater
    /// recall.
    /// </summary>
    private double? Area(string name)
    {
        if (_truths[name] == 0)
        {
            return null;
        }

        List<(double Score, bool Right)> answers = _answers.GetValueOrDefault(name, []);
        double[] precision = new double[answers.Count];
        int right = 0;
        for (int i = 0; i < answers.Count; i++)
        {
            right += answers[i].Right ? 1 : 0;
            precision[i] = (double)right / (i + 1);
        }

        double area = 0, best = 0;
        for (int i = answers.Count - 1; i >= 0; i--)
        {
            best = Math.Max(best, precision[i]);
            area += answers[i].Right ? best / _truths[name] : 0;
        }

        return area;
    }

    /// <summary>Intersection over union; the last column and row of a box belong to it.</summary>
    private static double Overlap(FoundBox a, PixelBox b)
    {
        double width = Math.Min(a.XMax, b.XMax) - Math.Max(a.XMin, b.XMin) + 1,
            height = Math.Min(a.YMax, b.YMax) - Math.Max(a.YMin, b.YMin) + 1;
        if (width <= 0 || height <= 0)
        {
            return 0;
        }

        double both = width * height, first = (a.XMax - a.XMin + 1) * (a.YMax - a.YMin + 1), second = (double)b.Width * b.Height;
        return both / (first + second - both);
    }

    private static string Text(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);
}
