using System.Text;

namespace DlStore.Web.Writing;

/// <summary>The frame of every page: head, navigation, heading, footer with the command lines.</summary>
internal static class Frame
{
    /// <summary>Gives a whole document.</summary>
    /// <param name="page">The page.</param>
    /// <param name="links">Where the others lie.</param>
    /// <param name="repository">The repository's name.</param>
    /// <param name="at">Which state of it is shown.</param>
    /// <param name="notes">What was noticed while the page was made.</param>
    public static string Whole(Page page, ILinks links, string repository, string at, IReadOnlyList<string> notes)
    {
        HtmlText html = new();
        html.Add($"""<!doctype html><html lang="en"><head><meta charset="utf-8">""");
        html.Add($"""<meta name="viewport" content="width=device-width, initial-scale=1">""");
        html.Add($"""<title>{page.Title} · {repository}</title><link rel="icon" href="data:,">""");
        html.Add($"""<link rel="stylesheet" href="{links.Asset("ui.css")}">""");
        html.Add(page.HasCurves ? Script(links, "uplot.js", "uplot.css") : Markup.None);
        html.Add(page.HasGraph ? Script(links, "dagre.js", null) : Markup.None);
        html.Add($"""<script src="{links.Asset("ui.js")}" defer></script></head>""");
        html.Add(page.Live is { } live ? new HtmlText().Add($"""<body data-live="{live}">""").ToMarkup() : new Markup("<body>"));
        html.Add($"""<a class="skip" href="#main">to the content</a><header class="top"><span class="repo">{repository}</span>""");
        html.Add($"""<span class="at">{at}</span><nav aria-label="pages">""");
        if (links.HasOthers)
        {
            Entries(html, page, links);
        }

        html.Add($"""</nav></header><main id="main"><h1>{page.Title}""").Add(page.Sub.Length == 0 ? Markup.None
            : new HtmlText().Add($""" <span class="sub">{page.Sub}</span>""").ToMarkup()).Add($"</h1>");
        foreach (string note in notes)
        {
            html.Add($"""<p class="note">{note}</p>""");
        }

        html.Add(page.Body).Add($"</main><footer>");
        html.Add(page.Commands.Count == 0 ? Markup.None : new Markup("<h2>The same on the command line</h2>"));
        for (int i = 0; i < page.Commands.Count; i++)
        {
            html.Add($"""<div class="cmd"><code id="cmd{i}">{page.Commands[i]}</code><button type="button" data-copy="cmd{i}">""");
            html.Add($"""copy</button></div>""");
        }

        return html.Add($"</footer></body></html>\n").ToString();
    }

    private static void Entries(HtmlText html, Page page, ILinks links)
    {
        Entry(html, page, Place.Tasks, "Tasks", links.Tasks(""));
        Entry(html, page, Place.Datasets, "Data sets", links.Datasets());
        Entry(html, page, Place.Projects, "Projects", links.Projects());
        if (links.LineageSearch is { } search)
        {
            Entry(html, page, Place.Lineage, "Lineage", search);
        }

        Entry(html, page, Place.Targets, "Targets", links.Targets());
        Entry(html, page, Place.Store, "Store", links.Store());
    }

    /// <summary>Gives the text of an element that scripts read as JSON: nothing in it can end the element.</summary>
    public static Markup Json(string json) => new(new StringBuilder(json).Replace("<", "\\u003c").Replace("\u2028", "\\u2028").ToString());

    private static Markup Script(ILinks links, string script, string? style)
    {
        HtmlText html = new();
        html.Add($"""<script src="{links.Asset(script)}" defer></script>""");
        return (style is null ? html : html.Add($"""<link rel="stylesheet" href="{links.Asset(style)}">""")).ToMarkup();
    }

    private static void Entry(HtmlText html, Page page, Place place, string name, string address)
    {
        Markup current = page.Place == place ? new Markup(" aria-current=\"page\"") : Markup.None;
        html.Add($"""<a href="{address}"{current}>{name}</a>""");
    }
}
