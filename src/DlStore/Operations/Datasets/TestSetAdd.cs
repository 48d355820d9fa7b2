using System.Buffers;
using DlStore.Data.Annotations;
using DlStore.Data.Names;
using DlStore.Data.Recipes;
using DlStore.Data.Sets;
using DlStore.Images;
using DlStore.Io;
using DlStore.Objects;
using DlStore.Operations.Store;

namespace DlStore.Operations.Datasets;

/// <summary>What was added.</summary>
/// <param name="Name">The test set.</param>
/// <param name="Added">Names of the images that are new in it.</param>
/// <param name="Known">How many were in it already, by their bytes.</param>
/// <param name="Converted">Those that were no JPEG, each as a sentence that says what was made of it.</param>
public sealed record TestSetAddResult(string Name, IReadOnlyList<string> Added, int Known, IReadOnlyList<string> Converted);

/// <summary>
/// <c>dls testset add</c>: keeps images with their truth and origin. Every file is checked before the first is written; images that a data
/// set trains on are refused. A kill
/// leaves some of the files, and the same command finishes.
/// </summary>
public sealed class TestSetAdd
{
    private const string NoObject = "none";
    private readonly Repo _repo;
    private readonly TestSetAddOptions _options;
    private readonly PortableName _name;
    private readonly List<TestImage> _images = [];
    private readonly List<string> _converted = [];
    private int _known;

    private TestSetAdd(Repo repo, TestSetAddOptions options)
    {
        _repo = repo;
        _options = options;
        _name = PortableName.Parse(options.Name, "test set");
    }

    private sealed record TestImage(string Id, byte[] Bytes, Oid Oid, Annotation Truth);

    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="options">What to add.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>What was added.</returns>
    /// <exception cref="DlsException">An image that cannot be used, has no truth, is trained on, or whose name is taken by another
    /// one.</exception>
    public static TestSetAddResult Run(
        Repo repo, TestSetAddOptions options, CancellationToken cancel) => new TestSetAdd(repo, options).Run(cancel);

    private TestSetAddResult Run(CancellationToken cancel)
    {
        KnownFiles.RequireRealParents(_repo, $"{TestSet.Root}/{_name}/JPEGImages/x");
        Dictionary<Oid, string> inTests = TestSetImages.Read(_repo);
        Dictionary<string, Oid> names = inTests.Where(t => t.Value.StartsWith(_name + "/", StringComparison.Ordinal))
            .ToDictionary(static t => Path.GetFileNameWithoutExtension(t.Value), static t => t.Key, StringComparer.Ordinal);
        foreach (string file in ListFiles())
        {
            cancel.ThrowIfCancellationRequested();
            Plan(file, names);
        }

        RefuseTrained(cancel);
        RefuseOverwriting();

        if (!_options.DryRun)
        {
            Apply(cancel);
        }

        return new TestSetAddResult(_name.Value, [.. _images.Select(static i => i.Id + ".jpg")], _known, _converted);
    }

    private IReadOnlyList<string> ListFiles()
    {
        List<string> files = [];
        foreach (string typed in _options.Paths)
        {
            string absolute = Path.GetFullPath(Path.Combine(_repo.StartDirectory, typed));
            string images = Directory.Exists($"{absolute}/JPEGImages") ? $"{absolute}/JPEGImages" : absolute;
            if (Directory.Exists(images))
            {
                RefuseOtherImages(images, typed);
                files.AddRange(Directory.EnumerateFiles(images).Where(static f => ImageKind.IsTakenName(f)).Order(StringComparer.Ordinal));
            }
            else
            {
                files.Add(File.Exists(absolute) ? absolute
                    : throw new DlsException(ErrorKind.Usage, $"add '{typed}' to test set '{_name}': no such file or directory"));
            }
        }

        return files.Count > 0 ? files : throw new DlsException(
            ErrorKind.Usage, $"add to test set '{_name}': there is no picture (.jpg, .jpeg, .png, .gif, .bmp, .webp) in what was named");
    }

    /// <summary>
    /// What is an image and would be passed over is said: a test set that lacks a third of the shots looks just like a whole one.
    /// </summary>
    private void RefuseOtherImages(string directory, string typed)
    {
        string[] others = [.. Directory.EnumerateFiles(directory).Select(static f => Path.GetFileName(f)!)
            .Where(static n => ImageKind.IsOtherName(n) && !ImageKind.IsTakenName(n)).Order(StringComparer.Ordinal)];
        if (others.Length > 0)
        {
            throw new DlsException(ErrorKind.Failed,
                $"add '{typed}' to test set '{_name}': {CountWords.Of(others.Length, "image in it is", "images in it are")}"
                    + " not named .jpg, .jpeg, .png, .gif, .bmp or .webp",
                "rename them if they are JPEG files, convert them if not, or move them away")
            { Items = others };
        }
    }

