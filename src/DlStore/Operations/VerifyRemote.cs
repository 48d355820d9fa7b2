using DlStore.Git;
using DlStore.Io;
using DlStore.Objects;
using DlStore.Remotes;

namespace DlStore.Operations;

/// <summary>Verifies a remote: every pack and blob its index files name is read and hashed, every entry of every pack too, and this repository's pins are read.</summary>
internal static class VerifyRemote
{
    public static async Task<VerifyResult> RunAsync(Repo repo, VerifyOptions options, CancellationToken cancel)
    {
        IRemote remote = repo.OpenRemote(options.Remote);
        if (!await remote.ExistsAsync(cancel))
        {
            throw new DlsException(ErrorKind.Failed, $"verify remote '{remote.Name}': '{remote.Location}' is not there", "check that it is mounted, or see `dls remote list`");
        }

        await RemoteFormat.CheckAsync(remote, create: false, cancel);
        RemoteCache cache = new(repo.RemoteCacheRoot, remote.Name, remote.Location);
        List<DamagedObject> wrong = [.. await CheckPinsAsync(repo, remote, cancel)];
        List<Oid> damaged = [];
        long objects = 0;
        long bytes = 0;
        using RemoteIndex index = await RemoteIndex.SyncAsync(remote, cache, cancel);
        IndexedPack[] packs = [.. index.Indexes.SelectMany(i => i.Packs).DistinctBy(p => p.Id)];
        Oid[] large = [.. index.Indexes.SelectMany(i => Enumerable.Range(0, i.BlobCount).Select(n => i.GetBlob(n).Oid)).Distinct()];
        using ObjectWriter writer = repo.BeginWrite();
        foreach ((string name, Oid id, bool isPack) in packs.Select(p => (RemoteLayout.Pack(p.Id), p.Id, true)).Concat(large.Select(o => (RemoteLayout.Blob(o), o, false))))
        {
            string temp = Path.Combine(repo.Store.TempDirectory, $"verify-{TempName.Next()}");
            try
            {
                Oid got = await remote.DownloadAsync(name, temp, null, cancel);
                bytes += new FileInfo(temp).Length;
                objects += CheckFile(temp, name, id, got, isPack, wrong, damaged);
                options.Progress?.Report(new WorkProgress("verifying", objects, -1, bytes, packs.Sum(p => p.Size)));
            }
            catch (DlsException e) when (e.Kind == ErrorKind.Missing)
            {
                wrong.Add(new DamagedObject(name, name, "an index names it and it is not there", []));
            }
            finally
            {
                File.Delete(temp);
            }
        }

        Dictionary<Oid, List<string>> users = damaged.Count == 0 ? [] : ObjectUsers.Find(repo, [.. damaged], cancel);
        DamagedObject[] named = [.. wrong.Select(w => Oid.TryParse(w.What, out Oid oid) && users.TryGetValue(oid, out List<string>? by) ? w with { UsedBy = by } : w)];
        return new VerifyResult(packs.Length, objects, large.Length, bytes, named);
    }

    private static long CheckFile(string temp, string name, Oid id, Oid got, bool isPack, List<DamagedObject> wrong, List<Oid> damaged)
    {
        int before = wrong.Count;
        long count = 0;
        if (isPack)
        {
            using PackTable table = PackTable.Open(temp, id);
            count = table.Count;
            foreach ((Oid oid, string why) in PackCheck.ListWrong(table, out _))
            {
                wrong.Add(new DamagedObject(oid.ToString(), name, why, []));
                damaged.Add(oid);
            }
        }
        else if (got != id)
        {
            wrong.Add(new DamagedObject(id.ToString(), name, "its bytes do not hash to its oid", []));
            damaged.Add(id);
        }

        if (got != id && wrong.Count == before)
        {
            wrong.Add(new DamagedObject(name, name, "its bytes do not match its name", []));
        }

        return count;
    }

    private static async Task<List<DamagedObject>> CheckPinsAsync(Repo repo, IRemote remote, CancellationToken cancel)
    {
        List<DamagedObject> wrong = [];
        await foreach (RemoteFile file in remote.ListAsync(RemoteLayout.Pins(repo.Config.RepoId ?? "none"), cancel))
        {
            try
            {
                if (!CommitId.TryParse(Path.GetFileName(file.Name), out _))
                {
                    throw new DlsException(ErrorKind.Corrupt, "its name is not a commit id");
                }

                _ = Pin.Parse(await remote.ReadAsync(file.Name, Pin.LengthMax, cancel) ?? [], file.Name);
            }
            catch (DlsException e) when (e.Kind == ErrorKind.Corrupt)
            {
                wrong.Add(new DamagedObject(file.Name, file.Name, e.Message, []));
            }
        }

        return wrong;
    }
}
