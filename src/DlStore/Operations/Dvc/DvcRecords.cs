using System.Text;
using DlStore.Git;
using DlStore.Io;

namespace DlStore.Operations.Dvc;

/// <summary>
/// The records of a work tree: <c>.dvc</c> files and <c>dvc.lock</c> that git tracks or does not ignore. One that an import has removed and
/// was killed before it told git counts as there.
/// </summary>
internal sealed class DvcRecords
{
    private readonly Repo _repo;
    private readonly GitIndexFile _index;
    private readonly Dictionary<string, DvcSettings> _settings = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _roots = new(StringComparer.Ordinal);

    private DvcRecords(Repo repo, GitIndexFile index)
    {
        _repo = repo;
        _index = index;
    }

    /// <summary>Gets the records, by path.</summary>
    public IReadOnlyList<DvcRecord> All { get; private set; } = [];

    /// <summary>Gets the settings of every DVC repository that has records here.</summary>
    public IReadOnlyCollection<DvcSettings> Settings => _settings.Values;

    /// <summary>Gets the places of DVC's own directories, from the top of the work tree.</summary>
    public IReadOnlyCollection<string> Roots => _settings.Keys;

    /// <summary>Reads them.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="index">Git's index.</param>
    /// <exception cref="DlsException">Kind Failed: one of them cannot be read; file and line are named.</exception>
    public static DvcRecords Read(Repo repo, GitIndexFile index)
    {
        DvcRecords records = new(repo, index);
        SortedSet<string> files = new(StringComparer.Ordinal);
        files.UnionWith(index.ListEntries().Where(static e => e.IsFile).Select(static e => e.Path).Where(IsCandidate));
        string[] others = ["ls-files", "--others", "--exclude-standard", "-z", "--", "*.dvc", ":(glob)**/dvc.lock"];
        files.UnionWith(Encoding.UTF8.GetString(repo.Git.Git.RunChecked(others).Output)
            .Split('\0', StringSplitOptions.RemoveEmptyEntries).Where(IsCandidate));
        records.All = [.. files.Select(records.ReadOne).OfType<DvcRecord>()];
        foreach (DvcRecord record in records.All)
        {
            _ = records.SettingsOf(record.File);
        }

        return records;
    }

    /// <summary>Gives the settings of the DVC repository that a record belongs to.</summary>
    public DvcSettings SettingsOf(string record)
    {
        string root = RootOf(DvcRecord.DirectoryOf(record));
        if (!_settings.TryGetValue(root, out DvcSettings? settings))
        {
            string directory = root.Length == 0 ? $"{_repo.WorkTree}/.dvc" : $"{_repo.WorkTree}/{root}/.dvc";
            _settings[root] = settings = DvcSettings.Read(directory, _repo.WorkTree, _repo.Environment);
        }

        return settings;
    }

    /// <summary>Tells whether a file can be a record: not one of those in a directory <c>.dvc</c>.</summary>
    internal static bool IsCandidate(string file) =>
        DvcRecord.IsRecord(file) && !$"/{file}".Contains("/.dvc/", StringComparison.Ordinal);

    private DvcRecord? ReadOne(string file)
    {
        byte[]? bytes = SmallFile.Find($"{_repo.WorkTree}/{file}", file, Data.Texts.SafeYaml.LengthMax);
        if (bytes is not null)
        {
            return DvcRecordReader.Read(file, bytes, PipelineOf(file));
        }

        // An import that was killed after the record was removed: git still has it, and every out of it is a pointer.
        if (CommittedText.ReadCommitted(_repo.Git, file).Bytes is { } committed && !DvcRecord.IsLock(file)
            && DvcRecordReader.Read(file, committed, DvcPipeline.None) is { Outs.Count: > 0 } record
            && record.Outs.All(o => o.Path.Value.Length > 0 && _repo.FindPointer(o.Path) is not null))
        {
            return record;
        }

        return null;
    }

    private DvcPipeline PipelineOf(string file)
    {
        string directory = DvcRecord.DirectoryOf(file);
        string name = directory.Length == 0 ? DvcRecord.PipelineName : $"{directory}/{DvcRecord.PipelineName}";
        return DvcRecord.IsLock(file) && CommittedText.ReadUnlessDeleted(_repo.Git, name, _index).Bytes is { } bytes
            ? DvcPipeline.Read(bytes, name) : DvcPipeline.None;
    }

    private string RootOf(string directory)
    {
        if (!_roots.TryGetValue(directory, out string? root))
        {
            string own = directory.Length == 0 ? ".dvc" : $"{directory}/.dvc";
            bool isRoot = directory.Length == 0 || (_repo.Files.TryStat(own, out FileStat stat) && stat.IsDirectory);
            _roots[directory] = root = isRoot ? directory : RootOf(DvcRecord.DirectoryOf(directory));
        }

        return root;
    }
}