    private void Plan(string file, Dictionary<string, Oid> names)
    {
        string shown = Path.GetRelativePath(_repo.StartDirectory, file);
        string id = Path.GetFileNameWithoutExtension(file);
        TakenPicture taken = TakenPicture.Take(
            SmallFile.Read(file, shown, KnownFiles.LengthMax), shown, isLabelled: TruthFile(file) is not null);
        Oid oid = Oid.Of(taken.Bytes);
        if (names.TryGetValue(id, out Oid there))
        {
            _known += there == oid ? 1 : throw new DlsException(
                ErrorKind.Failed, $"add '{shown}' to test set '{_name}': it has another image named '{id}.jpg'", "rename the file");
            return;
        }

        if (names.ContainsValue(oid))
        {
            _known++;
            return;
        }

        names[id] = oid;
        if (id.Length > 200 || id.Any(static c => char.IsControl(c) || c is '\\' or ':' or '"'))
        {
            throw new DlsException(ErrorKind.Failed, $"add '{shown}' to test set '{_name}': its name is not portable", "rename the file");
        }

        if (taken.Changes is { } changes)
        {
            _converted.Add($"'{shown}' is {changes}; '{id}.jpg' is that");
        }

        _images.Add(new TestImage(id, taken.Bytes,
            oid, TruthOf(file, shown, taken.Header) with { FileName = id + ".jpg", Folder = "JPEGImages", Database = OriginOf(file) }));
    }

    /// <summary>Finds the annotation of an image: beside it, or in the layout's directory.</summary>
    private static string? TruthFile(string file)
    {
        string stem = Path.GetFileNameWithoutExtension(file) + ".xml";
        string directory = Path.GetDirectoryName(file)!;
        return Array.Find([$"{directory}/{stem}", $"{Path.GetDirectoryName(directory)}/Annotations/{stem}"], File.Exists);
    }

    private Annotation TruthOf(string file, string shown, JpegHeader header)
    {
        if (TruthFile(file) is { } found)
        {
            string name = Path.GetRelativePath(_repo.StartDirectory, found);
            Annotation truth = Annotation.Parse(SmallFile.Read(found, name, Annotation.LengthMax), name);
            RequireInside(truth, name, header);
            return truth with { Width = header.Width, Height = header.Height, Depth = header.Channels };
        }

        string stem = Path.GetFileNameWithoutExtension(file) + ".xml";
        return _options.Label is { } label
            ? new Annotation
            {
                FileName = "",
                Width = header.Width,
                Height = header.Height,
                Depth = header.Channels,
                Objects = label == NoObject ? [] : [new LabelledObject(label, PixelBox.Whole(header.Width, header.Height))],
            }
            : throw new DlsException(
                ErrorKind.Failed, $"add '{shown}' to test set '{_name}': there is no '{stem}' beside it that says what is in it",
                "label it, or give --label CLASS (the whole image), or --label none (nothing is in it)");
    }

    private static void RequireInside(Annotation truth, string name, JpegHeader header)
    {
        foreach (LabelledObject o in truth.Objects)
        {
            if (!o.Box.IsInside(header.Width, header.Height) || o.Box.Width <= 0 || o.Box.Height <= 0)
            {
                throw DlsException.AtLine(ErrorKind.Failed,
                    "use", name, o.Line, $"box {o.Box} is not inside the image of {header.Width}x{header.Height}", "correct the box");
            }
        }
    }

    /// <summary>
    /// The origin travels with the image; a place on one machine would mean nothing on another, so outside of the work tree only the name
    /// and its directory's are kept.
    /// </summary>
    private string OriginOf(string file)
    {
        string relative = _repo.RelativeOf(file);
        return relative.StartsWith("..", StringComparison.Ordinal)
            ? $"{Path.GetFileName(Path.GetDirectoryName(file))}/{Path.GetFileName(file)}" : relative;
    }

