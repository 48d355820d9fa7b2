using System.Globalization;
using DlStore.Lineage;
using DlStore.Operations.Tables;
using DlStore.Web.Writing;

namespace DlStore.Web.Pages;

/// <summary>The table of runs: filtered, sorted, in pages, with a choice to compare.</summary>
/// <param name="table">All runs.</param>
/// <param name="query">Names: <c>where</c>, <c>sort</c>, <c>reverse</c>, <c>all</c>, <c>col</c> (several), <c>page</c>.</param>
/// <param name="links">Where pages lie.</param>
internal sealed class TasksPage(RunTable table, Query query, ILinks links)
{
    private const int RowsMax = 100;
    private const int FirstNumbers = 4;
    private readonly HtmlText _html = new();

    /// <summary>Gets what stands before the table.</summary>
    public Markup Before { get; init; } = Markup.None;

    /// <summary>Gets whether the work tree has a data set of that name, so that a link to it leads somewhere.</summary>
    public Func<string, bool> HasDataset { get; init; } = static _ => true;

    public Page Make()
    {
        RunField[] columns = [.. Columns().Select(n => table.Fields.Find(n)).OfType<RunField>()];
        _html.Add(Before);
        Form();
        if (table.Runs.Count == 0)
        {
            _html.Add($"""<p class="note">There is no task yet. <code>dls task create NAME --kind KIND</code> makes one; """);
            _html.Add($"""<code>dls kind new</code> tells dls how your trainer is called.</p>""");
        }
        else
        {
            Runs(columns);
        }

        return new Page("Tasks", Place.Tasks, _html.ToMarkup(), [Command(columns)])
        {
            Sub = $"{Shown.Count(table.Runs.DistinctBy(static r => r.Task).Count(), "task")}, {Shown.Count(table.Runs.Count, "attempt")}",
        };
    }

    private void Runs(RunField[] columns)
    {
        try
        {
            int page = Math.Max(1, query.Number("page", 1));
            RequireColumns();
            RunPage found = table.Find(new RunQuery
            {
                Where = query["where"],
                Sort = query["sort"],
                Reverse = query["reverse"] is not null,
                All = query["all"] is not null,
                Skip = (page - 1) * RowsMax,
                Limit = links.IsServed ? RowsMax : int.MaxValue,
            });
            Table(found, columns);
            Pager(found, page);
        }
        catch (DlsException e) when (e.Kind == ErrorKind.Usage)
        {
            _html.Add(Parts.Error(e));
        }
    }

    private IReadOnlyList<string> Columns() => query.All("col") is { Count: > 0 } chosen ? chosen : Defaults();

    /// <summary>What says most: the numbers of tests, then of logs, then parameters that are not alike everywhere.</summary>
    private IReadOnlyList<string> Defaults() =>
    [
        "task", "kind", "n", "state", .. table.Fields.Tests.OrderBy(Rank).Take(FirstNumbers).Select(static t => "test." + t),
        .. table.Fields.Logs.Where(RunField.GuessLow).Take(1).Select(static l => $"log.{l}.min"),
        .. table.Fields.Parameters.Where(IsVaried).Take(FirstNumbers).Select(static p => "param." + p),
        "dataset", "created", "memo",
    ];

    /// <summary>Gives the place of a number of a test: the one that people look at first is 0.</summary>
    public static int Rank(string test) => Array.IndexOf(["map", "map50_95", "map50", "accuracy", "f1"], test) is var at and >= 0 ? at : 99;

    private bool IsVaried(string parameter) =>
        table.Runs.Select(r => r.Parameters.GetValueOrDefault(parameter)).Distinct().Skip(1).Any();

    private void RequireColumns()
    {
        foreach (string name in query.All("col"))
        {
            _ = table.Fields.Get(name, "show");
        }
    }

