using DlStore.Data.Sets;
using DlStore.Operations.Datasets;
using DlStore.Web.Writing;

namespace DlStore.Web.Pages;

/// <summary>The data sets with what each came to.</summary>
internal sealed class DatasetsPage(IReadOnlyList<ListedDataset> sets, ILinks links)
{
    public Page Make()
    {
        HtmlText html = new();
        if (sets.Count == 0)
        {
            html.Add($"""<p class="note">There is no data set. <code>dls dataset build NAME</code> makes one from datasets/NAME.yaml, """);
            html.Add($"""<code>dls dataset import</code> takes one over.</p>""");
        }
        else
        {
            Parts.Head(html, "data sets", ["data set", "state", "canvas", ">images", ">train", ">val", ">test", ">twins", "lint"]);
            foreach (ListedDataset set in sets)
            {
                Rows(html, set);
            }

            html.Add($"</tbody></table></div>");
        }

        return new Page("Data sets", Place.Datasets, html.ToMarkup(), ["dls dataset list"]) { Sub = Shown.Count(sets.Count, "data set") };
    }

    private void Rows(HtmlText html, ListedDataset set)
    {
        string state = set.State is "built" or "imported" ? "good" : "warn";
        if (set.Canvases.Count == 0)
        {
            html.Add($"""<tr><td class="name">{Parts.Link(links.Dataset(set.Name), set.Name)}</td><td class="{state} text">""");
            html.Add($"""{set.State}</td>""");
            html.Add($"""<td colspan="7"></td></tr>""");
        }

        foreach ((string canvas, LockedCanvas c) in set.Canvases)
        {
            Markup link = Parts.Link(links.Dataset(set.Name, canvas), set.Name);
            html.Add($"""<tr><td class="name">{link}</td><td class="{state} text">{set.State}</td><td>{canvas}</td>""");
            html.Add($"""<td class="num">{Shown.Count(c.Images)}</td>""");
            foreach (int side in c.Sides)
            {
                html.Add($"""<td class="num">{Shown.Count(side)}</td>""");
            }

            html.Add($"""<td class="num">{Shown.Count(c.Twins.Images)}</td>""");
            html.Add($"""<td class="{(c.Lint.Errors > 0 ? "bad" : "")}">""");
            html.Add($"""{Shown.Count(c.Lint.Errors, "error")}, {Shown.Count(c.Lint.Warnings, "warning")}</td></tr>""");
        }
    }
}
