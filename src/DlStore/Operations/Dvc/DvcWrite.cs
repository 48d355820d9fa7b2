using System.Text;
using DlStore.Git;
using DlStore.Ignoring;
using DlStore.Io;
using DlStore.Objects;

namespace DlStore.Operations.Dvc;

/// <summary>Writes what an import came to, in one change of the work tree, and says what is left of DVC.</summary>
internal sealed class DvcWrite
{
    private const string IgnoreName = ".dvcignore";
    private readonly Repo _repo;
    private readonly DvcImportOptions _options;
    private readonly DvcRecords _records;
    private readonly string[] _removed;
    private readonly SortedDictionary<string, byte[]> _ignores = new(StringComparer.Ordinal);
    private readonly List<string> _written = [];

    /// <summary>Initializes a new instance of the <see cref="DvcWrite"/> class.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="options">How to import.</param>
    /// <param name="records">The records.</param>
    /// <param name="outs">What becomes of the outs that were chosen.</param>
    public DvcWrite(Repo repo, DvcImportOptions options, DvcRecords records, IReadOnlyList<DvcImportedOut> outs)
    {
        _repo = repo;
        _options = options;
        _records = records;
        HashSet<(string, string)> taken = [.. outs.Where(static o => o.Outcome is DvcOutcome.Imported or DvcOutcome.AlreadyThere)
            .Select(static o => (o.Record, o.Path))];
        _removed = options.Keep ? [] : [.. records.All
            .Where(r => !r.IsStage && r.Outs.Count > 0 && r.Outs.All(o => taken.Contains((r.File, o.Path.Value))))
            .Select(static r => r.File)];
        FindIgnores();
    }

    /// <summary>Writes. All that the pointers name is durable.</summary>
    /// <param name="units">What becomes pointers.</param>
    /// <returns>What was done with each.</returns>
    /// <exception cref="DlsException">Kind Failed: a pointer changed meanwhile, or names other bytes than DVC recorded.</exception>
    public IReadOnlyList<DvcImportedOut> Apply(IReadOnlyList<DvcUnit> units)
    {
        using WorkTreeChange change = WorkTreeChange.Open(_repo);
        using PointerLookup lookup = new(_repo);
        foreach (DvcUnit unit in units)
        {
            RequireSame(unit, lookup.Find(unit.Out.Path));
        }

        List<DvcImportedOut> done = [];
        foreach (DvcUnit unit in units)
        {
            long unlinked = unit.Unlink(_repo);
            Point(change, unit);
            done.Add(unit.ToResult(DvcOutcome.Imported, null) with { Unlinked = unlinked });
        }

        foreach (string record in _removed)
        {
            change.Remove(record);
        }

        foreach ((string file, byte[] text) in _ignores)
        {
            change.Put(file, text);
        }

        // Also those that an import wrote which was killed before it told git.
        _written.ForEach(change.Stage);
        change.Commit();
        return done;
    }

