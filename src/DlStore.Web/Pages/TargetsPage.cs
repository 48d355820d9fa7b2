using DlStore.Operations.Deploys;
using DlStore.Targets;
using DlStore.Web.Writing;

namespace DlStore.Web.Pages;

/// <summary>What is live where, by the records of the repository and, where it was asked, by the targets themselves.</summary>
/// <param name="targets">What the repository knows.</param>
/// <param name="found">What the targets said, if they were asked.</param>
/// <param name="links">Where pages lie.</param>
internal sealed class TargetsPage(IReadOnlyList<RecordedTarget> targets, IReadOnlyList<TargetStatus>? found, ILinks links)
{
    private const int EntriesMax = 50;
    private readonly HtmlText _html = new();

    /// <summary>Gets when the targets were asked, for people.</summary>
    public string At { get; init; } = "";

    public Page Make()
    {
        if (targets.Count == 0)
        {
            _html.Add($"""<p class="note">No target is configured. <code>dls target add NAME --host HOST --kind KIND --home PATH</code>""");
            _html.Add($""" adds one; <code>dls deploy TASK --target NAME</code> puts weights in place.</p>""");
        }
        else if (found is null && links.IsServed)
        {
            _html.Add($"""<p>These are the committed copies of the targets' journals; what is in place now, only a target knows. """);
            _html.Add($"""<a class="button" href="{links.Targets()}?look=1">look at the targets now</a></p>""");
        }

        _html.AddIf(found is not null && links.IsServed, $"""<p>Looked at {At}. <a class="button" href="{links.Targets()}?look=1">""");
        _html.AddIf(found is not null && links.IsServed, $"look again</a></p>");
        foreach (RecordedTarget target in targets)
        {
            One(target, found?.FirstOrDefault(f => f.Target == target.Target));
        }

        return new Page("Targets", Place.Targets, _html.ToMarkup(), ["dls target list", "dls deploy status"]);
    }

    private void One(RecordedTarget target, TargetStatus? status)
    {
        string where = target.Setting is { } set ? $"{set.Host}:{set.Home}" : "no longer configured";
        _html.Add($"""<h2>{target.Target} <span class="sub">{where}</span></h2>""");
        foreach (string problem in target.Problems.Concat(status is { Problem: { } p } ? [p] : Array.Empty<string>()))
        {
            _html.Add($"""<p class="error">{problem}</p>""");
        }

        Found(status);
        Head("live by the records", ["kind", "task", "since", "by", "accepted", "take back"]);
        foreach (Deployment live in target.Live)
        {
            string undo = live.Task is null ? "" : $"dls undeploy {Parts.Word(target.Target)} --kind {Parts.Word(live.Kind)} --dry-run";
            _html.Add($"""<tr><td class="name">{live.Kind}</td><td>{Task(live)}</td><td>{Shown.Time(live.At)}</td><td>{live.By}</td>""");
            _html.Add($"""<td class="text">{string.Join(", ", live.Accept.Select(static a => $"{a.Key} {a.Value}"))}</td>""");
            _html.Add($"""<td class="text"><code>{undo}</code></td></tr>""");
        }

        _html.Add($"</tbody></table></div>");
        _html.Add(target.Live.Count == 0 ? new Markup("<p class=\"dim\">Nothing of dls was put in place.</p>") : Markup.None);
        History(target);
    }

    private void Found(TargetStatus? status)
    {
        if (status is not { Problem: null })
        {
            return;
        }

        _html.Add(status.HasDrift ? new Markup("<p class=\"error\">Something is not as its journal says.</p>")
            : new Markup("<p class=\"good\">Everything is as its journal says, by hash.</p>"));
        foreach (string fact in new[] { status.Unfinished, status.Lock }.OfType<string>())
        {
            _html.Add($"""<p class="error">{fact}</p>""");
        }

        Head("found now", ["kind", "path", "state", "digest"]);
        foreach (LiveKind kind in status.Kinds)
        {
            foreach (LiveFile file in kind.Files)
            {
                string ink = file.IsDrift ? "bad" : "good";
                _html.Add($"""<tr><td>{kind.Kind}</td><td class="text mono">{file.Path}</td><td class="{ink}">""");
                _html.Add($"""{LiveStates.Name(file.State)}</td>""");
                _html.Add($"""<td>{(file.Found is { } oid ? Parts.Oid(oid) : new Markup("nothing"))}</td></tr>""");
            }
        }

        _html.Add($"</tbody></table></div>");
    }

    private void History(RecordedTarget target)
    {
        if (target.Entries.Count == 0)
        {
            return;
        }

        int open = target.Entries.Count <= 5 ? 1 : 0;
        _html.Add($"""<details{(open == 1 ? new Markup(" open") : Markup.None)}><summary>""");
        _html.Add($"""history: {Shown.Count(target.Entries.Count, "entry", "entries")}</summary>""");
        Head("history", [">#", "when", "what", "kind", "live after it", "by", "outcome"]);
        foreach (Deployment e in target.Entries.Reverse().Take(EntriesMax))
        {
            _html.Add($"""<tr><td class="num">{e.Seq}</td><td>{e.At}</td><td>{What(e)}</td><td>""");
            _html.Add($"""{e.Kind}</td>""");
            _html.Add($"""<td>{Task(e)}</td><td>{e.By}</td><td class="text">{DeployOutcomes.Name(e.Outcome)} {e.Why}</td></tr>""");
        }

        _html.Add($"</tbody></table></div>");
        int older = target.Entries.Count - EntriesMax;
        _html.AddIf(older > 0, $"<p>{older} older ones; <code>dls deploy log</code> lists all.</p>").Add($"</details>");
    }

    private static string What(Deployment e) => e.Action == DeployAction.Undeploy ? "undeploy, back to" : DeployActions.Name(e.Action);

    private Markup Task(Deployment entry) => entry.Task is { } task ? Parts.Link(links.Task(task), task) : new Markup("nothing of dls");

    private void Head(string label, string[] titles)
    {
        _html.Add($"<h3>{label}</h3>");
        Parts.Head(_html, label, titles);
    }
}
