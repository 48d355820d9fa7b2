using DlStore.Data.Recipes;

namespace DlStore.Operations.Projects;

/// <summary>A build that is on disk.</summary>
/// <param name="Canvas">The canvas.</param>
/// <param name="Images">How many images it has.</param>
/// <param name="Stale">Why it is not what the project makes now, or null.</param>
public sealed record ProjectBuildState(string Canvas, int Images, string? Stale);

/// <summary>Looks at the builds of a project without making any.</summary>
internal static class ProjectBuilds
{
    /// <summary>Lists the builds of a project, sorted by canvas.</summary>
    /// <returns>The builds; what cannot be compared because a source is not here is marked so.</returns>
    public static IReadOnlyList<ProjectBuildState> Read(Repo repo, Project project)
    {
        string root = $"{project.Directory}/build";
        Canvas[] canvases = [.. Canvases(root)];
        if (canvases.Length == 0)
        {
            return [];
        }

        (BuildInputs? inputs, string? problem) = Inputs(repo, project);
        List<ProjectBuildState> states = [];
        foreach (Canvas canvas in canvases)
        {
            BuildDirectory directory = new(project, canvas);
            int images = BuildRecord.FindHeader(directory.Path)?.Images ?? 0;
            states.Add(new ProjectBuildState(canvas.ToString(), images, problem ?? directory.WhyStale(inputs!.Key(canvas))));
        }

        return states;
    }

    private static IEnumerable<Canvas> Canvases(string root)
    {
        // The directory may be a symlink to elsewhere in a hostile repository; its names alone are read.
        foreach (string directory in Directory.Exists(root)
            ? Directory.EnumerateDirectories(root).Order(StringComparer.Ordinal) : Enumerable.Empty<string>())
        {
            if (Canvas.TryParse(Path.GetFileName(directory), out Canvas canvas))
            {
                yield return canvas;
            }
        }
    }

    private static (BuildInputs? Inputs, string? Problem) Inputs(Repo repo, Project project)
    {
        try
        {
            return (BuildInputs.Read(repo, project), null);
        }
        catch (DlsException e)
        {
            return (null, $"cannot be compared: {e.Message}");
        }
    }
}
