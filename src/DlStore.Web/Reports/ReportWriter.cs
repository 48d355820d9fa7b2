using System.Text;
using DlStore.Data.Names;
using DlStore.Io;
using DlStore.Learning.Records;
using DlStore.Lineage;
using DlStore.Operations.Datasets;
using DlStore.Operations.Projects;
using DlStore.Operations.Tables;
using DlStore.Operations.Views;
using DlStore.Web.Pages;
using DlStore.Web.Server;
using DlStore.Web.Writing;

namespace DlStore.Web.Reports;

/// <summary>What writing a report did.</summary>
/// <param name="Directory">Where it is.</param>
/// <param name="Pages">Pages written.</param>
/// <param name="Pictures">Pictures copied.</param>
/// <param name="Problems">Pages that say why they could not be made, each with the reason.</param>
internal sealed record ReportResult(string Directory, int Pages, int Pictures, IReadOnlyList<string> Problems);

/// <summary>Writes the pages as files, first beside the place, then in place by one rename: a report is whole or not there.</summary>
internal sealed class ReportWriter
{
    private const string Mark = "dls-report.txt";
    private const int ComparedMax = 6;

    /// <summary>With more tasks, two graphs each are more than anybody looks at.</summary>
    private const int GraphsMax = 1000;
    private readonly Repo _repo;
    private readonly Visit _visit;
    private readonly string _stage;
    private readonly ReportLinks _links;
    private readonly Site _site;
    private readonly List<string> _problems = [];
    private readonly RunTable _runs;
    private int _pages;

    private ReportWriter(Repo repo, string stage, CancellationToken cancel)
    {
        _repo = repo;
        _stage = stage;
        _runs = RunTable.Load(repo, cancel);
        _visit = new Visit(repo, () => _runs, new SetCache());
        _links = new ReportLinks(repo, stage);
        _site = new Site(_visit, _links, allowsChanges: false);
    }

    /// <summary>Writes a report.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="directory">A directory that is not there or empty, absolute.</param>
    /// <param name="replaces">Whether a report that is there goes.</param>
    /// <param name="cancel">Stops between pages.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="DlsException">Kind Failed: something is in the place.</exception>
    public static async Task<ReportResult> WriteAsync(Repo repo, string directory, bool replaces, CancellationToken cancel)
    {
        bool isThere = Directory.Exists(directory) && Directory.EnumerateFileSystemEntries(directory).Any();
        if (File.Exists(directory) || (isThere && !(replaces && File.Exists($"{directory}/{Mark}"))))
        {
            throw new DlsException(ErrorKind.Failed, $"write a report to '{directory}': something is there",
                isThere && File.Exists($"{directory}/{Mark}") ? "replace the report that is there with --force" : "name another directory");
        }

        string stage = $"{directory}.dls-tmp-{Guid.NewGuid():N}";
        try
        {
            Directory.CreateDirectory(stage);
            ReportWriter writer = new(repo, stage, cancel);
            await writer.WriteAllAsync(cancel);
            PutInPlace(stage, directory, isThere);
            return new ReportResult(directory, writer._pages, writer._links.Pictures, writer._problems);
        }
        catch
        {
            if (Directory.Exists(stage))
            {
                Directory.Delete(stage, recursive: true);
            }

            throw;
        }
    }

    /// <summary>The old report steps aside, the new one takes its name, the old one goes.</summary>
    private static void PutInPlace(string stage, string directory, bool isThere)
    {
        string old = stage + "-old";
        if (isThere)
        {
            Directory.Move(directory, old);
        }
        else if (Directory.Exists(directory))
        {
            Directory.Delete(directory);
        }

        Directory.Move(stage, directory);
        if (isThere)
        {
            Directory.Delete(old, recursive: true);
        }
    }

