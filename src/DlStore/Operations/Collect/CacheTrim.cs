using DlStore.Git;
using DlStore.Io;
using DlStore.Objects;
using DlStore.Operations.Store;
using DlStore.Remotes;
using DlStore.Remotes.Leases;
using DlStore.WorkTree;

namespace DlStore.Operations.Collect;

/// <summary>What to drop from the local store.</summary>
public sealed record CacheTrimOptions
{
    /// <summary>Gets the remote that has to hold it, or null for the default one.</summary>
    public string? Remote { get; init; }

    /// <summary>Gets how long ago something has to have been stored or fetched here.</summary>
    public TimeSpan Keep { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Gets a value indicating whether names and lengths on the remote are enough, where nobody there can tell a hash.</summary>
    public bool Quick { get; init; }

    /// <summary>Gets a value indicating whether to plan only: the remote is asked all the same.</summary>
    public bool DryRun { get; init; }

    /// <summary>Gets who is told about progress.</summary>
    public IProgress<WorkProgress>? Progress { get; init; }
}

/// <summary>What was dropped.</summary>
/// <param name="Remote">The remote that holds it.</param>
/// <param name="Dropped">Objects that are not here any more.</param>
/// <param name="BytesFreed">The bytes that the store has less.</param>
/// <param name="InUse">Objects that stay, because the pointers of a work tree or of HEAD name them.</param>
/// <param name="NotPinned">Objects that stay, because no pin on the remote names them.</param>
/// <param name="NotThere">Objects that stay, because the remote does not have them in a good place.</param>
/// <param name="TooNew">Objects that could go and stay, because they are too new, or too few in their pack to be worth it.</param>
public sealed record CacheTrimResult(
    string Remote, long Dropped, long BytesFreed, long InUse, long NotPinned, long NotThere, long TooNew);

/// <summary>
/// <c>dls cache trim</c>: drops bytes of the local store that a remote provably holds: a pin there names them, an index says where they
/// are, no collection condemns them, and the file was looked at now. What the work trees and HEAD name stays, and so do all listings: what
/// is gone comes back by a fetch.
/// </summary>
public sealed class CacheTrim
{
    private readonly Repo _repo;
    private readonly CacheTrimOptions _options;
    private readonly CancellationToken _cancel;
    private readonly HashSet<Oid> _local = [];
    private readonly HashSet<Oid> _inUse = [];

    private CacheTrim(Repo repo, CacheTrimOptions options, CancellationToken cancel)
    {
        _repo = repo;
        _options = options;
        _cancel = cancel;
    }

    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="options">What to drop.</param>
    /// <param name="cancel">Stops it between files.</param>
    /// <returns>What was dropped.</returns>
    /// <exception cref="DlsException">Kind Failed: the store belongs to several repositories, or the remote is not there.</exception>
    public static Task<CacheTrimResult> RunAsync(Repo repo, CacheTrimOptions options, CancellationToken cancel) =>
        new CacheTrim(repo, options, cancel).RunAsync();

    private async Task<CacheTrimResult> RunAsync()
    {
        IRemote remote = _repo.OpenRemote(_options.Remote);
        RemoteCache cache = new(_repo.RemoteCacheRoot, remote.Name, remote.Location);
        await RemoteFormat.RequireAsync("trim by", remote, cache, _cancel);
        ListLocal();
        FindInUse();
        HashSet<Oid> pinned = await FindPinnedAsync(remote);
        using RemoteIndex index = await RemoteIndex.SyncAsync(remote, cache, _cancel, reads: true);
        index.Condemned = remote.IsReadOnly
            ? CondemnedList.None : await (await GcState.ReadAsync(remote, _cancel)).ReadCondemnedAsync(remote, _cancel);
        Oid[] candidates = [.. _local.Where(o => !_inUse.Contains(o) && pinned.Contains(o))];
        HashSet<Oid> held = await FindHeldAsync(remote, index, candidates);
        GcResult dropped = Gc.Run(
            _repo,
            new GcOptions { Grace = _options.Keep, DryRun = _options.DryRun, Droppable = held, Progress = _options.Progress },
            _cancel);
        long gone = dropped.Dead + dropped.DeadBlobs;
        return new CacheTrimResult(remote.Name, gone, dropped.BytesFreed, _local.LongCount(_inUse.Contains),
            _local.LongCount(o => !_inUse.Contains(o) && !pinned.Contains(o)), candidates.Length - held.Count, held.Count - gone);
    }

