using DlStore.Git;
using DlStore.Objects;
using DlStore.Remotes;

namespace DlStore.Operations.Store;

/// <summary>
/// Reads this repository's pins on a remote and looks for everything they name: an index file that has vanished takes what only it named
/// with it.
/// </summary>
internal sealed class PinCheck(Repo repo, IRemote remote, RemoteIndex index, DamageNote note, CancellationToken cancel)
{
    private readonly List<(DamagedObject Damaged, IReadOnlyCollection<Oid> Oids)> _wrong = [];
    private readonly HashSet<Oid> _lost = [];
    private readonly RemoteTombstones _tombstones = new(remote, repo.Store.Erased);
    private string _where = "";

    /// <summary>Gets how many objects pins name that were erased on purpose.</summary>
    public long Erased { get; private set; }

    /// <summary>Runs the check; what no index names is noted as lost.</summary>
    /// <returns>What is wrong, with the objects it concerns.</returns>
    public async Task<IReadOnlyList<(DamagedObject Damaged, IReadOnlyCollection<Oid> Oids)>> RunAsync()
    {
        TreeClosure closure = new(ReadNode) { Node = Look, Blob = (oid, _) => Look(oid), MissingNode = Look };
        await foreach (RemoteFile file in RemoteListing.ListAsync(
            remote, RemoteLayout.Pins(repo.Config.RepoId ?? "none"), RemoteListing.PinsMax, cancel))
        {
            foreach (PinLine line in await ReadAsync(file))
            {
                _where = $"{line.Path} at commit {Path.GetFileName(file.Name)[..Math.Min(12, Path.GetFileName(file.Name).Length)]}";
                if (line.Kind == ObjectKind.Tree)
                {
                    closure.Walk(line.Oid, null);
                }
                else
                {
                    Look(line.Oid);
                }
            }
        }

        return _wrong;
    }

    private async Task<IReadOnlyList<PinLine>> ReadAsync(RemoteFile file)
    {
        try
        {
            return CommitId.TryParse(Path.GetFileName(file.Name), out _)
                ? Pin.Parse(await remote.ReadAsync(file.Name, Pin.LengthMax, cancel) ?? [], file.Name)
                : throw new DlsException(ErrorKind.Corrupt, "its name is not a commit id");
        }
        catch (DlsException e) when (e.Kind == ErrorKind.Corrupt)
        {
            new RemoteCache(repo.RemoteCacheRoot, remote.Name, remote.Location).ForgetPin(Path.GetFileName(file.Name));
            _wrong.Add((new DamagedObject(file.Name, file.Name, e.Message, []), []));
            return [];
        }
    }

    private byte[]? ReadNode(Oid oid)
    {
        try
        {
            if (repo.Store.Find(oid) is not null)
            {
                return repo.Store.Read(oid);
            }
        }
        catch (DlsException e) when (e.Kind == ErrorKind.Corrupt)
        {
            // Damaged here is another question; the remote is asked for its own copy.
        }

        return index.Find(oid) is { IsLarge: false } place
            ? RemoteObject.TryReadAsync(remote, place, cancel).GetAwaiter().GetResult() : null;
    }

    private void Look(Oid oid)
    {
        // What has a damaged place was told when its pack was read.
        if (index.Find(oid, null) is not null || !_lost.Add(oid))
        {
            return;
        }

        if (_tombstones.FindAsync([oid], cancel).GetAwaiter().GetResult().Count > 0)
        {
            Erased++;
        }
        else
        {
            index.Damage.Add(new DamagedPlace(DamagedKind.Lost, default, oid), note);
            _wrong.Add(
                (new DamagedObject(oid.ToString(), "", $"a pin names it and no index of remote '{remote.Name}' does", [_where]), [oid]));
        }
    }
}
