using DlStore.Io;
using DlStore.Objects;
using DlStore.Operations.Store;
using DlStore.WorkTree;

namespace DlStore.Operations.Lfs;

/// <summary>
/// <c>dls import lfs</c>: files that git-lfs keeps become files that dls keeps. Both name the plain bytes by SHA-256, so a pointer is
/// translated, and the bytes are copied once, from the work tree or from git-lfs's objects.
/// </summary>
/// <remarks>
/// Order: objects that are only with git-lfs (durable), their bytes in place of pointers in the work tree, objects of the rest, attributes,
/// then one <see cref="WorkTreeChange"/> for all pointers, at last git's index lets go of the files. Until then a file is git-lfs's, so a
/// kill leaves files that the same command takes over; what it finds done it leaves alone.
/// </remarks>
public sealed class ImportLfs
{
    private readonly Repo _repo;
    private readonly ImportLfsOptions _options;
    private readonly LfsStore _lfs;

    private ImportLfs(Repo repo, ImportLfsOptions options)
    {
        _repo = repo;
        _options = options;
        _lfs = new LfsStore(repo.Git);
    }

    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="options">What to take over.</param>
    /// <param name="cancel">Stops it; the same command again finishes.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="DlsException">Kind Usage: a word names nothing. Kind Failed: files are in the way (listed; nothing was
    /// touched).</exception>
    public static ImportLfsResult Run(Repo repo, ImportLfsOptions options, CancellationToken cancel) =>
        new ImportLfs(repo, options).Run(cancel);

    private ImportLfsResult Run(CancellationToken cancel)
    {
        using PointerLookup lookup = new(_repo);
        ImportLfsPlan plan = ImportLfsPlan.Make(_repo, _options, WorkTreeState.Read(_repo), lookup);
        LfsCommit commit = new(_repo);
        if (_options.Commit)
        {
            commit.RequireClean();
        }

        long fetched = Fetch(plan);
        AttributeEdits attributes = plan.PlanAttributes();
        ImportLfsResult result = new([.. plan.Targets.Select(t => Planned(plan, t))], plan.Left)
        {
            Fetched = fetched,
            Attributes = attributes.Files,
            Plain = plan.Plain,
        };
        bool hasWork = plan.Targets.Count > 0 || attributes.Files.Count > 0;
        if (_options.DryRun || (!hasWork && !commit.IsOpen))
        {
            return result with { Left = [.. plan.Left] };
        }

        IReadOnlyList<AddedPath> done = [];
        if (hasWork)
        {
            commit.Begin(_options.Commit);
            done = Apply(plan, attributes, cancel);
        }

        string? id = _options.Commit ? commit.Make(done.Sum(static d => d.Pointer.Files)) : null;
        return result with { Paths = done, Left = [.. plan.Left], Commit = id, IsStaged = hasWork && id is null };
    }

    /// <summary>Sees to bytes that are neither here nor with git-lfs here; files whose bytes are nowhere leave the plan.</summary>
    /// <returns>How many objects git-lfs brought, or would have to bring.</returns>
    private long Fetch(ImportLfsPlan plan)
    {
        LfsPointer[] missing = Missing(plan);
        if (missing.Length == 0)
        {
            return 0;
        }

        bool canFetch = !_options.NoFetch && _lfs.HasProgram;
        if (_options.DryRun && canFetch)
        {
            return missing.Length;
        }

        string? why = _options.NoFetch ? null : canFetch ? Bring(plan, missing) : "git-lfs is not installed";
        LfsPointer[] lost = Missing(plan);
        string reason = why is null ? "its bytes are not here" : $"its bytes are not here, and git-lfs could not bring them: {why}";
        plan.Leave([.. lost.Select(static p => p.Oid)], reason);
        return missing.Length - lost.Length;
    }

    private string? Bring(ImportLfsPlan plan, LfsPointer[] missing)
    {
        if (!plan.IsLimited)
        {
            return _lfs.FetchHead();
        }

        string? why = null;
        foreach (LfsPointer pointer in missing)
        {
            why = _lfs.FetchOne(pointer) ?? why;
        }

        return why;
    }

    private LfsPointer[] Missing(ImportLfsPlan plan) => [.. plan.ToWrite.Select(static f => f.Pointer).DistinctBy(static p => p.Oid)
        .Where(p => !_repo.Store.Contains(p.Oid) && !_lfs.Has(p))];

    private IReadOnlyList<AddedPath> Apply(ImportLfsPlan plan, AttributeEdits attributes, CancellationToken cancel)
    {
        using ObjectWriter writer = _repo.BeginWrite();
        TakeFromLfs(plan, writer, cancel);
        attributes.Write();
        AttributeEdits.RequireFree(_repo, [.. plan.Targets.Select(static t => t.Root)]);
        List<Snapshot> snapshots = [];
        try
        {
            SnapshotRun run = new(_repo, plan.State, writer, _options.Progress, cancel);
            snapshots.AddRange(run.TakeAll(plan.Targets.Select(t => SnapshotRequest.WithIgnored(
                _repo, t.Path, t.Pointer, plan.State.Base.Find(t.Path))), null));
            writer.Commit();
            RequireSame(plan, snapshots);
            CrashPoint.Hit("lfs.stored");
            return Point(plan, attributes, snapshots, writer);
        }
        finally
        {
            snapshots.ForEach(static s => s.Dispose());
        }
    }

