using System.Globalization;
using System.Text.RegularExpressions;

namespace DlStore.Learning.Logs;

/// <summary>
/// A pattern that finds numbers in log lines. Its named groups are the metrics; the group that <c>step</c> names, or one that is called
/// <c>step</c>, is the iteration. The pattern may
/// come with a cloned repository, and the log from anywhere: it is matched without backtracking, so that the time is linear in the line
/// whatever both hold.
/// </summary>
public sealed class LogPattern
{
    private const int LengthMax = 4096;
    private const int RepetitionMax = 10_000;

    private const RegexOptions Options = RegexOptions.NonBacktracking
        | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture;

    private readonly Regex _regex;
    private readonly string? _step;
    private readonly string[] _metrics;

    private LogPattern(string name, Regex regex, string? step)
    {
        Name = name;
        _regex = regex;
        string[] groups = [.. regex.GetGroupNames().Where(static g => !char.IsAsciiDigit(g[0]))];
        _step = step ?? (groups.Contains("step") ? "step" : null);
        _metrics = [.. groups.Where(g => g != _step)];
    }

    /// <summary>Gets the place it comes from, as messages name it.</summary>
    public string Name { get; }

    /// <summary>Gets the expression as written.</summary>
    public string Text => _regex.ToString();

    /// <summary>Gets the metrics it can yield, in the order of its groups.</summary>
    public IReadOnlyList<string> Metrics => _metrics;

    /// <summary>Compiles a pattern.</summary>
    /// <param name="name">The place it comes from, as messages name it: <c>.dlstore/kinds/x.yaml line 7</c>.</param>
    /// <param name="text">A .NET regular expression with at least one named group; no look-around, no back-references. Letter case does not
    /// count.</param>
    /// <param name="step">The group that holds the iteration or epoch, or null: the group <c>step</c> if there is one, else the last step
    /// the log has named.</param>
    /// <returns>The pattern.</returns>
    /// <exception cref="DlsException">Kind Failed: it is no such expression, or has no such group.</exception>
    public static LogPattern Compile(string name, string text, string? step = null)
    {
        LogPattern pattern = new(name, CompileText(name, text), step);
        return step is not null && pattern._regex.GroupNumberFromName(step) < 0 ? throw Bad(name, $"the pattern has no group '{step}'")
            : pattern._metrics.Length == 0 ? throw Bad(name, "the pattern has no named group that holds a number: (?<loss>...)")
            : pattern;
    }

    /// <summary>Compiles an expression whose groups do not matter.</summary>
    internal static Regex CompileText(string name, string text)
    {
        // Counted repetitions multiply when they are nested, and the automaton grows with the product.
        long repetitions = 1;
        foreach (Match count in Regex.Matches(text, @"\{(?:\d+,)?(\d+),?\}"))
        {
            repetitions = !long.TryParse(count.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out long times)
                || times > RepetitionMax || repetitions > RepetitionMax
                ? long.MaxValue
                : repetitions * Math.Max(1, times);
        }

        if (text.Length > LengthMax || repetitions > RepetitionMax)
        {
            throw Bad(name, text.Length > LengthMax ? $"the pattern is longer than {LengthMax} characters"
                : $"the counted repetitions of the pattern come to more than {RepetitionMax}");
        }

        try
        {
            return new Regex(text, Options);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            string why = e is NotSupportedException ? "it uses look-around, a back-reference or an atomic group" : Io.LibraryWords.Of(e);
            throw new DlsException(ErrorKind.Failed, $"read {name}: the pattern cannot be used: {why}",
                "patterns are .NET regular expressions without look-around and back-references", e);
        }
    }

    /// <summary>Reads a line.</summary>
    /// <param name="line">Without its end.</param>
    /// <param name="number">Its number.</param>
    /// <param name="stepBefore">The last step that the log has named.</param>
    /// <param name="into">Gets one entry a group that holds a number.</param>
    /// <returns>The step of this line, or <paramref name="stepBefore"/>.</returns>
    internal long? Read(string line, long number, long? stepBefore, List<MetricLine> into)
    {
        Match match = _regex.Match(line);
        if (!match.Success)
        {
            return stepBefore;
        }

        long? step = _step is not null && long.TryParse(
            match.Groups[_step].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out long found) ? found : stepBefore;
        foreach (string metric in _metrics)
        {
            if (match.Groups[metric] is { Success: true } group && LogNumber.TryParse(group.ValueSpan, out double value))
            {
                into.Add(new MetricLine(number, step, metric, value));
            }
        }

        return step;
    }

    /// <summary>Finds the numbers of a text, line by line; of a number that comes again the last counts.</summary>
    /// <param name="text">UTF-8; escapes and carriage returns are those of a log.</param>
    /// <param name="into">Gets one entry a group that holds a number.</param>
    internal void ReadAll(Stream text, IDictionary<string, double> into)
    {
        LogLines pieces = new();
        List<MetricLine> found = [];
        void Take(long number, ReadOnlySpan<byte> bytes)
        {
            Read(System.Text.Encoding.UTF8.GetString(bytes), number, null, found);
            found.ForEach(m => into[m.Metric] = m.Value);
            found.Clear();
        }

        byte[] buffer = new byte[1 << 16];
        for (int n; (n = text.Read(buffer)) > 0;)
        {
            pieces.Feed(buffer.AsSpan(0, n), Take);
        }

        pieces.Finish(Take);
    }

    private static DlsException Bad(string name, string why) => new(
        ErrorKind.Failed, $"read {name}: {why}", "correct the pattern; `dls help metrics` describes patterns");
}
