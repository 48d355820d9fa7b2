using System.Text;
using DlStore.Data.Annotations;
using DlStore.Data.Layouts;
using DlStore.Data.Sets;
using DlStore.Io;
using DlStore.Objects;

namespace DlStore.Operations.Datasets;

/// <summary>
/// Writes a data set as directories <c>SIDE/CLASS/ID.jpg</c>, which torchvision and others read as one class an image
/// (docs/formats/exports.md).
/// </summary>
internal static class ImageFolder
{
    /// <summary>The format's name.</summary>
    public const string Name = "imagefolder";

    private const int ShownMax = 20;

    /// <summary>Divides the images into those of exactly one class and the others.</summary>
    /// <param name="set">The set.</param>
    /// <param name="isLeftOut">Whether the others are left out.</param>
    /// <returns>The images that have a place, and how many have none.</returns>
    /// <exception cref="DlsException">Kind Failed: some have none, and nobody said to leave them out; or a class cannot be a
    /// directory.</exception>
    public static (IReadOnlyList<LabelledImage> Images, int LeftOut) Choose(LabelledSet set, bool isLeftOut)
    {
        SetNames.Require(set);
        ILookup<bool, LabelledImage> parts = set.Images.ToLookup(static i => ClassesOf(i).Length == 1);
        string[] others = [.. parts[false].Select(static i => $"{i.Id}: {Describe(ClassesOf(i))}")];
        if (others.Length > 0 && !isLeftOut)
        {
            string[] more = others.Length > ShownMax ? [$"and {others.Length - ShownMax} more"] : [];
            throw new DlsException(ErrorKind.Failed, $"export as {Name}: {CountWords.Of(others.Length, "image has", "images have")} no "
                + "class or several, and a directory stands for one", "leave them out with --leave-out; their number is told")
            {
                Items = [.. others.Take(ShownMax), .. more],
            };
        }

        string[] bad = [.. parts[true].Select(static i => ClassesOf(i)[0]).Distinct(StringComparer.Ordinal)
            .Where(static c => EntryName.WhyRefused(Encoding.UTF8.GetBytes(c)) is not null || c.Contains('/', StringComparison.Ordinal))];
        return bad.Length == 0 ? ([.. parts[true]], others.Length) : throw new DlsException(
            ErrorKind.Failed, $"export as {Name}: {CountWords.Of(bad.Length, "class", "classes")} cannot be the name of a directory",
            "give them other names with `aliases:` in the data set's file")
        {
            Items = bad,
        };
    }

    /// <summary>Writes them, and reads every file again.</summary>
    /// <param name="set">The set, for its class list.</param>
    /// <param name="images">Images of one class each.</param>
    /// <param name="directory">Absolute path of a missing directory that nobody else uses.</param>
    /// <exception cref="DlsException">Kind Failed: what was written is not what was read.</exception>
    public static void Write(LabelledSet set, IReadOnlyList<LabelledImage> images, string directory)
    {
        StagedFiles.MakeDirectory(directory);
        StagedFiles.Write($"{directory}/classes.txt", string.Concat(set.Classes.Select(static c => c + "\n")));
        foreach (LabelledImage image in images)
        {
            string place = $"{directory}/{SetCounts.NameOf(image.Side)}/{ClassesOf(image)[0]}";
            StagedFiles.MakeDirectory(place);
            StagedFiles.Copy(image.File, $"{place}/{image.Id}.jpg");
            if (Oid.Of(File.ReadAllBytes($"{place}/{image.Id}.jpg")) != Oid.Of(File.ReadAllBytes(image.File)))
            {
                throw new DlsException(ErrorKind.Failed, $"export as {Name}: '{image.Id}' was written and reads differently");
            }
        }
    }

    private static string[] ClassesOf(LabelledImage image) =>
        [.. image.Objects.Select(static o => o.Label).Distinct(StringComparer.Ordinal)];

    private static string Describe(string[] classes) => classes.Length == 0 ? "nothing in it" : string.Join(", ", classes);
}
