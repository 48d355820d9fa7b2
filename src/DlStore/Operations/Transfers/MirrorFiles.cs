using DlStore.Io;
using DlStore.Objects;
using DlStore.Remotes;

namespace DlStore.Operations.Transfers;

/// <summary>Copies the packs and large blobs that one remote's indexes name and another lacks; each goes by a file here.</summary>
internal sealed class MirrorFiles(
    Repo repo, IRemote from, IRemote to, MirrorOptions options, RemoteIndex source, RemoteIndex target, IReadOnlySet<Oid> erased)
{
    private readonly Lock _gate = new();
    private readonly List<string> _missing = [];
    private readonly List<Action> _mended = [];
    private long _items;
    private long _bytes;
    private long _itemsTotal;
    private long _bytesTotal;

    /// <summary>Gets how many were copied.</summary>
    public long Count { get; private set; }

    /// <summary>Gets the bytes of those.</summary>
    public long Bytes { get; private set; }

    /// <summary>Gets what is not there, or damaged.</summary>
    public IReadOnlyList<string> Missing => _missing;

    /// <summary>Copies.</summary>
    public async Task CopyAsync(CancellationToken cancel)
    {
        IReadOnlyDictionary<string, (Oid Id, long Size)> named = WithoutErased();
        Dictionary<string, (Oid Id, long Size)> trusted = new(Named(target), StringComparer.Ordinal);
        HashSet<string> noted = [
            .. target.Damage.List().Where(static n => n.Key.Kind != DamagedKind.Lost).Select(static n => NameOf(n.Key))];
        Dictionary<string, long> there = await RemoteInventory.ListSizesAsync(to, cancel);
        (string Name, Oid Id, long Size)[] lacking = [.. named.Where(n => noted.Contains(n.Key) || !trusted.ContainsKey(n.Key)
            || there.GetValueOrDefault(n.Key, -1) != n.Value.Size).Select(static n => (n.Key, n.Value.Id, n.Value.Size))];
        _itemsTotal = lacking.Length;

        // Each byte comes here and goes on.
        _bytesTotal = 2 * lacking.Sum(static l => l.Size);
        if (options.DryRun)
        {
            Count = lacking.Length;
            Bytes = lacking.Sum(static l => l.Size);
            return;
        }

        int jobs = options.Jobs ?? Math.Min(from.ParallelMax, to.ParallelMax);
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = jobs, CancellationToken = cancel };
        await Parallel.ForEachAsync(lacking, parallel, async (file, token) =>
        {
            // One that is there and that no index names yet is what an earlier run has sent: the far side may be able to say so.
            bool isNoted = noted.Contains(file.Name);
            bool isWhole = !isNoted && there.GetValueOrDefault(file.Name, -1) == file.Size
                && await to.FindHashAsync(file.Name, token) == file.Id;
            if (isWhole)
            {
                Report(1, 2 * file.Size);
                return;
            }

            await CopyOneAsync(file, isNoted, token);
            CrashPoint.Hit("mirror.file");
        });
    }

    /// <summary>After everything is durable there: strikes out what was noted as damaged and has been sent again.</summary>
    public void StrikeOut()
    {
        _mended.ForEach(static m => m());
        target.Damage.Save();
    }

    private void StrikeOut(string name, Oid id, PutResult put)
    {
        if (put == PutResult.Sent && name == RemoteLayout.Pack(id))
        {
            target.Damage.RemovePack(id);
        }

        // The whole file has the right bytes; what was noted of one object in it stays if nothing had to be sent.
        target.Damage.Remove(new DamagedPlace(DamagedKind.Pack, id, default));
        target.Damage.Remove(new DamagedPlace(DamagedKind.Blob, default, id));
    }

    private static string NameOf(in DamagedPlace place) =>
        place.Kind == DamagedKind.Blob ? RemoteLayout.Blob(place.Oid) : RemoteLayout.Pack(place.Pack);

    private async Task CopyOneAsync((string Name, Oid Id, long Size) file, bool isNoted, CancellationToken cancel)
    {
        string temp = Path.Combine(repo.Store.TempDirectory, $"mirror-{TempName.Next()}");
        AtomicFile.MakeDirectory(repo.Store.TempDirectory);
        try
        {
            Oid got = await from.DownloadAsync(file.Name, temp, file.Size, n => Report(0, n), cancel);
            if (got != file.Id)
            {
                Lose($"{file.Name}: its bytes do not match its name");
                return;
            }

            PutResult put = await (isNoted
                ? to.ReplaceFileAsync(file.Name, temp, file.Id, n => Report(0, n), cancel)
                : to.PutFileAsync(file.Name, temp, file.Id, n => Report(0, n), cancel));
            lock (_gate)
            {
                _mended.AddRange(isNoted ? [() => StrikeOut(file.Name, file.Id, put)] : []);
                Count++;
                Bytes += file.Size;
            }

            Report(1, 0);
        }
        catch (DlsException e) when (e.Kind is ErrorKind.Missing or ErrorKind.Corrupt)
        {
            Lose($"{file.Name}: {e.Message}");
        }
        finally
        {
            File.Delete(temp);
        }
    }

    /// <summary>
    /// What was erased does not come anywhere by being copied: a blob is passed over, and a pack that still holds such bytes is refused
    /// until a collection has written it anew.
    /// </summary>
    private Dictionary<string, (Oid Id, long Size)> WithoutErased()
    {
        Dictionary<string, (Oid Id, long Size)> named = Named(source);
        foreach (Oid oid in erased)
        {
            named.Remove(RemoteLayout.Blob(oid));
        }

        foreach (IndexedPack pack in erased.Count == 0 ? [] : source.Indexes.SelectMany(static i => i.Packs))
        {
            if (source.EntriesOf(pack.Id).Any(e => erased.Contains(e.Oid)) && named.Remove(RemoteLayout.Pack(pack.Id)))
            {
                Lose($"{RemoteLayout.Pack(pack.Id)}: it holds bytes that were erased; "
                    + $"`dls gc --remote {from.Name}` takes them out of it");
            }
        }

        return named;
    }

    private static Dictionary<string, (Oid Id, long Size)> Named(RemoteIndex index)
    {
        Dictionary<string, (Oid Id, long Size)> named = new(StringComparer.Ordinal);
        foreach ((string name, Oid id, long size) in index.Indexes.SelectMany(RemoteIndexFile.Named))
        {
            named[name] = (id, size);
        }

        return named;
    }

    private void Lose(string what)
    {
        lock (_gate)
        {
            _missing.Add(what);
        }
    }

    private void Report(long items, long bytes)
    {
        lock (_gate)
        {
            _items += items;
            _bytes += bytes;
            options.Progress?.Report(new WorkProgress("copying", _items, _itemsTotal, _bytes, _bytesTotal));
        }
    }
}
