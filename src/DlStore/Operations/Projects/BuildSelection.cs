using DlStore.Data.Names;
using DlStore.Data.Recipes;
using DlStore.Data.Sets;
using DlStore.Data.Texts;
using DlStore.Io;
using DlStore.Operations.Store;

namespace DlStore.Operations.Projects;

/// <summary>
/// Which projects are built for which canvases: what was named, else what data sets use, else everything at its own size.
/// </summary>
internal static class BuildSelection
{
    /// <summary>Lists the builds that are asked for, sorted by project and canvas.</summary>
    public static IReadOnlyList<(Project Project, Canvas Canvas)> Resolve(Repo repo, BuildOptions options)
    {
        IReadOnlyList<Canvas> canvases = options.Canvases;
        IReadOnlyList<PortableName> names = [
            .. options.Projects.Select(static p => PortableName.Parse(p.TrimEnd('/').Split('/')[^1], "project"))];
        string? dataset = options.Dataset;
        if (options.Kind is { } kind)
        {
            (string? named, Canvas? canvas) = ReadKind(repo, PortableName.Parse(kind, "kind"));
            dataset ??= named;
            canvases = canvases.Count > 0 || canvas is null ? canvases : [canvas.Value];
        }

        // Where projects and canvases are named, no data set has a say, and a broken file of another one must not stop the build.
        Dictionary<PortableName, SortedSet<string>> used = names.Count > 0 && canvases.Count > 0 ? [] : CanvasesOf(repo, dataset);
        if (names.Count == 0)
        {
            names = dataset is null ? ProjectReader.List(repo.WorkTree) : [.. used.Keys.Order()];
        }

        List<(Project, Canvas)> builds = [];
        foreach (PortableName name in names.Distinct().Order())
        {
            Project project = ProjectReader.Read(repo.WorkTree, name);
            IEnumerable<Canvas> wanted = canvases.Count > 0
                ? canvases : used.TryGetValue(name, out SortedSet<string>? by) ? by.Select(Canvas.Parse) : [Canvas.Own];
            // Of everything, a project that only holds files (as the sample of a repository may) is passed over; one that was named must be
            // buildable.
            if (options.Projects.Count > 0 || dataset is not null || IsBuildable(repo, project))
            {
                builds.AddRange(wanted.Distinct().Select(c => (project, c)));
            }
        }

        return builds;
    }

    /// <summary>
    /// A directory pointer <c>master.dls</c> alone may hold anything: without a project.yaml it makes a project only if an image.jpg is
    /// known to be in it.
    /// </summary>
    private static bool IsBuildable(Repo repo, Project project)
    {
        bool isGuess = !File.Exists($"{project.Directory}/{Project.FileName}")
            && project.Masters.Count == 1 && !Directory.Exists($"{project.Directory}/master");
        bool hasSource = project.Masters.Count > 0 || project.Recipe.Glyphs is not null
            || project.Recipe.Program is not null || ProjectReader.FindMisnamedMaster(project) is not null;
        return project.Review != ReviewState.Rejected
            && hasSource && (!isGuess || KnownFiles.Find(repo, project.NameOf(project.Masters[0].Image)) is not null);
    }

    /// <summary>Of a kind, a build needs to know only its data set and canvas; the other keys belong to tasks.</summary>
    private static (string? Dataset, Canvas? Canvas) ReadKind(Repo repo, PortableName kind)
    {
        string name = $".dlstore/kinds/{kind}.yaml";
        KnownFiles.RequireRealParents(repo, name);
        byte[] bytes = SmallFile.Find($"{repo.WorkTree}/{name}", name, SafeYaml.LengthMax)
            ?? throw new DlsException(ErrorKind.Usage,
                $"use kind '{kind}': there is no file '{name}'", "it is YAML with the keys `dataset:` and `canvas:` at least");
        YamlNode yaml = SafeYaml.Parse(bytes, name);
        YamlNode? canvas = yaml.Find("canvas");
        return (yaml.Find("dataset")?.RequireText(), canvas is null ? null : Canvas.TryParse(canvas.RequireText(), out Canvas c)
            ? c : throw canvas.Bad($"canvas '{canvas.Text}' is neither own nor WIDTHxHEIGHT"));
    }

    private static Dictionary<PortableName, SortedSet<string>> CanvasesOf(Repo repo, string? dataset)
    {
        Dictionary<PortableName, SortedSet<string>> used = [];
        IEnumerable<PortableName> names = dataset is null ? DatasetRecipe.List(repo.WorkTree) : [PortableName.Parse(dataset, "data set")];
        foreach (PortableName name in names)
        {
            DatasetRecipe recipe = DatasetRecipe.Read(repo.WorkTree, name);
            foreach (PortableName project in recipe.Projects)
            {
                used.TryAdd(project, new SortedSet<string>(StringComparer.Ordinal));
                used[project].UnionWith(recipe.Canvases.Select(static c => c.ToString()));
            }
        }

        return used;
    }
}
