using DlStore.Data.Annotations;
using DlStore.Data.Names;
using DlStore.Data.Recipes;
using DlStore.Data.Sets;
using DlStore.Data.Splits;
using DlStore.Io;
using DlStore.Objects;
using DlStore.Operations.Projects;

namespace DlStore.Operations.Datasets;

/// <summary>What data set to build and how.</summary>
public sealed record DatasetBuildOptions
{
    /// <summary>Gets the data set's name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets a value indicating whether projects that nobody reviewed are taken in; the lock says so.</summary>
    public bool AllowUnreviewed { get; init; }

    /// <summary>Gets a value indicating whether classes that are not in the class list are appended to it.</summary>
    public bool AddClasses { get; init; }

    /// <summary>Gets a value indicating whether it is made again although nothing changed.</summary>
    public bool Force { get; init; }

    /// <summary>Gets a value indicating whether to plan only.</summary>
    public bool DryRun { get; init; }

    /// <summary>Gets who is told about progress.</summary>
    public IProgress<WorkProgress>? Progress { get; init; }
}

/// <summary>What building a data set did.</summary>
/// <param name="Name">The data set.</param>
/// <param name="Why">Why it was made (or would be), or null: it was up to date.</param>
/// <param name="Builds">The builds it needs, and which of them were made now.</param>
/// <param name="Lock">What it came to; null in a dry run of one that has to be made.</param>
/// <param name="NewClasses">Classes that were appended to the class list.</param>
/// <param name="LeftOut">Projects that were left out because they are not reviewed.</param>
/// <param name="CrossTwins">Images whose bytes occur in several projects, by canvas: they follow their bytes in the split.</param>
/// <param name="Drops">Where there is less than in the data set before, each a sentence: a class or a source that lost images is more often
/// an accident than a plan.</param>
public sealed record DatasetBuildResult(
    string Name, string? Why, BuildResult Builds,
        DatasetLock? Lock, IReadOnlyList<string> NewClasses, IReadOnlyList<string> LeftOut, IReadOnlyDictionary<string, int> CrossTwins,
    IReadOnlyList<string> Drops);

/// <summary>
/// <c>dls dataset build</c>: brings the builds of its projects up to date and makes one data set of them, at one canvas or several.
/// Everything is checked before anything is
/// written. Order: objects, directory, pointer, lock and class list, git's index. A kill leaves the old data set or the new one; what comes
/// after it finishes the rest.
/// </summary>
public sealed class DatasetBuild
{
    private readonly Repo _repo;
    private readonly DatasetBuildOptions _options;
    private readonly DatasetRecipe _recipe;
    private readonly DatasetProjects _projects;
    private readonly SortedDictionary<string, int> _crossTwins = new(StringComparer.Ordinal);

    private DatasetBuild(Repo repo, DatasetBuildOptions options)
    {
        _repo = repo;
        _options = options;
        _recipe = DatasetRecipe.Read(repo.WorkTree, PortableName.Parse(options.Name, "data set"));
        _projects = new DatasetProjects(repo, _recipe, options.AllowUnreviewed);
    }

    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="options">What to build.</param>
    /// <param name="cancel">Stops it; the data set before stays.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="DlsException">A source that cannot be used, a class that is not in the list, test images among the sources, changes
    /// in the way.</exception>
    public static DatasetBuildResult Run(
        Repo repo, DatasetBuildOptions options, CancellationToken cancel) => new DatasetBuild(repo, options).Run(cancel);

    private DatasetBuildResult Run(CancellationToken cancel)
    {
        RefuseImported();

        IReadOnlyList<Project> projects = _projects.Select();
        if (projects.Count == 0 && _recipe.Images.Count == 0)
        {
            throw new DlsException(ErrorKind.Failed, $"build data set '{_recipe.Name}': no project and no image set is left",
                "review projects with `dls project review`, or name others in its file");
        }

        DatasetDirectory directory = new(_repo, _recipe.Name);
        directory.RequireReplaceable(cancel);
        BuildResult builds = BuildProjects(projects, cancel);
        if (_options.DryRun && builds.Builds.Any(static b => b.Why is not null))
        {
            return new DatasetBuildResult(
                _recipe.Name.Value, "its projects have to be built first", builds, null, [], _projects.LeftOut, _crossTwins, []);
        }

        List<DatasetCanvas> canvases = [.. _recipe.Canvases.Select(c => Gather(projects, c, cancel))];
        (ClassList classes, IReadOnlyList<string> added) = DatasetClasses.Plan(_repo, _recipe, canvases, _options.AddClasses);
        RefuseTestImages(canvases);
        string? why = WhyStale(canvases, classes, directory, cancel);
        if (why is null && !_options.DryRun)
        {
            // What a kill at the very end left is finished here.
            using FileLock held = _repo.LockBuilds();
            directory.ClearStaging();
            directory.Restage(_recipe.Classes);
        }

        DatasetLock? before = DatasetLock.Find(_repo.WorkTree, _recipe.Name);
        DatasetLock? made = why is null ? before : _options.DryRun ? null : Make(canvases, classes, added, directory, cancel);
        return new DatasetBuildResult(_recipe.Name.Value, why, builds, made, why is null
            ? [] : added, _projects.LeftOut, _crossTwins, before is null || made is null ? [] : ListDrops(before, made));
    }

