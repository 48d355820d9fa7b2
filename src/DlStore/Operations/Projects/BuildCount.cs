using DlStore.Data.Recipes;

namespace DlStore.Operations.Projects;

/// <summary>How many images a build has to have: one at least, and what project.yaml expects.</summary>
internal static class BuildCount
{
    /// <summary>Requires that a build that was just made has the right number.</summary>
    public static void Require(Project project, Canvas canvas, int images)
    {
        if (images == 0 || (project.Expected is { } expected && images != expected))
        {
            throw new DlsException(
                ErrorKind.Failed, $"build '{project.Name}' for canvas {canvas}: its recipe made {images} "
                    + $"images{(project.Expected is { } e ? $", project.yaml expects {e}" : "")}",
                "correct the recipe, or `expected:` in project.yaml; the build before is kept");
        }
    }
}
