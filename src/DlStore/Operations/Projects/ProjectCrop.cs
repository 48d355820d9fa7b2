using DlStore.Data.Recipes;
using DlStore.Images;
using DlStore.Io;
using DlStore.Objects;
using DlStore.Operations.Store;
using DlStore.Operations.Words;

namespace DlStore.Operations.Projects;

/// <summary>Which pieces to cut.</summary>
public sealed record ProjectCropOptions
{
    /// <summary>Gets the pictures, as typed.</summary>
    public required IReadOnlyList<string> Shots { get; init; }

    /// <summary>Gets the size of a piece.</summary>
    public Canvas Size { get; init; } = new(400, 400);

    /// <summary>Gets the directory of the pieces, as typed, or null: beside each picture.</summary>
    public string? To { get; init; }

    /// <summary>Gets the corners; empty for both.</summary>
    public IReadOnlyList<Placement> Corners { get; init; } = [];

    /// <summary>Gets a value indicating whether to plan only.</summary>
    public bool DryRun { get; init; }
}

/// <summary>One piece.</summary>
/// <param name="File">The piece, as the user would type it.</param>
/// <param name="Oid">Digest of its bytes; all zero in a dry run.</param>
/// <param name="Source">The picture as typed.</param>
/// <param name="X">Its first column in the upright picture, from 0.</param>
/// <param name="Y">Its first row, from 0.</param>
/// <param name="IsNew">Whether it was written now; else it was there, byte for byte.</param>
public sealed record CroppedPiece(string File, Oid Oid, string Source, int X, int Y, bool IsNew);

/// <summary>
/// <c>dls project crop</c>: cuts the upper corners of screenshots and records beside the pieces what each was cut from. Pieces are encoded
/// anew, quality 95. A different file
/// of that name is never replaced. Piece first, record after: a kill leaves pieces that the same command finds again.
/// </summary>
public sealed class ProjectCrop
{
    /// <summary>The name of the record beside the pieces.</summary>
    public const string RecordName = "crops.tsv";

    private const int Quality = 95;
    private readonly Repo _repo;
    private readonly ProjectCropOptions _options;
    private readonly SortedDictionary<string, SortedDictionary<string, CropLine>> _records = new(StringComparer.Ordinal);

    private ProjectCrop(Repo repo, ProjectCropOptions options)
    {
        _repo = repo;
        _options = options;
    }

    private sealed record Planned(string Shot, string Directory, string Piece, Oid Source, int X);

    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository, for paths and the lock.</param>
    /// <param name="options">What to cut.</param>
    /// <param name="cancel">Stops between two pictures.</param>
    /// <returns>The pieces in the order of the pictures.</returns>
    /// <exception cref="DlsException">Kind Failed: a picture is too small or damaged, two pieces would have one name, or another file has
    /// it; nothing was written.</exception>
    public static IReadOnlyList<CroppedPiece> Run(Repo repo, ProjectCropOptions options, CancellationToken cancel)
    {
        using FileLock? held = options.DryRun ? null : repo.LockProjects();
        return new ProjectCrop(repo, options).Run(cancel);
    }

    private List<CroppedPiece> Run(CancellationToken cancel)
    {
        List<Planned> plan = [.. _options.Shots.SelectMany(Plan)];
        if (plan.GroupBy(static p => $"{p.Directory}/{p.Piece}").FirstOrDefault(static g => g.Count() > 1) is { } twice)
        {
            throw new DlsException(
                ErrorKind.Failed, $"crop '{twice.First().Shot}' and '{twice.Last().Shot}': both would write '{twice.First().Piece}'",
                "cut them into two directories with --to, or rename one");
        }

        RequireFree(plan, cancel);
        List<CroppedPiece> done = [];
        foreach (IGrouping<string, Planned> shot in plan.GroupBy(static p => p.Shot))
        {
            cancel.ThrowIfCancellationRequested();
            done.AddRange(_options.DryRun ? shot.Select(p => Describe(p, default, !File.Exists($"{p.Directory}/{p.Piece}"))) : Cut(shot));
        }

        foreach ((string directory, SortedDictionary<string, CropLine> record) in _options.DryRun ? [] : _records)
        {
            CropRecord.Write($"{directory}/{RecordName}", record.Values);
        }

        return done;
    }

