using DlStore.Data.Annotations;
using DlStore.Data.Layouts;
using DlStore.Data.Names;
using DlStore.Data.Sets;
using DlStore.Io;
using DlStore.Objects;

namespace DlStore.Operations.Datasets;

/// <summary>A picture of a data set as its list of items has it.</summary>
/// <param name="Id">Its file name without ending.</param>
/// <param name="Side"><c>train</c>, <c>val</c>, <c>test</c> or <c>none</c>.</param>
/// <param name="Labels">What is in it, each class once for each object.</param>
/// <param name="Oid">Its bytes.</param>
public readonly record struct ListedPicture(string Id, string Side, IReadOnlyList<string> Labels, Oid Oid);

/// <summary>
/// The pictures of a data set at one canvas: listed by its items, which are stored with it; boxes are read for single ones.
/// </summary>
public sealed record DatasetItems
{
    private const int AnnotationMax = 1 << 20;

    /// <summary>Gets the data set.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the canvas.</summary>
    public required string Canvas { get; init; }

    /// <summary>Gets the directory that readers open, absolute; null for a version that is not the one in the work tree.</summary>
    public required string? Root { get; init; }

    /// <summary>Gets the classes by id.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>Gets the pictures in the order of the list.</summary>
    public required IReadOnlyList<ListedPicture> Pictures { get; init; }

    /// <summary>Gets the pictures whose bytes another one has too, each with the number of its group.</summary>
    public required IReadOnlyDictionary<string, int> Twins { get; init; }

    /// <summary>Gives the directory that readers open.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="name">The data set.</param>
    /// <param name="canvas">The canvas.</param>
    /// <returns>An absolute path; no directory on the way to it is a symlink.</returns>
    /// <exception cref="DlsException">As for <see cref="Read"/>.</exception>
    public static string RootOf(Repo repo, string name, string canvas) =>
        DatasetLintRun.DirectoryOf(repo, PortableName.Parse(name, "data set"), canvas);

    /// <summary>Reads the list.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="typed">A version, as for show.</param>
    /// <param name="canvas">The canvas.</param>
    /// <returns>The pictures.</returns>
    /// <exception cref="DlsException">Kind Usage, Failed or Missing: it has no such canvas, was never built, or was not pulled
    /// here.</exception>
    public static DatasetItems Read(Repo repo, string typed, string canvas)
    {
        DatasetVersion version = DatasetVersion.Get(repo, typed);
        if (!version.Lock.Canvases.TryGetValue(canvas, out LockedCanvas? locked))
        {
            throw new DlsException(ErrorKind.Usage, $"read data set '{version.Label}': it has no canvas '{canvas}'",
                $"it has {string.Join(", ", version.Lock.Canvases.Keys)}");
        }

        bool isHere = DatasetLock.Find(repo.WorkTree, version.Name)?.Tree == version.Lock.Tree;
        string? root = isHere ? RootOf(repo, version.Name.Value, canvas) : null;
        Dictionary<string, string> words = new(StringComparer.Ordinal);
        Dictionary<string, string[]> labels = new(StringComparer.Ordinal);
        List<ListedPicture> pictures = [];
        foreach (DatasetItemLine line in version.ReadItems(repo, canvas))
        {
            // Of 10^5 pictures few have labels that no other has: each text is kept once.
            string joined = string.Join('\0', line.Labels);
            string[] own = labels.TryGetValue(joined, out string[]? known) ? known : labels[joined] = [.. line.Labels];
            string side = words.TryGetValue(line.Side, out string? word) ? word : words[line.Side] = line.Side;
            pictures.Add(new ListedPicture(line.Id, side, own, line.Oid));
        }

        return new DatasetItems
        {
            Name = version.Name.Value,
            Canvas = canvas,
            Root = root,
            Classes = [.. locked.Classes.OrderBy(static c => c.Id).Select(static c => c.Name)],
            Pictures = pictures,
            Twins = TwinsOf(pictures),
        };
    }

    /// <summary>Gives a picture's file, from the directory that readers open.</summary>
    /// <param name="picture">The picture.</param>
    /// <returns><c>JPEGImages/ID.jpg</c>.</returns>
    public static string FileOf(ListedPicture picture) => $"{VocLayout.Images}/{picture.Id}.jpg";

    /// <summary>Reads the boxes of a picture.</summary>
    /// <param name="picture">One of <see cref="Pictures"/>.</param>
    /// <returns>Its annotation, or null if that is not here.</returns>
    /// <exception cref="DlsException">Kind Corrupt or Failed: it cannot be read.</exception>
    public Annotation? Annotate(ListedPicture picture)
    {
        if (Root is null)
        {
            return null;
        }

        string file = $"{VocLayout.Annotations}/{picture.Id}.xml";
        return SmallFile.Find($"{Root}/{file}", file, AnnotationMax) is { } bytes ? Annotation.Parse(bytes, file) : null;
    }

    private static Dictionary<string, int> TwinsOf(List<ListedPicture> pictures)
    {
        Dictionary<Oid, int> firsts = [];
        Dictionary<string, int> twins = new(StringComparer.Ordinal);
        int groups = 0;
        for (int i = 0; i < pictures.Count; i++)
        {
            if (firsts.TryAdd(pictures[i].Oid, i))
            {
                continue;
            }

            string first = pictures[firsts[pictures[i].Oid]].Id;
            twins[pictures[i].Id] = twins.TryGetValue(first, out int group) ? group : twins[first] = ++groups;
        }

        return twins;
    }
}
