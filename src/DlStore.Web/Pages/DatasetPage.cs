using System.Globalization;
using DlStore.Data.Annotations;
using DlStore.Data.Sets;
using DlStore.Operations.Datasets;
using DlStore.Web.Writing;

namespace DlStore.Web.Pages;

/// <summary>A data set: counts, classes, sources, and its pictures with their boxes, filtered and in pages.</summary>
/// <param name="set">What its lock says.</param>
/// <param name="canvas">The canvas that is shown.</param>
/// <param name="items">Its pictures, or null if they are not here.</param>
/// <param name="why">Why not.</param>
/// <param name="query">Names: <c>class</c>, <c>side</c>, <c>twins</c>, <c>find</c>, <c>page</c>, <c>canvas</c>.</param>
/// <param name="links">Where pages lie.</param>
internal sealed class DatasetPage(ShownDataset set, string canvas, DatasetItems? items, DlsException? why, Query query, ILinks links)
{
    private const int PicturesMax = 60;
    private const string Nothing = "-";
    private readonly HtmlText _html = new();

    /// <summary>Gets what lint says of single pictures, if that was asked for; only those are shown then.</summary>
    public IReadOnlyDictionary<string, string>? Flags { get; init; }

    public Page Make()
    {
        Canvases();
        Versions();
        if (set.Canvases.FirstOrDefault(c => c.Canvas == canvas) is { } shown)
        {
            Counts(shown.Locked);
            Classes(shown.Locked);
            Sources(shown);
        }

        Pictures();
        string name = Parts.Word(set.Label);
        return new Page(set.Label, Place.Datasets, _html.ToMarkup(),
        [
            $"dls dataset show {name}", $"dls dataset preview {name} --canvas {Parts.Word(canvas)}", $"dls dataset lint {name}",
            $"dls lineage dataset {name} --down",
        ])
        {
            Sub = set.ImportedFrom is { } from ? $"imported from {from}" : $"canvas {canvas}, split {set.Split}",
        };
    }

    private void Canvases()
    {
        if (set.Canvases.Count < 2)
        {
            return;
        }

        _html.Add($"<p>canvas: ");
        foreach (ShownCanvas one in set.Canvases)
        {
            Markup current = one.Canvas == canvas ? new Markup(" aria-current=\"true\"") : Markup.None;
            _html.Add($"""<a class="button" href="{links.Dataset(set.Label, one.Canvas)}"{current}>""");
            _html.Add($"""{one.Canvas}</a> """);
        }

        _html.Add($"</p>");
    }

    private void Versions()
    {
        if (links.IsServed && set.ImportedFrom is null)
        {
            _html.Add($"""<form class="filter" method="get" action="{links.DatasetQuery(set.Label, "")}">""");
            _html.Add($"""<input type="hidden" name="canvas" """);
            _html.Add($"""value="{canvas}"><label>compare with the version at a commit or tag <input type="text" name="from" required """);
            _html.Add($"""placeholder="HEAD~1" autocomplete="off"></label><button>compare</button></form>""");
        }
    }

    private void Counts(LockedCanvas c)
    {
        _html.Add($"""<div class="cards">""");
        Card(Shown.Count(c.Images), "images");
        Card($"{Shown.Count(c.Sides[0])} / {Shown.Count(c.Sides[1])} / {Shown.Count(c.Sides[2])}", "train / val / test");
        Card(Shown.Bytes(c.Bytes), "bytes");
        Card(Shown.Count(c.Twins.Images), $"images in {Shown.Count(c.Twins.Groups, "group")} of equal bytes");
        Card($"{c.Twins.Ceiling / 100.0:0.##} %", "best accuracy the labels allow");
        Card(Shown.Count(c.Lint.Errors), $"lint errors, {Shown.Count(c.Lint.Warnings, "warning")}");
        _html.Add($"""</div><p class="dim">hash of the directory {Parts.Oid(c.DirHash)}, split {set.Split}</p>""");
        string[] same = [.. c.Sources.Where(static s => s.SameMaster).Select(static s => s.Name)];
        _html.AddIf(same.Length > 0, $"""<p class="warn">Train and val are made of the same master in {string.Join(", ", same)}: """);
        _html.AddIf(same.Length > 0, $"what val says is optimistic there.</p>");
        if (c.Lint.Codes.Count > 0)
        {
            string codes = string.Join(", ", c.Lint.Codes.Select(static k => $"{k.Key} {k.Value}"));
            _html.Add($"""<p class="dim">lint found: {codes}</p>""");
        }
    }

