using DlStore.Data.Recipes;
using DlStore.Operations.Projects;

namespace DlStore.Cli.Commands.Projects;

/// <summary>How the result of a build is told; data sets build what they need and tell it the same way.</summary>
internal static class BuildReport
{
    public static void Print(Terminal terminal, BuildResult result, bool dryRun)
    {
        foreach (BuiltProject build in result.Builds.Where(static b => b.Why is not null))
        {
            string images = build.Images > 0 ? $"  {Format.Count(build.Images, "image")}" : "";
            terminal.Result($"{(dryRun ? "would build" : "built")} {build.Project} {build.Canvas}{images}  ({build.Why})", Ink.Good);
            if (build.Clipped > 0)
            {
                terminal.Note(
                    $"  in {Format.Count(build.Clipped)} of them a box was cut by the edge; `dls build explain IMAGE` shows by how much");
            }

            if (build.Copies > 0)
            {
                terminal.Warn($"{build.Project} {build.Canvas}: {Format.Count(build.Copies)} of {Format.Count(build.Images)}"
                    + " images are copies of others; its recipe cannot make so many different ones");
            }
        }

        WarnOfCompared(terminal, result);
        foreach (BuiltProject build in result.Builds.Where(static b => b.Preview is not null))
        {
            terminal.Result($"contact sheet {build.Preview}");
        }

        int current = result.Builds.Count(static b => b.Why is null);
        if (current > 0)
        {
            terminal.Note($"{Format.Count(current, "build is", "builds are")} up to date");
        }

        if (result.Builds.Count == 0)
        {
            terminal.Note("no project to build; `dls project new NAME --image crop.jpg` makes one");
        }
    }

    private static void WarnOfCompared(Terminal terminal, BuildResult result)
    {
        string[] compared = [.. result.Builds.Where(static b => b.Watch == RecipeWatch.Compared).Select(static b => b.Project).Distinct()];
        if (compared.Length > 0)
        {
            terminal.Warn($"this system gives the programs of {string.Join(", ", compared)} no file system of their own: only the project, "
                + "the homes and the temporary directory were compared for what they might write outside");
        }
    }
}
