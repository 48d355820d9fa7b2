using DlStore.Data.Annotations;
using DlStore.Data.Findings;
using DlStore.Data.Layouts;
using DlStore.Data.Names;
using DlStore.Images;

namespace DlStore.Data.Lint;

/// <summary>What the names of a set say before any file is opened: which ids there are, and what does not belong.</summary>
internal static class LintNames
{
    /// <summary>Collects every id of images, annotations and lists.</summary>
    /// <returns>Sorted ordinally.</returns>
    public static LintImage[] Collect(VocLayout layout, Dictionary<string, ListFile> lists, List<Finding> findings)
    {
        Dictionary<string, LintImage> byId = new(StringComparer.Ordinal);
        foreach (string name in FolderNames.List(layout.At(VocLayout.Images), VocLayout.Images, findings))
        {
            AddImage(byId, name, findings);
        }

        foreach (string name in FolderNames.List(layout.At(VocLayout.Annotations), VocLayout.Annotations, findings))
        {
            if (name.EndsWith(".xml", StringComparison.Ordinal))
            {
                Of(byId, name[..^4]).HasXml = true;
            }
            else
            {
                findings.Add(
                    LintCodes.FileStrange.At($"{VocLayout.Annotations}/{InsidePath.Show(name)}", 0, "it is no .xml file", "remove it"));
            }
        }

        foreach (KeyValuePair<string, SplitSide> pair in VocLayout.Sides(lists))
        {
            Of(byId, pair.Key).Side = pair.Value;
        }

        LintImage[] images = [.. byId.Values];
        Array.Sort(images, static (a, b) => string.CompareOrdinal(a.Id, b.Id));
        Check(images, findings);
        return images;
    }

    private static void AddImage(Dictionary<string, LintImage> byId, string name, List<Finding> findings)
    {
        string path = $"{VocLayout.Images}/{InsidePath.Show(name)}";
        string extension = Path.GetExtension(name);
        if (extension == ".jpg")
        {
            Of(byId, name[..^4]).File = name;
        }
        else if (ImageKind.IsOtherName(name))
        {
            LintImage image = Of(byId, name[..^extension.Length]);
            image.File = image.File.Length > 0 ? image.File : name;
        }
        else
        {
            findings.Add(LintCodes.FileStrange.At(path, 0, "it is no image", "remove it"));
        }
    }

    /// <summary>Finds names that readers do not look for, or that do not work everywhere.</summary>
    public static void Check(LintImage[] images, List<Finding> findings)
    {
        foreach (LintImage image in images.Where(static i => i.File.Length > 0 && !i.HasJpg))
        {
            string extension = Path.GetExtension(image.File);
            findings.Add(LintCodes.ImgExtension.At(InsidePath.Show(image.ImagePath), 0,
                $"the name ends in {extension}, readers look for .jpg",
                extension.ToLowerInvariant() is ".jpg" or ".jpeg"
                    ? "rename it, in its annotation and in lists of paths too" : "convert it, and write the new name wherever it stands"));
        }

        Dictionary<string, string> seen = new(StringComparer.OrdinalIgnoreCase);
        foreach (LintImage image in images)
        {
            if (image.File.Length == 0 && !image.HasXml)
            {
                continue;
            }

            string? why = PortableFile.WhyRefused(image.Id + ".jpg")
                ?? (seen.TryAdd(image.Id, image.Id) ? null : $"'{seen[image.Id]}' is the same name where letter case does not count");
            if (why is not null)
            {
                findings.Add(LintCodes.NameNotPortable.At(InsidePath.Show(image.File.Length > 0 ? image.ImagePath : image.XmlPath),
                    0, $"the name does not work everywhere: {why}",
                        "rename image and annotation, and write the new name into the annotation and the lists"));
            }
        }
    }

    private static LintImage Of(Dictionary<string, LintImage> byId, string id)
    {
        if (!byId.TryGetValue(id, out LintImage? image))
        {
            image = new LintImage(id);
            byId.Add(id, image);
        }

        return image;
    }
}
