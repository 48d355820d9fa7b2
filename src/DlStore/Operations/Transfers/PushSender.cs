using DlStore.Io;
using DlStore.Objects;
using DlStore.Operations.Store;
using DlStore.Remotes;
using DlStore.Remotes.Leases;

namespace DlStore.Operations.Transfers;

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

    /// <summary>Gets the lease under which it sends; null for a dry run.</summary>
    public PushLease? Lease { get; init; }

    /// <summary>Gets what is done beside the sending of the index; null for nothing.</summary>
    public Func<PushPlan, CancellationToken, Task>? Beside { get; init; }

    /// <summary>Gets a value indicating whether the remote confirmed each flush.</summary>
    public bool IsDurable { get; private set; } = true;

    /// <summary>Sends. Whatever is there when it returns true was hashed in this push, or an index named it before.</summary>
    /// <param name="plan">What to send.</param>
    /// <param name="index">What the remote names.</param>
    /// <param name="faults">Filled with what is damaged here.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>False if something is damaged here: then no index was written, and the plan has to be made again.</returns>
    public async Task<bool> SendAsync(PushPlan plan, RemoteIndex index, LocalFaults faults, CancellationToken cancel)
    {
        RequireNoCollection(plan);
        int before = faults.Count;
        List<(string Path, Oid Id)> packs = ChoosePacks(plan, faults);
        if (faults.Count > before)
        {
            return false;
        }

        List<(string Name, string Path, Oid Id)> files = Files(plan, packs);
        await RescueAsync(plan, index, cancel);
        await SendFilesAsync(files, plan.Repair.Count > 0, faults, cancel);
        if (faults.Count > before)
        {
            return false;
        }

        bool isNew = packs.Count > 0
            || plan.Large.Any(l => index.Find(l.Oid, null) is null || index.Condemned.Blobs.Contains(l.Oid));
        bool supersedes = index.Problems.Count > 0 && MaySupersede(plan);
        if (files.Count > 0)
        {
            await FlushAsync(cancel);
            CrashPoint.Hit("push.packs");
        }

        Task beside = Beside?.Invoke(plan, cancel) ?? Task.CompletedTask;
        if (isNew || supersedes || plan.Repair.DropsRows)
        {
            await Task.WhenAll(SendIndexAsync(packs, plan, index, supersedes, cancel), beside);
            CrashPoint.Hit("push.index");
        }

        await beside;
        return true;
    }

    private List<(string Name, string Path, Oid Id)> Files(PushPlan plan, List<(string Path, Oid Id)> packs) =>
    [
        .. packs.Select(p => (RemoteLayout.Pack(p.Id), p.Path, p.Id)),
        .. plan.Repair.Whole.Select(p => (RemoteLayout.Pack(p), repo.Store.PackPath(p), p)),
        .. plan.Large.Select(l => (RemoteLayout.Blob(l.Oid), repo.Store.Large.PathOf(l.Oid), l.Oid)),
    ];

    private bool MaySupersede(PushPlan plan) =>
        options.Repair && Lease is { IsCollecting: false } && plan.Missing.Count + plan.Unrepaired.Count == 0;

    private List<(string Path, Oid Id)> ChoosePacks(PushPlan plan, LocalFaults faults)
    {
        PackToSend[] all = [.. plan.Packs];
        List<(string Path, Oid Id)> packs = [.. all.Where(p => p.GoesWhole).Select(p => (p.Pack.FilePath, p.Pack.Id))];
        packs.AddRange(Repack([.. all.Where(p => !p.GoesWhole)], faults));
        return packs;
    }

    private async Task RescueAsync(PushPlan plan, RemoteIndex index, CancellationToken cancel)
    {
        foreach ((Oid oid, long _) in plan.Large.Where(l => index.Condemned.Blobs.Contains(l.Oid)))
        {
            await Lease!.RescueAsync(oid, cancel);
        }
    }

    /// <summary>
    /// During a collection no index may supersede another: what it leaves out or takes over may be spared, or go (remote-protocol.md).
    /// </summary>
    private void RequireNoCollection(PushPlan plan)
    {
        if (Lease is { IsCollecting: true } && plan.Repair.DropsRows)
        {
            throw new DlsException(ErrorKind.Locked,
                $"repair remote '{remote.Name}': a collection is under way, and until it has ended the indexes there stay as they are",
                $"run `dls gc --remote {remote.Name}`, which goes on with it, then again");
        }
    }

    /// <summary>Makes all that was sent durable there; what cannot be confirmed is remembered.</summary>
    public async Task FlushAsync(CancellationToken cancel) =>
        IsDurable &= await remote.FlushAsync(cancel) == Durability.Confirmed;

    /// <summary>After the pins are written: the packs made for this push are not needed here.</summary>
    public void ForgetOutgoing()
    {
        foreach (string file in Directory.Exists(cache.OutgoingDirectory) ? Directory.GetFiles(cache.OutgoingDirectory) : [])
        {
            File.Delete(file);
        }
    }

    private async Task SendFilesAsync(
        List<(string Name, string Path, Oid Id)> files, bool readBack, LocalFaults faults, CancellationToken cancel)
    {
        _items = 0;
        _bytes = 0;
        _itemsTotal = files.Count;
        _bytesTotal = files.Sum(f => new FileInfo(f.Path).Length);
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = options.Jobs ?? remote.ParallelMax, CancellationToken = cancel };
        await Parallel.ForEachAsync(files, parallel, async (file, token) =>
        {
            Task<PutResult?> PutOneAsync() => PutAsync(file.Name, file.Path, file.Id, readBack, faults, token);
            PutResult? result = await PutOneAsync();
            if (result == PutResult.Sent && readBack && await PutOneAsync() == PutResult.Sent)
            {
                // The place has shown damage before: what was sent is read again, and what reads back wrong is no repair.
                throw new DlsException(ErrorKind.Corrupt, $"send '{file.Name}' to remote '{remote.Name}': what was sent reads back wrong",
                    "check the disk there; nothing was pinned, and what is noted stays noted");
            }

            lock (_gate)
            {
                FilesSent += result == PutResult.Sent ? 1 : 0;
                BytesSent += result == PutResult.Sent ? new FileInfo(file.Path).Length : 0;
            }

            Report(1, 0);
        });
    }

    /// <summary>Puts one file; null if its bytes here are wrong.</summary>
    private async Task<PutResult?> PutAsync(
        string name, string path, Oid id, bool isRepair, LocalFaults faults, CancellationToken cancel)
    {
        try
        {
            void Told(long n) => Report(0, n);
            return await (isRepair
                ? remote.ReplaceFileAsync(name, path, id, Told, cancel) : remote.PutFileAsync(name, path, id, Told, cancel));
        }
        catch (DlsException e) when (e.Kind == ErrorKind.Corrupt && PackFile.Hash(path) != id)
        {
            lock (_gate)
            {
                (name.StartsWith("packs/", StringComparison.Ordinal) ? faults.Packs : faults.Objects).Add(id);
            }

            return null;
        }
    }

    private async Task SendIndexAsync(
        List<(string Path, Oid Id)> packs, PushPlan plan, RemoteIndex index, bool supersedes, CancellationToken cancel)
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

            AddRows(writer, plan, index, supersedes);
            if (packs.Count == 0)
            {
                // Blobs alone would give the same bytes, and so the name, of an index that is superseded by now.
                writer.Supersede(Oid.Of(System.Security.Cryptography.RandomNumberGenerator.GetBytes(Oid.Length)));
            }

            (long size, Durability flushed) = await RemoteIndexFile.SendAsync(remote, cache, writer, cancel);
            IsDurable &= flushed == Durability.Confirmed;
            FilesSent++;
            BytesSent += size;
        }
        finally
        {
            tables.ForEach(t => t.Dispose());
        }
    }

    private void AddRows(PackIndexWriter writer, PushPlan plan, RemoteIndex index, bool supersedes)
    {
        foreach ((Oid oid, long size) in plan.Large)
        {
            writer.AddBlob(oid, size);
        }

        bool merges = index.Indexes.Count >= IndexesMax && Lease is { IsCollecting: false };
        foreach (PackIndex old in index.Indexes.Where(i => merges || plan.Repair.Contradicts(i)))
        {
            plan.Repair.AddIndex(writer, old);
            foreach (Oid older in old.Superseded)
            {
                writer.Supersede(older);
            }
        }

        foreach (RemoteProblem problem in supersedes ? index.Problems : [])
        {
            writer.Supersede(problem.Id);
        }
    }

    /// <summary>
    /// Copies the wanted entries of small or mostly unwanted packs into new ones; those an interrupted push made are used again.
    /// </summary>
    private List<(string Path, Oid Id)> Repack(PackToSend[] pieces, LocalFaults faults)
    {
        List<(string Path, Oid Id)> made = [];
        if (pieces.Length == 0)
        {
            return made;
        }

        AtomicFile.MakeDirectory(cache.OutgoingDirectory);
        HashSet<Oid> wanted = [.. pieces.SelectMany(p => p.InOrder().Select(e => e.Oid))];
        made.AddRange(UseAgain(wanted, Lease?.Condemned.Packs ?? []));
        Repacker repacker = new(cache.OutgoingDirectory, o => faults.Objects.Add(o));
        foreach (PackToSend piece in pieces)
        {
            repacker.Copy(piece.Pack, piece.InOrder(), wanted);
        }

        made.AddRange(repacker.Finish());
        return made;
    }

    private List<(string Path, Oid Id)> UseAgain(HashSet<Oid> wanted, HashSet<Oid> condemned)
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
            if (!table.WasDamaged && !condemned.Contains(id) && inside.All(wanted.Contains))
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