    private void Form()
    {
        if (!links.IsServed)
        {
            _html.Add($"""<form class="filter"><label>find in the table <input type="text" class="wide" data-search="runs" """);
            _html.Add($"""autocomplete="off"></label></form>""");
            return;
        }

        _html.Add($"""<form class="filter" method="get" action="{links.Tasks("")}"><label>""");
        _html.Add($"""show only <input type="text" class="wide" name="where" value="{query["where"]}" placeholder="map &gt; 0.9 and """);
        _html.Add($"""kind = ssd" list="fields" autocomplete="off" spellcheck="false"></label>""");
        Hidden("sort", "reverse", "col");
        Markup all = query["all"] is null ? Markup.None : new Markup(" checked");
        _html.Add($"""<label class="check"><input type="checkbox" name="all" value="1"{all}> every attempt</label>""");
        _html.Add($"""<button class="main">show</button><a class="button" href="{links.Tasks("")}">reset</a><datalist id="fields">""");
        foreach (string name in table.Fields.Names)
        {
            _html.Add($"""<option value="{name} ">""");
        }

        _html.Add($"</datalist></form>");
        ColumnsForm();
        _html.Add($"""<p class="dim">compare with = != &lt; &lt;= &gt; &gt;= and ~ (contains), join with and, or, not; <code>""");
        _html.Add($"""has map</code> """);
        _html.Add($"""asks whether there is a number; <code>log.loss.min</code> is the least of a curve.</p>""");
    }

    /// <summary>What another form has chosen stays chosen.</summary>
    private void Hidden(params string[] names)
    {
        foreach (string name in names)
        {
            foreach (string value in query.All(name))
            {
                _html.Add($"""<input type="hidden" name="{name}" value="{value}">""");
            }
        }
    }

    private void ColumnsForm()
    {
        _html.Add($"""<details><summary>columns</summary><form method="get" action="{links.Tasks("")}"><div class="columns">""");
        Hidden("where", "sort", "reverse", "all");
        HashSet<string> shown = [.. Columns()];
        IEnumerable<string> ends = table.Fields.Logs.SelectMany(static l => (string[])[$"log.{l}.min", $"log.{l}.max"]);
        foreach (string name in Columns().Concat(table.Fields.Names.Concat(ends).Where(n => !shown.Contains(n))))
        {
            Markup on = shown.Contains(name) ? new Markup(" checked") : Markup.None;
            _html.Add($"""<label class="check"><input type="checkbox" name="col" value="{name}"{on}> {name}</label>""");
        }

        _html.Add($"""</div><button>show these columns</button></form></details>""");
    }

    private void Table(RunPage found, RunField[] columns)
    {
        bool[] isNumber = [.. columns.Select(c => found.Runs.All(r => c.Of(r) is { IsPresent: false } or { Number: not null }))];
        double?[] best = [.. columns.Select(c => Best(found.Runs, c))];
        _html.AddIf(links.IsServed, $"""<form data-choose method="get" action="/compare"><div class="pager">""");
        _html.AddIf(links.IsServed, $"""<button class="main" data-compare disabled>compare (choose two or more)</button></div>""");
        _html.Add($"""<div class="scroll" tabindex="0" role="region" aria-label="runs">""");
        _html.Add($"""<table id="runs"{(links.IsServed ? Markup.None : new Markup(" data-sortable"))}><thead><tr>""");
        _html.Add(links.IsServed ? new Markup("<th scope=\"col\"><span class=\"dim\">⇄</span></th>") : Markup.None);
        for (int i = 0; i < columns.Length; i++)
        {
            Heading(columns[i], isNumber[i]);
        }

        _html.Add($"</tr></thead><tbody>");
        foreach (RunRow run in found.Runs)
        {
            _html.Add($"<tr>");
            _html.AddIf(links.IsServed, $"""<td><input type="checkbox" name="t" value="{run.Task}:{run.N}" """);
            _html.AddIf(links.IsServed, $"""aria-label="compare {run.Task} {run.N}"></td>""");
            for (int i = 0; i < columns.Length; i++)
            {
                Cell(run, columns[i], isNumber[i], best[i]);
            }

            _html.Add($"</tr>");
        }

        _html.Add($"</tbody></table></div>").Add(links.IsServed ? new Markup("</form>") : Markup.None);
    }

    /// <summary>The best of what is shown; how long a run took is no merit.</summary>
    private static double? Best(IReadOnlyList<RunRow> runs, RunField field) =>
        field.IsLowBetter is { } low && field.Name != "seconds" ? Parts.Best(runs.Select(field.Of), low) : null;

