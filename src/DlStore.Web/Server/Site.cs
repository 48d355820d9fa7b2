using System.Globalization;
using DlStore.Data.Names;
using DlStore.Data.Sets;
using DlStore.Operations.Datasets;
using DlStore.Operations.Deploys;
using DlStore.Operations.Lineage;
using DlStore.Operations.Projects;
using DlStore.Operations.Store;
using DlStore.Operations.Tables;
using DlStore.Operations.Tasks;
using DlStore.Operations.Views;
using DlStore.Lineage;
using DlStore.Web.Pages;
using DlStore.Web.Writing;

namespace DlStore.Web.Server;

/// <summary>Makes the page that an address names, for the server and for reports.</summary>
/// <param name="visit">The repository.</param>
/// <param name="links">Where pages lie.</param>
/// <param name="allowsChanges">Whether memos may be written.</param>
internal sealed class Site(Visit visit, ILinks links, bool allowsChanges)
{
    /// <summary>Makes a page.</summary>
    /// <param name="parts">The address's path in parts.</param>
    /// <param name="query">What stands behind the <c>?</c>.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The page, or null: there is none of that name.</returns>
    /// <exception cref="DlsException">Of what the page shows.</exception>
    public async Task<Page?> MakeAsync(string[] parts, Query query, CancellationToken cancel) => parts switch
    {
        ["tasks"] => new TasksPage(visit.LoadRuns(), query, links) { HasDataset = HasDataset }.Make(),
        ["task", var task] => new TaskPage(
            visit.Repo, await TaskShow.RunAsync(visit.Repo, task, collect: false, cancel), links, query).Make(allowsChanges),
        ["compare"] => await CompareAsync(query, cancel),
        ["datasets"] => new DatasetsPage(DatasetList.Run(visit.Repo), links).Make(),
        ["dataset", var name] when query["from"] is { } from => DatasetDiff(name, from, query),
        ["dataset", var name] => Dataset(name, query, cancel),
        ["projects"] => new ProjectsPage(ProjectList.Run(visit.Repo), links).Make(),
        ["project", var name] => new ProjectPage(ProjectShow.Run(visit.Repo, name), links).Make(),
        ["lineage"] when query["x"] is { } word => Lineage(word, query["down"] is not null, cancel),
        ["lineage"] => LineagePage.Search(links),
        ["targets"] => await TargetsAsync(query, cancel),
        ["store"] => new StorePage(
            visit.Repo, DiskUse.OfPaths(visit.Repo, cancel), Status.Run(visit.Repo, new StatusOptions(), cancel)).Make(),
        _ => null,
    };

    private Page Lineage(string word, bool isDown, CancellationToken cancel)
    {
        LineageOptions options = new() { What = word.Split(' ', StringSplitOptions.RemoveEmptyEntries), Down = isDown };
        return new LineagePage(word, LineageTrace.Run(visit.Repo, options, cancel), links) { HasDataset = HasDataset }.Make();
    }

    /// <summary>Tells whether a data set has pages.</summary>
    public bool HasDataset(string name) => PortableName.TryParse(name, out PortableName parsed)
        && File.Exists($"{visit.Repo.WorkTree}/{DatasetLock.FileOf(parsed)}");

    /// <summary>Gives a whole document.</summary>
    public string Frame(Page page)
    {
        string name = Path.GetFileName(visit.Repo.WorkTree);
        return Writing.Frame.Whole(page, links, name, RepoState.Of(visit.Repo), visit.Repo.Notes);
    }

    private async Task<Page> CompareAsync(Query query, CancellationToken cancel)
    {
        RunTable table = visit.LoadRuns();
        IReadOnlyList<RunRow> runs = ComparePage.Find(table, query.All("t"));
        (Markup images, bool isKnown) = await ComparedImagesPart.MakeAsync(visit.Repo, runs, links, cancel);
        return new ComparePage(visit.Repo, table, runs, links) { HasImages = isKnown }.Make(images);
    }

    private DatasetDiffPage.Found DiffParts(ShownDataset to, string from, string canvas)
    {
        try
        {
            return new DatasetDiffPage.Found(
                Operations.Datasets.DatasetDiff.Run(visit.Repo, from, to.Label),
                DatasetPictures.Compare(visit.Repo, from, to.Label, canvas), null);
        }
        catch (DlsException e)
        {
            return new DatasetDiffPage.Found([], [], e);
        }
    }

    /// <summary>A bare commit or tag means that version of the same data set.</summary>
    private Page DatasetDiff(string name, string typed, Query query)
    {
        ShownDataset to = DatasetShow.Run(visit.Repo, name);
        string from = typed.Contains('@', StringComparison.Ordinal) ? typed : $"{to.Name}@{typed}";
        string canvas = query["canvas"] ?? to.Canvases.Select(static c => c.Canvas).FirstOrDefault("");
        return new DatasetDiffPage(to, from, canvas, DiffParts(to, from, canvas), links).Make();
    }

    private Page Dataset(string name, Query query, CancellationToken cancel)
    {
        ShownDataset shown = DatasetShow.Run(visit.Repo, name);
        string wanted = query["canvas"] ?? shown.Canvases.Select(static c => c.Canvas).FirstOrDefault("");
        DatasetItems? items = null;
        IReadOnlyDictionary<string, string>? flags = null;
        DlsException? why = null;
        try
        {
            string key = $"{shown.Tree.ToHex()} {wanted}";
            items = visit.Sets.Get(key, () => DatasetItems.Read(visit.Repo, shown.Label, wanted));
            flags = query["flags"] is null || items.Root is null ? null
                : visit.Sets.Flags(key, () => DatasetPictures.Flags(visit.Repo, shown.Name, wanted, cancel));
        }
        catch (DlsException e)
        {
            why = e;
        }

        return new DatasetPage(shown, wanted, items, why, query, links) { Flags = flags }.Make();
    }

    private async Task<Page> TargetsAsync(Query query, CancellationToken cancel)
    {
        IReadOnlyList<RecordedTarget> known = RecordedDeployments.List(visit.Repo);
        IReadOnlyList<TargetStatus>? found = query["look"] is null || visit.Repo.Config.Targets.Count == 0
            ? null : await DeployStatus.RunAsync(visit.Repo, [], cancel);
        string at = visit.Repo.Clock.GetUtcNow().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
        return new TargetsPage(known, found, links) { At = at }.Make();
    }
}
