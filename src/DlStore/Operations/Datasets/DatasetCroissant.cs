using System.Globalization;
using System.Text.Json;
using DlStore.Archives;
using DlStore.Data.Annotations;
using DlStore.Data.Layouts;
using DlStore.Data.Names;
using DlStore.Data.Sets;
using DlStore.Io;
using DlStore.Objects;

namespace DlStore.Operations.Datasets;

/// <summary>What to describe, and what only people know of it.</summary>
public sealed record DatasetCroissantOptions
{
    /// <summary>Gets the data set's name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the canvas, or null for the only one.</summary>
    public string? Canvas { get; init; }

    /// <summary>Gets the URL of the licence, or null if it is not known.</summary>
    public string? License { get; init; }

    /// <summary>Gets the URL of the data set's page, or null.</summary>
    public string? Page { get; init; }

    /// <summary>Gets the organization that made it, or null.</summary>
    public string? Creator { get; init; }

    /// <summary>Gets the day on which it was published, <c>2026-01-31</c>, or null.</summary>
    public string? Published { get; init; }

    /// <summary>Gets who is told about progress.</summary>
    public IProgress<WorkProgress>? Progress { get; init; }
}

/// <summary>A data set as Croissant describes it.</summary>
/// <param name="Document">The description.</param>
/// <param name="Images">Images that it lists.</param>
/// <param name="Boxes">Boxes that it lists.</param>
/// <param name="DirHash">The version that is described.</param>
/// <param name="Archive">The digest of the archive that it names: of what <c>dls dataset export tar</c> writes.</param>
/// <param name="Bytes">Bytes of that archive.</param>
/// <param name="Unknown">Properties that Croissant asks for and that nobody told: license, url, creator, datePublished.</param>
public sealed record DatasetCroissantResult(
    JsonElement Document, int Images, int Boxes, Oid DirHash, Oid Archive, long Bytes, IReadOnlyList<string> Unknown)
{
    /// <summary>Gives the description as a file has it.</summary>
    /// <returns>Indented JSON with a line feed at the end.</returns>
    public string ToText() => Document.GetRawText() + "\n";
}

/// <summary>
/// <c>dls dataset export croissant</c>: describes a version of a data set for programs that know nothing of dls (docs/formats/exports.md).
/// Every file is hashed, and only what the lock says is described.
/// </summary>
public static class DatasetCroissant
{
    /// <summary>Runs the command. Nothing is written.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="options">What to describe.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The description; the same data set gives the same bytes.</returns>
    /// <exception cref="DlsException">Kind Usage: no such data set or canvas, or an option is no URL or day. Kind Missing: it was not
    /// pulled. Kind Failed: it is not what its lock says.</exception>
    public static DatasetCroissantResult Run(Repo repo, DatasetCroissantOptions options, CancellationToken cancel)
    {
        PortableName name = PortableName.Parse(options.Name, "data set");
        Check(options);
        string canvas = DatasetExport.CanvasOf(repo, name, options.Canvas);
        string root = DatasetLintRun.DirectoryOf(repo, name, canvas);
        DatasetLock? found = DatasetLock.Find(repo.WorkTree, name);
        LockedCanvas locked = found?.Canvases.GetValueOrDefault(canvas) ?? throw new DlsException(ErrorKind.Failed,
            $"export data set '{name}': canvas {canvas} is not in its lock, so it has no version", $"run `dls dataset build {name}`");
        IReadOnlyCollection<FileDigest> files =
            DirectoryDigests.Read(root, repo.Threads, "hashing", options.Progress, cancel).Files;
        LabelledSet set = VocSet.Read(root).Set;
        if (DirHash.Of(files) != locked.DirHash || set.Images.Count != locked.Images)
        {
            throw new DlsException(ErrorKind.Failed, $"export data set '{name}': what is on disk is not the version of its lock",
                $"`dls status -v {DatasetRecipe.Root}/{name}` shows what changed, `dls checkout {DatasetRecipe.Root}/{name}` drops it");
        }

        (Oid archive, long bytes) = Archive(root, files, cancel);
        CroissantDocument document = new()
        {
            Options = options,
            Canvas = canvas,
            Set = set,
            Locked = locked,
            ImportedFrom = found!.ImportedFrom,
            Archive = archive,
            ArchiveBytes = bytes,
            ClassList = files.FirstOrDefault(static f => f.Path == VocLayout.ClassFile).Oid,
        };
        using JsonDocument json = JsonDocument.Parse(document.ToBytes());
        return new DatasetCroissantResult(json.RootElement.Clone(), set.Images.Count, set.Images.Sum(static i => i.Objects.Count),
            locked.DirHash, archive, bytes, [.. UnknownOf(options)]);
    }

    /// <summary>Hashes what <c>dls dataset export tar</c> would write.</summary>
    private static (Oid Digest, long Bytes) Archive(string root, IReadOnlyCollection<FileDigest> files, CancellationToken cancel)
    {
        using HashingStream stream = new();
        TarGz.WriteCanonical(
            stream, DatasetWriter.Root, [.. files.Select(f => new TarGzFile(f.Path, $"{root}/{f.Path}"))], null, cancel);
        return (new Oid(stream.Finish()), stream.Length);
    }

    private static IEnumerable<string> UnknownOf(DatasetCroissantOptions options)
    {
        (string Name, string? Value)[] all = [
            ("license", options.License), ("url", options.Page), ("creator", options.Creator), ("datePublished", options.Published)];
        return all.Where(static p => p.Value is null).Select(static p => p.Name);
    }

    private static void Check(DatasetCroissantOptions options)
    {
        foreach ((string option, string? value) in ((string, string?)[])[("--license", options.License), ("--url", options.Page)])
        {
            if (value is not null && (!Uri.TryCreate(value, UriKind.Absolute, out Uri? url) || url.Scheme is not ("http" or "https")))
            {
                throw new DlsException(ErrorKind.Usage, $"export to Croissant: {option} '{EntryName.Show(value)}' is no URL",
                    "give one such as https://creativecommons.org/licenses/by/4.0/");
            }
        }

        if (options.Published is { } day && !DateOnly.TryParseExact(
            day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
        {
            throw new DlsException(
                ErrorKind.Usage, $"export to Croissant: --published '{EntryName.Show(day)}' is no day", "give it as 2026-01-31");
        }
    }
}
