using DlStore.Operations.Projects;
using DlStore.Web.Writing;

namespace DlStore.Web.Pages;

/// <summary>A project: its masters with their boxes, its recipe, what takes it in.</summary>
internal sealed class ProjectPage(ProjectShowResult project, ILinks links)
{
    private readonly HtmlText _html = new();

    public Page Make()
    {
        _html.Add($"""<div class="cards"><div class="card"><b>{project.Masters.Count}</b><span>masters</span></div>""");
        _html.Add($"""<div class="card"><b>{project.Recipe}</b><span>makes the images</span></div>""");
        _html.Add($"""<div class="card"><b>{project.Review.ToString().ToLowerInvariant()}</b><span>review</span></div></div>""");
        _html.Add($"<p>Classes: {string.Join(", ", project.Labels)}. Placements: {string.Join(", ", project.Placements)}.</p>");
        _html.Add($"<p>In data sets: ");
        foreach (string set in project.Datasets)
        {
            _html.Add($"""{Parts.Link(links.Dataset(set), set)} """);
        }

        _html.Add($"""{(project.Datasets.Count == 0 ? "none" : "")}</p><h2>Masters</h2><div class="grid">""");
        foreach (ShownMaster master in project.Masters)
        {
            Master(master);
        }

        _html.Add($"""</div><h2>Recipe</h2><pre>{string.Join('\n', project.RecipeLines)}</pre>""");
        Origin();
        string name = Parts.Word(project.Name);
        return new Page(project.Name, Place.Projects, _html.ToMarkup(),
            [$"dls project show {name}", $"dls build {name} --preview", $"dls lineage project:{name} --down"]);
    }

    private void Master(ShownMaster master)
    {
        string name = Path.GetFileName(master.Path);
        Markup picture = master is { IsHere: true, Width: > 0 } && links.Master(master.Path) is { } address
            ? Picture(master, address, name) : new Markup("<p class=\"dim\">&nbsp;its bytes are not here</p>");
        _html.Add($"""<figure>{picture}<figcaption>{name}<br><span class="dim">{master.Width}×{master.Height} """);
        _html.Add($"""{master.Problem}</span></figcaption></figure>""");
    }

    private static Markup Picture(ShownMaster master, string address, string name)
    {
        HtmlText html = new();
        html.Add($"""<svg viewBox="0 0 {master.Width} {master.Height}" role="img" aria-label="{name}">""");
        html.Add($"""<image href="{address}" width="{master.Width}" height="{master.Height}"/>""");
        foreach (ShownBox box in master.Boxes.Where(static b => b.Box.Count == 4))
        {
            html.Add($"""<rect class="box r0" x="{box.Box[0] - 1}" y="{box.Box[1] - 1}" """);
            html.Add($"""width="{Math.Max(0, box.Box[2] - box.Box[0] + 1)}" """);
            html.Add($"""height="{Math.Max(0, box.Box[3] - box.Box[1] + 1)}"><title>{box.Label}</title></rect>""");
        }

        return html.Add($"</svg>").ToMarkup();
    }

    private void Origin()
    {
        if (project.Origin.Count > 0)
        {
            _html.Add($"<h2>Where the masters are from</h2>");
            Parts.Head(_html, "origin", ["what", "value"]);
            foreach ((string key, string value) in project.Origin)
            {
                _html.Add($"""<tr><th scope="row">{key}</th><td class="text">{value}</td></tr>""");
            }

            _html.Add($"</tbody></table></div>");
        }
    }
}