    /// <summary>Puts the answer together.</summary>
    /// <param name="outs">What became of the outs.</param>
    public DvcImportResult ToResult(IReadOnlyList<DvcImportedOut> outs)
    {
        GitIndexFile index = GitIndexFile.Read(_repo.Git);
        HashSet<string> removed = [.. _removed];
        string[] stages = [.. _records.All.Where(static r => r.IsStage).Select(static r => r.File)];
        IEnumerable<string> pipelines = index.ListEntries().Select(static e => e.Path)
            .Where(static p => p[(p.LastIndexOf('/') + 1)..] == DvcRecord.PipelineName);
        return new DvcImportResult(outs)
        {
            Removed = _removed,
            Pipelines = [.. stages.Concat(pipelines).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            IgnoreFiles = [.. _ignores.Keys],
            Unneeded = _records.All.Any(r => !removed.Contains(r.File) && !r.IsStage) || outs.Any(static o => o.Outcome is not
                (DvcOutcome.Imported or DvcOutcome.AlreadyThere or DvcOutcome.LeftToGit))
                ? [] : [.. Roots().Where(r => Directory.Exists($"{_repo.WorkTree}/{r}"))],
            Remotes = [.. _records.Settings.SelectMany(static s => s.Remotes.Values).DistinctBy(static r => (r.Name, r.Url)).Select(Hint)],
        };
    }

    private IEnumerable<string> Roots() =>
        _records.Roots.Append("").Distinct(StringComparer.Ordinal).Select(static r => r.Length == 0 ? ".dvc" : $"{r}/.dvc")
            .Order(StringComparer.Ordinal);

    private static void Point(WorkTreeChange change, DvcUnit unit)
    {
        RelPath path = unit.Out.Path;
        _ = change.Ignore(path);
        change.StageIgnoreFile(path);
        string theirs = LineOf(path.Name);
        if (theirs != IgnoreEdits.LineOf(path))
        {
            change.Unignore(path, theirs);
        }

        change.Point(path, unit.Pointer!);
        if (unit.WasOut is { } entry)
        {
            change.Remember(path, entry);
        }
    }

    private void RequireSame(DvcUnit unit, Pointer? now)
    {
        if (now is not null && !now.ToBytes().AsSpan().SequenceEqual(unit.Pointer!.ToBytes()))
        {
            throw new DlsException(ErrorKind.Failed,
                $"import dvc '{unit.Out.Path}': there is a pointer, and it names other bytes than '{unit.Out.Record}'",
                $"if the pointer is right, run `git rm {ShellWord.Of(unit.Out.Record)}`; if DVC is, "
                + $"`dls rm --keep {_repo.ToTyped(unit.Out.Path.Value)}` first");
        }
    }

    /// <summary>The line that DVC writes for a name: it escapes what gitignore's patterns give a meaning to.</summary>
    private static string LineOf(string name)
    {
        StringBuilder line = new("/");
        foreach (char c in name)
        {
            line.Append(c is '[' or ']' or '!' or '*' or '#' or '?' ? $"\\{c}" : c.ToString());
        }

        return line.ToString();
    }

    /// <summary>Finds the lines of <c>.dvcignore</c> files that the <c>.dlsignore</c> beside them lacks.</summary>
    private void FindIgnores()
    {
        GitIndexFile index = GitIndexFile.Read(_repo.Git);
        IEnumerable<string> files = index.ListEntries().Where(static e => e.IsFile).Select(static e => e.Path)
            .Where(static p => p[(p.LastIndexOf('/') + 1)..] == IgnoreName).Append(IgnoreName).Distinct(StringComparer.Ordinal);
        foreach (string file in files)
        {
            byte[]? theirs = SmallFile.Find($"{_repo.WorkTree}/{file}", file, IgnoreFile.LengthMax);
            string own = file[..^IgnoreName.Length] + IgnoreFile.Name;
            string text = Encoding.UTF8.GetString(CommittedText.ReadUnlessDeleted(_repo.Git, own, index).Bytes ?? []);
            HashSet<string> lines = [.. text.Split('\n').Select(static l => l.TrimEnd('\r'))];
            string[] more = [.. Encoding.UTF8.GetString(theirs ?? []).Split('\n').Select(static l => l.TrimEnd('\r'))
                .Where(l => l.Length > 0 && l[0] != '#' && !lines.Contains(l))];
            string heading = $"# From {IgnoreName}.";
            if (lines.Contains(heading))
            {
                _written.Add(own);
            }

            if (more.Length > 0)
            {
                string newline = text.Length == 0 || text[^1] == '\n' ? "" : "\n";
                _ignores[own] = Encoding.UTF8.GetBytes($"{text}{newline}{heading}\n{string.Join('\n', more)}\n");
            }
        }
    }

    private DvcRemoteHint Hint(DvcRemote remote)
    {
        bool isWritable = remote.Address is { } a && !a.StartsWith("http", StringComparison.Ordinal);
        string options = string.Concat(((string, string?)[])[("endpoint", remote.Options.Endpoint), ("region", remote.Options.Region),
            ("profile", remote.Options.Profile)] is var all ? all.Where(static o => o.Item2 is not null)
            .Select(static o => $" --{o.Item1} {ShellWord.Of(o.Item2!)}") : []);
        string name = RepoConfig.IsRemoteName(remote.Name) ? remote.Name : "NAME";
        return new DvcRemoteHint(remote.Name, remote.Url, isWritable
            ? $"dls remote add {name} {ShellWord.Of(remote.Address!.TrimEnd('/') + "/dls")}{options}" : null);
    }
}
