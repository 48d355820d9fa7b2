using DlStore.Data.Names;
using DlStore.Learning.Logs;
using DlStore.Learning.Records;
using DlStore.Lineage;
using DlStore.Operations.Tables;
using DlStore.Web.Writing;

namespace DlStore.Web.Pages;

/// <summary>Any number of runs side by side: what differs, the numbers, the curves, the classes, the images of two.</summary>
/// <param name="repo">The repository.</param>
/// <param name="table">All runs.</param>
/// <param name="runs">Those to compare.</param>
/// <param name="links">Where pages lie.</param>
internal sealed class ComparePage(Repo repo, RunTable table, IReadOnlyList<RunRow> runs, ILinks links)
{
    private readonly HtmlText _html = new();

    /// <summary>Gets a value indicating whether the images of the first two could be compared.</summary>
    public bool HasImages { get; init; }

    /// <summary>Finds the runs that an address names, each <c>TASK:N</c>.</summary>
    /// <exception cref="DlsException">Kind Usage: one is not there, or there are fewer than two.</exception>
    public static IReadOnlyList<RunRow> Find(RunTable table, IReadOnlyList<string> names)
    {
        Dictionary<string, RunRow> known = table.Runs.ToDictionary(static r => $"{r.Task}:{r.N}", StringComparer.Ordinal);
        RunRow[] found = [.. names.Distinct().Select(n => known.GetValueOrDefault(n)
            ?? throw new DlsException(ErrorKind.Usage, $"compare '{n}': there is no such run", "choose runs in the table of tasks"))];
        return found.Length >= 2 ? found
            : throw new DlsException(ErrorKind.Usage, "compare runs: fewer than two are named", "choose runs in the table of tasks");
    }

    public Page Make(Markup images)
    {
        Legend();
        Differences();
        Numbers();
        Curves();
        Classes();
        _html.Add(images);
        string[] words = [.. runs.Select(static r => Parts.Word($"{r.Task}#{r.N}"))];
        List<string> commands = [$"dls plot {string.Join(' ', words)}"];
        commands.Insert(0, $"dls task diff {string.Join(' ', words)}");
        commands.AddRange(runs.Count == 2 && HasImages ? [$"dls task diff {string.Join(' ', words)} --images"] : Array.Empty<string>());

        return new Page("Compare", Place.Tasks, _html.ToMarkup(), commands) { Sub = Shown.Count(runs.Count, "run"), HasCurves = true };
    }

    private static string Name(RunRow run) => $"{run.Task} #{run.N}";

    private void Legend()
    {
        _html.Add($"""<div class="cards">""");
        for (int i = 0; i < runs.Count; i++)
        {
            RunRow run = runs[i];
            _html.Add($"""<div class="card"><span class="swatch r{i % 6}"></span><a href="{links.Task(run.Task, run.N)}">""");
            _html.Add($"""{Name(run)}</a>""");
            _html.Add($"""<span> {run.Kind}, {Parts.State(run.State)}{(run.Why is { } why ? $": {why}" : "")}</span></div>""");
        }

        _html.Add($"</div>");
    }

    private void Head(string what)
    {
        _html.Add($"""<div class="scroll" tabindex="0" role="region" aria-label="{what}"><table><thead><tr><th scope="col">{what}</th>""");
        for (int i = 0; i < runs.Count; i++)
        {
            _html.Add($"""<th scope="col"><span class="swatch r{i % 6}"></span>{Name(runs[i])}</th>""");
        }

        _html.Add($"</tr></thead><tbody>");
    }

    private void Differences()
    {
        List<(string Name, string[] Values)> rows = [];
        foreach (string field in (string[])["kind", "dataset", "canvas", "testset", "host", "commit", "by", "seconds"])
        {
            RunField column = table.Fields.Get(field, "show");
            rows.Add((field, [.. runs.Select(r => field == "seconds" ? Shown.Seconds(r.Seconds) : column.Of(r).Text)]));
        }

        rows.AddRange(runs.SelectMany(static r => r.Parameters.Keys).Distinct().Order(StringComparer.Ordinal)
            .Select(p => ($"parameter {p}", (string[])[.. runs.Select(r => r.Parameters.GetValueOrDefault(p, ""))])));
        rows.AddRange(OfStarts());
        (string Name, string[] Values)[] differing = [.. rows.Where(static r => r.Values.Distinct().Skip(1).Any())];
        _html.Add($"<h2>What was done differently</h2>");
        if (differing.Length == 0)
        {
            _html.Add($"""<p class="note">Nothing that is recorded differs.</p>""");
        }
        else
        {
            Rows("what", differing);
        }

        (string Name, string[] Values)[] same = [.. rows.Where(static r => !r.Values.Distinct().Skip(1).Any() && r.Values[0].Length > 0)];
        _html.Add($"<details><summary>{Shown.Count(same.Length, "thing")} alike in all</summary>");
        Rows("alike", same);
        _html.Add($"</details>");
    }

    private void Rows(string what, IReadOnlyList<(string Name, string[] Values)> rows)
    {
        Head(what);
        foreach ((string name, string[] values) in rows)
        {
            _html.Add($"""<tr><th scope="row">{name}</th>""");
            foreach (string value in values)
            {
                _html.Add(value.Length == 0 ? new Markup("<td class=\"dim\">none</td>")
                    : new HtmlText().Add($"""<td class="text mono">{value}</td>""").ToMarkup());
            }

            _html.Add($"</tr>");
        }

        _html.Add($"</tbody></table></div>");
    }

