using System.Buffers;
using DlStore.Data.Annotations;
using DlStore.Data.Recipes;
using DlStore.Io;
using DlStore.Objects;
using DlStore.Operations.Store;

namespace DlStore.Operations.Projects;

/// <summary>
/// The directory of one project's build for one canvas, <c>projects/NAME/build/CANVAS/</c>. A build is made in a staging directory beside
/// it and exchanged with it when it is
/// whole: a reader sees the old build or the new one. <c>build/.gitignore</c> makes git pass over all of it without a change to a tracked
/// file.
/// </summary>
internal sealed class BuildDirectory
{
    private const string StagingPrefix = ".dls-staging-";
    private readonly Project _project;
    private readonly string _root;

    public BuildDirectory(Project project, Canvas canvas)
    {
        _project = project;
        _root = $"{project.Directory}/build";
        Path = project.BuildDirectory(canvas);
        Name = project.NameOf($"build/{canvas}");
    }

    public string Path { get; }

    /// <summary>Gets the directory as messages name it.</summary>
    public string Name { get; }

    /// <summary>Gives the annotation that belongs to a built image, byte for byte what is written beside it.</summary>
    public static void WriteAnnotation(BuiltImage image, ArrayBufferWriter<byte> buffer)
    {
        buffer.ResetWrittenCount();
        LabelledObject[] objects = [
            .. image.Objects.Select(static o => new LabelledObject(o.Label, new PixelBox(o.Box[0], o.Box[1], o.Box[2], o.Box[3])))];
        new Annotation
        {
            FileName = image.Id + ".jpg",
            Width = image.Width,
            Height = image.Height,
            Depth = image.Channels,
            Objects = objects
        }.WriteTo(buffer);
    }

    /// <summary>Says why the build has to be made, or null if it is what the key asks for.</summary>
    public string? WhyStale(Oid key)
    {
        if (BuildRecord.FindHeader(Path) is not { } header)
        {
            return Directory.Exists(Path) ? "its record is missing or damaged" : "never built";
        }

        if (header.Key != key)
        {
            return "its sources or its recipe changed";
        }

        BuildRecord? record = BuildRecord.Find(Path, Name);
        bool whole = record is not null && record.Images.All(
            i => new FileInfo($"{Path}/{i.Id}.jpg") is { Exists: true } f && f.Length == i.Size && File.Exists($"{Path}/{i.Id}.xml"));
        return whole ? null : "some of its files are missing or changed";
    }

    /// <summary>Says that a build that is up to date has another number of images than project.yaml expects by now, or null.</summary>
    public string? WhyUnexpected(int? expected) => expected is { } count && BuildRecord.Find(Path, Name) is { } record
        && record.Images.Count != count ? $"it has {CountWords.Of(record.Images.Count, "image")}, project.yaml expects {count}" : null;

    /// <summary>
    /// Refuses to replace what dls did not make: names the files that are not in the record, or not as they were written.
    /// </summary>
    public void RequireOwn()
    {
        if (!Directory.Exists(Path))
        {
            return;
        }

        Dictionary<string,
            BuiltImage> own = (BuildRecord.Find(Path, Name)?.Images ?? []).ToDictionary(static i => i.Id, StringComparer.Ordinal);
        ArrayBufferWriter<byte> buffer = new();
        List<string> strangers = [];
        foreach (string file in Directory.EnumerateFileSystemEntries(Path))
        {
            string name = System.IO.Path.GetFileName(file);
            bool isOwn = name == BuildRecord.FileName || (own.TryGetValue(
                System.IO.Path.GetFileNameWithoutExtension(name), out BuiltImage? image) && IsAsWritten(file, image, buffer));
            if (!isOwn)
            {
                strangers.Add(name);
            }
        }

        if (strangers.Count > 0)
        {
            strangers.Sort(StringComparer.Ordinal);
            throw new DlsException(ErrorKind.Failed, $"replace '{Name}': it holds "
                + $"{CountWords.Of(strangers.Count, "file")} that dls did not write so",
                "move them away; what is made by hand belongs into master/ or a data set")
            {
                Items = strangers,
            };
        }
    }

    /// <summary>Removes staging directories that a kill left. The build lock is held, so nobody is at work in one.</summary>
    public void ClearLeftovers()
    {
        foreach (string left in Directory.Exists(_root) ? Directory.EnumerateDirectories(_root, StagingPrefix + "*") : [])
        {
            Directory.Delete(left, recursive: true);
        }
    }

    /// <summary>Makes an empty staging directory.</summary>
    public string Stage()
    {
        Directory.CreateDirectory(_root);
        if (!File.Exists($"{_root}/.gitignore"))
        {
            AtomicFile.Write($"{_root}/.gitignore", "*\n");
        }

        return Directory.CreateDirectory($"{_root}/{StagingPrefix}{TempName.Next()}").FullName;
    }

    /// <summary>Puts a whole build in the place of the old one.</summary>
    public void Swap(string staging)
    {
        CrashPoint.Hit("build.staged");
        if (Directory.Exists(Path))
        {
            AtomicFile.Exchange(staging, Path);
            CrashPoint.Hit("build.swapped");
            Directory.Delete(staging, recursive: true);
        }
        else
        {
            AtomicFile.Rename(staging, Path, replace: false);
            CrashPoint.Hit("build.swapped");
        }
    }

    private static bool IsAsWritten(string file, BuiltImage image, ArrayBufferWriter<byte> buffer)
    {
        byte[] bytes = SmallFile.Find(file, file, KnownFiles.LengthMax) ?? [];
        switch (System.IO.Path.GetExtension(file))
        {
            // A file of no length is what a loss of power can leave of one that was never flushed: nothing is lost with it.
            case ".jpg":
                return bytes.Length == 0 || Oid.Of(bytes) == image.Oid;
            case ".xml":
                WriteAnnotation(image, buffer);
                return bytes.Length == 0 || bytes.AsSpan().SequenceEqual(buffer.WrittenSpan);
            default:
                return false;
        }
    }
}
