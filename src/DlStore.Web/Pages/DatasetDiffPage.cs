using DlStore.Operations.Datasets;
using DlStore.Web.Writing;

namespace DlStore.Web.Pages;

/// <summary>Two versions of a data set: what differs in words, and the pictures that differ, before beside after.</summary>
/// <param name="set">The second version.</param>
/// <param name="from">The first, as <c>NAME@REV</c>.</param>
/// <param name="canvas">The canvas.</param>
/// <param name="found">What differs.</param>
/// <param name="links">Where pages lie.</param>
internal sealed class DatasetDiffPage(ShownDataset set, string from, string canvas, DatasetDiffPage.Found found, ILinks links)
{
    private const int PicturesMax = 120;
    private readonly HtmlText _html = new();

    /// <summary>What differs, or why that is not known.</summary>
    internal sealed record Found(
        IReadOnlyList<DatasetDifference> Differences, IReadOnlyList<ChangedPicture> Pictures, DlsException? Why);

    public Page Make()
    {
        _html.Add($"""<p>{Parts.Link(links.Dataset(set.Name, canvas), "back to " + set.Name)}</p>""");
        if (found.Why is { } why)
        {
            _html.Add(Parts.Error(why));
        }
        else
        {
            Words();
            Group("Added", static p => p.Before is null);
            Group("Removed", static p => p.After is null);
            Group("Changed, before beside after", static p => p is { Before: not null, After: not null });
        }

        string name = Parts.Word(set.Name);
        return new Page($"{from} and {set.Label}", Place.Datasets, _html.ToMarkup(), [$"dls dataset diff {Parts.Word(from)} {name}"])
        {
            Sub = $"canvas {canvas}",
        };
    }

    private void Words()
    {
        if (found.Differences.Count == 0)
        {
            _html.Add($"""<p class="note">They are equal.</p>""");
            return;
        }

        Parts.Head(_html, "differences", ["canvas", "what", "difference"]);
        foreach (DatasetDifference one in found.Differences)
        {
            _html.Add($"""<tr><td>{one.Canvas}</td><td>{one.Kind}</td><td class="text">{one.Text}</td></tr>""");
        }

        _html.Add($"</tbody></table></div>");
    }

    private void Group(string title, Func<ChangedPicture, bool> isOf)
    {
        ChangedPicture[] all = [.. found.Pictures.Where(isOf)];
        if (all.Length == 0)
        {
            return;
        }

        _html.Add($"""<h2>{title} <span class="sub">{Shown.Count(all.Length, "picture")}</span></h2><div class="grid">""");
        foreach (ChangedPicture one in all.Take(PicturesMax))
        {
            _html.Add($"""<figure><div class="{(one is { Before: not null, After: not null } ? "pair" : "")}">""");
            foreach (Objects.Oid oid in new[] { one.Before, one.After }.OfType<Objects.Oid>())
            {
                _html.Add($"""<img loading="lazy" src="{links.Object(oid)}" alt="{one.Name}">""");
            }

            _html.Add($"""</div><figcaption>{one.Name}</figcaption></figure>""");
        }

        _html.Add($"</div>");
        _html.AddIf(all.Length > PicturesMax, $"<p>{Shown.Count(all.Length - PicturesMax)} more are not shown.</p>");
    }
}
