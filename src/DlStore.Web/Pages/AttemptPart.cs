using DlStore.Data.Names;
using DlStore.Learning.Logs;
using DlStore.Learning.Records;
using DlStore.Operations.Datasets;
using DlStore.Operations.Tables;
using DlStore.Operations.Tasks;
using DlStore.Web.Writing;

namespace DlStore.Web.Pages;

/// <summary>One attempt in full.</summary>
internal sealed class AttemptPart(Repo repo, string task, ShownAttempt shown, ILinks links, HtmlText html)
{
    private readonly AttemptStart _start = shown.Start;
    private readonly AttemptRecord? _record = shown.Record;

    public void Write()
    {
        html.Add($"""<h2 id="attempt-{_start.N}">Attempt {_start.N}: {_start.Kind}</h2>""");
        foreach (string warning in shown.Status.Warnings)
        {
            html.Add($"""<p class="error">{warning}</p>""");
        }

        Cards();
        Curves();
        Classes();
        Weights();
        Made();
    }

    private void Cards()
    {
        IReadOnlyDictionary<string, string> tests = _record?.Result?.Metrics ?? new Dictionary<string, string>();
        html.Add($"""<div class="cards">""");
        foreach ((string name, string value) in tests)
        {
            html.Add($"""<div class="card"><b>{Shown.Cell(RunCell.Of(value))}</b><span>test {name}</span></div>""");
        }

        foreach ((string name, string value) in _record?.Metrics ?? new Dictionary<string, string>())
        {
            html.Add($"""<div class="card"><b>{Shown.Cell(RunCell.Of(value))}</b><span>last {name}</span></div>""");
        }

        html.Add($"</div>");
        html.Add(_record is not null && tests.Count == 0
            ? new Markup("<p class=\"dim\">It was not tested, so nothing is known of how good it is beside its log.</p>") : Markup.None);
    }

    private void Curves()
    {
        MetricSeries series = RunCurves.Read(repo, PortableName.Parse(task, "task"), _start.N);
        if (series.Count == 0)
        {
            return;
        }

        html.Add($"""<h2>Curves <button type="button" data-log aria-pressed="false">logarithmic</button></h2><div class="charts">""");
        foreach (string metric in series.Metrics)
        {
            html.Add(Parts.Chart([new CurveSource($"#{_start.N}", series)], metric));
        }

        html.Add($"</div>");
    }

    private void Classes()
    {
        if (_record?.Result is not { Classes: { Count: > 0 } classes })
        {
            return;
        }

        string[] names = [.. classes.SelectMany(static c => c.Numbers.Keys).Where(static k => k != "id").Distinct()];
        html.Add($"""<h2>By class</h2><div class="scroll" tabindex="0" role="region" aria-label="classes"><table><thead><tr>""");
        html.Add($"""<th scope="col">class</th>""");
        foreach (string name in names)
        {
            html.Add($"""<th scope="col" class="num">{name}</th>""");
        }

        html.Add($"</tr></thead><tbody>");
        foreach (ClassNumbers one in classes)
        {
            html.Add($"""<tr><td class="name">{one.Class}</td>""");
            foreach (string name in names)
            {
                html.Add($"""<td class="num">{Shown.Cell(RunCell.Of(one.Numbers.GetValueOrDefault(name)))}</td>""");
            }

            html.Add($"</tr>");
        }

        html.Add($"</tbody></table></div>");
    }