    private void RefuseTrained(CancellationToken cancel)
    {
        HashSet<Oid> wanted = [.. _images.Select(static i => i.Oid)];
        foreach (PortableName name in DatasetRecipe.List(
            _repo.WorkTree).Where(n => File.Exists($"{_repo.WorkTree}/{DatasetLock.FileOf(n)}")))
        {
            cancel.ThrowIfCancellationRequested();
            DatasetVersion version = DatasetVersion.Get(_repo, name.Value);
            string[] trained = [.. version.Lock.Canvases.Keys.SelectMany(c => version.ReadItems(_repo, c)).Where(i => i.Side is "train"
                or "val" && wanted.Contains(i.Oid)).Select(i => $"{i.Id}.jpg of data set {name} ({i.Side}, from {i.From})").Distinct()];
            if (trained.Length > 0)
            {
                throw new DlsException(
                    ErrorKind.Failed, $"add to test set '{_name}': {trained.Length} of the images are trained on by data set '{name}'",
                    "leave them out, or take them out of the data set and build it again")
                { Items = trained };
            }
        }
    }

    /// <summary>A file that lies where an image or its truth goes and is neither that nor stored is the user's only copy.</summary>
    private void RefuseOverwriting()
    {
        string root = $"{TestSet.Root}/{_name}";
        string[] strangers = [.. _images.SelectMany(i => (IEnumerable<(string Path,
            byte[] Bytes)>)[($"{root}/JPEGImages/{i.Id}.jpg", i.Bytes), ($"{root}/Annotations/{i.Id}.xml", TruthBytes(i))])
            .Where(f => SmallFile.Find($"{_repo.WorkTree}/{f.Path}", f.Path, KnownFiles.LengthMax) is { } there
                && !there.AsSpan().SequenceEqual(f.Bytes) && !_repo.Store.Contains(Oid.Of(there)))
            .Select(static f => f.Path)];
        if (strangers.Length > 0)
        {
            throw new DlsException(
                ErrorKind.Failed, $"add to test set '{_name}': "
                    + $"{CountWords.Of(strangers.Length, "file")} there would be replaced, and dls has not stored that",
                $"move them out of '{root}', and add them from there")
            { Items = strangers };
        }
    }

    private static byte[] TruthBytes(TestImage image)
    {
        ArrayBufferWriter<byte> buffer = new();
        image.Truth.WriteTo(buffer);
        return buffer.WrittenSpan.ToArray();
    }

    private void Apply(CancellationToken cancel)
    {
        string root = $"{_repo.WorkTree}/{TestSet.Root}/{_name}";
        bool isNew = _repo.FindPointer(RelPath.Parse($"{TestSet.Root}/{_name}")) is null;
        List<string> paths = [];
        ClearLeft(root);

        foreach (TestImage image in _images)
        {
            cancel.ThrowIfCancellationRequested();
            _repo.Files.Write($"{TestSet.Root}/{_name}/JPEGImages/{image.Id}.jpg", image.Bytes, durable: false);
            _repo.Files.Write($"{TestSet.Root}/{_name}/Annotations/{image.Id}.xml", TruthBytes(image), durable: false);
            paths.Add($"{root}/JPEGImages/{image.Id}.jpg");
            paths.Add($"{root}/Annotations/{image.Id}.xml");
            CrashPoint.Hit("testset.written");
        }

        // Into a set that is not wholly here, its other images stay as the pointer names them.
        if (_images.Count > 0)
        {
            _ = Add.Run(_repo, new AddOptions { Paths = isNew ? [root] : paths }, cancel);
        }

        // An add that was killed may have pointed at the images, and neither written the file nor staged anything.
        using FileLock held = _repo.LockWorkTree();
        TestSet? before = TestSet.Find(_repo.WorkTree, _name);
        if (before is null || (_options.Description is { } text && text != before.Description))
        {
            _repo.Files.Write(TestSet.FileOf(_name), new TestSet(_name, _options.Description ?? before?.Description ?? "").ToBytes());
        }

        string[] files = [TestSet.FileOf(_name), $"{TestSet.Root}/{_name}{Pointer.Suffix}", $"{TestSet.Root}/.gitignore"];
        _repo.Git.Stage([.. files.Where(f => File.Exists($"{_repo.WorkTree}/{f}")).Select(RelPath.Parse)]);
    }

    private void ClearLeft(string root)
    {
        foreach (string below in _images.Count > 0 ? (string[])[$"{root}/JPEGImages", $"{root}/Annotations"] : [])
        {
            // What an add that was killed was writing; the first add takes the whole directory.
            foreach (string left in Directory.Exists(below) ? Directory.GetFiles(below, "*.dls-tmp-*") : [])
            {
                _repo.Files.DeleteFile(Path.GetRelativePath(_repo.WorkTree, left));
            }
        }
    }
}
