using DlStore.Io;
using DlStore.Objects;
using DlStore.Remotes;

namespace DlStore.Operations.Store;

/// <summary>
/// Verifies a remote: every pack and blob its index files name is read and hashed, every entry of every pack too, this repository's pins
/// are read, and all that they name is
/// looked for. What is wrong is noted (docs/formats/remote-cache.md), so that the next push sends it again and status tells.
/// </summary>
internal sealed class VerifyRemote
{
    private const long UnfoldedMax = 1L << 40;
    private readonly Repo _repo;
    private readonly IRemote _remote;
    private readonly RemoteIndex _index;
    private readonly VerifyOptions _options;
    private readonly DamageNote _note;
    private readonly List<(DamagedObject Damaged, IReadOnlyCollection<Oid> Oids)> _wrong = [];
    private long _files;
    private long _filesTotal;
    private long _objects;
    private long _bytes;
    private long _bytesTotal;

    private VerifyRemote(Repo repo, IRemote remote, RemoteIndex index, VerifyOptions options)
    {
        _repo = repo;
        _remote = remote;
        _index = index;
        _options = options;
        _note = new DamageNote("verify", repo.Clock.GetUtcNow());
    }

    public static async Task<VerifyResult> RunAsync(Repo repo, VerifyOptions options, CancellationToken cancel)
    {
        IRemote remote = repo.OpenRemote(options.Remote);
        RemoteCache cache = new(repo.RemoteCacheRoot, remote.Name, remote.Location);
        await RemoteFormat.RequireAsync("verify", remote, cache, cancel);
        using RemoteIndex index = await RemoteIndex.SyncAsync(remote, cache, cancel, reads: true);
        return await new VerifyRemote(repo, remote, index, options).RunAsync(cancel);
    }

    private async Task<VerifyResult> RunAsync(CancellationToken cancel)
    {
        _index.Damage.Clear();
        foreach (RemoteProblem problem in _index.Problems)
        {
            _wrong.Add((new DamagedObject(problem.Name, problem.Name, problem.Wrong, []), []));
        }

        IndexedPack[] packs = [.. _index.Indexes.SelectMany(i => i.Packs).DistinctBy(p => p.Id)];
        (Oid Oid, long Size)[] large = [
            .. _index.Indexes.SelectMany(i => Enumerable.Range(0, i.BlobCount).Select(i.GetBlob)).DistinctBy(b => b.Oid)];
        _filesTotal = packs.Length + large.Length;
        _bytesTotal = packs.Sum(p => p.Size) + large.Sum(b => b.Size);
        using (ObjectWriter writer = _repo.BeginWrite())
        {
            foreach (IndexedPack pack in packs)
            {
                await CheckFileAsync(
                    RemoteLayout.Pack(pack.Id), pack.Size, (temp, got) => CheckPack(temp, pack, got), why => LosePack(pack, why), cancel);
            }

            foreach ((Oid oid, long size) in large)
            {
                string name = RemoteLayout.Blob(oid);
                await CheckFileAsync(name, size, (_, got) => CheckBlob(oid, got), why => LoseBlob(oid, why), cancel);
            }
        }

        PinCheck pins = new(_repo, _remote, _index, _note, cancel);
        _wrong.AddRange(await pins.RunAsync());
        _index.Damage.Save();
        return new VerifyResult(packs.Length, _objects, large.Length, _bytes, Named(cancel));
    }