    /// <summary>Lists the blobs of the local store.</summary>
    private void ListLocal()
    {
        _local.UnionWith(_repo.Store.Large.ListAll());
        foreach (PackTable table in _repo.Store.OpenTables())
        {
            using (table)
            {
                for (int i = 0; table.Kind != PackKind.Nodes && i < table.Count; i++)
                {
                    _ = _local.Add(table.Get(i).Oid);
                }
            }
        }
    }

    /// <summary>Finds what the pointers of the work trees and of HEAD name, and what was written out.</summary>
    private void FindInUse()
    {
        TreeClosure closure = Closure(_inUse);
        foreach (string tree in _repo.Git.ListWorkTrees())
        {
            using Repo there = _repo.OpenAt(tree);
            WorkTreeState state = WorkTreeState.Read(there);
            List<PathEntry> entries = [.. state.Base.Paths.Select(p => Snapshot.EntryOf(state.Base.Find(RelPath.Parse(p))))];
            entries.AddRange(
                there.ListPointers(state).Managed.Where(static m => !m.Pointer.Demand).Select(static m => PathEntry.Of(m.Pointer)));
            if (there.Git.Head() is { } head)
            {
                entries.AddRange(new CommitReader(there).ReadManaged(head).Where(static m => !m.Pointer.Demand)
                    .Select(static m => PathEntry.Of(m.Pointer)));
            }

            entries.ForEach(e => Take(closure, _inUse, e));
        }
    }

    /// <summary>Finds what the pins of this repository on the remote name, by the commits and listings that are here.</summary>
    private async Task<HashSet<Oid>> FindPinnedAsync(IRemote remote)
    {
        HashSet<Oid> pinned = [];
        TreeClosure closure = Closure(pinned);
        CommitReader reader = new(_repo) { Unreadable = static (_, _) => { } };
        string pins = RemoteLayout.Pins(_repo.Config.RepoId ?? "none");
        await foreach (RemoteFile file in RemoteListing.ListAsync(remote, pins, RemoteListing.PinsMax, _cancel))
        {
            if (CommitId.TryParse(Path.GetFileName(file.Name), out CommitId commit)
                && _repo.Git.CatFile.FindMany([commit.Hex])[0] is not null)
            {
                foreach (ManagedPath managed in reader.ReadManaged(commit))
                {
                    Take(closure, pinned, PathEntry.Of(managed.Pointer));
                }
            }
        }

        return pinned;
    }

    private TreeClosure Closure(HashSet<Oid> into) => new(oid => _repo.Store.Find(oid) is null ? null : _repo.Store.Read(oid))
    {
        Blob = (oid, _) => into.Add(oid),
    };

    private static void Take(TreeClosure closure, HashSet<Oid> into, in PathEntry entry)
    {
        if (entry.IsDirectory)
        {
            closure.Walk(entry.Oid, null);
        }
        else if (entry.IsPresent)
        {
            _ = into.Add(entry.Oid);
        }
    }

    /// <summary>Looks on the remote, now, for the files that hold the candidates.</summary>
    private async Task<HashSet<Oid>> FindHeldAsync(IRemote remote, RemoteIndex index, Oid[] candidates)
    {
        HashSet<Oid> files = [];
        HashSet<Oid> held = [];
        foreach (Oid oid in candidates)
        {
            if (index.Find(oid, index.Damage, lasts: true) is { } place)
            {
                files.Add(place.IsLarge ? oid : place.Pack.Id);
                held.Add(oid);
            }
        }

        if (files.Count > 0)
        {
            VerifyOptions look = new() { Only = files, Quick = _options.Quick, Progress = _options.Progress };
            VerifyResult found = await VerifyRemote.RunAsync(_repo, remote, index, look, _cancel);
            held.ExceptWith(found.Damaged.SelectMany(static d => d.Oids));
        }

        return held;
    }
}