    private void Card(string number, string what) => _html.Add($"""<div class="card"><b>{number}</b><span>{what}</span></div>""");

    private void Classes(LockedCanvas c)
    {
        _html.Add($"<h2>Classes</h2>");
        Parts.Head(_html, "classes", [">id", "class", ">train", ">val", ">test", ">boxes"]);
        foreach (LockedClass one in c.Classes)
        {
            _html.Add($"""<tr><td class="num">{one.Id}</td><td class="name"><span class="swatch r{one.Id % 6}"></span>""");
            _html.Add(links.IsServed ? Parts.Link(links.DatasetQuery(set.Label, query.Set("page", null).With("class", one.Name)), one.Name)
                : Parts.Link(null, one.Name));
            _html.Add($"""</td><td class="num">{Shown.Count(one.Train)}</td><td class="num">{Shown.Count(one.Val)}</td>""");
            _html.Add($"""<td class="num">{Shown.Count(one.Test)}</td><td class="num">{Shown.Count(one.Boxes)}</td></tr>""");
        }

        _html.Add($"</tbody></table></div>");
    }

    private void Sources(ShownCanvas shown)
    {
        if (shown.Sources.Count == 0)
        {
            return;
        }

        _html.Add($"<h2>Where they are from</h2>");
        Parts.Head(_html, "sources", ["source", "kind", "classes", ">images", ">distinct", "last commit"]);
        foreach (ShownSource source in shown.Sources)
        {
            LockedSource s = source.Source;
            Markup name = s.Kind == ImageOrigin.Project ? Parts.Link(links.Project(s.Name), s.Name) : Parts.Link(null, s.Name);
            _html.Add($"""<tr><td class="name">{name}</td><td>{ImageOrigins.Name(s.Kind)}</td><td class="text">""");
            _html.Add($"""{string.Join(", ", s.Labels)}</td>""");
            _html.Add($"""<td class="num">{Shown.Count(s.Images)}</td><td class="num">{Shown.Count(s.Distinct)}</td>""");
            _html.Add($"""<td class="mono">{source.Commit?[..12]}{(source.IsDirty ? " and changes that are not committed" : "")}</td>""");
            _html.Add($"""</tr>""");
        }

        _html.Add($"</tbody></table></div>");
    }

    private void Pictures()
    {
        _html.Add($"""<h2 id="pictures">Pictures</h2>""");
        if (items is null)
        {
            _html.Add(Parts.Error(why!));
            return;
        }

        ListedPicture[] chosen = [.. items.Pictures.Where(Counts)];
        int pages = Math.Max(1, (chosen.Length + PicturesMax - 1) / PicturesMax);
        int page = Math.Clamp(query.Number("page", 1), 1, pages);
        Form();
        Pager(chosen.Length, page, pages);
        _html.Add($"""<div class="grid">""");
        Dictionary<string, int> ids = items.Classes.Select(static (c, i) => (c, i)).ToDictionary(static p => p.c, static p => p.i);
        foreach (ListedPicture image in chosen.Skip((page - 1) * PicturesMax).Take(PicturesMax))
        {
            Picture(image, ids);
        }

        _html.Add($"</div>");
        Pager(chosen.Length, page, pages);
    }

    private bool Counts(ListedPicture image)
    {
        bool hasClass = query["class"] is not { } label
            || (label == Nothing ? image.Labels.Count == 0 : image.Labels.Contains(label));
        bool isSide = query["side"] is not { } side || image.Side == side;
        bool isTwin = query["twins"] is null || items!.Twins.ContainsKey(image.Id);
        bool isFound = query["find"] is not { } text || image.Id.Contains(text, StringComparison.OrdinalIgnoreCase);
        return hasClass && isSide && isTwin && isFound && (Flags is null || Flags.ContainsKey(image.Id));
    }

