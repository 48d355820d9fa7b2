using System.Globalization;
using DlStore.Learning.Scores;

namespace DlStore.Learning.Records;

/// <summary>What a test measured for one class.</summary>
/// <param name="Class">The class as the program names it.</param>
/// <param name="Numbers">By name, sorted, as decimal text: <c>ap</c>, <c>precision</c>, <c>recall</c>, <c>f1</c> as fractions;
/// <c>support</c>, <c>tp</c>, <c>fp</c> as counts; <c>id</c>, the class's number in the program.</param>
public sealed record ClassNumbers(string Class, IReadOnlyDictionary<string, string> Numbers);

/// <summary>What came of a test.</summary>
/// <param name="Metrics">Numbers by name, sorted; decimal text, <c>nan</c> and <c>inf</c> allowed.</param>
/// <param name="Images">Images that were judged.</param>
public sealed record AttemptResult(IReadOnlyDictionary<string, string> Metrics, long Images)
{
    private const int ClassesMax = 2000;

    /// <summary>Gets the numbers of each class, in the order of the output.</summary>
    public IReadOnlyList<ClassNumbers> Classes { get; init; } = [];

    /// <summary>Gives what a record keeps of a test.</summary>
    /// <param name="found">What stands in its output.</param>
    /// <param name="declared">Numbers that the kind says where to find; they come before what the output's form tells.</param>
    /// <returns>Null if there is nothing.</returns>
    public static AttemptResult? Of(TestResult? found, IReadOnlyDictionary<string, double> declared)
    {
        SortedDictionary<string, string> metrics = new(StringComparer.Ordinal);
        foreach ((string name, double value) in (found is null ? declared : TestScores.MetricsOf(found)).Concat(declared))
        {
            metrics[name] = MlflowText.Number(value);
        }

        return metrics.Count == 0 && found?.IsEmpty != false ? null : new AttemptResult(metrics, found?.Images.Count ?? 0)
        {
            Classes = [.. (found?.Classes ?? []).Take(ClassesMax).Select(static c => new ClassNumbers(c.Label, NumbersOf(c)))],
        };
    }

    private static SortedDictionary<string, string> NumbersOf(ClassResult row)
    {
        SortedDictionary<string, string> all = new(StringComparer.Ordinal);
        void Add(string name, double? value)
        {
            if (value is { } number)
            {
                all[name] = MlflowText.Number(number);
            }
        }

        void Count(string name, long? value)
        {
            if (value is { } number)
            {
                all[name] = number.ToString(CultureInfo.InvariantCulture);
            }
        }

        Add("ap", row.AveragePrecision);
        Add("f1", row.F1);
        Count("fp", row.FalsePositives);
        Count("id", row.Id);
        Add("precision", row.Precision);
        Add("recall", row.Recall);
        Count("support", row.Support);
        Count("tp", row.TruePositives);
        return all;
    }
}
