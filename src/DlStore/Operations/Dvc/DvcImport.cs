using DlStore.Io;
using DlStore.Objects;

namespace DlStore.Operations.Dvc;

/// <summary>
/// <c>dls import dvc</c>: makes pointers of what DVC has recorded. The bytes come from the work tree, DVC's cache or its remotes; each is
/// read once, checked against the recorded MD5, and stored. Order: objects (durable), files in the place of symlinks into the cache, then
/// one change of the work tree: ignore lines, pointers, <c>.dvc</c> files removed, base, git's index. Killed anywhere, the same command
/// again finishes. What cannot be taken over stays DVC's and is listed.
/// </summary>
public sealed class DvcImport
{
    /// <summary>So many files are read before the small ones among them are appended in their order.</summary>
    private const int AtOnce = 256;

    private readonly Repo _repo;
    private readonly DvcImportOptions _options;
    private readonly WorkTreeState _state;
    private readonly List<DvcImportedOut> _left = [];
    private readonly List<DvcUnit> _units = [];

    private DvcImport(Repo repo, DvcImportOptions options)
    {
        _repo = repo;
        _options = options;
        _state = WorkTreeState.Read(repo);
        _ = _state.Clock;
    }

    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="options">What to take over.</param>
    /// <param name="cancel">Stops it; nothing is pointed at then.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="DlsException">Kind Usage: a word means nothing. Kind Failed: no DVC repository, a record that cannot be read, or
    /// files that differ from the record (listed); nothing of the work tree was touched.</exception>
    public static Task<DvcImportResult> RunAsync(Repo repo, DvcImportOptions options, CancellationToken cancel) =>
        new DvcImport(repo, options).RunAsync(cancel);

    private async Task<DvcImportResult> RunAsync(CancellationToken cancel)
    {
        RequireReady();
        DvcRecords records = DvcRecords.Read(_repo, _state.Index);
        RequireDvc(records);
        using DvcBytes bytes = new(_repo, _options.DryRun, _options.KeepModified);
        using ObjectWriter? writer = _options.DryRun ? null : _repo.BeginWrite();
        await PlanAsync(records, bytes, cancel);
        await ReadAsync(bytes, writer, cancel);
        RefuseModified();
        Hold(records);
        IReadOnlyList<DvcImportedOut> done = [.. _units.Select(static u => u.ToResult(DvcOutcome.Imported, null))];
        DvcWrite write = new(_repo, _options, records, [.. _left.Concat(done)]);
        if (writer is not null)
        {
            _units.ForEach(u => u.Settle(writer, _state.Clock));
            writer.Commit();
            CrashPoint.Hit("dvc.stored");
            done = write.Apply(_units);
        }

        DvcImportResult result = write.ToResult([.. _left.Concat(done).OrderBy(static o => o.Path, StringComparer.Ordinal)]);
        return result with { BytesRead = bytes.BytesRead };
    }

    private void RequireReady()
    {
        if (_repo.Config.RepoId is null)
        {
            throw new DlsException(ErrorKind.Failed, "import dvc: this repository is not one of dls yet", "run `dls init` first");
        }
    }

    private void RequireDvc(DvcRecords records)
    {
        if (records.All.Count == 0 && !Directory.Exists($"{_repo.WorkTree}/.dvc") && _options.Paths.Count == 0)
        {
            throw new DlsException(ErrorKind.Failed, "import dvc: there is no '.dvc' here, no '.dvc' file and no 'dvc.lock'",
                "run it in a repository that DVC was used in; `dls add` takes files that DVC does not know");
        }
    }