    private void Form()
    {
        if (!links.IsServed)
        {
            return;
        }

        _html.Add($"""<form class="filter" method="get" action="{links.DatasetQuery(set.Label, "")}#pictures">""");
        _html.Add($"""<input type="hidden" name="canvas" value="{canvas}">""");
        Select("class", "class", [.. items!.Classes.Select(static c => (c, c)), (Nothing, "nothing in them")]);
        Select("side", "split", [("train", "train"), ("val", "val"), ("test", "test"), ("none", "none")]);
        _html.Add($"""<label>name contains <input type="text" name="find" value="{query["find"]}"></label>""");
        Markup on = query["twins"] is null ? Markup.None : new Markup(" checked");
        _html.Add($"""<label class="check"><input type="checkbox" name="twins" value="1"{on}> equal bytes only</label>""");
        Markup flagged = query["flags"] is null ? Markup.None : new Markup(" checked");
        _html.Add($"""<label class="check"><input type="checkbox" name="flags" value="1"{flagged}> what lint names only</label>""");
        _html.Add($"""<button class="main">show</button></form>""");
    }

    private void Select(string name, string label, IReadOnlyList<(string Value, string Text)> options)
    {
        _html.Add($"""<label>{label} <select name="{name}"><option value="">all</option>""");
        foreach ((string value, string text) in options)
        {
            Markup chosen = query[name] == value ? new Markup(" selected") : Markup.None;
            _html.Add($"""<option value="{value}"{chosen}>{text}</option>""");
        }

        _html.Add($"</select></label>");
    }

    private void Pager(int count, int page, int pages)
    {
        _html.Add($"""<div class="pager"><span>{Shown.Count(count)} of {Shown.Count(items!.Pictures.Count, "picture")}, page {page} of """);
        _html.Add($"""{pages}</span>""");
        foreach ((int to, string text) in new[] { (page - 1, "previous"), (page + 1, "next") })
        {
            string number = to.ToString(CultureInfo.InvariantCulture);
            string address = links.DatasetQuery(set.Label, query.With("page", number));
            _html.AddIf(links.IsServed && to >= 1 && to <= pages, $"""<a class="button" href="{address}#pictures">{text}</a>""");
        }

        _html.Add($"</div>");
    }

    private void Picture(ListedPicture image, Dictionary<string, int> ids)
    {
        Annotation? annotation = null;
        string size = items!.Root is null ? "boxes: of the version that is checked out only" : "its annotation is not here";
        try
        {
            annotation = items!.Annotate(image);
            size = annotation is null ? size : $"{annotation.Width}×{annotation.Height}";
        }
        catch (DlsException e)
        {
            size = e.Message;
        }

        string? address = items!.Root is null ? links.Object(image.Oid) : links.File(set.Name, canvas, DatasetItems.FileOf(image));
        _html.Add($"""<figure><svg viewBox="0 0 {annotation?.Width ?? 100} {annotation?.Height ?? 100}" role="img" """);
        _html.Add($"""aria-label="{image.Id}">""");
        _html.Add($"""<image href="{address}" width="{annotation?.Width ?? 100}" height="{annotation?.Height ?? 100}"/>""");
        foreach (LabelledObject o in annotation?.Objects ?? [])
        {
            _html.Add($"""<rect class="box r{ids.GetValueOrDefault(o.Label) % 6}" x="{o.Box.XMin - 1}" y="{o.Box.YMin - 1}" """);
            _html.Add($"""width="{Math.Max(0, o.Box.Width)}" height="{Math.Max(0, o.Box.Height)}"><title>{o.Label}</title></rect>""");
        }

        string labels = image.Labels.Count == 0 ? "nothing" : string.Join(", ", image.Labels.Distinct());
        string twin = items!.Twins.TryGetValue(image.Id, out int group) ? $", equal bytes: group {group}" : "";
        string flag = Flags?.GetValueOrDefault(image.Id) is { } codes ? $", lint: {codes}" : "";
        _html.Add($"""</svg><figcaption>{image.Id}<br><span class="dim">""");
        _html.Add($"""{image.Side}, {size}, {labels}{twin}{flag}</span></figcaption></figure>""");
    }
}
