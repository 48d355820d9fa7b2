using DlStore.Io;
using DlStore.Objects;
using DlStore.Remotes;

namespace DlStore.Operations;

/// <summary>Sends a plan's packs and blobs, then the index that names them.</summary>
internal sealed class PushSender(Repo repo, IRemote remote, RemoteCache cache, PushOptions options)
{
    private const int IndexesMax = 8;
    private readonly Lock _gate = new();
    private long _items;
    private long _itemsTotal;
    private long _bytes;
    private long _bytesTotal;

    public long FilesSent { get; private set; }

    public long BytesSent { get; private set; }

    public async Task SendAsync(PushPlan plan, RemoteIndex index, CancellationToken cancel)
    {
        List<(string Path, Oid Id)> packs = [];
        List<PackToSend> pieces = [];
        foreach (PackToSend pack in plan.Packs)
        {
            if (pack.GoesWhole)
            {
                packs.Add((pack.Pack.FilePath, pack.Pack.Id));
            }
            else
            {
                pieces.Add(pack);
            }
        }

        packs.AddRange(Repack(pieces));
        List<(string Name, string Path, Oid Id)> files =
        [
            .. packs.Select(p => (RemoteLayout.Pack(p.Id), p.Path, p.Id)),
            .. plan.Large.Select(l => (RemoteLayout.Blob(l.Oid), repo.Store.Large.PathOf(l.Oid), l.Oid)),
        ];
        if (files.Count == 0)
        {
            return;
        }

        await SendFilesAsync(files, cancel);
        await remote.FlushAsync(cancel);
        CrashPoint.Hit("push.packs");
        await SendIndexAsync(packs, plan, index, cancel);
        CrashPoint.Hit("push.index");
    }

    /// <summary>After the pins are written: the packs made for this push are not needed here.</summary>
    public void ForgetOutgoing()
    {
        foreach (string file in Directory.Exists(cache.OutgoingDirectory) ? Directory.GetFiles(cache.OutgoingDirectory) : [])
        {
            File.Delete(file);
        }
    }

    private async Task SendFilesAsync(List<(string Name, string Path, Oid Id)> files, CancellationToken cancel)
    {
        _itemsTotal = files.Count;
        _bytesTotal = files.Sum(f => new FileInfo(f.Path).Length);
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = options.Jobs ?? remote.ParallelMax, CancellationToken = cancel };
        await Parallel.ForEachAsync(files, parallel, async (file, token) =>
        {
            PutResult result = await remote.PutFileAsync(file.Name, file.Path, file.Id, n => Report(0, n), token);
            lock (_gate)
            {
                FilesSent += result == PutResult.Sent ? 1 : 0;
                BytesSent += result == PutResult.Sent ? new FileInfo(file.Path).Length : 0;
            }

            Report(1, 0);
        });
    }

    private async Task SendIndexAsync(List<(string Path, Oid Id)> packs, PushPlan plan, RemoteIndex index, CancellationToken cancel)
    {
        PackIndexWriter writer = new();
        List<PackTable> tables = [];
        try
        {
            foreach ((string path, Oid id) in packs)
            {
                PackTable table = PackTable.Open(path, id);
                tables.Add(table);
                writer.AddTable(table, new FileInfo(path).Length);
            }

            foreach ((Oid oid, long size) in plan.Large)
            {
                writer.AddBlob(oid, size);
            }

            foreach (PackIndex old in index.Indexes.Count >= IndexesMax ? index.Indexes : [])
            {
                writer.AddIndex(old, _ => true);
            }

            AtomicFile.MakeDirectory(cache.IndexDirectory);
            Oid written = writer.Write(cache.IndexDirectory);
            string file = Path.Combine(cache.IndexDirectory, written.ToHex() + ".idx");
            await remote.PutFileAsync(RemoteLayout.Index(written), file, written, null, cancel);
            await remote.FlushAsync(cancel);
            FilesSent++;
            BytesSent += new FileInfo(file).Length;
        }
        finally
        {
            tables.ForEach(t => t.Dispose());
        }
    }

    /// <summary>Copies the wanted entries of small or mostly unwanted packs into new ones; those an interrupted push made are used again.</summary>
    private List<(string Path, Oid Id)> Repack(List<PackToSend> pieces)
    {
        List<(string Path, Oid Id)> made = [];
        if (pieces.Count == 0)
        {
            return made;
        }

        AtomicFile.MakeDirectory(cache.OutgoingDirectory);
        HashSet<Oid> wanted = [.. pieces.SelectMany(p => p.InOrder().Select(e => e.Oid))];
        made.AddRange(UseAgain(wanted));
        Repacker repacker = new(cache.OutgoingDirectory);
        foreach (PackToSend piece in pieces)
        {
            repacker.Copy(piece.Pack, piece.InOrder(), wanted);
        }

        made.AddRange(repacker.Finish());
        return made;
    }

    private List<(string Path, Oid Id)> UseAgain(HashSet<Oid> wanted)
    {
        List<(string Path, Oid Id)> again = [];
        foreach (string file in Directory.GetFiles(cache.OutgoingDirectory, "*.pack"))
        {
            if (!Oid.TryParseHex(Path.GetFileNameWithoutExtension(file), out Oid id))
            {
                continue;
            }

            using PackTable table = PackTable.Open(file, id);
            Oid[] inside = [.. Enumerable.Range(0, table.Count).Select(i => table.Get(i).Oid)];
            if (!table.WasDamaged && inside.All(wanted.Contains))
            {
                wanted.ExceptWith(inside);
                again.Add((file, id));
            }
        }

        return again;
    }

    private void Report(long items, long bytes)
    {
        lock (_gate)
        {
            _items += items;
            _bytes += bytes;
            options.Progress?.Report(new WorkProgress("sending", _items, _itemsTotal, _bytes, _bytesTotal));
        }
    }
}
