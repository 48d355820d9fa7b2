using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using DlStore.Learning.Logs;

namespace DlStore.Learning.Scores;

/// <summary>
/// Finds result tables in the output of test programs (docs/formats/metrics.md lists the forms). Reads as <see cref="LogReader"/> does:
/// bytes in order, in any portions, escapes dropped,
/// lines cut; nothing makes it fail. Rows are told by their form alone, so one reader serves every kind. Not for use by two threads.
/// </summary>
public sealed class ResultReader
{
    /// <summary>The most rows of each sort; more are passed over.</summary>
    public const int RowsMax = 1_000_000;

    private const RegexOptions Options = RegexOptions.NonBacktracking
        | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture;
    private const string Number = @"[-+]?(nan|inf|[0-9]+([.][0-9]+)?(e[-+]?[0-9]+)?)";

    private const string Fraction = @"(nan|[01]([.]\d+)?(e[-+]?\d+)?)";

    private static readonly Regex MeanPrecision = new(
        @"mean[ _]average[ _]precision \(mAP@(?<iou>[\d.]+)\) = (?<map>" + Number + ")", Options);
    private static readonly Regex ClassPrecision = new(
        @"class_id = (?<id>\d+), name = (?<label>.+?), ap = (?<ap>" + Number + @") ?%\s+\(TP = (?<tp>\d+), FP = (?<fp>\d+)\)", Options);
    private static readonly Regex AtConfidence = new(
        $"conf_thresh = (?<conf_thresh>{Number}), precision = (?<precision>{Number}"
            + $"), recall = (?<recall>{Number}), F1-score = (?<f1>{Number})", Options);
    private static readonly Regex CountsAtConfidence = new(
        @"conf_thresh = [\d.]+, TP = (?<tp>\d+), FP = (?<fp>\d+), FN = (?<fn>\d+), average IoU = (?<average_iou>"
        + Number + ") ?%", Options);
    private static readonly Regex LabelPrecision = new(@"^\s*AP for (?<label>.+?) = (?<ap>" + Number + @")\s*$", Options);
    private static readonly Regex LabelMean = new(@"^\s*Mean AP = (?<map>" + Number + ")", Options);
    private static readonly Regex ReportRow = new(
        @"^\s*(?<label>\S(.*\S)?)\s+(?<precision>[01]\.\d+)\s+(?<recall>[01]\.\d+)\s+(?<f1>[01]\.\d+)\s+(?<support>\d+)\s*$", Options);
    private static readonly Regex ReportAccuracy = new(@"^\s*accuracy\s+(?<accuracy>[01]\.\d+)\s+\d+\s*$", Options);
    private static readonly Regex ThresholdRow = new(
        @"^\s*(?<threshold>[01]\.\d+), *(?<label>[^,]+?), *(?<first>\d+), *(?<second>\d+(\.\d+)?)\s*$", Options);

    // "                   all         87       1035      0.822       0.83       0.88       0.58", a row a class below it.
    private static readonly Regex BoxRow = new(
        @"^\s*(?<label>\S(.*?\S)?)\s+\d+\s+(?<support>\d+)\s+(?<precision>" + Fraction + @")\s+(?<recall>" + Fraction
            + @")\s+(?<map50>" + Fraction + @")\s+(?<map50_95>" + Fraction + @")\s*$", Options);
    private static readonly Regex AllMean = new(@"^\s*Average Precision Across All Classes: ?(?<map>" + Number + ")", Options);
    private static readonly Regex PerClassTitle = new(@"^\s*Average Precision Per-class:\s*$", Options);
    private static readonly Regex PerClassRow = new(@"^(?<label>\S(.*\S)?): (?<ap>" + Number + @")\s*$", Options);

    private readonly LogLines _lines = new();
    private readonly SortedDictionary<string, double> _metrics = new(StringComparer.Ordinal);
    private readonly List<ClassResult> _classes = [];
    private readonly Dictionary<string, int> _classRows = new(StringComparer.Ordinal);
    private bool _perClass;
    private readonly List<ThresholdResult> _thresholds = [];
    private readonly List<ImageResult> _images = [];

    /// <summary>Reads a whole output.</summary>
    /// <param name="output">From where it stands to its end; left open.</param>
    /// <returns>What was found.</returns>
    public static TestResult Read(Stream output)
    {
        ResultReader reader = new();
        byte[] buffer = new byte[1 << 16];
        for (int n = output.Read(buffer); n > 0; n = output.Read(buffer))
        {
            reader.Feed(buffer.AsSpan(0, n));
        }

        return reader.Finish();
    }

    /// <summary>Reads more of the output.</summary>
    /// <param name="bytes">What follows the bytes of the last call.</param>
    public void Feed(ReadOnlySpan<byte> bytes) => _lines.Feed(bytes, Take);

    /// <summary>Ends the output.</summary>
    /// <returns>What was found.</returns>
    public TestResult Finish()
    {
        _lines.Finish(Take);
        return new TestResult { Metrics = _metrics, Classes = _classes, Thresholds = _thresholds, Images = _images };
    }

