using DlStore.Data.Annotations;

namespace DlStore.Data.Recipes;

/// <summary>
/// What is in a master, in the master's own pixels. The author of a project labels either the master itself or the larger labelling aid
/// with the master in one of its upper
/// corners; which of them is found by where the boxes lie.
/// </summary>
public static class TileObjects
{
    /// <summary>A box drawn by hand may stick out by so much of its area, 1/100; it is cut.</summary>
    private const int OverhangMax = 25;

    /// <summary>Gives the objects of a master.</summary>
    /// <param name="project">The project.</param>
    /// <param name="annotation">Its annotation, or null: one object that fills the master.</param>
    /// <param name="name">The annotation's file as messages name it.</param>
    /// <param name="width">The master's columns.</param>
    /// <param name="height">The master's rows.</param>
    /// <returns>Objects whose boxes lie inside the master.</returns>
    /// <exception cref="DlsException">Kind Failed: a box lies elsewhere; it is named.</exception>
    public static IReadOnlyList<LabelledObject> Of(Project project, Annotation? annotation, string name, int width, int height)
    {
        if (annotation is null)
        {
            return [new LabelledObject(project.Label ?? DefaultLabel(project), PixelBox.Whole(width, height))];
        }

        int dx = OffsetOf(annotation, width, height);
        return [.. annotation.Objects.Select(
            o => o with { Label = LabelOf(project, annotation, o.Label), Box = Cut(o, dx, name, width, height) })];
    }

    /// <summary>Gives the class of an object: project.yaml's, if the annotation names a single class.</summary>
    /// <param name="project">The project.</param>
    /// <param name="annotation">Its annotation.</param>
    /// <param name="written">The name in the annotation.</param>
    /// <returns>The label.</returns>
    public static string LabelOf(Project project, Annotation annotation, string written) =>
        project.Label is { } label && annotation.Objects.All(o => o.Label == annotation.Objects[0].Label) ? label : written;

    /// <summary>
    /// Gives the class of a project that has neither a label nor an annotation: its name, without the seeds' mark for the right corner.
    /// </summary>
    /// <param name="project">The project.</param>
    /// <returns>The label.</returns>
    public static string DefaultLabel(Project project) => project.Name.Value.StartsWith("ru_", StringComparison.Ordinal)
        ? project.Name.Value[3..] : project.Name.Value;

    /// <summary>
    /// Finds how far to the left of the annotated picture the master begins: at its left side, or so that both end at the right side.
    /// </summary>
    private static int OffsetOf(Annotation annotation, int width, int height)
    {
        int right = annotation.Width - width;
        return right > 0 && annotation.Objects.Sum(
            o => Overlap(o.Box.Move(-right, 0), width, height)) > annotation.Objects.Sum(o => Overlap(o.Box, width, height)) ? right : 0;
    }

    private static PixelBox Cut(LabelledObject o, int dx, string name, int width, int height)
    {
        PixelBox box = o.Box.Move(-dx, 0);
        long area = (long)Math.Max(0, box.Width) * Math.Max(0, box.Height);
        long inside = Overlap(box, width, height);
        return area > 0 && inside * 100 >= area * (100 - OverhangMax)
            ? Clip(box, width, height)
            : throw DlsException.AtLine(
                ErrorKind.Failed, "use", name, o.Line, $"box {o.Box} of '{o.Label}' lies outside the master of {width}x{height}",
                "label the master itself, or the aid that `dls project extend` makes; "
                    + "`dls project annotate` writes a box that fits exactly");
    }

    private static long Overlap(PixelBox box, int width, int height)
    {
        PixelBox cut = Clip(box, width, height);
        return cut.Width > 0 && cut.Height > 0 ? (long)cut.Width * cut.Height : 0;
    }

    private static PixelBox Clip(PixelBox box, int width, int height) => new(
        Math.Max(1, box.XMin), Math.Max(1, box.YMin), Math.Min(width, box.XMax), Math.Min(height, box.YMax));
}
