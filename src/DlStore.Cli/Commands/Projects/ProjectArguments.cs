using DlStore.Data.Recipes;

namespace DlStore.Cli.Commands.Projects;

/// <summary>Reads what several project commands take as text.</summary>
internal static class ProjectArguments
{
    /// <summary>Reads corners: <c>lu</c>, <c>ru</c> or <c>lu,ru</c>; none for null.</summary>
    public static IReadOnlyList<Placement> Placements(string? text, string option)
    {
        if (text is null)
        {
            return [];
        }

        Placement?[] found = [.. text.Split(',').Select(Data.Recipes.Placements.Find)];
        return found.All(static p => p is not null) && found.Distinct().Count() == found.Length
            ? [.. found.Select(static p => p!.Value)]
            : throw new DlsException(ErrorKind.Usage, $"bad value '{text}' for option '{option}': expected lu, ru or lu,ru",
                "lu is the left upper corner, ru the right upper one");
    }

    /// <summary>Reads a size in pixels: <c>WIDTHxHEIGHT</c>.</summary>
    public static Canvas Size(string text, string option) => Canvas.TryParse(text, out Canvas size) && !size.IsOwn
        ? size
        : throw new DlsException(ErrorKind.Usage,
            $"bad value '{text}' for option '{option}': expected WIDTHxHEIGHT, as in 400x400", $"sides go from 1 to {Canvas.SideMax}");
}