    private void Take(long number, ReadOnlySpan<byte> bytes)
    {
        string line = Encoding.UTF8.GetString(bytes);
        if (line.Contains('\t', StringComparison.Ordinal) && TakeImage(line))
        {
            return;
        }

        _ = TakePerClass(line) || TakeOverall(line) || TakeBoxes(line) || TakeClass(line) || TakeThreshold(line);
    }

    /// <summary>Rows of a name and a number mean something only below their title, up to the first line of another form.</summary>
    private bool TakePerClass(string line)
    {
        if (PerClassTitle.IsMatch(line))
        {
            return _perClass = true;
        }

        Match row = _perClass ? PerClassRow.Match(line) : Match.Empty;
        _perClass = row.Success;
        if (row.Success)
        {
            Set(new ClassResult { Label = row.Groups["label"].Value, AveragePrecision = Value(row, "ap") });
        }

        return row.Success;
    }

    private bool TakeBoxes(string line)
    {
        if (BoxRow.Match(line) is not { Success: true } match)
        {
            return false;
        }

        string label = match.Groups["label"].Value;
        if (label == "all")
        {
            foreach (string group in (ReadOnlySpan<string>)["precision", "recall", "map50", "map50_95"])
            {
                _metrics[group] = Value(match, group)!.Value;
            }

            return true;
        }

        Set(new ClassResult
        {
            Label = label,
            AveragePrecision = Value(match, "map50"),
            Precision = Value(match, "precision"),
            Recall = Value(match, "recall"),
            Support = Whole(match, "support"),
        });
        return true;
    }

    /// <summary>
    /// Four fields that tabs part: image, truth, found, score. A last field that is no number is a title, or another table.
    /// </summary>
    private bool TakeImage(string line)
    {
        string[] fields = line.Split('\t');
        bool hasScore = LogNumber.TryParse(fields[^1].Trim(), out double score);
        bool isRow = fields.Length == 4 && fields[0].Length > 0 && (hasScore || (fields[3].Trim().Length == 0 && fields[2].Length == 0));
        if (isRow && _images.Count < RowsMax)
        {
            _images.Add(new ImageResult(fields[0], fields[1], fields[2], hasScore ? score : null));
        }

        return isRow;
    }

    private bool TakeOverall(string line)
    {
        foreach (Regex regex in (ReadOnlySpan<Regex>)[MeanPrecision, AtConfidence, CountsAtConfidence, LabelMean, AllMean, ReportAccuracy])
        {
            if (regex.Match(line) is { Success: true } match)
            {
                foreach (string group in regex.GetGroupNames().Where(static g => !char.IsAsciiDigit(g[0])))
                {
                    // Percent in the only place where a program prints an overall number so.
                    double value = Value(match, group)!.Value;
                    _metrics[group] = group == "average_iou" ? OfPercent(value) : value;
                }

                return true;
            }
        }

        return false;
    }

    private bool TakeClass(string line)
    {
        foreach (Regex regex in (ReadOnlySpan<Regex>)[ClassPrecision, LabelPrecision, ReportRow])
        {
            if (regex.Match(line) is not { Success: true } match)
            {
                continue;
            }

            string label = match.Groups["label"].Value;
            if (regex == ReportRow && label is "macro avg" or "weighted avg" or "micro avg" or "samples avg")
            {
                TakeAverage(match, label.Replace(' ', '_'));
                return true;
            }

            double? ap = Value(match, "ap") is { } found && regex == ClassPrecision ? OfPercent(found) : Value(match, "ap");
            Set(new ClassResult
            {
                Label = label,
                Id = Whole(match, "id"),
                AveragePrecision = ap,
                Precision = Value(match, "precision"),
                Recall = Value(match, "recall"),
                F1 = Value(match, "f1"),
                Support = Whole(match, "support"),
                TruePositives = Whole(match, "tp"),
                FalsePositives = Whole(match, "fp"),
            });
            return true;
        }

        return false;
    }

    private void TakeAverage(Match match, string prefix)
    {
        foreach (string group in (ReadOnlySpan<string>)["precision", "recall", "f1"])
        {
            _metrics[$"{prefix}_{group}"] = Value(match, group)!.Value;
        }
    }

    private bool TakeThreshold(string line)
    {
        if (ThresholdRow.Match(line) is not { Success: true } match
            || _thresholds.Count >= RowsMax || Whole(match, "first") is not { } first)
        {
            return false;
        }

        _thresholds.Add(
            new ThresholdResult(Value(match, "threshold")!.Value, match.Groups["label"].Value, first, Value(match, "second")!.Value));
        return true;
    }

    private void Set(ClassResult row)
    {
        if (_classRows.TryGetValue(row.Label, out int at))
        {
            _classes[at] = row;
        }
        else if (_classes.Count < RowsMax)
        {
            _classRows.Add(row.Label, _classes.Count);
            _classes.Add(row);
        }
    }

    /// <summary>42.97 % is 0.4297, and not the number beside it that a division gives.</summary>
    private static double OfPercent(double percent) => Math.Round(percent / 100, 12);

    private static double? Value(Match match, string group) =>
        match.Groups[group] is { Success: true } found && LogNumber.TryParse(found.ValueSpan, out double value) ? value : null;

    private static long? Whole(Match match, string group) =>
        match.Groups[group] is { Success: true } found
            && long.TryParse(found.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value : null;
}
