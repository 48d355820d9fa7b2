using DlStore.Data.Annotations;
using DlStore.Data.Recipes;
using DlStore.Images;
using DlStore.Io;
using DlStore.Objects;
using DlStore.Operations.Store;

namespace DlStore.Operations.Imports;

/// <summary>One file of a project outside the work tree.</summary>
/// <param name="Relative">Relative to the project.</param>
/// <param name="Absolute">Where it is.</param>
/// <param name="Oid">Digest of its bytes.</param>
/// <param name="IsManaged">Whether dls is to store it.</param>
/// <param name="IsExecutable">Whether it may be executed.</param>
internal sealed record ImportFile(string Relative, string Absolute, Oid Oid, bool IsManaged, bool IsExecutable)
{
    /// <summary>Gets the JPEG that was made of the file at <see cref="Absolute"/>, or null: that file itself is copied.</summary>
    public byte[]? Made { get; init; }
}

/// <summary>A project outside the work tree, read to be copied byte for byte. Its build is left out: it can be made again.</summary>
internal sealed class ImportSource
{
    private const int TextBytesMax = 5 << 20;
    private const int BinaryBytesMax = 64 << 10;
    private const int FilesMax = 10_000;
    private readonly List<ImportFile> _files = [];
    private readonly List<string> _skipped = [];
    private readonly List<string> _converted = [];

    private ImportSource(string name, string shown, string? set) => (Name, Shown, Set) = (name, shown, set);

    /// <summary>Gets the directory's name.</summary>
    public string Name { get; }

    /// <summary>Gets where it is, from the directory that was named.</summary>
    public string Shown { get; }

    /// <summary>Gets the set of projects that it stands in, or null.</summary>
    public string? Set { get; }

    /// <summary>Gets the files, sorted.</summary>
    public IReadOnlyList<ImportFile> Files => _files;

    /// <summary>Gets what is left out: symlinks, names that are refused.</summary>
    public IReadOnlyList<string> Skipped => _skipped;

    /// <summary>Gets what JPEG files were made of, each a sentence.</summary>
    public IReadOnlyList<string> Converted => _converted;

    /// <summary>Gets the classes that its annotations name, sorted; its name's one if there are none.</summary>
    public IReadOnlyList<string> Labels { get; private set; } = [];

    /// <summary>Gets the digests of its masters, sorted.</summary>
    public IReadOnlyList<Oid> Masters => [.. _files.Where(static f => IsMaster(f.Relative)).Select(static f => f.Oid).Order()];

    /// <summary>
    /// Finds the projects of a directory: of a whole checkout of the seeds' program, of a directory of projects, or the directory itself.
    /// </summary>
    /// <returns>Absolute path, how it is shown, and the set it stands in, in the order in which names are given away.</returns>
    public static IReadOnlyList<(string Directory, string Shown, string? Set)> Find(string directory)
    {
        if (LooksLikeProject(directory))
        {
            return [(directory, Path.GetFileName(directory), null)];
        }

        List<(string, string, string?)> roots = [];
        // What every set shares comes first; copies of it in the working set and in backups are then found to be there already.
        foreach (string store in Matching(directory, "projects_store", "project_store"))
        {
            roots.AddRange(Directory.EnumerateDirectories(
                store).OrderBy(static s => Path.GetFileName(s) != ImportSets.Shared).ThenBy(static s => s, StringComparer.Ordinal)
                .Select(s => (s, $"{Path.GetFileName(store)}/{Path.GetFileName(s)}", (string?)Path.GetFileName(s))));
        }

        roots.AddRange(Matching(
            directory, Project.Root, "backup_project", "backup_projects").Select(static r => (r, Path.GetFileName(r), (string?)null)));
        if (roots.Count == 0)
        {
            roots.Add((directory, "", null));
        }

        List<(string, string, string?)> found = [];
        foreach ((string root, string shown, string? set) in roots)
        {
            foreach (string project in Directory.EnumerateDirectories(root).Where(LooksLikeProject).Order(StringComparer.Ordinal))
            {
                found.Add((project, shown.Length == 0 ? Path.GetFileName(project) : $"{shown}/{Path.GetFileName(project)}", set));
            }
        }

        return found;
    }

    /// <summary>Gets the checkout that a directory belongs to: itself, or what holds the <c>projects/</c> that it lies in.</summary>
    public static string TopOf(string directory) => LooksLikeProject(directory)
        && Path.GetDirectoryName(directory) is { } projects && Path.GetFileName(projects) == Project.Root
        ? Path.GetDirectoryName(projects)! : directory;

    /// <summary>Reads a project with the digests of all its files.</summary>
    /// <exception cref="DlsException">Kind Failed: it holds pointers without bytes, too many files or one that is too large.</exception>
    public static ImportSource Read(string directory, string shown, string? set)
    {
        ImportSource source = new(Path.GetFileName(directory), shown, set);
        source.Collect(directory, "");
        source.ReadLabels();
        return source;
    }

