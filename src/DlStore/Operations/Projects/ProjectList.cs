using DlStore.Data.Names;
using DlStore.Data.Recipes;

namespace DlStore.Operations.Projects;

/// <summary>One project of the list.</summary>
public sealed record ListedProject
{
    /// <summary>Gets the name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the classes.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Gets how many masters it has.</summary>
    public int Masters { get; init; }

    /// <summary>Gets the placements as text.</summary>
    public IReadOnlyList<string> Placements { get; init; } = [];

    /// <summary>Gets what makes the images: <c>engine</c>, <c>glyphs</c> or <c>program</c>.</summary>
    public string Recipe { get; init; } = "";

    /// <summary>Gets the builds that are on disk.</summary>
    public IReadOnlyList<ProjectBuildState> Builds { get; init; } = [];

    /// <summary>Gets whether a person has looked at it.</summary>
    public ReviewState Review { get; init; }

    /// <summary>Gets why it cannot be read, or null.</summary>
    public string? Problem { get; init; }
}

/// <summary><c>dls project list</c>: every project in a line; one that cannot be read is listed with the reason.</summary>
public static class ProjectList
{
    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <returns>The projects, sorted by name.</returns>
    public static IReadOnlyList<ListedProject> Run(Repo repo) => [.. ProjectSelection.All(repo).Select(name => Read(repo, name))];

    /// <summary>Names what makes a project's images.</summary>
    internal static string KindOf(Recipe recipe) => recipe.Program is not null
        ? "program" : recipe.Glyphs is not null ? "glyphs" : "engine";

    private static ListedProject Read(Repo repo, PortableName name)
    {
        try
        {
            Project project = ProjectSelection.Read(repo, name);
            return new ListedProject
            {
                Name = name.Value,
                Labels = ProjectLabels.Of(repo, project),
                Masters = project.Masters.Count,
                Placements = [.. project.Placements.Select(Data.Recipes.Placements.ToText)],
                Recipe = KindOf(project.Recipe),
                Builds = ProjectBuilds.Read(repo, project),
                Review = project.Review,
            };
        }
        catch (DlsException e)
        {
            return new ListedProject { Name = name.Value, Problem = e.Message };
        }
    }
}
