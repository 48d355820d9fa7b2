using System.Text;
using DlStore.Data.Annotations;
using DlStore.Data.Names;
using DlStore.Data.Sets;

namespace DlStore.Data.Layouts;

/// <summary>Reads and writes the directories of darknet (docs/formats/labelled-sets.md).</summary>
public static class DarknetSet
{
    internal const string DataFile = "obj.data";
    internal const string NamesFile = "obj.names";
    internal const string BoxesComment = "# dls boxes = ";

    internal static readonly KeyValuePair<string,
        SplitSide>[] Sides = [new("train", SplitSide.Train), new("valid", SplitSide.Val), new("test", SplitSide.Test)];

    /// <summary>Reads a directory.</summary>
    /// <param name="directory">Absolute path of what holds <c>obj.data</c>.</param>
    /// <param name="boxes">The conversion of its boxes, or null for the one that <c>obj.data</c> names, else
    /// <see cref="BoxConversion.Voc"/>.</param>
    /// <param name="rule">Which files count as images.</param>
    /// <returns>The set, and what is wrong in it; without <c>obj.data</c>, what is wrong in its lists.</returns>
    /// <exception cref="DlsException">Kind Failed: there is no such directory.</exception>
    public static SetReading Read(string directory, BoxConversion? boxes = null, ImageRule rule = ImageRule.JpegOnly) => new DarknetReader(
        directory, boxes, rule).Read();

    /// <summary>Writes a set.</summary>
    /// <param name="set">The set; images on no side come in no list.</param>
    /// <param name="directory">Absolute path of an empty or missing directory that nobody else uses; darknet is started in it.</param>
    /// <param name="options">The set's name and the conversion.</param>
    /// <returns>What was written.</returns>
    /// <exception cref="DlsException">Kind Failed: a name is not portable, an object has no class in the list, or a box cannot be
    /// written.</exception>
    public static SetCounts Write(LabelledSet set, string directory, ExportOptions options)
    {
        SetNames.Require(set);
        if (PortableFile.WhyRefused(options.Name) is { } why
            || options.Name.Contains(' ', StringComparison.Ordinal) || options.Name is "JPEGImages" or "images" or "backup")
        {
            throw new DlsException(
                ErrorKind.Usage, $"export data set as '{InsidePath.Show(options.Name)}': darknet cannot use that name for its images",
                "choose a plain name, such as data_set");
        }

        Dictionary<string, int> ids = SetNames.RequireClasses(set);
        StagedFiles.MakeDirectory(Path.Combine(directory, options.Name));
        StagedFiles.MakeDirectory(Path.Combine(directory, "backup"));
        List<string> wrong = [];
        foreach (LabelledImage image in set.Images)
        {
            string at = Path.Combine(directory, options.Name, image.Id);
            string labels = LabelFile.Format(image, ids, options.Boxes, wrong);
            SetNames.Throw(wrong, "object");
            StagedFiles.Copy(image.File, at + ".jpg");
            StagedFiles.Write(at + ".txt", labels);
        }

        WriteLists(set, directory, options);
        return SetCounts.Of(set);
    }

    private static void WriteLists(LabelledSet set, string directory, ExportOptions options)
    {
        StringBuilder data = new($"{BoxesComment}{FractionBox.Names[(int)options.Boxes]}\nclasses = {set.Classes.Count}\n");
        foreach ((string name, SplitSide side) in Sides)
        {
            string[] ids = [.. set.Images.Where(i => i.Side == side).Select(static i => i.Id).Order(StringComparer.Ordinal)];
            if (ids.Length > 0 || side != SplitSide.Test)
            {
                StagedFiles.Write(Path.Combine(directory, name + ".txt"), string.Concat(ids.Select(id => $"{options.Name}/{id}.jpg\n")));
            }

            data.Append(side == SplitSide.Test ? "" : $"{name} = {name}.txt\n");
        }

        data.Append($"names = {NamesFile}\nbackup = backup\n");
        StagedFiles.Write(Path.Combine(directory, DataFile), data.ToString());
        StagedFiles.Write(Path.Combine(directory, NamesFile), string.Concat(set.Classes.Select(static c => c + "\n")));
    }
}
