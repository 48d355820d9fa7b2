using DlStore.Images.Sheets;
using DlStore.Io;
using DlStore.Operations.Projects;
using DlStore.Operations.Store;
using DlStore.WorkTree;

namespace DlStore.Operations.Views;

/// <summary>What was drawn of a comparison.</summary>
/// <param name="File">The file, absolute.</param>
/// <param name="Changed">Pictures with other bytes, on it before beside after.</param>
/// <param name="Added">Pictures that came.</param>
/// <param name="Removed">Pictures that went.</param>
/// <param name="Others">Differences that are not on it: renamed files, and files that are no pictures by their names.</param>
/// <param name="NotShown">Pictures that are not on it because there are too many.</param>
public sealed record DiffSheetResult(string File, long Changed, long Added, long Removed, long Others, long NotShown);

/// <summary>
/// <c>dls diff --sheet</c>: draws the pictures that differ between two sides: those that changed, before beside after, those that came and
/// those that went.
/// </summary>
public sealed class DiffSheet
{
    /// <summary>Cells in a row: three pairs.</summary>
    private const int Columns = 6;

    /// <summary>The most pictures of a section.</summary>
    private const int ShownMax = 60;

    private static readonly string[] Pictures = [".jpg", ".jpeg", ".png", ".gif", ".bmp", ".webp"];
    private readonly Repo _repo;
    private readonly DiffOptions _options;

    private DiffSheet(Repo repo, DiffOptions options)
    {
        _repo = repo;
        _options = options;
    }

    /// <summary>Draws the sheet.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="options">What is compared.</param>
    /// <param name="lines">What differs.</param>
    /// <param name="file">The file to write, as typed, <c>.jpg</c> or <c>.png</c>.</param>
    /// <param name="force">Replace a file that is there.</param>
    /// <returns>What was drawn.</returns>
    /// <exception cref="DlsException">Kind Usage: the name says no form of picture. Kind Failed: the file exists.</exception>
    public static DiffSheetResult Run(Repo repo, DiffOptions options, IReadOnlyList<DiffLine> lines, string file, bool force)
    {
        string absolute = Path.GetFullPath(Path.Combine(repo.StartDirectory, file));
        SheetForm form = SheetForms.Of(absolute);
        if (Path.Exists(absolute) && !force)
        {
            throw new DlsException(ErrorKind.Failed,
                $"write contact sheet '{absolute}': the file exists", "name another one, or replace it with --force");
        }

        return new DiffSheet(repo, options).Draw(lines, absolute, form);
    }

    private DiffSheetResult Draw(IReadOnlyList<DiffLine> lines, string file, SheetForm form)
    {
        DiffLine[] Of(params DiffKind[] kinds) => [.. lines.Where(l => kinds.Contains(l.Kind) && IsPicture(l.Path))];
        (DiffLine[] changed, DiffLine[] added, DiffLine[] removed) = (Of(DiffKind.Changed), Of(DiffKind.Added), Of(DiffKind.Removed));
        long others = lines.Count - changed.Length - added.Length - removed.Length;
        using SheetPictures pictures = new([]);
        List<SheetSection> sections = [];
        Add(sections, "changed", changed, l => [Before(pictures, l, "before"), After(pictures, l, "after")]);
        Add(sections, "added", added, l => [After(pictures, l, "added")]);
        Add(sections, "removed", removed, l => [Before(pictures, l, "removed")]);
        string subtitle = $"{changed.Length} changed, {added.Length} added, {removed.Length} removed"
            + (others > 0 ? $"; {CountWords.Of(others, "other difference is", "other differences are")} not shown" : "");
        Sheet sheet = new($"{_options.From ?? "HEAD"} to {_options.To ?? "the work tree"}", subtitle, [], sections);
        AtomicFile.Write(file, SheetPictures.Draw(sheet, Columns, form));
        long notShown = ((DiffLine[][])[changed, added, removed]).Sum(static s => Math.Max(0, s.Length - ShownMax));
        return new DiffSheetResult(file, changed.Length, added.Length, removed.Length, others, notShown);
    }

    private static void Add(List<SheetSection> sections, string what, DiffLine[] lines, Func<DiffLine, SheetCell[]> cells)
    {
        if (lines.Length > 0)
        {
            string first = lines.Length > ShownMax ? $", the first {ShownMax}" : "";
            sections.Add(new SheetSection(
                $"{what}: {CountWords.Of(lines.Length, "picture")}{first}", [.. lines.Take(ShownMax).SelectMany(cells)]));
        }
    }

    private static bool IsPicture(string path) => Pictures.Contains(Path.GetExtension(path).ToLowerInvariant());

    private SheetCell Before(SheetPictures pictures, DiffLine line, string what) =>
        Cell(pictures, line.Path, what, () => Stored(line.Path, _options.From ?? "HEAD"));

    private SheetCell After(SheetPictures pictures, DiffLine line, string what) => Cell(pictures, line.Path, what, () =>
        _options.To is { } rev ? Stored(line.Path, rev) : SmallFile.Read($"{_repo.WorkTree}/{line.Path}", line.Path, KnownFiles.LengthMax));

    private static SheetCell Cell(SheetPictures pictures, string path, string what, Func<byte[]> read)
    {
        byte[] bytes;
        try
        {
            bytes = read();
        }
        catch (DlsException e) when (e.Kind is ErrorKind.Missing or ErrorKind.Erased or ErrorKind.Corrupt or ErrorKind.Failed)
        {
            return SheetPictures.Grey(path, what, e.Kind == ErrorKind.Missing ? "not here: dls fetch --all" : "cannot be read");
        }

        return pictures.Cell(bytes, path, what);
    }

    private byte[] Stored(string path, string rev)
    {
        using MemoryStream bytes = new();
        Cat.Run(_repo, $"{_repo.WorkTree}/{path}", rev, bytes, CancellationToken.None);
        return bytes.ToArray();
    }
}
