using DlStore.Archives;
using DlStore.Data.Annotations;
using DlStore.Data.Layouts;
using DlStore.Data.Names;
using DlStore.Data.Sets;
using DlStore.Io;
using DlStore.Objects;

namespace DlStore.Operations.Datasets;

/// <summary>What to export and how.</summary>
public sealed record DatasetExportOptions
{
    /// <summary>Gets the layout's name, or <c>tar</c> for <c>data_set.tar.gz</c>.</summary>
    public required string Layout { get; init; }

    /// <summary>Gets the data set's name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the directory or, for an archive, the file to make, as typed.</summary>
    public required string To { get; init; }

    /// <summary>Gets the canvas, or null for the only one.</summary>
    public string? Canvas { get; init; }

    /// <summary>Gets how pixels become fractions.</summary>
    public string Boxes { get; init; } = "voc";

    /// <summary>Gets a value indicating whether images that the format has no place for are left out.</summary>
    public bool LeavesOut { get; init; }

    /// <summary>Gets a value indicating whether to plan only.</summary>
    public bool DryRun { get; init; }

    /// <summary>Gets who is told about progress.</summary>
    public IProgress<WorkProgress>? Progress { get; init; }
}

/// <summary>What was exported.</summary>
/// <param name="To">What was made, absolute.</param>
/// <param name="Images">Images in it, counted by reading it again.</param>
/// <param name="Boxes">Boxes in it.</param>
/// <param name="Bytes">Bytes of an archive, else 0.</param>
/// <param name="Digest">The SHA-256 of an archive, or null.</param>
public sealed record DatasetExportResult(string To, int Images, int Boxes, long Bytes, Oid? Digest)
{
    /// <summary>Gets how many images were left out because the format has no place for them.</summary>
    public int LeftOut { get; init; }
}

/// <summary>
/// <c>dls dataset export</c>: writes a data set for other programs beside what is there, reads it again, and only then gives it its name.
/// </summary>
public static class DatasetExport
{
    /// <summary>The layout that is an archive.</summary>
    public const string Archive = "tar";

    private const string Croissant = "croissant";

    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="options">What to export.</param>
    /// <param name="cancel">Stops it; nothing is left then.</param>
    /// <returns>What was made.</returns>
    /// <exception cref="DlsException">Kind Usage: unknown layout. Kind Failed: the target exists, or what was written is not what was
    /// read.</exception>
    public static DatasetExportResult Run(Repo repo, DatasetExportOptions options, CancellationToken cancel)
    {
        PortableName name = PortableName.Parse(options.Name, "data set");
        SetLayout? layout = options.Layout is Archive or ImageFolder.Name ? null : SetLayouts.Names.Contains(options.Layout)
            ? SetLayouts.Parse(options.Layout) : throw NoFormat(options.Layout);
        ExportOptions export = new() { Name = name.Value, Boxes = SetLayouts.ParseBoxes(options.Boxes) };
        string root = DatasetLintRun.DirectoryOf(repo, name, CanvasOf(repo, name, options.Canvas));
        string to = Path.GetFullPath(Path.Combine(repo.StartDirectory, options.To)).TrimEnd('/');
        if (Path.Exists(to))
        {
            throw new DlsException(ErrorKind.Failed, $"export to '{options.To}': it exists", "name a place where nothing is");
        }

        string? parent = Path.GetDirectoryName(to);
        if (parent is null || !Directory.Exists(parent))
        {
            throw new DlsException(ErrorKind.Usage, $"export to '{options.To}': there is no directory '{parent}'", "make it first");
        }

        LabelledSet set = VocSet.Read(root).Set;
        if (options.Layout == ImageFolder.Name)
        {
            return WriteFolder(set, to, $"{parent}/.dls-tmp-{TempName.Next()}", options, cancel);
        }

        SetCounts counts = SetCounts.Of(set);
        return options.DryRun ? new DatasetExportResult(to, counts.Images, counts.Boxes, 0, null)
            : layout is { } known ? Write(known, set, to, $"{parent}/.dls-tmp-{TempName.Next()}", export, cancel)
            : WriteArchive(root, counts, to, $"{parent}/.dls-tmp-{TempName.Next()}");
    }

    /// <summary>Gives the canvas that was typed, or the only one.</summary>
    /// <exception cref="DlsException">Kind Usage: there are several.</exception>
    internal static string CanvasOf(Repo repo, PortableName name, string? typed)
    {
        DatasetRecipe recipe = DatasetRecipe.Read(repo.WorkTree, name);
        return typed is null && recipe.Canvases.Count > 1
            ? throw new DlsException(ErrorKind.Usage,
                $"export data set '{name}': it has several canvases", $"choose one with --canvas: {string.Join(", ", recipe.Canvases)}")
            : typed ?? recipe.Canvases[0].ToString();
    }

    /// <summary>Croissant is a verb of its own, whose words come before every option.</summary>
    private static DlsException NoFormat(string typed) => new(ErrorKind.Usage,
        $"export a data set in format '{EntryName.Show(typed)}': it is {(typed == Croissant ? "another verb" : "not known")}",
        typed == Croissant ? $"write `dls dataset export {Croissant} NAME`, and options after that"
            : $"known formats: {string.Join(", ", SetLayouts.Names)}, {ImageFolder.Name}, {Archive}, {Croissant}");

    private static DatasetExportResult Write(
        SetLayout layout, LabelledSet set, string to, string temp, ExportOptions export, CancellationToken cancel)
    {
        try
        {
            cancel.ThrowIfCancellationRequested();
            SetCounts counts = SetLayouts.Write(layout, set, temp, export);
            AtomicFile.Rename(temp, to, replace: false);
            return new DatasetExportResult(to, counts.Images, counts.Boxes, 0, null);
        }
        finally
        {
            if (Directory.Exists(temp))
            {
                Directory.Delete(temp, recursive: true);
            }
        }
    }

    private static DatasetExportResult WriteFolder(
        LabelledSet set, string to, string temp, DatasetExportOptions options, CancellationToken cancel)
    {
        (IReadOnlyList<LabelledImage> images, int leftOut) = ImageFolder.Choose(set, options.LeavesOut);
        DatasetExportResult result = new(to, images.Count, 0, 0, null) { LeftOut = leftOut };
        if (options.DryRun)
        {
            return result;
        }

        try
        {
            cancel.ThrowIfCancellationRequested();
            ImageFolder.Write(set, images, temp);
            AtomicFile.Rename(temp, to, replace: false);
            return result;
        }
        finally
        {
            if (Directory.Exists(temp))
            {
                Directory.Delete(temp, recursive: true);
            }
        }
    }

    private static DatasetExportResult WriteArchive(string root, SetCounts counts, string to, string temp)
    {
        try
        {
            using (FileStream stream = new(temp, FileMode.CreateNew, FileAccess.Write))
            {
                string[] files = [
                    .. Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(root, f))];
                TarGz.WriteCanonical(stream, DatasetWriter.Root, [.. files.Select(f => new TarGzFile(f, $"{root}/{f}"))]);
                stream.Flush(flushToDisk: true);
            }

            (Objects.Oid oid, long size) = HashFile(temp);
            AtomicFile.Rename(temp, to, replace: false);
            return new DatasetExportResult(to, counts.Images, counts.Boxes, size, oid);
        }
        finally
        {
            File.Delete(temp);
        }
    }

    private static (Objects.Oid Oid, long Size) HashFile(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return (new Objects.Oid(System.Security.Cryptography.SHA256.HashData(stream)), stream.Length);
    }
}