    private IEnumerable<Planned> Plan(string shot)
    {
        byte[] bytes = TypedFile.Read(_repo, shot);
        JpegHeader header = JpegHeader.TryRead(bytes, out string? problem)
            ?? throw new DlsException(ErrorKind.Failed, $"crop '{shot}': {problem}", "screenshots are JPEG files");
        if (header.UprightWidth < _options.Size.Width || header.UprightHeight < _options.Size.Height)
        {
            throw new DlsException(
                ErrorKind.Failed, $"crop '{shot}': it is {header.UprightWidth}x{header.UprightHeight}, smaller than {_options.Size}",
                "give a smaller --size, or leave it out");
        }

        string file = TypedFile.At(_repo, shot);
        string directory = _options.To is { } to ? TypedFile.At(_repo, to) : Path.GetDirectoryName(file)!;
        string stem = Path.GetFileNameWithoutExtension(file);
        if (stem.Any(char.IsControl))
        {
            throw new DlsException(ErrorKind.Failed,
                $"crop '{EntryName.Show(System.Text.Encoding.UTF8.GetBytes(shot))}': its name holds a control character", "rename it");
        }

        if (!_records.ContainsKey(directory))
        {
            _records[directory] = CropRecord.Read($"{directory}/{RecordName}", Shown(directory, RecordName));
        }

        Oid source = Oid.Of(bytes);
        IReadOnlyList<Placement> corners = _options.Corners.Count > 0 ? _options.Corners : [Placement.LeftUpper, Placement.RightUpper];
        return corners.Select(c => new Planned(
            shot, directory, $"{Placements.ToText(c)}_{stem}.jpg", source, Placements.Left(c, header.UprightWidth, _options.Size.Width)));
    }

    /// <summary>Where a file is in the way, the piece is cut now, to see whether it is the same one.</summary>
    private void RequireFree(List<Planned> plan, CancellationToken cancel)
    {
        foreach (IGrouping<string,
            Planned> shot in plan.Where(static p => Path.Exists($"{p.Directory}/{p.Piece}")).GroupBy(static p => p.Shot))
        {
            cancel.ThrowIfCancellationRequested();
            Raster picture = Jpeg.Decode(TypedFile.Read(_repo, shot.Key), shot.Key);
            foreach (Planned piece in shot)
            {
                byte[]? there = SmallFile.Find(
                    $"{piece.Directory}/{piece.Piece}", Shown(piece.Directory, piece.Piece), KnownFiles.LengthMax);
                if (there is not null && !there.AsSpan().SequenceEqual(Encode(picture, piece.X)))
                {
                    throw new DlsException(
                        ErrorKind.Failed, $"crop '{shot.Key}': '{Shown(piece.Directory, piece.Piece)}' is another picture",
                        "move it away, or cut into another directory with --to");
                }
            }
        }
    }

    private List<CroppedPiece> Cut(IGrouping<string, Planned> shot)
    {
        byte[] bytes = TypedFile.Read(_repo, shot.Key);
        Raster picture = Jpeg.Decode(bytes, shot.Key);
        List<CroppedPiece> done = [];
        foreach (Planned piece in shot)
        {
            if (Oid.Of(bytes) != piece.Source)
            {
                throw new DlsException(ErrorKind.Failed, $"crop '{shot.Key}': it changed meanwhile", "run the command again");
            }

            byte[] cut = Encode(picture, piece.X);
            string file = $"{piece.Directory}/{piece.Piece}";
            bool isNew = !File.Exists(file);
            if (isNew)
            {
                AtomicFile.MakeDirectory(piece.Directory);
                AtomicFile.Write(file, cut);
            }

            Oid oid = Oid.Of(cut);
            _records[piece.Directory][piece.Piece] = new CropLine(
                piece.Piece, oid, Path.GetFileName(shot.Key), piece.Source, piece.X, 0, _options.Size.Width, _options.Size.Height);
            done.Add(Describe(piece, oid, isNew));
        }

        return done;
    }

    private CroppedPiece Describe(
        Planned piece, Oid oid, bool isNew) => new(Shown(piece.Directory, piece.Piece), oid, piece.Shot, piece.X, 0, isNew);

    private string Shown(string directory, string name) => Path.GetRelativePath(_repo.StartDirectory, $"{directory}/{name}");

    private byte[] Encode(Raster picture, int x)
    {
        Raster piece = new(_options.Size.Width, _options.Size.Height);
        for (int y = 0; y < piece.Height; y++)
        {
            picture.Row(y).Slice(3 * x, 3 * piece.Width).CopyTo(piece.Row(y));
        }

        return Jpeg.Encode(piece, Quality);
    }
}
