using DlStore.Data.Annotations;
using DlStore.Data.Recipes;
using DlStore.Images.Sheets;
using DlStore.Io;

namespace DlStore.Operations.Projects;

/// <summary>The contact sheet of a build: first the images of which most was cut off, then some of every step, boxes drawn.</summary>
internal static class BuildPreview
{
    private const int Columns = 6;
    private const int PerStep = 12;

    /// <summary>Draws the sheet beside the build.</summary>
    /// <returns>The file, from the top of the work tree.</returns>
    public static string Write(Project project, Canvas canvas, BuildRecord record)
    {
        string[] labels = [
            .. record.Images.SelectMany(static i => i.Objects).Select(static o => o.Label).Distinct().Order(StringComparer.Ordinal)];
        using SheetPictures pictures = new(labels);
        List<SheetSection> sections = [];
        BuiltImage[] cut = [.. record.Images.Where(
            static i => i.Cut > 0).OrderByDescending(static i => i.Cut).ThenBy(static i => i.Id, StringComparer.Ordinal).Take(Columns)];
        if (cut.Length > 0)
        {
            sections.Add(new SheetSection(
                "most cut off by the edge", [.. cut.Select(i => Cell(pictures, project, canvas, i, $"{i.Cut / 10.0:0} % cut"))]));
        }

        foreach (IGrouping<string, BuiltImage> step in record.Images.GroupBy(static i => i.Step ?? "program"))
        {
            BuiltImage[] all = [.. step];
            int shown = Math.Min(PerStep, all.Length);
            sections.Add(new SheetSection($"{step.Key}: {CountWords.Of(all.Length, "image")}", [.. Enumerable.Range(
                0, shown).Select(n => Cell(pictures, project, canvas, all[(int)((long)n * all.Length / shown)], null))]));
        }

        SheetClass[] classes = [.. labels.Select(l => new SheetClass(l, record.Images.Sum(i => i.Objects.Count(o => o.Label == l))))];
        Sheet sheet = new($"{project.Name} for canvas {canvas}",
            $"{CountWords.Of(record.Images.Count, "image")}"
                + $"; {record.Images.Count(static i => i.Cut > 0)} with a box cut by the edge", classes, sections);
        AtomicFile.Write($"{project.Directory}/build/{canvas}.preview.jpg", SheetPictures.Draw(sheet, Columns, SheetForm.Jpeg));
        return project.NameOf($"build/{canvas}.preview.jpg");
    }

    private static SheetCell Cell(SheetPictures pictures, Project project, Canvas canvas, BuiltImage image, string? flag)
    {
        LabelledObject[] objects = [
            .. image.Objects.Select(static o => new LabelledObject(o.Label, new PixelBox(o.Box[0], o.Box[1], o.Box[2], o.Box[3])))];
        return pictures.Cell($"{project.BuildDirectory(canvas)}/{image.Id}.jpg", image.Id, objects, image.Parameters ?? "", flag);
    }
}
