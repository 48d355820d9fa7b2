using System.Globalization;

namespace DlStore.Learning.Scores;

/// <summary>The numbers of a test by name, as records, tables and exports have them.</summary>
public static class TestScores
{
    /// <summary>Gives the numbers: those the program printed, and what its rows for images come to.</summary>
    /// <param name="result">A test's result.</param>
    /// <returns>Numbers by name, sorted; <c>accuracy</c> is the share of images that were found as what they are.</returns>
    public static IReadOnlyDictionary<string, double> MetricsOf(TestResult result)
    {
        SortedDictionary<string, double> all = new(result.Metrics.ToDictionary(), StringComparer.Ordinal);
        if (result.Images.Count > 0)
        {
            int right = result.Images.Count(static i => i.IsRight);
            all["accuracy"] = (double)right / result.Images.Count;
            foreach (IGrouping<string, ImageResult> truth in result.Images.GroupBy(
                static i => i.Truth).OrderBy(static g => g.Key, StringComparer.Ordinal).Take(200))
            {
                all[string.Create(CultureInfo.InvariantCulture, $"accuracy.{truth.Key}")] = (double)truth.Count(
                    static i => i.IsRight) / truth.Count();
            }
        }

        return all;
    }
}