    private async Task WriteAllAsync(CancellationToken cancel)
    {
        Directory.CreateDirectory($"{_stage}/assets");
        foreach (string asset in Asset.Names)
        {
            AtomicFile.Write($"{_stage}/assets/{asset}", Asset.Find(asset)!);
        }

        foreach (ListedDataset set in DatasetList.Run(_repo).Where(static s => s.Canvases.Count > 0))
        {
            _links.Canvases[set.Name] = [.. set.Canvases.Keys];
        }

        IReadOnlyList<PortableName> tasks = TaskRecord.List(_repo.WorkTree);
        _links.HasGraphs = tasks.Count <= GraphsMax;
        TasksPage table = new(_runs, Query.Empty, _links) { Before = await ComparisonsAsync(cancel), HasDataset = _site.HasDataset };
        Write("index.html", _site.Frame(table.Make()));
        foreach (PortableName task in tasks)
        {
            await PageAsync(_links.Task(task.Value), ["task", task.Value], Query.Empty, cancel);
        }

        foreach (string list in (string[])["datasets", "projects", "targets", "store"])
        {
            await PageAsync($"{list}.html", [list], Query.Empty, cancel);
        }

        await WriteOthersAsync(cancel);
        AtomicFile.Write($"{_stage}/{Mark}", $"Written by dls. Of {RepoState.Of(_repo)}\n");
    }

    private async Task WriteOthersAsync(CancellationToken cancel)
    {
        foreach ((string set, string[] canvases) in _links.Canvases)
        {
            foreach (string canvas in canvases)
            {
                await PageAsync(_links.Dataset(set, canvas)!, ["dataset", set], new Query([new("canvas", canvas)]), cancel);
            }
        }

        foreach (ListedProject project in ProjectList.Run(_repo))
        {
            await PageAsync(_links.Project(project.Name)!, ["project", project.Name], Query.Empty, cancel);
        }

        while (_links.Graphs.TryDequeue(out (string Word, bool IsDown, string File) graph))
        {
            Query query = new([new("x", graph.Word), new("down", graph.IsDown ? "1" : "")]);
            await PageAsync(graph.File, ["lineage"], query, cancel);
        }
    }

    /// <summary>The best runs of each kind side by side: a report cannot ask which ones.</summary>
    private async Task<Markup> ComparisonsAsync(CancellationToken cancel)
    {
        HtmlText html = new();
        foreach (string kind in _runs.Runs.Select(static r => r.Kind).Distinct().Order(StringComparer.Ordinal))
        {
            string? test = _runs.Runs.Where(r => r.Kind == kind).SelectMany(static r => r.Tests.Keys).Order(StringComparer.Ordinal)
                .OrderBy(TasksPage.Rank).FirstOrDefault();
            IReadOnlyList<RunRow> best = test is null ? [] : BestRun.Find(
                _runs, kind, "test." + test, isLow: RunField.GuessLow(test), null, ComparedMax).Runs;
            if (best.Count >= 2)
            {
                string file = $"compare-{kind}.html";
                (Markup images, bool isKnown) = await ComparedImagesPart.MakeAsync(_repo, best, _links, cancel);
                Write(file, _site.Frame(new ComparePage(_repo, _runs, best, _links) { HasImages = isKnown }.Make(images)));
                html.Add($"""<p><a href="{file}">compare the {best.Count} best of {kind} by {test}</a></p>""");
            }
        }

        return html.ToMarkup();
    }

    private async Task PageAsync(string file, string[] parts, Query query, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        Page page;
        try
        {
            page = (await _site.MakeAsync(parts, query, cancel))!;
        }
        catch (DlsException e)
        {
            _problems.Add($"{file}: {e.Message}");
            page = new Page("Not shown", Place.None, Parts.Error(e), []);
        }

        Write(file, _site.Frame(page));
    }

    private void Write(string file, string text)
    {
        AtomicFile.Write($"{_stage}/{file}", Encoding.UTF8.GetBytes(text));
        _pages++;
    }
}