    /// <summary>Judges every chosen out and reads the listings of directories.</summary>
    private async Task PlanAsync(DvcRecords records, DvcBytes bytes, CancellationToken cancel)
    {
        using PointerLookup lookup = new(_repo);
        DvcJudge judge = new(_repo, _state.Index, lookup, records.All.SelectMany(static r => r.Outs));
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach ((DvcRecord record, DvcOut found) in DvcChoice.Of(_repo, records.All, _options.Paths))
        {
            if (judge.Of(found) is { } why)
            {
                _left.Add(why);
                continue;
            }

            Pointer? before = lookup.Find(found.Path);
            if (!seen.Add(found.Path.Value) || (record.IsStage && before is not null && IsSettled(found.Path)))
            {
                _left.Add(new DvcImportedOut(found.Path.Value, found.Record, DvcOutcome.AlreadyThere, null) { Pointer = before });
                continue;
            }

            DvcSettings settings = records.SettingsOf(record.File);
            (IReadOnlyList<DvcEntry>? entries, DvcImportedOut? lost) = await DvcDirectory.ListAsync(found, settings, bytes, cancel);
            _left.AddRange(lost is null ? [] : [lost]);
            _units.AddRange(entries is null ? [] : [new DvcUnit(found, settings, entries, before)]);
        }
    }

    /// <summary>Tells whether an import of a path has come to its end: git knows the pointer, and the base what is on disk.</summary>
    private bool IsSettled(RelPath path) => _state.Index.Find(path.Value + Pointer.Suffix).Count > 0
        && (_state.Base.Find(path) is not null || !_repo.Files.TryStat(path.Value, out _));

    private async Task ReadAsync(DvcBytes bytes, ObjectWriter? writer, CancellationToken cancel)
    {
        using (DvcWorkFiles work = new(_repo))
        {
            _units.ForEach(u => u.Look(work));
        }

        RefuseModified();
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = bytes.ParallelMax, CancellationToken = cancel };
        (DvcUnit Unit, int At)[] all = [.. _units.SelectMany(static u => Enumerable.Range(0, u.Entries.Count).Select(i => (u, i)))];
        for (int from = 0; from < all.Length; from += AtOnce)
        {
            (DvcUnit Unit, int At)[] some = all[from..Math.Min(all.Length, from + AtOnce)];
            await Parallel.ForEachAsync(some, parallel, async (item, stop) => await item.Unit.TakeAsync(item.At, bytes, stop));
            foreach ((DvcUnit unit, int at) in some)
            {
                unit.Append(at, writer);
            }

            _options.Progress?.Report(new WorkProgress("importing", from + some.Length, all.Length, bytes.BytesRead, -1));
        }
    }

    private void RefuseModified()
    {
        string[] modified = [.. _units.SelectMany(static u => u.Modified)];
        if (modified.Length > 0 && !_options.KeepModified)
        {
            throw new DlsException(ErrorKind.Failed,
                $"import dvc: {CountWords.Of(modified.Length, "file differs", "files differ")} from what DVC recorded; nothing was changed",
                "record them with DVC (`dvc commit`) or take them back (`dvc checkout`), or import what was recorded and keep them as "
                + "changes: `dls import dvc --keep-modified`")
            {
                Items = modified,
            };
        }
    }

    /// <summary>Sorts out what was not found, what another pointer holds, and what goes with an out that cannot be imported.</summary>
    private void Hold(DvcRecords records)
    {
        Leave(static u => u.ToLost());
        Dictionary<string, DvcRecord> byFile = records.All.ToDictionary(static r => r.File, StringComparer.Ordinal);
        HashSet<string> held = [.. _left.Where(static o => o.Outcome is not (DvcOutcome.AlreadyThere or DvcOutcome.LeftToGit))
            .Select(static o => o.Record)];
        Leave(u => held.Contains(u.Out.Record) && !byFile[u.Out.Record].IsStage
            ? u.ToResult(DvcOutcome.Held, $"'{u.Out.Record}' names another out that stays DVC's") : null);
    }

    private void Leave(Func<DvcUnit, DvcImportedOut?> why)
    {
        foreach (DvcUnit unit in _units.ToArray())
        {
            if (why(unit) is { } left)
            {
                _left.Add(left);
                _ = _units.Remove(unit);
            }
        }
    }
}
