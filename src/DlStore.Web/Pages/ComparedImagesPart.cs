using DlStore.Data.Names;
using DlStore.Learning.Records;
using DlStore.Lineage;
using DlStore.Objects;
using DlStore.Operations.Tables;
using DlStore.Operations.Tasks;
using DlStore.Web.Writing;

namespace DlStore.Web.Pages;

/// <summary>Which images one run gets right and another does not, with the pictures where their bytes are here.</summary>
internal static class ComparedImagesPart
{
    private const int ImagesMax = 60;

    /// <summary>Compares the first of some runs with the second by the rows of their tests.</summary>
    public static async Task<(Markup Part, bool IsKnown)> MakeAsync(
        Repo repo, IReadOnlyList<RunRow> runs, ILinks links, CancellationToken cancel)
    {
        RunRow a = runs[0], b = runs[1];
        HtmlText html = new();
        html.Add($"""<h2>Images gained and lost <span class="sub">from {a.Task} #{a.N} to {b.Task} #{b.N}</span></h2>""");
        try
        {
            TaskDiffResult diff = await TaskDiff.RunAsync(
                repo, new TaskDiffOptions { A = $"{a.Task}#{a.N}", B = $"{b.Task}#{b.N}", Images = true }, cancel);
            Write(html, repo, b, diff.Images!, links);
        }
        catch (DlsException e) when (e.Kind is ErrorKind.Usage or ErrorKind.Missing or ErrorKind.Corrupt or ErrorKind.Erased)
        {
            // Not every test prints rows; the other parts of the page stand without them.
            html.Add($"""<p class="note">{e.Message}. {e.Hint}</p>""");
            return (html.ToMarkup(), false);
        }

        return (html.ToMarkup(), true);
    }

    private static void Write(HtmlText html, Repo repo, RunRow run, ComparedImages images, ILinks links)
    {
        html.Add($"""<div class="cards"><div class="card"><b>{images.Both}</b><span>images in both tests</span></div>""");
        html.Add($"""<div class="card"><b>{images.RightInA}</b><span>right before</span></div><div class="card"><b>""");
        html.Add($"""{images.RightInB}</b><span>right after</span></div>""");
        html.Add($"""<div class="card"><b class="good">{images.Gained.Count}</b><span>gained</span></div><div class="card">""");
        html.Add($"""<b class="bad">{images.Lost.Count}</b><span>lost</span></div></div>""");
        if (images.OnlyInA.Count + images.OnlyInB.Count > 0)
        {
            html.Add($"""<p class="error">{Shown.Count(images.OnlyInA.Count, "image")} only in the first test, """);
            html.Add($"""{Shown.Count(images.OnlyInB.Count)} only in the second: they were not tested on the same images.</p>""");
        }

        ChangedImage[] all = [.. images.Lost.Take(ImagesMax), .. images.Gained.Take(ImagesMax)];
        IReadOnlyDictionary<string, Oid> pictures = Pictures(repo, run, [.. all.Select(static i => i.Image)]);
        Group(html, "Lost: right before, wrong now", images.Lost, pictures, links);
        Group(html, "Gained: wrong before, right now", images.Gained, pictures, links);
    }

    private static IReadOnlyDictionary<string, Oid> Pictures(Repo repo, RunRow run, string[] names)
    {
        TaskRecord? task = TaskRecord.Find(repo.WorkTree, PortableName.Parse(run.Task, "task"));
        AttemptStart? start = task?.Attempts.FirstOrDefault(a => a.N == run.N);
        Oid?[] trees = [start?.TestSetTree, start?.Data?.View, start?.Data?.Tree];
        return TestImages.Find(repo, trees.OfType<Oid>(), names);
    }

    private static void Group(
        HtmlText html, string title, IReadOnlyList<ChangedImage> images, IReadOnlyDictionary<string, Oid> pictures, ILinks links)
    {
        if (images.Count == 0)
        {
            return;
        }

        html.Add($"""<h3>{title} ({images.Count})</h3><div class="grid">""");
        foreach (ChangedImage one in images.Take(ImagesMax))
        {
            string? address = pictures.TryGetValue(one.Image, out Oid oid) ? links.Object(oid) : null;
            Markup picture = address is null ? new Markup("<p class=\"dim\">&nbsp;the picture is not here; dls pull fetches data</p>")
                : new HtmlText().Add($"""<img loading="lazy" src="{address}" alt="{one.Image}">""").ToMarkup();
            string truth = one.Truth.Length == 0 ? "nothing there" : one.Truth;
            html.Add($"""<figure>{picture}<figcaption><b>{one.Image}</b><br>is: {truth}<br>before: {one.A}<br>now: {one.B}</figcaption>""");
            html.Add($"""</figure>""");
        }

        html.Add($"</div>");
        html.AddIf(images.Count > ImagesMax, $"<p>{images.Count - ImagesMax} more; the command below lists all.</p>");
    }
}
