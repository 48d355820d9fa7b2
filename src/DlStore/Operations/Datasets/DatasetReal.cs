using DlStore.Data.Annotations;
using DlStore.Data.Layouts;
using DlStore.Data.Names;
using DlStore.Data.Recipes;
using DlStore.Data.Sets;
using DlStore.Io;
using DlStore.Objects;
using DlStore.Operations.Store;

namespace DlStore.Operations.Datasets;

/// <summary>Turns sets of real images (an imported data set, or a directory in VOC layout) into items of a data set.</summary>
internal sealed class DatasetReal(Repo repo, DatasetRecipe recipe)
{
    /// <summary>Gives where a set lies.</summary>
    /// <returns>The absolute path of the directory that holds Annotations/ and JPEGImages/.</returns>
    /// <exception cref="DlsException">Kind Missing: it was not pulled. Kind Usage: there is no such set.</exception>
    public string DirectoryOf(RealImages images)
    {
        bool isDataset = PortableName.TryParse(images.From, out PortableName name)
            && File.Exists($"{repo.WorkTree}/{DatasetRecipe.FileOf(name)}");
        string relative = isDataset ? $"{DatasetRecipe.Root}/{name}/{Canvas.Own}/data_set" : images.From;
        KnownFiles.RequireRealParents(repo, relative + "/x");
        if (Directory.Exists($"{repo.WorkTree}/{relative}"))
        {
            return $"{repo.WorkTree}/{relative}";
        }

        string managed = isDataset ? $"{DatasetRecipe.Root}/{name}" : images.From;
        throw File.Exists($"{repo.WorkTree}/{managed}.dls")
            ? new DlsException(ErrorKind.Missing, $"read images '{managed}': they were not pulled here", $"run `dls pull {managed}`")
            : new DlsException(ErrorKind.Usage,
                $"read images '{images.From}': there is no such data set or directory", "correct `images:` in the data set's file");
    }

    /// <summary>Gives the items of one set and what the lock says of it.</summary>
    /// <exception cref="DlsException">Kind Failed: the set has faults; they are listed.</exception>
    public (IReadOnlyList<DatasetItem> Items, LockedSource Source) Read(RealImages images, CancellationToken cancel)
    {
        string directory = DirectoryOf(images);
        string root = VocLayout.Find(directory).Root;
        foreach (string below in (string[])[VocLayout.Images, VocLayout.Annotations, VocLayout.Lists])
        {
            // A layout may lie deeper than what was named, and none of it may come from outside through a symlink.
            KnownFiles.RequireRealParents(repo, Path.GetRelativePath(repo.WorkTree, $"{root}/{below}/x"));
        }

        LabelledSet set = VocSet.Read(directory).Require($"read images '{images.From}'");
        if (set.Images.Count == 0)
        {
            throw new DlsException(ErrorKind.Failed, $"read images '{images.From}': there is no labelled image in it",
                "correct `images:` in the data set's file, or put the images there");
        }

        string source = images.From.Replace('/', '-');
        List<DatasetItem> items = new(set.Images.Count);
        foreach (LabelledImage image in set.Images)
        {
            cancel.ThrowIfCancellationRequested();
            items.Add(RealItems.Of(image, source, SmallFile.Read(image.File, image.Id, KnownFiles.LengthMax)) with
            {
                Objects = [.. image.Objects.Select(o => o with { Label = recipe.ClassOf(null, o.Label) })],
                Given = images.KeepSplit ? image.Side : SplitSide.None,
            });
        }

        LockedSource locked = RealItems.Lock(source, items, ListingHash(items));
        return (items, locked);
    }

    /// <summary>Names the set by everything that is taken from it: bytes, boxes, sides.</summary>
    private static Oid ListingHash(List<DatasetItem> items)
    {
        System.Text.StringBuilder text = new("dls-real 1\n");
        foreach (DatasetItem item in items)
        {
            text.Append($"{item.Id} {item.Oid} {item.Given}");
            foreach (LabelledObject o in item.Objects)
            {
                text.Append($" {o.Label}@{o.Box}{(o.Difficult ? "d" : "")}{(o.Truncated ? "t" : "")}");
            }

            text.Append('\n');
        }

        return Oid.Of(System.Text.Encoding.UTF8.GetBytes(text.ToString()));
    }
}
