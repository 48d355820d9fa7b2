using DlStore.Data.Recipes;
using DlStore.Images;
using DlStore.Images.Pictures;
using DlStore.Images.Sheets;
using DlStore.Io;
using DlStore.Operations.Store;
using DlStore.Operations.Words;

namespace DlStore.Operations.Projects;

/// <summary>
/// The contact sheet of a review: the masters of the projects with their boxes, so that a hundred crops are judged at a glance.
/// </summary>
internal static class ReviewSheet
{
    private const int Columns = 6;

    /// <summary>Draws the sheet into a file that the user named; only a picture is replaced by it.</summary>
    public static void Write(Repo repo, IReadOnlyList<Project> projects, string typed)
    {
        string file = TypedFile.At(repo, typed);
        if (SmallFile.Find(file, typed, KnownFiles.LengthMax) is { Length: > 0 } before
            && JpegHeader.TryRead(before, out _) is null && !PictureAsJpeg.IsOne(before))
        {
            throw new DlsException(
                ErrorKind.Failed, $"write contact sheet '{typed}': there is another file that is no picture", "choose another name");
        }

        string[] labels = [.. projects.Select(TileObjects.DefaultLabel)
            .Concat(projects.Where(static p => p.Label is not null).Select(static p => p.Label!)).Distinct().Order(StringComparer.Ordinal)];
        using SheetPictures pictures = new(labels);
        List<SheetCell> cells = [];
        foreach (Project project in projects)
        {
            cells.AddRange(project.Masters.Select(m => pictures.Cell(
                $"{project.Directory}/{m.Image}", project.Name.Value, [], project.Label ?? TileObjects.DefaultLabel(project), null)));
        }

        SheetClass[] classes = [.. labels.Where(l => projects.Any(p => (p.Label ?? TileObjects.DefaultLabel(p)) == l))
            .Select(l => new SheetClass(l, projects.Count(p => (p.Label ?? TileObjects.DefaultLabel(p)) == l)))];
        Sheet sheet = new(
            "projects to review", $"{CountWords.Of(projects.Count, "project")}"
                + $", {CountWords.Of(cells.Count, "master")}", classes, [new SheetSection("masters", cells)]);
        AtomicFile.Write(file, SheetPictures.Draw(sheet, Columns, SheetForms.Of(typed)));
    }
}
