using DlStore.Data.Annotations;
using DlStore.Data.Recipes;
using DlStore.Operations.Store;

namespace DlStore.Operations.Projects;

/// <summary>
/// Which classes a project teaches, from project.yaml and its annotations; what cannot be read is passed over, lint names it.
/// </summary>
internal static class ProjectLabels
{
    /// <summary>Gives the classes, sorted; never empty.</summary>
    public static IReadOnlyList<string> Of(Repo repo, Project project)
    {
        SortedSet<string> labels = new(StringComparer.Ordinal);
        string?[] files = project.Masters.Count > 0 ? [.. project.Masters.Select(static m => m.Annotation)] : [project.GeneratorAnnotation];
        foreach (string? file in files)
        {
            Annotation? annotation = file is null ? null : TryRead(repo, project.NameOf(file));
            labels.UnionWith(annotation is null ? [project.Label ?? TileObjects.DefaultLabel(project)]
                : annotation.Objects.Select(o => TileObjects.LabelOf(project, annotation, o.Label)));
        }

        return labels.Count > 0 ? [.. labels] : [project.Label ?? TileObjects.DefaultLabel(project)];
    }

    /// <summary>Reads an annotation if that is possible.</summary>
    public static Annotation? TryRead(Repo repo, string name)
    {
        try
        {
            return KnownFiles.Find(repo, name) is { IsHere: true } file ? Annotation.Parse(KnownFiles.Read(repo, file), name) : null;
        }
        catch (DlsException)
        {
            return null;
        }
    }
}
