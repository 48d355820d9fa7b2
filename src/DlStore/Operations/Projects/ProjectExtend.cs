using DlStore.Data.Annotations;
using DlStore.Data.Recipes;
using DlStore.Images;
using DlStore.Io;
using DlStore.Operations.Store;

namespace DlStore.Operations.Projects;

/// <summary>Which labelling aid to make.</summary>
public sealed record ProjectExtendOptions
{
    /// <summary>Gets the project by name or path.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the size of the aid.</summary>
    public Canvas Size { get; init; } = new(400, 400);

    /// <summary>Gets the grey around the master, 0 to 255.</summary>
    public int Grey { get; init; } = 255;

    /// <summary>Gets the corner of the master, or null: the project's first placement.</summary>
    public Placement? Placement { get; init; }

    /// <summary>Gets a value indicating whether an aid that somebody changed is replaced.</summary>
    public bool Force { get; init; }

    /// <summary>Gets a value indicating whether to plan only.</summary>
    public bool DryRun { get; init; }
}

/// <summary>The labelling aid of one master.</summary>
/// <param name="Image">The aid, from the top of the work tree.</param>
/// <param name="IsWritten">Whether the aid was written; else it was there already.</param>
/// <param name="Annotation">The annotation that was written, from the top of the work tree, or null: there is one.</param>
/// <param name="Trashed">The entry of the trash that holds the old aid, or null.</param>
public sealed record ExtendedMaster(string Image, bool IsWritten, string? Annotation, string? Trashed);

/// <summary>
/// <c>dls project extend</c>: writes <c>master/image_extended.jpg</c>, the master in a corner of a larger white picture, for people who
/// label with a program that wants one,
/// and an annotation of it that holds what is known of the master.
/// </summary>
public sealed class ProjectExtend
{
    private const int Quality = 95;
    private readonly Repo _repo;
    private readonly ProjectExtendOptions _options;
    private readonly Project _project;

    private ProjectExtend(Repo repo, ProjectExtendOptions options)
    {
        _repo = repo;
        _options = options;
        _project = ProjectSelection.Read(repo, options.Name);
    }

    private sealed record Planned(string Aid, byte[] Bytes, bool IsThere, string? AnnotationFile, byte[] AnnotationBytes);

    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="options">What to make.</param>
    /// <returns>One entry a master.</returns>
    /// <exception cref="DlsException">Kind Failed: a master is larger than the aid, or an aid was changed by hand; nothing was written.
    /// Kind Missing: something was not pulled.</exception>
    public static IReadOnlyList<ExtendedMaster> Run(Repo repo, ProjectExtendOptions options)
    {
        if (options.Grey is < 0 or > 255)
        {
            throw new DlsException(ErrorKind.Usage, $"extend: --color {options.Grey} is not from 0 to 255", "255 is white");
        }

        using FileLock? held = options.DryRun ? null : repo.LockProjects();
        return new ProjectExtend(repo, options).Run();
    }

    private List<ExtendedMaster> Run()
    {
        if (_project.Masters.Count == 0)
        {
            throw new DlsException(ErrorKind.Failed, $"extend '{_project.Name}': it has no master", "a generator needs no labelling aid");
        }

        Planned[] plan = [.. _project.Masters.Select(Plan)];
        List<ExtendedMaster> done = [];
        foreach (Planned master in plan)
        {
            string? trashed = null;
            if (!_options.DryRun)
            {
                trashed = master.IsThere
                    ? null : KeptFile.Write(_repo, master.Aid, master.Bytes, $"dls project extend {_project.Name}")?.Id;
                KeptFile.RecordImage(_repo, master.Aid);
                WriteAnnotation(master);
            }

            done.Add(new ExtendedMaster(master.Aid, !master.IsThere, master.AnnotationFile, trashed));
        }

        return done;
    }

    private void WriteAnnotation(Planned master)
    {
        if (master.AnnotationFile is { } file)
        {
            _repo.Files.Write(file, master.AnnotationBytes);
            _repo.Git.Stage([file]);
        }
    }

    private Planned Plan(Master master)
    {
        string image = _project.NameOf(master.Image);
        byte[] bytes = KnownFiles.Read(_repo, KnownFiles.Get(_repo, image, "master"));
        JpegHeader header = MasterJpeg.Require(bytes, image);
        if (header.Width > _options.Size.Width || header.Height > _options.Size.Height)
        {
            throw new DlsException(ErrorKind.Failed,
                $"extend '{image}': it is {header.Width}x{header.Height}, larger than {_options.Size}", "give a larger --size");
        }

        Raster tile = Jpeg.Decode(bytes, image);
        string stem = master.Image[..^Path.GetExtension(master.Image).Length] + "_extended";
        Placement placement = _options.Placement ?? _project.Placements[0];
        byte[] aid = Draw(tile, _options.Size.Width, _options.Size.Height, placement, (byte)_options.Grey);
        string aidFile = _project.NameOf(stem + ".jpg");
        bool isThere = IsThere(aidFile, aid, tile);
        string annotation = _project.NameOf(stem + ".xml");
        bool annotate = KnownFiles.Find(_repo, annotation) is null;
        return new Planned(
            aidFile, aid, isThere, annotate ? annotation : null, annotate ? Annotate(master, header, stem, placement).ToBytes() : []);
    }

    /// <summary>An aid that any call of this command could have made is replaced; one that was drawn in is not.</summary>
    private bool IsThere(string file, byte[] aid, Raster tile)
    {
        if (KnownFiles.Find(_repo, file) is not { } there)
        {
            return false;
        }

        byte[] before = KnownFiles.Read(_repo, there);
        if (before.AsSpan().SequenceEqual(aid))
        {
            return true;
        }

        JpegHeader? header = JpegHeader.TryRead(before, out _);
        bool isOwn = header is not null
            && header.Width >= tile.Width && header.Height >= tile.Height && (long)header.Width * header.Height <= Raster.PixelsMax
            && new[] { Placement.LeftUpper, Placement.RightUpper }.Any(
                p => Draw(tile, header.Width, header.Height, p, 255).AsSpan().SequenceEqual(before));
        return isOwn || _options.Force
            ? false
            : throw new DlsException(ErrorKind.Failed,
                $"extend '{_project.Name}': '{file}' is not what this command makes of the master; somebody changed one of the two",
                "give --force to replace it; the old one is kept in the store, in git or in the trash");
    }

    private Annotation Annotate(Master master, JpegHeader header, string stem, Placement placement)
    {
        string? name = master.Annotation is { } known ? _project.NameOf(known) : null;
        Annotation? annotation = name is null
            ? null : Annotation.Parse(KnownFiles.Read(_repo, KnownFiles.Get(_repo, name, "annotation")), name);
        int left = Placements.Left(placement, _options.Size.Width, header.Width);
        return new Annotation
        {
            Folder = "master",
            FileName = Path.GetFileName(stem) + ".jpg",
            Width = _options.Size.Width,
            Height = _options.Size.Height,
            Objects = [.. TileObjects.Of(
                _project, annotation, name ?? "", header.Width, header.Height).Select(o => o with { Box = o.Box.Move(left, 0) })],
        };
    }

    private static byte[] Draw(Raster tile, int width, int height, Placement placement, byte grey)
    {
        Raster picture = new(width, height);
        picture.Pixels.AsSpan().Fill(grey);
        int left = Placements.Left(placement, width, tile.Width);
        for (int y = 0; y < tile.Height; y++)
        {
            tile.Row(y).CopyTo(picture.Row(y)[(3 * left)..]);
        }

        return Jpeg.Encode(picture, Quality);
    }
}
