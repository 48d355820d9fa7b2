using System.Collections.Concurrent;
using System.Text;
using DlStore.Io;
using DlStore.Objects;
using DlStore.Remotes;

namespace DlStore.Operations;

/// <summary>Brings named objects from a remote into the store: groups them by pack, and decides pack by pack between the whole file and ranges of it.</summary>
internal sealed class FetchReceiver(Repo repo, IRemote remote, RemoteIndex index, ObjectWriter writer, FetchOptions options)
{
    private const long SmallNodePack = 16L << 20;
    private const int GapMax = 64 * 1024;
    private const int RangeMax = 16 << 20;
    private readonly Lock _gate = new();
    private long _done;
    private long _total;

    public long Objects { get; private set; }

    public long FilesRead { get; private set; }

    public long BytesRead { get; private set; }

    /// <summary>Receives objects; durable when it returns.</summary>
    /// <param name="wanted">Objects that are not here.</param>
    /// <param name="nodes">They are tree nodes, and more of the same packs will be wanted.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>Those the remote does not name.</returns>
    public async Task<IReadOnlyList<Oid>> ReceiveAsync(IReadOnlyList<Oid> wanted, bool nodes, CancellationToken cancel)
    {
        List<Oid> absent = [];
        List<Oid> large = [];
        Dictionary<Oid, (IndexedPack Pack, List<PackEntry> Entries)> packs = [];
        foreach (Oid oid in wanted)
        {
            if (index.Find(oid) is not { } place)
            {
                absent.Add(oid);
            }
            else if (place.IsLarge)
            {
                large.Add(oid);
            }
            else
            {
                if (!packs.TryGetValue(place.Pack.Id, out (IndexedPack Pack, List<PackEntry> Entries) group))
                {
                    packs[place.Pack.Id] = group = (place.Pack, []);
                }

                group.Entries.Add(place.Entry);
            }
        }

        Objects += wanted.Count - absent.Count;
        if (!options.DryRun)
        {
            await ReceiveAllAsync(packs.Values, large, nodes, cancel);
        }

        return absent;
    }

    private async Task ReceiveAllAsync(ICollection<(IndexedPack Pack, List<PackEntry> Entries)> packs, List<Oid> large, bool nodes, CancellationToken cancel)
    {
        _total = packs.Sum(p => IsWhole(p.Pack, p.Entries, nodes) ? p.Pack.Size : Wanted(p.Entries));
        _done = 0;
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = options.Jobs ?? remote.ParallelMax, CancellationToken = cancel };
        await Parallel.ForEachAsync(packs, parallel, async (pack, token) =>
        {
            if (IsWhole(pack.Pack, pack.Entries, nodes))
            {
                await ReceivePackAsync(pack.Pack, token);
            }
            else
            {
                await ReceiveRangesAsync(pack.Pack, pack.Entries, token);
            }
        });
        await Parallel.ForEachAsync(large, parallel, async (oid, token) => await ReceiveLargeAsync(oid, token));
        writer.Commit();
    }

    private static long Wanted(List<PackEntry> entries) => entries.Sum(e => (long)e.Stored + PackFormat.EntryHeaderLength);

    private static bool IsWhole(in IndexedPack pack, List<PackEntry> entries, bool nodes) =>
        (nodes && pack.Size <= SmallNodePack) || Wanted(entries) * 2 >= pack.Size;

    private async Task ReceivePackAsync(IndexedPack pack, CancellationToken cancel)
    {
        string temp = NewTemp();
        try
        {
            Oid got = await remote.DownloadAsync(RemoteLayout.Pack(pack.Id), temp, Report, cancel);
            if (got != pack.Id)
            {
                throw Damaged(RemoteLayout.Pack(pack.Id), "its bytes do not match its name");
            }

            writer.Adopt(temp, pack.Id, remote.Name);
            CrashPoint.Hit("fetch.pack");
        }
        finally
        {
            File.Delete(temp);
        }

        Count(1, pack.Size);
    }

    private async Task ReceiveRangesAsync(IndexedPack pack, List<PackEntry> entries, CancellationToken cancel)
    {
        entries.Sort((a, b) => a.Offset.CompareTo(b.Offset));
        for (int i = 0; i < entries.Count;)
        {
            int j = i + 1;
            long end = End(entries[i]);
            while (j < entries.Count && entries[j].Offset - end <= GapMax && End(entries[j]) - entries[i].Offset <= RangeMax)
            {
                end = Math.Max(end, End(entries[j++]));
            }

            byte[] range = new byte[end - entries[i].Offset];
            await remote.ReadRangeAsync(RemoteLayout.Pack(pack.Id), entries[i].Offset, range, cancel);
            Report(range.Length);
            Take(pack, entries.GetRange(i, j - i), range);
            Count(1, range.Length);
            i = j;
        }
    }

    private void Take(in IndexedPack pack, List<PackEntry> entries, byte[] range)
    {
        foreach (PackEntry entry in entries)
        {
            ReadOnlySpan<byte> bytes = range.AsSpan((int)(entry.Offset - entries[0].Offset), PackFormat.EntryHeaderLength + (int)entry.Stored);
            byte[] plain = new byte[Math.Min(entry.Plain, PackFormat.EntryMax)];
            bool ok = PackFormat.TryReadEntryHeader(bytes, out byte encoding, out PackEntry found) && found with { Offset = entry.Offset } == entry
                && Codec.TryDecode(encoding, bytes[PackFormat.EntryHeaderLength..], plain) && Oid.Of(plain) == entry.Oid;
            if (!ok)
            {
                throw Damaged(RemoteLayout.Pack(pack.Id), $"the object '{entry.Oid}' in it is damaged");
            }

            lock (_gate)
            {
                writer.Append(pack.Kind, entry.Oid, encoding, plain.Length, bytes[PackFormat.EntryHeaderLength..]);
            }
        }
    }

    private async Task ReceiveLargeAsync(Oid oid, CancellationToken cancel)
    {
        string temp = NewTemp();
        try
        {
            Oid got = await remote.DownloadAsync(RemoteLayout.Blob(oid), temp, Report, cancel);
            if (got != oid)
            {
                throw Damaged(RemoteLayout.Blob(oid), "its bytes do not match its name");
            }

            Count(1, new FileInfo(temp).Length);
            int fd = Sys.OpenAt(Posix.AtFdCwd, Encoding.UTF8.GetBytes(temp), Posix.ReadOnly);
            try
            {
                repo.Store.Large.Publish(oid, temp, fd);
            }
            finally
            {
                Sys.Close(fd);
            }
        }
        finally
        {
            File.Delete(temp);
        }
    }

    private string NewTemp() => Path.Combine(repo.Store.TempDirectory, $"fetch-{TempName.Next()}");

    private static long End(in PackEntry entry) => entry.Offset + (long)PackFormat.EntryHeaderLength + entry.Stored;

    private DlsException Damaged(string name, string wrong) => new(
        ErrorKind.Corrupt, $"read '{name}' of remote '{remote.Name}': {wrong}", $"run `dls verify --remote {remote.Name}`; nothing of it was used");

    private void Count(long files, long bytes)
    {
        lock (_gate)
        {
            FilesRead += files;
            BytesRead += bytes;
        }
    }

    private void Report(long bytes)
    {
        lock (_gate)
        {
            _done += bytes;
            options.Progress?.Report(new WorkProgress("fetching", Objects, -1, _done, Math.Max(_total, _done)));
        }
    }
}