    private void Heading(RunField column, bool isNumber)
    {
        bool isSorted = query["sort"] is { } by && table.Fields.Find(by)?.Name == column.Name;
        bool isReversed = query["reverse"] is not null;
        bool isDown = column.IsLowBetter == false != isReversed;
        Markup aria = isSorted ? new Markup(isDown ? " aria-sort=\"descending\"" : " aria-sort=\"ascending\"") : Markup.None;
        _html.Add($"""<th scope="col" class="{(isNumber ? "num" : "")}" title="{column.Name}"{aria}>""");
        if (!links.IsServed)
        {
            _html.Add($"""<button type="button">{column.Title}</button></th>""");
            return;
        }

        Query turned = query.Set("page", null).Set("sort", column.Name).Set("reverse", isSorted && !isReversed ? "1" : null);
        string arrow = isSorted ? isDown ? " ↓" : " ↑" : "";
        _html.Add($"""<a href="{links.Tasks(turned.With("", null))}">{column.Title}{arrow}</a></th>""");
    }

    private void Cell(RunRow run, RunField column, bool isNumber, double? best)
    {
        RunCell cell = column.Of(run);
        bool isBest = best is not null && cell.Number == best;
        switch (column.Name)
        {
            case "task":
                _html.Add($"""<td class="name"><a href="{links.Task(run.Task, run.IsNewest ? null : run.N)}">{run.Task}</a></td>""");
                break;
            case "state":
                _html.Add($"<td>{Parts.State(run.State)}</td>");
                break;
            case "dataset" when run.Dataset is { } set:
                _html.Add($"<td>{Parts.Link(HasDataset(set) ? links.Dataset(set, run.Canvas) : null, set)}</td>");
                break;
            case "created" or "started" or "finished":
                _html.Add($"""<td class="num" data-value="{cell.Text}">{Shown.Time(cell.Text)}</td>""");
                break;
            case "seconds":
                string seconds = run.Seconds?.ToString(CultureInfo.InvariantCulture) ?? "";
                _html.Add($"""<td class="num" data-value="{seconds}">{Shown.Seconds(run.Seconds)}</td>""");
                break;
            case "memo":
                _html.Add($"""<td class="text memo">{run.Memo.TrimStart('#', ' ').Split('\n')[0]}</td>""");
                break;
            default:
                string kind = (isNumber ? "num" : "text") + (isBest ? " best" : "");
                _html.Add($"""<td class="{kind}" data-value="{cell.Text}">{Shown.Cell(cell)}</td>""");
                break;
        }
    }

    private void Pager(RunPage found, int page)
    {
        int pages = links.IsServed ? Math.Max(1, (found.Total + RowsMax - 1) / RowsMax) : 1;
        if (found.Total == 0)
        {
            _html.Add($"""<p class="note">None of {Shown.Count(found.Of, "attempt")} is such a one.</p>""");
            return;
        }

        _html.Add($"""<div class="pager"><span><span id="runs-count">{Shown.Count(found.Runs.Count)}</span>""");
        _html.Add($""" of {Shown.Count(found.Total)} shown{(pages > 1 ? $", page {page} of {pages}" : "")}</span>""");
        _html.AddIf(page > 1, $"""<a class="button" href="{links.Tasks(query.With("page", Text(page - 1)))}">previous</a>""");
        _html.AddIf(page < pages, $"""<a class="button" href="{links.Tasks(query.With("page", Text(page + 1)))}">next</a>""");
        _html.Add($"</div>");
    }

    private string Command(RunField[] columns)
    {
        string line = "dls task list";
        line += query["sort"] is { } sort ? $" --sort {Parts.Word(sort)}" : "";
        line += query["reverse"] is not null ? " --reverse" : "";
        line += query["where"] is { } where ? $" --where {Parts.Word(where)}" : "";
        line += query["all"] is not null ? " --all" : "";
        return $"{line} --columns {Parts.Word(string.Join(',', columns.Select(static c => c.Name)))} --limit {RowsMax}";
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
