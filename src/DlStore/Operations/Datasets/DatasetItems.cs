using DlStore.Data.Annotations;
using DlStore.Data.Layouts;
using DlStore.Data.Names;
using DlStore.Data.Sets;
using DlStore.Objects;
using DlStore.Operations.Store;

namespace DlStore.Operations.Datasets;

/// <summary>The images of a data set at one canvas, as they lie in the work tree.</summary>
public sealed record DatasetItems
{
    /// <summary>Gets the data set.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the canvas.</summary>
    public required string Canvas { get; init; }

    /// <summary>Gets the directory that readers open, absolute.</summary>
    public required string Root { get; init; }

    /// <summary>Gets the classes by id.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>Gets the images that could be read, sorted by id.</summary>
    public required IReadOnlyList<LabelledImage> Images { get; init; }

    /// <summary>Gets how many findings the reading had: images or boxes that are not among these.</summary>
    public required int Findings { get; init; }

    /// <summary>Gets the ids of images whose bytes another image has too, each with the number of its group; null if the data set's
    /// listing is not here.</summary>
    public required IReadOnlyDictionary<string, int>? Twins { get; init; }

    /// <summary>Gives what changes when the images do: the lock's hash and the canvas.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="name">The data set.</param>
    /// <param name="canvas">The canvas, or null for the first.</param>
    /// <returns>A key; and the canvas.</returns>
    /// <exception cref="DlsException">Kind Usage: there is no such data set.</exception>
    public static (string Key, string Canvas) KeyOf(Repo repo, string name, string? canvas)
    {
        PortableName parsed = PortableName.Parse(name, "data set");
        string chosen = canvas ?? DatasetRecipe.Read(repo.WorkTree, parsed).Canvases[0].ToString();
        string tree = DatasetLock.Find(repo.WorkTree, parsed)?.Tree.ToHex() ?? "";
        return ($"{name} {chosen} {tree}", chosen);
    }

    /// <summary>Gives the directory that readers open.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="name">The data set.</param>
    /// <param name="canvas">The canvas.</param>
    /// <returns>An absolute path; no directory on the way to it is a symlink.</returns>
    /// <exception cref="DlsException">As for <see cref="Read"/>.</exception>
    public static string RootOf(Repo repo, string name, string canvas) =>
        DatasetLintRun.DirectoryOf(repo, PortableName.Parse(name, "data set"), canvas);

    /// <summary>Reads them. 10^5 annotations take seconds.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="name">The data set.</param>
    /// <param name="canvas">The canvas.</param>
    /// <returns>The images.</returns>
    /// <exception cref="DlsException">Kind Usage, Failed or Missing: it has no such canvas, was never built, or was not pulled
    /// here.</exception>
    public static DatasetItems Read(Repo repo, string name, string canvas)
    {
        PortableName parsed = PortableName.Parse(name, "data set");
        string root = DatasetLintRun.DirectoryOf(repo, parsed, canvas);
        SetReading read = VocSet.Read(root);
        return new DatasetItems
        {
            Name = name,
            Canvas = canvas,
            Root = root,
            Classes = read.Set.Classes,
            Images = read.Set.Images,
            Findings = read.Findings.Count,
            Twins = TwinsOf(repo, parsed, canvas),
        };
    }

    /// <summary>Equal bytes are equal objects: the stored listing tells them without reading a picture.</summary>
    private static Dictionary<string, int>? TwinsOf(Repo repo, PortableName name, string canvas)
    {
        if (DatasetLock.Find(repo.WorkTree, name) is not { } built || !repo.Store.Contains(built.Tree))
        {
            return null;
        }

        string prefix = $"{canvas}/{DatasetWriter.Root}/{VocLayout.Images}/";
        Dictionary<string, int> twins = new(StringComparer.Ordinal);
        int group = 0;
        foreach (IGrouping<Oid, FileDigest> same in TreeFiles.List(repo, built.Tree)
            .Where(f => f.Path.StartsWith(prefix, StringComparison.Ordinal)).GroupBy(static f => f.Oid).Where(static g => g.Skip(1).Any()))
        {
            group++;
            foreach (FileDigest file in same)
            {
                twins[Path.GetFileNameWithoutExtension(file.Path)] = group;
            }
        }

        return twins;
    }
}