    /// <summary>Reads one file of known length; one of another length is not read whole unless it is shorter.</summary>
    private async Task CheckFileAsync(string name, long size, Action<string, Oid> check, Action<string> lose, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        string temp = Path.Combine(_repo.Store.TempDirectory, $"verify-{TempName.Next()}");
        try
        {
            long? there = await _remote.FindSizeAsync(name, cancel);
            if (there is null || there > size)
            {
                lose(there is null ? "an index names it and it is not there" : $"it has {there} bytes instead of {size}");
                return;
            }

            Oid got = await _remote.DownloadAsync(name, temp, size, null, cancel);
            _bytes += new FileInfo(temp).Length;
            check(temp, got);
        }
        catch (DlsException e) when (e.Kind is ErrorKind.Missing)
        {
            lose("an index names it and it is not there");
        }
        finally
        {
            File.Delete(temp);
            _options.Progress?.Report(new WorkProgress("verifying", ++_files, _filesTotal, _bytes, _bytesTotal));
        }
    }

    private void CheckPack(string temp, in IndexedPack pack, Oid got)
    {
        string name = RemoteLayout.Pack(pack.Id);
        int before = _wrong.Count;
        if (got == pack.Id)
        {
            using PackTable table = PackTable.Open(temp, pack.Id);
            _objects += table.Count;
            if (PackCheck.PlainBytes(table) is var plain && plain > UnfoldedMax)
            {
                _wrong.Add((new DamagedObject(name, name, $"it claims to unfold to {plain} bytes and was not unfolded", []), []));
                return;
            }

            foreach ((Oid oid, string why) in PackCheck.ListWrong(table, out _))
            {
                LoseObject(pack, oid, name, why);
            }

            return;
        }

        foreach (PackEntry entry in _index.EntriesOf(pack.Id))
        {
            _objects++;
            RemotePlace place = new(pack, entry, 0);
            if (!place.CanBe || !IsRight(temp, pack.Id, entry))
            {
                LoseObject(pack, entry.Oid, name, "the pack is damaged or cut off where it lies");
            }
        }

        _index.Damage.Add(new DamagedPlace(DamagedKind.Object, pack.Id, default), _note);
        if (_wrong.Count == before)
        {
            _wrong.Add((new DamagedObject(name, name, "its bytes do not match its name, but every object in it is whole", []), []));
        }
    }

    private static bool IsRight(string file, Oid pack, in PackEntry entry)
    {
        using PackReader reader = new(file, pack);
        return reader.TryRead(entry, new byte[entry.Plain]) is null;
    }

    private void CheckBlob(Oid oid, Oid got)
    {
        if (got != oid)
        {
            LoseBlob(oid, "its bytes do not hash to its oid");
        }
    }

    private void LoseObject(in IndexedPack pack, Oid oid, string name, string why)
    {
        _wrong.Add((new DamagedObject(oid.ToString(), name, why, []), [oid]));
        _index.Damage.Add(new DamagedPlace(DamagedKind.Object, pack.Id, oid), _note);
    }

    private void LosePack(in IndexedPack pack, string why)
    {
        string name = RemoteLayout.Pack(pack.Id);
        _wrong.Add((new DamagedObject(name, name, why, []), [.. _index.EntriesOf(pack.Id).Select(e => e.Oid)]));
        _index.Damage.Add(new DamagedPlace(DamagedKind.Pack, pack.Id, default), _note);
    }

    private void LoseBlob(Oid oid, string why)
    {
        _wrong.Add((new DamagedObject(oid.ToString(), RemoteLayout.Blob(oid), why, []), [oid]));
        _index.Damage.Add(new DamagedPlace(DamagedKind.Blob, default, oid), _note);
    }

    /// <summary>Adds who needs what is wrong.</summary>
    private DamagedObject[] Named(CancellationToken cancel)
    {
        HashSet<Oid> oids = [.. _wrong.SelectMany(w => w.Oids)];
        Dictionary<Oid, List<string>> users = oids.Count == 0 ? [] : ObjectUsers.Find(_repo, oids, cancel);
        return
        [
            .. _wrong.Select(w => w.Damaged with
            {
                UsedBy = [
                    .. w.Damaged.UsedBy.Concat(w.Oids.SelectMany(o => users.TryGetValue(o, out List<string>? by) ? by : [])).Distinct()],
            }),
        ];
    }
}