    /// <summary>Stores what only git-lfs has and writes it out in place of its pointers, as <c>git lfs checkout</c> would.</summary>
    private void TakeFromLfs(ImportLfsPlan plan, ObjectWriter writer, CancellationToken cancel)
    {
        if (plan.ToWrite.Count == 0)
        {
            return;
        }

        IReadOnlyList<LfsPointer> wrong = LfsIngest.Store(
            _repo, writer, _lfs, plan.ToWrite.Select(static f => f.Pointer), _options.Progress, cancel);
        writer.Commit();
        if (wrong.Count > 0)
        {
            throw new DlsException(
                ErrorKind.Corrupt, $"import lfs: read {CountWords.Of(wrong.Count, "object")} of git-lfs: other bytes than named",
                "`git lfs fsck` moves damaged objects away and `git lfs fetch` brings them again; then import again")
            {
                Items = [.. wrong.Select(p => _lfs.PathOf(p.Oid))],
            };
        }

        WriteOut(plan.ToWrite, cancel);
        CrashPoint.Hit("lfs.written");
    }

    private void WriteOut(IReadOnlyList<LfsFile> files, CancellationToken cancel)
    {
        DiskFlush flush = new(_repo.Files);
        Extractor extractor = new(_repo.Files, _repo.Store, flush, _repo.Threads, _options.Progress)
        {
            ItemsTotal = files.Count,
            BytesTotal = files.Sum(static f => f.Pointer.Size),
        };
        try
        {
            foreach (LfsFile file in files)
            {
                TreeMode mode = file.IsExecutable ? TreeMode.Executable : TreeMode.File;
                extractor.Write(file.Path.Value, new PathEntry(mode, file.Pointer.Oid, file.Pointer.Size, 1), replace: true, cancel);
            }

            _ = extractor.Finish(cancel);
        }
        catch
        {
            extractor.Abandon();
            throw;
        }

        flush.Run();
    }

    /// <summary>What was stored is what git named: nobody changed a file meanwhile, and no disk gave other bytes.</summary>
    private static void RequireSame(ImportLfsPlan plan, List<Snapshot> snapshots)
    {
        Dictionary<RelPath, LfsFile> files = plan.Files.ToDictionary(static f => f.Path);
        List<string> wrong = [];
        foreach (Snapshot snapshot in snapshots)
        {
            wrong.AddRange(snapshot.Refused.Select(static r => $"{r.Path}: {r.Reason}"));
            if (files.TryGetValue(snapshot.Path, out LfsFile? file) && snapshot.OnDisk.Oid != (file.Pointer.Original ?? file.Pointer.Oid))
            {
                wrong.Add($"{snapshot.Path}: its bytes are not those that git names");
            }
            else if (snapshot.Named.IsPresent && !snapshot.Named.Same(snapshot.OnDisk))
            {
                wrong.Add($"{snapshot.Path}: '{snapshot.Path}{Pointer.Suffix}' is there already and names something else");
            }
        }

        if (wrong.Count > 0)
        {
            throw new DlsException(ErrorKind.Failed, $"import lfs: {CountWords.Of(wrong.Count, "path")} cannot be taken over",
                "no pointer was written; put them right, for example by `git checkout -- PATH`, and import again")
            {
                Items = wrong,
            };
        }
    }

    private IReadOnlyList<AddedPath> Point(
        ImportLfsPlan plan, AttributeEdits attributes, List<Snapshot> snapshots, ObjectWriter writer)
    {
        using WorkTreeChange change = WorkTreeChange.Open(_repo);
        AddOptions options = new() { Paths = [] };
        List<AddPointer> pointers = [];
        for (int i = 0; i < snapshots.Count; i++)
        {
            AddTarget target = plan.Targets[i];
            pointers.Add(new AddPointer(_repo, options, change.State, target.Root, target.Pointer, writer));
            pointers[i].Take(target, snapshots[i]);
        }

        AddedPath[] done = [.. pointers.Select(static p => p.Settle())];
        writer.Commit();
        for (int i = 0; i < done.Length; i++)
        {
            pointers[i].Write(done[i], change);
        }

        foreach (string file in attributes.Files)
        {
            change.Stage(file);
        }

        change.Commit();
        CrashPoint.Hit("lfs.pointed");
        IEnumerable<string> tracked = plan.Directories.SelectMany(static d => d.Tracked);
        _repo.Git.Unstage([.. plan.Files.Select(static f => f.Path.Value).Concat(tracked).Distinct()]);
        CrashPoint.Hit("lfs.untracked");
        return done;
    }

    /// <summary>What a pointer comes to, where that is known before anything is read.</summary>
    private static AddedPath Planned(ImportLfsPlan plan, AddTarget target)
    {
        if (plan.Directories.FirstOrDefault(d => d.Path == target.Root) is { } directory)
        {
            long size = directory.Files.Sum(static f => f.Pointer.Size);
            Pointer tree = new() { Kind = ObjectKind.Tree, Oid = default, Size = size, Files = directory.Tracked.Count };
            return new AddedPath(target.Root, tree, target.Pointer is null, true, 0);
        }

        LfsFile file = plan.FileAt(target.Root);
        Oid oid = file.Pointer.Original ?? file.Pointer.Oid;
        Pointer blob = new() { Kind = ObjectKind.Blob, Oid = oid, Size = file.Pointer.Size, Exec = file.IsExecutable };
        return new AddedPath(target.Root, blob, target.Pointer is null, true, 0);
    }
}
