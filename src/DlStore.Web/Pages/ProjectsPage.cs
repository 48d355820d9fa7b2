using DlStore.Operations.Projects;
using DlStore.Web.Writing;

namespace DlStore.Web.Pages;

/// <summary>The projects that images are made of.</summary>
internal sealed class ProjectsPage(IReadOnlyList<ListedProject> projects, ILinks links)
{
    public Page Make()
    {
        HtmlText html = new();
        if (projects.Count == 0)
        {
            html.Add($"""<p class="note">There is no project. <code>dls project new NAME --image IMAGE</code> makes one.</p>""");
        }
        else
        {
            Parts.Head(html, "projects", ["project", "classes", ">masters", "recipe", "placements", "review"]);
            foreach (ListedProject p in projects)
            {
                html.Add($"""<tr><td class="name">{Parts.Link(links.Project(p.Name), p.Name)}</td>""");
                html.AddIf(p.Problem is not null, $"""<td class="bad text" colspan="5">{p.Problem}</td></tr>""");
                html.Add(p.Problem is null ? Row(p) : Markup.None);
            }

            html.Add($"</tbody></table></div>");
        }

        return new Page("Projects", Place.Projects, html.ToMarkup(), ["dls project list"]) { Sub = Shown.Count(projects.Count, "project") };
    }

    private static Markup Row(ListedProject p) => new HtmlText()
        .Add($"""<td class="text">{string.Join(", ", p.Labels)}</td><td class="num">{p.Masters}</td><td>{p.Recipe}</td>""")
        .Add($"""<td class="text">{string.Join(", ", p.Placements)}</td><td>{p.Review.ToString().ToLowerInvariant()}</td></tr>""")
        .ToMarkup();
}
