namespace DlStore.Learning.Scores;

/// <summary>What a test program measured.</summary>
public sealed record TestResult
{
    /// <summary>
    /// Gets the overall numbers by name, as fractions where they are fractions: <c>map</c>, <c>iou</c>, <c>precision</c>, <c>recall</c>,
    /// <c>f1</c>, <c>accuracy</c>.
    /// </summary>
    public required IReadOnlyDictionary<string, double> Metrics { get; init; }

    /// <summary>
    /// Gets one row a class, in the order of the output; a class that comes again replaces its row, as a later table does the earlier one.
    /// </summary>
    public required IReadOnlyList<ClassResult> Classes { get; init; }

    /// <summary>Gets the counts at thresholds, in the order of the output.</summary>
    public required IReadOnlyList<ThresholdResult> Thresholds { get; init; }

    /// <summary>Gets one row an answer, in the order of the output; an image without answer and without truth has none.</summary>
    public required IReadOnlyList<ImageResult> Images { get; init; }

    /// <summary>Gets a value indicating whether nothing was found.</summary>
    public bool IsEmpty => Metrics.Count == 0 && Classes.Count == 0 && Thresholds.Count == 0 && Images.Count == 0;
}

/// <summary>What was measured for one class. All numbers are null if the output does not have them.</summary>
public sealed record ClassResult
{
    /// <summary>Gets the class.</summary>
    public required string Label { get; init; }

    /// <summary>Gets its number in the program.</summary>
    public long? Id { get; init; }

    /// <summary>Gets the average precision, 0 to 1.</summary>
    public double? AveragePrecision { get; init; }

    /// <summary>Gets the precision, 0 to 1.</summary>
    public double? Precision { get; init; }

    /// <summary>Gets the recall, 0 to 1.</summary>
    public double? Recall { get; init; }

    /// <summary>Gets the F1 score, 0 to 1.</summary>
    public double? F1 { get; init; }

    /// <summary>Gets how many there were in truth.</summary>
    public long? Support { get; init; }

    /// <summary>Gets the count of answers that were right.</summary>
    public long? TruePositives { get; init; }

    /// <summary>Gets the count of answers that were wrong.</summary>
    public long? FalsePositives { get; init; }
}

/// <summary>
/// Two counts of one class at one threshold, as <c>0.600000, close, 204, 97</c>; what they count is the program's business.
/// </summary>
/// <param name="Threshold">The score from which an answer counted.</param>
/// <param name="Label">The class.</param>
/// <param name="First">The first count.</param>
/// <param name="Second">The second number.</param>
public sealed record ThresholdResult(double Threshold, string Label, long First, double Second);

/// <summary>One answer for one image.</summary>
/// <param name="Image">The image as the program names it.</param>
/// <param name="Truth">The class it is, empty for none.</param>
/// <param name="Found">The class that was answered, empty for none.</param>
/// <param name="Score">The program's certainty, or null if there was no answer.</param>
public sealed record ImageResult(string Image, string Truth, string Found, double? Score)
{
    /// <summary>Gets a value indicating whether the answer is the truth.</summary>
    public bool IsRight => Truth == Found;
}