    /// <summary>Tells whether a file of a project is one of its masters.</summary>
    public static bool IsMaster(string relative) => relative.StartsWith("master/", StringComparison.Ordinal)
        && Master.IsName(Path.GetFileName(relative));

    private static bool LooksLikeProject(string directory) => new DirectoryInfo(directory).LinkTarget is null
        && (Directory.Exists($"{directory}/master")
            || Directory.Exists($"{directory}/data_augmentation") || File.Exists($"{directory}/{Project.FileName}"));

    private static IEnumerable<string> Matching(string directory, params string[] names) =>
        names.Select(n => $"{directory}/{n}").Where(static d => Directory.Exists(d) && new DirectoryInfo(d).LinkTarget is null);

    private void Collect(string directory, string prefix)
    {
        foreach (string entry in Directory.EnumerateFileSystemEntries(directory).Order(StringComparer.Ordinal))
        {
            string name = Path.GetFileName(entry);
            string relative = prefix + name;
            bool isDerived = relative == "build" || name is ".git" or "__pycache__" or ".ipynb_checkpoints";
            if (isDerived || !Sys.TryStat(entry, out FileStat stat))
            {
                continue;
            }

            if (stat is { IsFile: false, IsDirectory: false } || !RelPath.TryParse(relative, out _, out _))
            {
                _skipped.Add(stat is { IsFile: false, IsDirectory: false }
                    ? $"{Shown}/{relative}: it is a {stat.Describe()}" : $"{Shown}/{relative}: its name is refused");
            }
            else if (stat.IsDirectory)
            {
                Collect(entry, relative + "/");
            }
            else
            {
                Take(entry, relative, stat);
            }
        }
    }

    private void Take(string file, string relative, FileStat stat)
    {
        byte[] bytes = SmallFile.Read(file, $"{Shown}/{relative}", KnownFiles.LengthMax);
        if (relative.EndsWith(Pointer.Suffix, StringComparison.Ordinal) && Pointer.LooksLike(bytes))
        {
            // Beside its bytes a pointer says nothing new; without them there is nothing to import.
            _ = File.Exists(file[..^Pointer.Suffix.Length]) ? 0 : throw new DlsException(ErrorKind.Failed,
                $"import '{Shown}': '{relative}' is a pointer, and its bytes are not there", "run `dls pull` in that repository first");
            return;
        }

        bool isImage = relative.StartsWith("master/", StringComparison.Ordinal)
            && Path.GetExtension(relative).ToLowerInvariant() is ".jpg" or ".jpeg" or ".png" or ".gif" or ".bmp" or ".webp";
        bool isManaged = isImage
            || bytes.Length > TextBytesMax || (bytes.Length > BinaryBytesMax && bytes.AsSpan(0, 8000).Contains((byte)0));
        _files.Add(new ImportFile(relative, file, Oid.Of(bytes), isManaged, stat.IsExecutable));
        MakeMaster(file, relative, bytes);
        if (_files.Count > FilesMax)
        {
            throw new DlsException(ErrorKind.Failed,
                $"import '{Shown}': it has more than {FilesMax} files", "a project holds masters and programs; keep images elsewhere");
        }
    }

    /// <summary>
    /// A master that is a picture of another kind is copied like every file, and a JPEG of it, which builds read, is put beside it.
    /// </summary>
    private void MakeMaster(string file, string relative, byte[] bytes)
    {
        string jpeg = Path.ChangeExtension(relative, ".jpg");
        if (!IsMaster(jpeg) || IsMaster(relative) || !ImageKind.IsTakenName(relative)
            || File.Exists(Path.ChangeExtension(file, ".jpg")) || _files.Exists(f => f.Relative == jpeg))
        {
            return;
        }

        TakenPicture taken = TakenPicture.Take(bytes, $"{Shown}/{relative}", isLabelled: File.Exists(Path.ChangeExtension(file, ".xml")));
        _files.Add(new ImportFile(jpeg, file, Oid.Of(taken.Bytes), IsManaged: true, IsExecutable: false) { Made = taken.Bytes });
        _converted.Add($"'{Shown}/{relative}' is {taken.Changes ?? "a JPEG file of another name"}; '{jpeg}' beside it is that");
    }

    private void ReadLabels()
    {
        SortedSet<string> labels = new(StringComparer.Ordinal);
        foreach (ImportFile file in _files.Where(static f => f.Relative.StartsWith("master/", StringComparison.Ordinal)
            && f.Relative.EndsWith(".xml", StringComparison.Ordinal)))
        {
            try
            {
                labels.UnionWith(Annotation.Parse(
                    SmallFile.Read(file.Absolute, file.Relative, Annotation.LengthMax), file.Relative).Objects.Select(static o => o.Label));
            }
            catch (DlsException)
            {
                // The file is imported as it is; lint says what is wrong with it.
            }
        }

        Labels = labels.Count > 0 ? [.. labels] : [Name.StartsWith("ru_", StringComparison.Ordinal) ? Name[3..] : Name];
    }
}