    private void RefuseImported()
    {
        if (_recipe.ImportedFrom is { } from)
        {
            throw new DlsException(
                ErrorKind.Usage, $"build data set '{_recipe.Name}': it was imported from {from}, there is nothing to build it from",
                "name it under `images:` of another data set to build on it");
        }
    }

    private BuildResult BuildProjects(IReadOnlyList<Project> projects, CancellationToken cancel) => projects.Count == 0
        ? new BuildResult([], 0)
        : Build.Run(_repo, new BuildOptions
        {
            Projects = [.. projects.Select(static p => p.Name.Value)],
            Canvases = _recipe.Canvases,
            DryRun = _options.DryRun,
            Progress = _options.Progress
        }, cancel);

    /// <summary>Reads all items of one canvas and divides them.</summary>
    private DatasetCanvas Gather(IReadOnlyList<Project> projects, Canvas canvas, CancellationToken cancel)
    {
        List<DatasetItem> items = [];
        List<LockedSource> sources = [];
        foreach (Project project in projects)
        {
            cancel.ThrowIfCancellationRequested();
            (IReadOnlyList<DatasetItem> own, LockedSource source) = _projects.Read(project, canvas);
            items.AddRange(own);
            sources.Add(source);
        }

        DatasetReal real = new(_repo, _recipe);
        foreach (RealImages images in _recipe.Images)
        {
            (IReadOnlyList<DatasetItem> own, LockedSource source) = real.Read(images, cancel);
            items.AddRange(own);
            sources.Add(source);
        }

        items.Sort(static (a, b) => string.CompareOrdinal(a.Id, b.Id));
        for (int i = 1; i < items.Count; i++)
        {
            if (items[i].Id == items[i - 1].Id)
            {
                throw new DlsException(ErrorKind.Failed,
                    $"build data set '{_recipe.Name}': '{items[i - 1].Source}' and '{items[i].Source}' both have an image '{items[i].Id}'",
                    "rename one of them");
            }
        }

        SplitResult split = Split.Run([.. items.Select(
            static i => new SplitItem(i.Id, i.Unit, i.Group ?? i.Oid.ToHex(), i.Oid, i.IsReal) { Given = i.Given })], _recipe.Split);
        _crossTwins[canvas.ToString()] = split.CrossTwins.Count;
        return new DatasetCanvas(canvas, [.. items.Select((item, i) => item with { Side = split.Sides[i] })], sources);
    }

    private static List<string> ListDrops(DatasetLock before, DatasetLock made)
    {
        List<string> drops = [];
        foreach ((string canvas, LockedCanvas old) in before.Canvases)
        {
            if (!made.Canvases.TryGetValue(canvas, out LockedCanvas? now))
            {
                drops.Add($"canvas {canvas} is gone");
                continue;
            }

            Dictionary<string,
                int> classes = now.Classes.ToDictionary(static c => c.Name, static c => c.Train + c.Val + c.Test, StringComparer.Ordinal);
            drops.AddRange(old.Classes
                .Where(c => classes.GetValueOrDefault(c.Name) < c.Train + c.Val + c.Test)
                .Select(
                    c => $"{canvas}: class '{c.Name}' went from {c.Train + c.Val + c.Test} to {classes.GetValueOrDefault(c.Name)} images"));
        }

        return drops;
    }

    private void RefuseTestImages(IReadOnlyList<DatasetCanvas> canvases) => TestSetImages.Refuse(
        _repo, $"build data set '{_recipe.Name}'", canvases.SelectMany(static c => c.Items)
            .Where(static i => i.Side is SplitSide.Train or SplitSide.Val).Select(static i => (i.Oid, $"{i.Source}: {i.SourceId}")));

    private string? WhyStale(IReadOnlyList<DatasetCanvas> canvases, ClassList classes, DatasetDirectory directory, CancellationToken cancel)
    {
        if (_options.Force)
        {
            return "asked for";
        }

        if (DatasetLock.Find(_repo.WorkTree, _recipe.Name) is not { } known)
        {
            return "never built";
        }

        bool same = known.Canvases.Count == canvases.Count
            && canvases.All(
                c => known.Canvases.TryGetValue(c.Canvas.ToString(), out LockedCanvas? locked) && locked.Key == c.Key(_recipe, classes));
        return !same ? "its sources or its recipe changed" : directory.WhyIncomplete(known, cancel);
    }

    private DatasetLock Make(IReadOnlyList<DatasetCanvas> canvases,
        ClassList classes, IReadOnlyList<string> added, DatasetDirectory directory, CancellationToken cancel)
    {
        using FileLock held = _repo.LockBuilds();
        directory.Settle(cancel);
        string staging = directory.Stage();
        try
        {
            SortedDictionary<string, LockedCanvas> locked = new(StringComparer.Ordinal);
            foreach (DatasetCanvas canvas in canvases)
            {
                locked[canvas.Canvas.ToString()] = new DatasetWriter(
                    _repo, _recipe, classes, _options.Progress).Write(canvas, $"{staging}/{canvas.Canvas}", cancel);
            }

            Oid tree = directory.Publish(staging, _options.Progress, cancel);
            DatasetLock made =
                new() { Recipe = _recipe.Hash(), Tree = tree, Split = DatasetWriter.SplitText(_recipe.Split), Canvases = locked };
            directory.Record(made, _recipe.Classes, added.Count > 0 ? classes : null);
            return made;
        }
        finally
        {
            directory.ClearStaging();
        }
    }
}
