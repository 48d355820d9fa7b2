using System.Buffers;
using System.Globalization;
using DlStore.Data.Annotations;
using DlStore.Data.Recipes;
using DlStore.Images;
using DlStore.Io;
using DlStore.Objects;
using DlStore.Operations.Store;

namespace DlStore.Operations.Projects;

/// <summary>
/// Makes a build with the project's own program, by the seeds' contract: argument 1 is the project's name, and it writes
/// <c>build/NAME_n.jpg</c>. Everything it leaves is
/// looked at before any of it counts: a stray name, a file that is no JPEG, a wrong size, no image at all or fewer than expected stop the
/// build.
/// </summary>
internal sealed class ProgramBuild(Repo repo, BuildInputs inputs, Canvas canvas)
{
    private const int ImagesMax = 10_000_000;
    private const string PrivatePrefix = "private-";
    private readonly Project _project = inputs.Project;
    private readonly Dictionary<(int Width, int Height), IReadOnlyList<LabelledObject>> _objects = [];

    /// <summary>Gets how it was seen what the program wrote outside of its private copy.</summary>
    public RecipeWatch Watch { get; private set; }

    /// <summary>Removes private copies that a kill left. The build lock is held, so no program runs in one.</summary>
    public static void ClearLeftovers(Repo repo)
    {
        foreach (string left in Directory.Exists(repo.StateDirectory)
            ? Directory.EnumerateDirectories(repo.StateDirectory, PrivatePrefix + "*") : [])
        {
            Directory.Delete(left, recursive: true);
        }
    }

    /// <summary>Runs the program and takes its images into a directory.</summary>
    public IReadOnlyList<BuiltImage> Make(string directory, Action<int, int> progress, CancellationToken cancel)
    {
        foreach (MasterInput master in inputs.Masters)
        {
            _ = KnownFiles.Read(repo, master.File);
        }

        string privateRoot = $"{repo.StateDirectory}/{PrivatePrefix}{TempName.Next()}";
        Directory.CreateDirectory(privateRoot);
        RecipeLog log = new(repo, _project.Name, canvas);
        try
        {
            (string made, RecipeWatch watch) = new RecipeProgram(repo.WorkTree, _project).Run(
                inputs.Command!, canvas, privateRoot, repo.Environment, cancel);
            Watch = watch;
            List<BuiltImage> built = Take(made, directory, progress, cancel);
            BuildCount.Require(_project, canvas, built.Count);
            log.Forget();
            return built;
        }
        catch (DlsException e)
        {
            throw log.Keep(ConfinedRun.LogOf(privateRoot), e);
        }
        finally
        {
            Directory.Delete(privateRoot, recursive: true);
        }
    }

    private List<BuiltImage> Take(string made, string directory, Action<int, int> progress, CancellationToken cancel)
    {
        SortedDictionary<int, string> images = Numbered(made);
        List<BuiltImage> built = new(images.Count);
        ArrayBufferWriter<byte> annotation = new();
        foreach ((int number, string file) in images)
        {
            cancel.ThrowIfCancellationRequested();
            string name = $"{_project.Name}_{number}.jpg";
            byte[] bytes = SmallFile.Read(file, name, KnownFiles.LengthMax);
            BuiltImage image = Describe(bytes, $"{_project.Name}_{number}", name);
            AtomicFile.WriteStaged($"{directory}/{name}", bytes);
            BuildDirectory.WriteAnnotation(image, annotation);
            AtomicFile.WriteStaged($"{directory}/{image.Id}.xml", annotation.WrittenSpan);
            built.Add(image);
            progress(built.Count, images.Count);
        }

        return built;
    }

    /// <summary>Sorts the files by number; anything else in the directory is an error of the program.</summary>
    private SortedDictionary<int, string> Numbered(string made)
    {
        SortedDictionary<int, string> images = [];
        List<string> strays = [];
        string prefix = $"{_project.Name}_";
        foreach (string file in Directory.EnumerateFileSystemEntries(made))
        {
            string name = Path.GetFileName(file);
            bool named = name.StartsWith(prefix, StringComparison.Ordinal)
                && name.EndsWith(".jpg", StringComparison.Ordinal) && name.Length > prefix.Length + 4;
            string digits = named ? name[prefix.Length..^4] : "";
            if (named && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
                && number < ImagesMax && digits == number.ToString(CultureInfo.InvariantCulture))
            {
                images[number] = file;
            }
            else
            {
                strays.Add(name);
            }
        }

        strays.Sort(StringComparer.Ordinal);
        return strays.Count > 0
            ? throw new DlsException(
                ErrorKind.Failed, $"build '{_project.Name}': its program left "
                    + $"{CountWords.Of(strays.Count, "file that is", "files that are")} not named '{prefix}N.jpg'",
                "correct the program; nothing of this run was kept")
            { Items = strays }
            : images;
    }

    private BuiltImage Describe(byte[] bytes, string id, string name)
    {
        JpegHeader header = MasterJpeg.Require(bytes, $"{_project.Name}: {name}");
        if (!canvas.IsOwn && (header.Width != canvas.Width || header.Height != canvas.Height))
        {
            throw new DlsException(
                ErrorKind.Failed,
                    $"build '{_project.Name}': its program wrote '{name}' of {header.Width}x{header.Height} for canvas {canvas}",
                "it is told the canvas in DLS_CANVAS; or build it for `own`");
        }

        return new BuiltImage
        {
            Id = id,
            Oid = Oid.Of(bytes),
            Size = bytes.Length,
            Width = header.Width,
            Height = header.Height,
            Channels = header.Channels,
            Source = inputs.Masters.Count == 1 ? inputs.Masters[0].Master.Image : "",
            Objects = [.. KnownObjectsOn(header.Width, header.Height)
                .Select(static o => new BuiltObject(o.Label, [o.Box.XMin, o.Box.YMin, o.Box.XMax, o.Box.YMax]))],
        };
    }

    /// <summary>All images of a build have one size, or a few: the master is opened once for each.</summary>
    private IReadOnlyList<LabelledObject> KnownObjectsOn(int width, int height) =>
        _objects.TryGetValue((width, height), out IReadOnlyList<LabelledObject>? known)
            ? known : _objects[(width, height)] = ObjectsOn(width, height);

    /// <summary>
    /// A program says nothing of boxes, so the master's own are used, as in the seeds: as they are if the picture has the size of the
    /// master or of the annotated picture, else
    /// where the placement puts the master.
    /// </summary>
    private IReadOnlyList<LabelledObject> ObjectsOn(int width, int height)
    {
        if (inputs.Masters.Count != 1)
        {
            return inputs.GeneratorAnnotation is { } own && own.Width == width && own.Height == height
                ? [.. own.Objects.Select(o => o with { Label = TileObjects.LabelOf(_project, own, o.Label) })]
                : [new LabelledObject(_project.Label ?? TileObjects.DefaultLabel(_project), PixelBox.Whole(width, height))];
        }

        MasterInput master = inputs.Masters[0];
        JpegHeader tile = MasterJpeg.Require(KnownFiles.Read(repo, master.File), master.File.Path);
        IReadOnlyList<LabelledObject> objects = TileObjects.Of(
            _project, master.Annotation, master.AnnotationName ?? "", tile.Width, tile.Height);
        int left = tile.Width <= width ? Placements.Left(_project.Placements[0], width, tile.Width) : 0;
        return [.. objects.Select(o => o with { Box = o.Box.Move(left, 0) })];
    }
}
