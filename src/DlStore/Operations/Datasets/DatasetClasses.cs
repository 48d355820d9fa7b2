using DlStore.Data.Annotations;
using DlStore.Data.Names;
using DlStore.Data.Sets;
using DlStore.Io;
using DlStore.Operations.Store;

namespace DlStore.Operations.Datasets;

/// <summary>
/// The class list of a data set. A new list is made from the data, sorted; later only whoever asks for it gets a class appended, because a
/// label that strayed in must not
/// become a class in silence, and an id must never change its meaning.
/// </summary>
internal static class DatasetClasses
{
    /// <summary>The directory of all class lists, from the top of the work tree.</summary>
    public const string Root = "classes";

    private const int ItemsShown = 20;

    /// <summary>Gives the file of a class list as messages name it.</summary>
    public static string FileOf(PortableName name) => $"{Root}/{name}.txt";

    /// <summary>Reads a class list, or null if there is none yet.</summary>
    public static ClassList? Find(Repo repo, PortableName name)
    {
        string file = FileOf(name);
        KnownFiles.RequireRealParents(repo, file);
        return SmallFile.Find($"{repo.WorkTree}/{file}", file, ClassList.LengthMax) is { } bytes ? ClassList.Parse(bytes, file) : null;
    }

    /// <summary>Gives the list that a data set is written with, and what is new in it.</summary>
    /// <exception cref="DlsException">Kind Failed: classes are new, and nobody asked for them.</exception>
    public static (ClassList Classes, IReadOnlyList<string> Added) Plan(
        Repo repo, DatasetRecipe recipe, IReadOnlyList<DatasetCanvas> canvases, bool mayAdd)
    {
        ClassList? known = Find(repo, recipe.Classes);
        ClassListGrowth growth = (known ?? ClassList.Empty)
            .Append(canvases.SelectMany(static c => c.Items).SelectMany(static i => i.Objects).Select(static o => o.Label));
        if (known is null || mayAdd || growth.Added.Count == 0)
        {
            return (growth.List, growth.Added);
        }

        HashSet<string> strange = [.. growth.Added];
        string[] where = [.. canvases.SelectMany(static c => c.Items)
            .SelectMany(i => i.Objects.Where(o => strange.Contains(o.Label)).Select(o => $"'{o.Label}' in {i.Source} ({i.SourceId})"))
            .DistinctBy(static w => w[..w.LastIndexOf(" (", StringComparison.Ordinal)]).Take(ItemsShown)];
        throw new DlsException(
            ErrorKind.Failed, $"build data set '{recipe.Name}': "
                + $"{CountWords.Of(growth.Added.Count, "class is", "classes are")} not in '{FileOf(recipe.Classes)}'",
            "if they are meant, run the command with --add-classes; else correct the label, or "
                + $"map it with `aliases:` or `merge:` in {DatasetRecipe.FileOf(recipe.Name)}")
        {
            Items = where,
        };
    }
}