    private void Weights()
    {
        if (_record is not { Best.Count: > 0 } record)
        {
            return;
        }

        html.Add($"""<h2>Weights</h2><div class="scroll" tabindex="0" role="region" aria-label="weights"><table><thead><tr>""");
        html.Add($"""<th scope="col">file</th><th scope="col">digest</th><th scope="col" class="num">size</th><th scope="col">seen</th>""");
        html.Add($"""<th scope="col">chosen by</th></tr></thead><tbody>""");
        foreach (BestVersion best in record.Best.Reverse())
        {
            string mark = best == record.Weights ? "these stand for the attempt" : best.Inherited ? "inherited: older than the run" : "";
            html.Add($"""<tr><td class="name">{best.Path} <span class="dim">{mark}</span></td><td>""");
            html.Add($"""{Parts.Oid(best.Oid)} """);
            html.Add(links.Lineage(best.Oid.ToHex(), true) is { } down ? Parts.Link(down, "what became of it") : Markup.None).Add($"</td>");
            html.Add($"""<td class="num">{Shown.Bytes(best.Size)}</td><td>{Shown.Time(best.At)}</td><td class="text mono">""");
            html.Add($"""{best.Text}</td></tr>""");
        }

        html.Add($"</tbody></table></div>");
        html.Add($"""<p class="dim">{string.Join("; ", Known(record.WeightFacts))}</p>""");
    }

    /// <summary>Of weights whose format is not known only that is known: zeros were not counted.</summary>
    private static IEnumerable<string> Known(IReadOnlyDictionary<string, string> facts) => facts
        .Where(f => facts.GetValueOrDefault("format") != "unknown" || f.Key is "format" or "unread")
        .Select(static f => $"{f.Key}: {f.Value}");

    private void Made()
    {
        html.Add($"""<h2>What it was made of</h2><div class="scroll" tabindex="0" role="region" aria-label="made of"><table><tbody>""");
        Row("command", _start.Train);
        Row("test", _start.Test);
        foreach ((string name, string value) in _start.Parameters)
        {
            Row($"parameter {name}", value);
        }

        Data();
        Row("test set", _start.TestSet);
        foreach (AttemptSource source in _start.Sources)
        {
            string dirty = source.Dirty.Count > 0 ? $", not as committed: {string.Join(", ", source.Dirty)}" : "";
            Row("program", $"{source.Path} at {source.Commit ?? "no commit"}, {Shown.Count(source.Files, "file")}{dirty}");
        }

        if (_start.Initial is { } initial)
        {
            Markup from = initial.Task is { } parent ? Parts.Link(links.Task(parent), parent) : Markup.None;
            html.Add($"""<tr><th scope="row">initial weights</th><td class="text">{initial.Path} {Parts.Oid(initial.Oid)} {from}</td>""");
            html.Add($"""</tr>""");
        }

        Row("classes", string.Join(", ", _start.Classes));
        Row("commit", _start.Commit);
        Row("accepted", string.Join(", ", _start.Accepted));
        Row("id", _start.Id);
        Row("started", $"{_record?.Started} to {_record?.Finished} by the clock of {_start.Host}");
        Row("why", _record?.Why);
        html.Add($"</tbody></table></div>");
        html.Add($"""<p>{Parts.Link(links.Lineage($"task:{task}/{_start.Kind}", false), "graph of what it was made of")} · """);
        html.Add($"""{Parts.Link(links.Lineage($"task:{task}/{_start.Kind}", true), "what became of it, and where it is live")}</p>""");
    }

    private void Data()
    {
        if (_start.Data is { } data)
        {
            html.Add($"""<tr><th scope="row">data set</th><td class="text">{Parts.Link(DatasetAddress(data), data.Name)} """);
            html.Add($"""canvas {data.Canvas}, {Parts.Oid(data.DirHash)} as {data.Layout}</td></tr>""");
        }
    }

    /// <summary>The very version that the run used, where a lock of this repository has its hash.</summary>
    private string? DatasetAddress(AttemptData data)
    {
        try
        {
            ShownDataset found = DatasetShow.Run(repo, data.DirHash.ToString());
            return links.Dataset(links.IsServed ? found.Label : data.Name, data.Canvas);
        }
        catch (DlsException)
        {
            return null;
        }
    }

    private void Row(string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            html.Add($"""<tr><th scope="row">{name}</th><td class="text mono">{value}</td></tr>""");
        }
    }
}
