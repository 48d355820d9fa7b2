using DlStore.Objects;
using DlStore.Remotes;

namespace DlStore.Operations.Collect;

/// <summary>
/// What pins keep on a remote: every pin of every repository is read, then the index, then the listings below. A pin or listing that
/// cannot be
/// read could name anything, so it stops the collection.
/// </summary>
internal sealed class RemoteMark : IDisposable
{
    private readonly Repo _repo;
    private readonly IRemote _remote;
    private readonly HashSet<Oid> _live = [];
    private readonly CancellationToken _cancel;

    private RemoteMark(Repo repo, IRemote remote, RemoteIndex index, CancellationToken cancel)
    {
        _repo = repo;
        _remote = remote;
        _cancel = cancel;
        Index = index;
    }

    public RemoteIndex Index { get; }

    public IReadOnlySet<Oid> Live => _live;

    public long Pins { get; private set; }

    /// <summary>Gets objects with a tombstone: they are live nowhere.</summary>
    public HashSet<Oid> Erased { get; } = [];

    /// <summary>Marks.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="remote">The remote.</param>
    /// <param name="cache">What is known of it here.</param>
    /// <param name="seen">Told of each pin that names an object, with the managed path; null if nobody asks.</param>
    /// <param name="cancel">Stops it.</param>
    public static async Task<RemoteMark> ReadAsync(
        Repo repo, IRemote remote, RemoteCache cache, Action<string, Oid, string>? seen, CancellationToken cancel)
    {
        List<(string Name, IReadOnlyList<PinLine> Lines)> pins = [];
        await foreach (RemoteFile file in RemoteListing.ListAsync(remote, "pins", RemoteListing.PinsMax, cancel))
        {
            byte[]? bytes = await remote.ReadAsync(file.Name, Pin.LengthMax, cancel);
            pins.Add((file.Name, bytes is null ? [] : Pin.Parse(bytes, file.Name)));
        }

        RemoteMark mark = new(repo, remote, await SyncAsync(remote, cache, cancel), cancel);
        mark.Erased.UnionWith(await RemoteTombstones.ListAllAsync(remote, cancel));

        mark.Walk(pins, seen);
        return mark;
    }

    public void Dispose() => Index.Dispose();

    private static async Task<RemoteIndex> SyncAsync(IRemote remote, RemoteCache cache, CancellationToken cancel)
    {
        RemoteIndex index = await RemoteIndex.SyncAsync(remote, cache, cancel);
        if (index.Problems is [var problem, ..])
        {
            index.Dispose();
            throw new DlsException(ErrorKind.Corrupt,
                $"collect garbage on remote '{remote.Name}': '{problem.Name}': {problem.Wrong}, so what lies there is not known",
                $"run `dls push --remote {remote.Name} --repair`, then again; nothing was collected");
        }

        return index;
    }

    private void Walk(List<(string Name, IReadOnlyList<PinLine> Lines)> pins, Action<string, Oid, string>? seen)
    {
        Pins = pins.Count;
        string at = "";
        PinLine from = default;
        TreeClosure Closure() => new(ReadNode)
        {
            Node = o => Take(o),
            Blob = (o, _) => Take(o),
            MissingNode = o => Miss(o, at, from),
        };
        void Take(Oid oid)
        {
            _live.Add(oid);
            seen?.Invoke(at, oid, from.Path.Value);
        }

        TreeClosure closure = Closure();
        foreach ((string name, IReadOnlyList<PinLine> lines) in pins)
        {
            _cancel.ThrowIfCancellationRequested();
            at = name;
            closure = seen is null ? closure : Closure();
            foreach (PinLine line in lines)
            {
                from = line;
                Take(line.Oid);
                if (line.Kind == ObjectKind.Tree)
                {
                    closure.Walk(line.Oid, null);
                }
            }
        }

        _live.ExceptWith(Erased);
    }

    private byte[]? ReadNode(Oid oid)
    {
        if (_repo.Store.Find(oid) is not null)
        {
            try
            {
                return _repo.Store.Read(oid);
            }
            catch (DlsException e) when (e.Kind == ErrorKind.Corrupt)
            {
                // The remote has its own copy.
            }
        }

        return Index.Find(oid, null) is { IsLarge: false } place
            ? RemoteObject.TryReadAsync(_remote, place, _cancel).GetAwaiter().GetResult() : null;
    }

    private void Miss(Oid oid, string pin, PinLine line)
    {
        if (!Erased.Contains(oid))
        {
            throw new DlsException(ErrorKind.Missing,
                $"collect garbage on remote '{_remote.Name}': listing '{oid}' is neither there nor here, "
                + $"so what '{line.Path}' of '{pin}' names is not known; nothing was collected",
                $"run `dls push --remote {_remote.Name} --repair` in a clone that has it, then again");
        }
    }
}
