using DlStore.Lineage;

namespace DlStore.Operations.Tables;

/// <summary>The columns that a set of runs has, by name.</summary>
public sealed class RunFields
{
    private static readonly Dictionary<string, Func<RunRow, RunCell>> Fixed = new(StringComparer.Ordinal)
    {
        ["task"] = static r => RunCell.Of(r.Task),
        ["n"] = static r => RunCell.Of(r.N),
        ["kind"] = static r => RunCell.Of(r.Kind),
        ["state"] = static r => RunCell.Of(r.State),
        ["host"] = static r => RunCell.Of(r.Host),
        ["created"] = static r => RunCell.Of(r.Created),
        ["started"] = static r => RunCell.Of(r.Started),
        ["finished"] = static r => RunCell.Of(r.Finished),
        ["seconds"] = static r => RunCell.Of(r.Seconds),
        ["dataset"] = static r => RunCell.Of(r.Dataset),
        ["canvas"] = static r => RunCell.Of(r.Canvas),
        ["testset"] = static r => RunCell.Of(r.TestSet),
        ["by"] = static r => RunCell.Of(r.By),
        ["commit"] = static r => RunCell.Of(r.Commit),
        ["why"] = static r => RunCell.Of(r.Why),
        ["memo"] = static r => RunCell.Of(r.Memo.TrimEnd()),
    };

    private static readonly string[] Ends = ["min", "max", "min_step", "max_step", "points"];
    private readonly SortedSet<string> _tests;
    private readonly SortedSet<string> _logs;
    private readonly SortedSet<string> _parameters;

    /// <summary>Makes the columns of some runs.</summary>
    /// <param name="runs">The runs.</param>
    public RunFields(IReadOnlyList<RunRow> runs)
    {
        _tests = new(runs.SelectMany(static r => r.Tests.Keys), StringComparer.Ordinal);
        _logs = new(runs.SelectMany(static r => r.Logs.Keys.Concat(r.Curves.Keys)), StringComparer.Ordinal);
        _parameters = new(runs.SelectMany(static r => r.Parameters.Keys), StringComparer.Ordinal);
    }

    /// <summary>Gets the names of the numbers of tests.</summary>
    public IReadOnlyCollection<string> Tests => _tests;

    /// <summary>Gets the names of the metrics of logs.</summary>
    public IReadOnlyCollection<string> Logs => _logs;

    /// <summary>Gets the names of parameters.</summary>
    public IReadOnlyCollection<string> Parameters => _parameters;

    /// <summary>Gets every column by its whole name, but for the ends of curves.</summary>
    public IReadOnlyList<string> Names =>
        [.. Fixed.Keys, .. _tests.Select(static t => "test." + t), .. _logs.Select(static l => "log." + l),
            .. _parameters.Select(static p => "param." + p)];

    /// <summary>
    /// Finds a column. A name without <c>test.</c>, <c>log.</c> or <c>param.</c> is looked for in this order: what every run has, tests,
    /// logs, parameters. <c>NAME.min</c> and <c>NAME.max</c> are the ends of a curve.
    /// </summary>
    /// <param name="name">As typed.</param>
    /// <returns>The column, or null if no run has it.</returns>
    public RunField? Find(string name)
    {
        if (Fixed.TryGetValue(name, out Func<RunRow, RunCell>? of))
        {
            return new RunField(name, of, name == "seconds" ? true : null);
        }

        return Prefixed(name) ?? Prefixed("test." + name) ?? Prefixed("log." + name) ?? Prefixed("param." + name);
    }

    /// <summary>Finds a column, or says which there are.</summary>
    /// <param name="name">As typed.</param>
    /// <param name="doing">What it is wanted for: <c>sort by</c>.</param>
    /// <returns>The column.</returns>
    /// <exception cref="DlsException">Kind Usage: no run has it.</exception>
    public RunField Get(string name, string doing) => Find(name) ?? throw new DlsException(
        ErrorKind.Usage, $"{doing} '{Io.EntryName.Show(System.Text.Encoding.UTF8.GetBytes(name))}': no run has such a column",
        Suggestion.Nearest(name, Names.Concat(_tests).Concat(_logs).Concat(_parameters)) is { } near
            ? $"did you mean '{near}'? `dls task list --columns help` lists them" : "run `dls task list --columns help` to see them");

    private RunField? Prefixed(string name)
    {
        string[] parts = name.Split('.', 2);
        if (parts.Length < 2)
        {
            return null;
        }

        string of = parts[1];
        return parts[0] switch
        {
            "test" when _tests.Contains(of) => new RunField(name, r => RunCell.Of(r.Tests.GetValueOrDefault(of)), RunField.GuessLow(of)),
            "param" when _parameters.Contains(of) => new RunField(name, r => RunCell.Of(r.Parameters.GetValueOrDefault(of)), null),
            "log" when _logs.Contains(of) => new RunField(name, r => RunCell.Of(r.Logs.GetValueOrDefault(of)), RunField.GuessLow(of)),
            "log" => End(name, of),
            _ => null,
        };
    }

    private RunField? End(string name, string of)
    {
        int dot = of.LastIndexOf('.');
        string end = dot < 0 ? "" : of[(dot + 1)..];
        string metric = dot < 0 ? of : of[..dot];
        if (!_logs.Contains(metric) || !(Ends.Contains(end) || end == "last"))
        {
            return null;
        }

        return end == "last" ? Prefixed("log." + metric) : new RunField(name, r => Of(r.Curves.GetValueOrDefault(metric), end),
            end is "min" or "max" ? RunField.GuessLow(metric) : null);
    }

    private static RunCell Of(CurveSpan? span, string end) => span is null ? RunCell.None : RunCell.Of(end switch
    {
        "min" => span.Low,
        "max" => span.High,
        "min_step" => span.LowStep,
        "max_step" => span.HighStep,
        _ => span.Points,
    });
}