    /// <summary>What the records say beside the index: data by hash, programs, initial weights, classes, commands.</summary>
    private IEnumerable<(string Name, string[] Values)> OfStarts()
    {
        AttemptStart?[] starts = [.. runs.Select(r => TaskRecord.Find(repo.WorkTree, PortableName.Parse(r.Task, "task"))
            ?.Attempts.FirstOrDefault(a => a.N == r.N))];
        (string Name, string[] Values) Row(string name, Func<AttemptStart, string?> of) =>
            (name, [.. starts.Select(s => s is null ? "" : of(s) ?? "")]);
        yield return Row("data by hash", static s => s.Data?.DirHash.ToString());
        yield return Row("initial weights", static s => s.Initial is { } i ? $"{i.Task ?? i.Path} {i.Oid}" : null);
        yield return Row("program", static s => string.Join("; ", s.Sources.Select(static p => $"{p.Path} {p.Tree.ToHex()[..12]}")));
        yield return Row("program's commit", static s => string.Join("; ", s.Sources.Select(static p => p.Commit ?? "none")));
        yield return Row("not as committed", static s => string.Join(", ", s.Sources.SelectMany(static p => p.Dirty)));
        yield return Row("kind file", static s => s.KindDigest.ToHex()[..12]);
        yield return Row("classes", static s => string.Join(", ", s.Classes));
        yield return Row("command", static s => s.Train);
    }

    private void Numbers()
    {
        string[] fields = [.. Sorted(static r => r.Tests.Keys).Select(static k => "test." + k), .. Sorted(static r => r.Logs.Keys)
            .SelectMany(static l => (string[])["log." + l, $"log.{l}.{(RunField.GuessLow(l) ? "min" : "max")}"])];
        RunField[] columns = [.. fields.Select(f => table.Fields.Find(f)).OfType<RunField>()];
        _html.Add($"<h2>Numbers</h2>");
        if (columns.Length == 0)
        {
            _html.Add($"""<p class="note">None of them has numbers.</p>""");
            return;
        }

        Head("number");
        foreach (RunField column in columns)
        {
            string end = column.Name.EndsWith(".min", StringComparison.Ordinal) || column.Name.EndsWith(".max", StringComparison.Ordinal)
                ? "" : column.Name.StartsWith("log.", StringComparison.Ordinal) ? " (last)" : "";
            NumberRow(column.Name + end, [.. runs.Select(column.Of)], column.IsLowBetter);
        }

        _html.Add($"</tbody></table></div>");
    }

    private SortedSet<string> Sorted(Func<RunRow, IEnumerable<string>> of) => new(runs.SelectMany(of), StringComparer.Ordinal);

    private void Curves()
    {
        CurveSource[] sources = [.. runs.AsParallel().AsOrdered().Select(r => new CurveSource(
            Name(r), RunCurves.Read(repo, PortableName.Parse(r.Task, "task"), (int)r.N)))];
        string[] metrics = [.. new SortedSet<string>(sources.SelectMany(static s => s.Series.Metrics), StringComparer.Ordinal)];
        if (metrics.Length > 0)
        {
            _html.Add($"""<h2>Curves <button type="button" data-log aria-pressed="false">logarithmic</button></h2><div class="charts">""");
            foreach (string metric in metrics)
            {
                _html.Add(Parts.Chart(sources, metric));
            }

            _html.Add($"</div>");
        }
    }

    private void Classes()
    {
        IReadOnlyList<ClassNumbers>[] all = [.. runs.Select(r => AttemptRecord.Find(
            repo.WorkTree, PortableName.Parse(r.Task, "task"), (int)r.N)?.Result?.Classes ?? [])];
        ClassNumbers[] known = [.. all.SelectMany(static c => c)];
        string[] names = [.. known.Select(static c => c.Class).Distinct()];
        string[] numbers = [.. known.SelectMany(static c => c.Numbers.Keys).Where(static k => k != "id").Distinct()];
        if (names.Length == 0)
        {
            return;
        }

        _html.Add($"<h2>By class</h2>");
        Head("class and number");
        foreach (string name in names)
        {
            foreach (string number in numbers)
            {
                RunCell[] cells = [.. all.Select(c => RunCell.Of(
                    c.FirstOrDefault(o => o.Class == name)?.Numbers.GetValueOrDefault(number)))];
                NumberRow($"{name} {number}", cells, number == "support" ? null : RunField.GuessLow(number));
            }
        }

        _html.Add($"</tbody></table></div>");
    }

    /// <summary>A row of numbers with the best marked, if it is known which way is better.</summary>
    private void NumberRow(string name, RunCell[] cells, bool? isLowBetter)
    {
        double? best = isLowBetter is { } low ? Parts.Best(cells, low) : null;
        _html.Add($"""<tr><th scope="row">{name}</th>""");
        foreach (RunCell cell in cells)
        {
            string mark = best is not null && cell.Number == best ? "num best" : "num";
            _html.Add($"""<td class="{mark}">{Shown.Cell(cell)}</td>""");
        }

        _html.Add($"</tr>");
    }
}
