using DlStore.Data.Annotations;
using DlStore.Data.Recipes;
using DlStore.Images;
using DlStore.Objects;
using DlStore.Operations.Store;

namespace DlStore.Operations.Projects;

/// <summary>An object of a master, in the master's own pixels.</summary>
/// <param name="Label">Its class.</param>
/// <param name="Box">xmin, ymin, xmax, ymax, counted as VOC does.</param>
public sealed record ShownBox(string Label, IReadOnlyList<int> Box);

/// <summary>A master as show tells it.</summary>
public sealed record ShownMaster
{
    /// <summary>Gets the file, from the top of the work tree.</summary>
    public required string Path { get; init; }

    /// <summary>Gets the digest of its bytes, or null: it is nowhere.</summary>
    public Oid? Oid { get; init; }

    /// <summary>Gets a value indicating whether its bytes are in the work tree.</summary>
    public bool IsHere { get; init; }

    /// <summary>Gets the columns; 0 if unknown.</summary>
    public int Width { get; init; }

    /// <summary>Gets the rows; 0 if unknown.</summary>
    public int Height { get; init; }

    /// <summary>Gets the annotation's file, from the top of the work tree, or null: the object fills the master.</summary>
    public string? Annotation { get; init; }

    /// <summary>Gets the digest of the annotation's canonical encoding, or null.</summary>
    public Oid? AnnotationHash { get; init; }

    /// <summary>Gets what is in it.</summary>
    public IReadOnlyList<ShownBox> Boxes { get; init; } = [];

    /// <summary>Gets why it cannot be used, or null.</summary>
    public string? Problem { get; init; }
}

/// <summary>A project in full.</summary>
public sealed record ProjectShowResult
{
    /// <summary>Gets the name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the classes.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>Gets the placements as text.</summary>
    public required IReadOnlyList<string> Placements { get; init; }

    /// <summary>Gets whether a person has looked at it.</summary>
    public ReviewState Review { get; init; }

    /// <summary>Gets where its masters come from.</summary>
    public required IReadOnlyDictionary<string, string> Origin { get; init; }

    /// <summary>Gets the masters.</summary>
    public required IReadOnlyList<ShownMaster> Masters { get; init; }

    /// <summary>Gets what makes the images: <c>engine</c>, <c>glyphs</c> or <c>program</c>.</summary>
    public required string Recipe { get; init; }

    /// <summary>Gets the digest of the recipe.</summary>
    public Oid RecipeHash { get; init; }

    /// <summary>Gets the recipe, one value a line.</summary>
    public required IReadOnlyList<string> RecipeLines { get; init; }

    /// <summary>Gets the program with whether this clone may run it, or null.</summary>
    public TrustLine? Program { get; init; }

    /// <summary>Gets the builds that are on disk.</summary>
    public required IReadOnlyList<ProjectBuildState> Builds { get; init; }

    /// <summary>Gets the data sets that take it in.</summary>
    public required IReadOnlyList<string> Datasets { get; init; }
}

/// <summary><c>dls project show</c>: everything that is known of one project.</summary>
public static class ProjectShow
{
    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="typed">The project by name or path.</param>
    /// <returns>The project.</returns>
    /// <exception cref="DlsException">Kind Usage: there is no such project. Kind Failed: its project.yaml, or a data set's file, cannot be
    /// read.</exception>
    public static ProjectShowResult Run(Repo repo, string typed)
    {
        Project project = ProjectSelection.Read(repo, typed);
        return new ProjectShowResult
        {
            Name = project.Name.Value,
            Labels = ProjectLabels.Of(repo, project),
            Placements = [.. project.Placements.Select(Data.Recipes.Placements.ToText)],
            Review = project.Review,
            Origin = project.Origin,
            Masters = [.. project.Masters.Select(m => Read(repo, project, m))],
            Recipe = ProjectList.KindOf(project.Recipe),
            RecipeHash = project.Recipe.Hash(),
            RecipeLines = project.Recipe.ToText().TrimEnd('\n').Split('\n'),
            Program = project.Recipe.Program is null ? null : ProjectProgram.Look(repo, project),
            Builds = ProjectBuilds.Read(repo, project),
            Datasets = ProjectUsers.Of(repo, project.Name),
        };
    }

    private static ShownMaster Read(Repo repo, Project project, Master master)
    {
        string path = project.NameOf(master.Image);
        string? name = master.Annotation is { } file ? project.NameOf(file) : null;
        ShownMaster shown = new() { Path = path, Annotation = name };
        try
        {
            if (KnownFiles.Find(repo, path) is not { } found)
            {
                return shown with { Problem = "no such file" };
            }

            shown = shown with { Oid = found.Oid, IsHere = found.IsHere };
            Annotation? annotation = name is null
                ? null : Annotation.Parse(KnownFiles.Read(repo, KnownFiles.Get(repo, name, "annotation")), name);
            shown = shown with { AnnotationHash = annotation?.CanonicalHash() };
            if (!found.IsHere)
            {
                return shown;
            }

            JpegHeader header = MasterJpeg.Require(KnownFiles.Read(repo, found), path);
            shown = shown with { Width = header.Width, Height = header.Height };
            return shown with
            {
                Boxes = [.. TileObjects.Of(project, annotation, name ?? "", header.Width, header.Height)
                .Select(static o => new ShownBox(o.Label, [o.Box.XMin, o.Box.YMin, o.Box.XMax, o.Box.YMax]))]
            };
        }
        catch (DlsException e)
        {
            return shown with { Problem = e.Message };
        }
    }
}
