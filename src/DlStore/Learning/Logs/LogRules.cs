using System.Text.RegularExpressions;
using DlStore.Data.Texts;

namespace DlStore.Learning.Logs;

/// <summary>How to read the log of one kind: patterns, the line that tells of better weights, and stop rules.</summary>
public sealed class LogRules
{
    private const int PatternsMax = 32;
    private const int RulesMax = 32;

    private LogRules(IReadOnlyList<LogPattern> patterns, Regex? best, string? loss, IReadOnlyList<StopRule> stop)
    {
        Patterns = patterns;
        Best = best;
        Loss = loss;
        Stop = stop;
    }

    /// <summary>Gets the patterns; each is tried on every line.</summary>
    public IReadOnlyList<LogPattern> Patterns { get; }

    /// <summary>Gets the metric whose NaN is an alarm, or null.</summary>
    public string? Loss { get; }

    /// <summary>Gets the stop rules.</summary>
    public IReadOnlyList<StopRule> Stop { get; }

    /// <summary>Gets the expression of a line that tells of better weights, or null.</summary>
    internal Regex? Best { get; }

    /// <summary>Reads the keys <c>log</c> and <c>stop</c> of a kind or preset.</summary>
    /// <param name="log">The mapping <c>{metrics, best, loss}</c>, or null: no metrics.</param>
    /// <param name="stop">The list of stop rules, or null: none.</param>
    /// <returns>The rules.</returns>
    /// <exception cref="DlsException">Kind Failed: a key is unknown, or a pattern cannot be used; file and line are named.</exception>
    public static LogRules Read(YamlNode? log, YamlNode? stop)
    {
        log?.RequireOnly("metrics", "best", "loss");
        IReadOnlyList<YamlNode> metrics = log?.Find("metrics")?.RequireItems() ?? [];
        IReadOnlyList<YamlNode> rules = stop?.RequireItems() ?? [];
        if (metrics.Count > PatternsMax || rules.Count > RulesMax)
        {
            throw (metrics.Count > PatternsMax ? log! : stop!).Bad($"there are more than {PatternsMax} patterns or stop rules");
        }

        List<LogPattern> patterns = [.. metrics.Select(ReadPattern)];
        if (patterns.SelectMany(static p => p.Metrics).Distinct(StringComparer.Ordinal).Count() > MetricSeries.MetricsMax)
        {
            throw log!.Bad($"the patterns have more than {MetricSeries.MetricsMax} metrics");
        }

        YamlNode? loss = log?.Find("loss");
        if (loss is not null && !patterns.Any(p => p.Metrics.Contains(loss.RequireText())))
        {
            throw loss.Bad($"no pattern has a group '{loss.RequireText()}'");
        }

        Regex? best = log?.Find("best") is { } node ? LogPattern.CompileText(Place(node), node.RequireText()) : null;
        return new LogRules(patterns, best, loss?.RequireText(), ReadStop(rules));
    }

    private static List<StopRule> ReadStop(IReadOnlyList<YamlNode> nodes)
    {
        List<StopRule> rules = [];
        foreach (YamlNode node in nodes)
        {
            StopRule rule = StopRule.Read(node);
            rules.Add(rules.Any(r => r.Name == rule.Name) ? throw node.Bad($"stop rule '{rule.Name}' stands here twice") : rule);
        }

        return rules;
    }

    private static LogPattern ReadPattern(YamlNode node)
    {
        node.RequireOnly("pattern", "step");
        YamlNode pattern = node.Find("pattern") ?? throw node.Bad("a metric needs 'pattern'");
        return LogPattern.Compile(Place(pattern), pattern.RequireText(), node.Find("step")?.RequireText());
    }

    private static string Place(YamlNode node) => $"'{node.File}' line {node.Line}";
}
