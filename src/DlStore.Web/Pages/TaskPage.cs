using System.Text;
using DlStore.Learning.Records;
using DlStore.Learning.Runs;
using DlStore.Operations.Tasks;
using DlStore.Web.Writing;

namespace DlStore.Web.Pages;

/// <summary>A task: how its attempts stand, what they were made of, what came of them.</summary>
/// <param name="repo">The repository.</param>
/// <param name="task">The task and its attempts.</param>
/// <param name="links">Where pages lie.</param>
/// <param name="query"><c>n</c>: the attempt that is shown; the newest without.</param>
internal sealed class TaskPage(Repo repo, ShownTask task, ILinks links, Query query)
{
    private const int LogTailMax = 64 * 1024;
    private readonly HtmlText _html = new();

    public Page Make(bool allowsChanges)
    {
        foreach (string host in task.Unreachable)
        {
            _html.Add($"""<p class="error">{host}</p>""");
        }

        Memo(allowsChanges);
        if (task.Attempts.Count == 0)
        {
            _html.Add($"""<p class="note">Nothing of it was started: its parts were taken over from other tasks.</p>""");
        }
        else
        {
            Attempts();
        }

        ShownAttempt? shown = Chosen();
        bool isLive = shown is { Record: null } && shown.Status.State is RunState.Running or RunState.Queued or RunState.Stalled;
        foreach (ShownAttempt one in !links.IsServed ? task.Attempts : shown is null ? [] : [shown])
        {
            new AttemptPart(repo, task.Task.Name, one, links, _html).Write();
            Log(one, isLive);
        }

        string name = Parts.Word(task.Task.Name), part = Parts.Word($"{task.Task.Name}#{shown?.Start.N}");
        return new Page(task.Task.Name, Place.Tasks, _html.ToMarkup(),
        [
            $"dls task show {name}", .. shown is null ? Array.Empty<string>() : [$"dls plot {part}"],
            $"dls lineage {Parts.Word("task:" + task.Task.Name)}",
            .. isLive ? [$"dls task status {name} --follow"] : Array.Empty<string>(),
        ])
        {
            Sub = task.Task.ImportedFrom is { } from
                ? $"imported from {from}" : $"created {Shown.Time(task.Task.Created)} by {task.Task.By}",
            HasCurves = true,
            Live = isLive && links.IsServed ? $"/live/{Uri.EscapeDataString(task.Task.Name)}/{shown!.Start.Kind}" : null,
        };
    }

    private ShownAttempt? Chosen()
    {
        int n = query.Number("n", 0);
        if (n == 0)
        {
            return task.Attempts.Count > 0 ? task.Attempts[^1] : null;
        }

        return task.Attempts.FirstOrDefault(a => a.Start.N == n) ?? throw new DlsException(
            ErrorKind.Usage, $"show attempt {n} of task '{task.Task.Name}': it has no such attempt");
    }

    private void Memo(bool allowsChanges)
    {
        if (allowsChanges && links.IsServed)
        {
            _html.Add($"""<form method="post" action="/memo/{Uri.EscapeDataString(task.Task.Name)}"><label>memo""");
            _html.Add($""" <textarea name="text" rows="4" class="wide" cols="80">{task.Memo}</textarea></label> <button>""");
            _html.Add($"""save the memo</button></form>""");
        }
        else if (task.Memo.Length > 0)
        {
            _html.Add($"""<pre class="memo">{task.Memo.TrimEnd()}</pre>""");
        }
    }

    private void Attempts()
    {
        _html.Add($"""<h2>Attempts</h2><div class="scroll" tabindex="0" role="region" aria-label="attempts"><table><thead><tr>""");
        foreach (string title in (string[])["#", "kind", "state", "host", "started", "time", "last", "why, phases"])
        {
            _html.Add($"""<th scope="col">{title}</th>""");
        }

        _html.Add($"</tr></thead><tbody>");
        foreach (ShownAttempt a in task.Attempts)
        {
            string state = RunStates.Name(a.Status.State);
            _html.Add($"""<tr><td><a href="{links.Task(task.Task.Name, a.Start.N)}">{a.Start.N}</a>""");
            _html.Add($"""</td>""");
            _html.Add($"""<td>{a.Start.Kind}</td><td>{Parts.State(state)}{(a.Status.Inherited ? " (inherited weights)" : "")}</td>""");
            _html.Add($"""<td>{a.Start.Host}</td><td>{Shown.Time(a.Status.Started)}</td><td>{Shown.Seconds(a.Status.Seconds)}</td>""");
            _html.Add($"""<td class="text">{a.Status.Last}</td><td class="text">{a.Status.Why}{Phases(a.Status.Phases)}</td></tr>""");
        }

        _html.Add($"</tbody></table></div>");
    }

    private static string Phases(IReadOnlyList<RunPhase> phases) => string.Join(" → ", phases.Select(static p => p.State switch
    {
        PhaseState.Over => $"{p.Name} ✓",
        PhaseState.Now => $"{p.Name} now {Shown.Seconds(p.Seconds)}",
        _ => p.Name,
    }));

    private void Log(ShownAttempt shown, bool isLive)
    {
        string? text = isLive ? "" : ReadLog(shown, out string? why) ?? why;
        string of = links.IsServed ? "" : $" of attempt {shown.Start.N}";
        string id = links.IsServed ? "log" : $"log-{shown.Start.N}";
        _html.Add($"""<h2>Log{of}{(isLive ? " (live)" : "")}</h2>""");
        _html.AddIf(isLive, $"""<p id="live-state" role="status">following…</p><div class="charts" id="live-charts"></div>""");
        _html.Add($"""<pre id="{id}" tabindex="0" aria-label="log{of}">{text}</pre>""");
    }

    /// <summary>The end of the stored log; a host is not asked for one that is not home.</summary>
    private string? ReadLog(ShownAttempt shown, out string? why)
    {
        why = "the log is not home yet";
        if (shown.Record?.Log is not { } oid)
        {
            why = shown.Record is null ? why : "no log of it is recorded";
            return null;
        }

        try
        {
            using MemoryStream bytes = new();
            Operations.Store.Cat.Run(repo, oid.ToString(), null, bytes, CancellationToken.None);
            int from = Math.Max(0, (int)bytes.Length - LogTailMax);
            string text = Encoding.UTF8.GetString(bytes.GetBuffer(), from, (int)bytes.Length - from);
            string head = $"… the last {LogTailMax / 1024} KiB of {Shown.Bytes(bytes.Length)}\n";
            return from == 0 ? text : head + text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..];
        }
        catch (DlsException e) when (e.Kind is ErrorKind.Missing or ErrorKind.Corrupt or ErrorKind.Erased)
        {
            why = $"{e.Message}; `dls pull tasks/{task.Task.Name}` fetches it";
            return null;
        }
    }
}
