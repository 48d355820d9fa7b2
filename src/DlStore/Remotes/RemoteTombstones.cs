using System.Collections.Concurrent;
using DlStore.Objects;
using DlStore.Remotes.Leases;

namespace DlStore.Remotes;

/// <summary>
/// The tombstones of a remote (docs/formats/remote-protocol.md, Erasing): one listing says which objects they are about, and only of those
/// that somebody here asks for the tombstone itself is read, once for each clone. A remote that can only be read may show no listings:
/// there it is asked for each object that is missing.
/// </summary>
/// <param name="remote">The remote.</param>
/// <param name="known">Keeps what was read.</param>
internal sealed class RemoteTombstones(IRemote remote, Tombstones known)
{
    private const int AskedMax = 1000;
    private HashSet<Oid>? _listed;

    /// <summary>Gives the same without what was listed.</summary>
    public RemoteTombstones Anew() => new(remote, known);

    /// <summary>Lists which objects have one there; nothing where it can only be read.</summary>
    /// <returns>The objects.</returns>
    public async Task<IReadOnlySet<Oid>> ListAsync(CancellationToken cancel)
    {
        return _listed ??= remote.IsReadOnly ? [] : await ListAllAsync(remote, cancel);
    }

    /// <summary>Lists which objects a remote has tombstones of.</summary>
    public static async Task<HashSet<Oid>> ListAllAsync(IRemote remote, CancellationToken cancel)
    {
        HashSet<Oid> found = [];
        await foreach (RemoteFile file in RemoteListing.ListAsync(remote, GcLayout.ErasedDirectory, RemoteListing.FilesMax, cancel))
        {
            _ = Oid.TryParseHex(Path.GetFileName(file.Name), out Oid oid) && found.Add(oid);
        }

        return found;
    }

    /// <summary>Writes tombstones, and makes them durable; what is there stays.</summary>
    public static async Task SendAsync(IRemote remote, IReadOnlyCollection<Tombstone> tombstones, CancellationToken cancel)
    {
        if (tombstones.Count == 0)
        {
            return;
        }

        ParallelOptions parallel = new() { MaxDegreeOfParallelism = remote.ParallelMax, CancellationToken = cancel };
        await Parallel.ForEachAsync(tombstones, parallel, async (tombstone, token) =>
            await remote.PutAsync(GcLayout.Erased(tombstone.Oid), tombstone.ToBytes(), replace: false, token));
        await remote.FlushAsync(cancel);
    }

    /// <summary>Finds which of some objects were erased, by what is known here and what the remote says; keeps their tombstones.</summary>
    /// <param name="oids">The objects.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>Those that were.</returns>
    public async Task<IReadOnlyDictionary<Oid, Tombstone>> FindAsync(IEnumerable<Oid> oids, CancellationToken cancel)
    {
        IReadOnlySet<Oid> listed = await ListAsync(cancel);
        ConcurrentDictionary<Oid, Tombstone> found = [];
        List<Oid> asked = [];
        foreach (Oid oid in oids.Distinct())
        {
            if (known.Find(oid) is { } tombstone)
            {
                found[oid] = tombstone;
            }
            else if (remote.IsReadOnly ? asked.Count < AskedMax : listed.Contains(oid))
            {
                asked.Add(oid);
            }
        }

        ParallelOptions parallel = new() { MaxDegreeOfParallelism = remote.ParallelMax, CancellationToken = cancel };
        await Parallel.ForEachAsync(asked, parallel, async (oid, token) =>
        {
            if (await remote.ReadAsync(GcLayout.Erased(oid), Tombstone.LengthMax, token) is { } bytes)
            {
                found[oid] = Tombstone.Parse(bytes, oid);
            }
        });
        foreach (Oid oid in asked.Where(found.ContainsKey))
        {
            known.Add(found[oid]);
        }

        return found;
    }
}
