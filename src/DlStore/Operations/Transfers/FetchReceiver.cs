using System.Text;
using DlStore.Io;
using DlStore.Objects;
using DlStore.Remotes;

namespace DlStore.Operations.Transfers;

/// <summary>
/// Brings named objects from a remote into the store: groups them by pack, and decides pack by pack between the whole file and ranges of
/// it. What is damaged or gone there is
/// noted and left out, and the rest comes: a damaged pack still gives its whole entries.
/// </summary>
internal sealed class FetchReceiver(
    Repo repo, IRemote remote, RemoteDamage noted, RemoteDamage found, ObjectWriter writer, FetchOptions options)
{
    private const long SmallNodePack = 16L << 20;
    private const long UnfoldedMax = 1L << 30;
    private const int GapMax = 64 * 1024;
    private const int RangeMax = 16 << 20;
    private readonly Lock _gate = new();
    private readonly DamageNote _note = new("fetch", repo.Clock.GetUtcNow());
    private long _items;
    private long _itemsTotal;
    private long _done;
    private long _total;

    public long Objects { get; private set; }

    public long FilesRead { get; private set; }

    public long BytesRead { get; private set; }

    /// <summary>Gets whether a pack may be taken whole: not if it has what was erased.</summary>
    public Func<Oid, bool> MayAdopt { get; init; } = static _ => true;

    /// <summary>Gets, by object, what is wrong with the last place that was tried.</summary>
    public Dictionary<Oid, string> Wrong { get; } = [];

    /// <summary>Receives what a plan wants, as far as it is whole there; durable when it returns.</summary>
    /// <param name="plan">Objects that are not here.</param>
    /// <param name="nodes">They are tree nodes, and more of the same packs will be wanted.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task ReceiveAsync(FetchPlan plan, bool nodes, CancellationToken cancel)
    {
        Objects += plan.Objects;
        if (options.DryRun)
        {
            return;
        }

        _total += plan.Packs.Sum(p => IsWhole(p, nodes) ? p.Pack.Size : p.Bytes) + plan.Large.Values.Sum();
        _itemsTotal += plan.Objects;
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = options.Jobs ?? remote.ParallelMax, CancellationToken = cancel };
        await Parallel.ForEachAsync(plan.Packs, parallel, async (wanted, token) =>
        {
            if (IsWhole(wanted, nodes))
            {
                await ReceivePackAsync(wanted, plan, token);
            }
            else
            {
                await ReceiveRangesAsync(wanted.Pack, plan.EntriesOf(wanted), token);
            }
        });
        await Parallel.ForEachAsync(plan.Large, parallel, async (blob, token) => await ReceiveLargeAsync(blob.Key, blob.Value, token));
        writer.Commit();
    }

    private bool IsWhole(FetchPlan.Wanted wanted, bool nodes) =>
        ((nodes && wanted.Pack.Size <= SmallNodePack) || wanted.Bytes * 2 >= wanted.Pack.Size) && MayAdopt(wanted.Pack.Id);

    private async Task ReceivePackAsync(FetchPlan.Wanted wanted, FetchPlan plan, CancellationToken cancel)
    {
        IndexedPack pack = wanted.Pack;
        string name = RemoteLayout.Pack(pack.Id);
        if (await remote.FindSizeAsync(name, cancel) is not { } size || size != pack.Size)
        {
            noted.Add(new DamagedPlace(DamagedKind.Object, pack.Id, default), _note);

            // Gone, cut off, or grown to whatever length: not read whole; entry by entry, what is whole still comes.
            await ReceiveRangesAsync(pack, plan.EntriesOf(wanted), cancel);
            return;
        }

        string temp = NewTemp();
        try
        {
            Oid got = await remote.DownloadAsync(name, temp, pack.Size, n => Report(0, n), cancel);
            Count(1, pack.Size);
            if (got != pack.Id)
            {
                noted.Add(new DamagedPlace(DamagedKind.Object, pack.Id, default), _note);
            }

            if (got != pack.Id || !TryAdopt(temp, wanted))
            {
                Salvage(temp, pack, plan.EntriesOf(wanted));
                return;
            }

            CrashPoint.Hit("fetch.pack");
            noted.RemovePack(pack.Id);
            Report(wanted.Offsets.Count, 0);
        }
        finally
        {
            File.Delete(temp);
        }
    }

    /// <summary>Takes a pack whole, unless that would unfold far more than is wanted of it.</summary>
    private bool TryAdopt(string temp, FetchPlan.Wanted wanted)
    {
        try
        {
            writer.Adopt(temp, wanted.Pack.Id, remote.Name, UnfoldedMax + (4 * wanted.Plain));
            return true;
        }
        catch (DlsException e) when (e.Kind == ErrorKind.Corrupt)
        {
            return false;
        }
    }

    /// <summary>Takes the wanted entries that are whole out of a damaged pack.</summary>
    private void Salvage(string temp, in IndexedPack pack, List<PackEntry> entries)
    {
        using PackReader reader = new(temp, pack.Id);
        byte[] bytes = [];
        foreach (PackEntry entry in entries)
        {
            int length = PackFormat.EntryHeaderLength + (int)entry.Stored;
            bytes = bytes.Length >= length ? bytes : new byte[length];
            int n = reader.ReadRaw(bytes.AsSpan(0, length), entry.Offset);
            Take(pack, entry, bytes.AsSpan(0, n));
        }
    }

    private async Task ReceiveRangesAsync(IndexedPack pack, List<PackEntry> entries, CancellationToken cancel)
    {
        for (int i = 0; i < entries.Count;)
        {
            int j = i + 1;
            long end = End(entries[i]);
            while (j < entries.Count && entries[j].Offset - end <= GapMax && End(entries[j]) - entries[i].Offset <= RangeMax)
            {
                end = Math.Max(end, End(entries[j++]));
            }

            byte[] range = new byte[end - entries[i].Offset];
            if (await TryReadAsync(pack, entries[i].Offset, range, cancel) is { } wrong)
            {
                if (j > i + 1)
                {
                    // Cut off somewhere in here: one by one, so that what lies before the end comes.
                    await ReceiveOneByOneAsync(pack, entries.GetRange(i, j - i), cancel);
                }
                else
                {
                    Lose(new RemotePlace(pack, entries[i], 0), wrong);
                }
            }
            else
            {
                Report(0, range.Length);
                foreach (PackEntry entry in entries.GetRange(i, j - i))
                {
                    Take(pack,
                        entry, range.AsSpan((int)(entry.Offset - entries[i].Offset), PackFormat.EntryHeaderLength + (int)entry.Stored));
                }

                Count(1, range.Length);
            }

            i = j;
        }
    }

    private async Task ReceiveOneByOneAsync(IndexedPack pack, List<PackEntry> entries, CancellationToken cancel)
    {
        bool isThere = await remote.FindSizeAsync(RemoteLayout.Pack(pack.Id), cancel) is not null;
        foreach (PackEntry entry in entries)
        {
            if (isThere)
            {
                await ReceiveRangesAsync(pack, [entry], cancel);
            }
            else
            {
                Lose(new RemotePlace(pack, entry, 0), $"'{RemoteLayout.Pack(pack.Id)}' is not there");
            }
        }
    }

    /// <summary>Reads a range; what is wrong if the file is gone or ends before it.</summary>
    private async Task<string?> TryReadAsync(IndexedPack pack, long offset, Memory<byte> buffer, CancellationToken cancel)
    {
        string name = RemoteLayout.Pack(pack.Id);
        try
        {
            await remote.ReadRangeAsync(name, offset, buffer, cancel);
            return null;
        }
        catch (DlsException e) when (e.Kind is ErrorKind.Missing or ErrorKind.Corrupt)
        {
            return await remote.FindSizeAsync(name, cancel) is null ? $"'{name}' is not there" : $"'{name}' is cut off";
        }
    }

    private void Take(in IndexedPack pack, in PackEntry entry, ReadOnlySpan<byte> bytes)
    {
        RemotePlace place = new(pack, entry, 0);
        if (RemoteObject.Decode(bytes, entry, out byte encoding) is not { } plain)
        {
            Lose(place, $"its bytes in '{RemoteLayout.Pack(pack.Id)}' are damaged");
            return;
        }

        lock (_gate)
        {
            writer.Append(pack.Kind, entry.Oid, encoding, plain.Length, bytes[PackFormat.EntryHeaderLength..]);
        }

        noted.Remove(place.Place);
        Report(1, 0);
    }

    private async Task ReceiveLargeAsync(Oid oid, long size, CancellationToken cancel)
    {
        string temp = NewTemp();
        RemotePlace place = new(default, new PackEntry(oid, 0, 0, 0), size);
        try
        {
            Oid got = await remote.DownloadAsync(RemoteLayout.Blob(oid), temp, size, n => Report(0, n), cancel);
            Count(1, new FileInfo(temp).Length);
            if (got != oid)
            {
                Lose(place, $"'{RemoteLayout.Blob(oid)}' has other bytes than its name says");
                return;
            }

            int fd = Sys.OpenAt(Posix.AtFdCwd, Encoding.UTF8.GetBytes(temp), Posix.ReadOnly);
            try
            {
                repo.Store.Large.Publish(oid, temp, fd);
            }
            finally
            {
                Sys.Close(fd);
            }

            noted.Remove(place.Place);
            Report(1, 0);
        }
        catch (DlsException e) when (e.Kind is ErrorKind.Missing or ErrorKind.Corrupt)
        {
            Lose(place, e.Kind == ErrorKind.Missing
                ? $"'{RemoteLayout.Blob(oid)}' is not there" : $"'{RemoteLayout.Blob(oid)}' is longer than it should be");
        }
        finally
        {
            File.Delete(temp);
        }
    }

    /// <summary>Notes a place as damaged; the next round looks for another one.</summary>
    private void Lose(RemotePlace place, string wrong)
    {
        found.Add(place.Place, _note);
        noted.Add(place.Place, _note);
        lock (_gate)
        {
            Objects--;
            Wrong[place.Entry.Oid] = wrong;
        }
    }

    private string NewTemp() => Path.Combine(repo.Store.TempDirectory, $"fetch-{TempName.Next()}");

    private static long End(in PackEntry entry) => entry.Offset + (long)PackFormat.EntryHeaderLength + entry.Stored;

    private void Count(long files, long bytes)
    {
        lock (_gate)
        {
            FilesRead += files;
            BytesRead += bytes;
        }
    }

    private void Report(long items, long bytes)
    {
        lock (_gate)
        {
            _items += items;
            _done += bytes;
            options.Progress?.Report(new WorkProgress("fetching", _items, Math.Max(_itemsTotal, _items), _done, Math.Max(_total, _done)));
        }
    }
}
