using System.Collections.Concurrent;
using System.Text;
using DlStore.Io;
using DlStore.Objects;
using DlStore.Remotes;

namespace DlStore.Operations;

/// <summary>Brings named objects from a remote into the store: groups them by pack, and decides pack by pack between the whole file and ranges of it.</summary>
internal sealed class FetchReceiver(Repo repo, IRemote remote, ObjectWriter writer, FetchOptions options)
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

    /// <summary>Receives what a plan wants; durable when it returns.</summary>
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

        _total = plan.Packs.Sum(p => IsWhole(p, nodes) ? p.Pack.Size : p.Bytes);
        _done = 0;
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = options.Jobs ?? remote.ParallelMax, CancellationToken = cancel };
        await Parallel.ForEachAsync(plan.Packs, parallel, async (wanted, token) =>
        {
            if (IsWhole(wanted, nodes))
            {
                await ReceivePackAsync(wanted.Pack, token);
            }
            else
            {
                await ReceiveRangesAsync(wanted.Pack, plan.EntriesOf(wanted), token);
            }
        });
        await Parallel.ForEachAsync(plan.Large, parallel, async (oid, token) => await ReceiveLargeAsync(oid, token));
        writer.Commit();
    }

    private static bool IsWhole(FetchPlan.Wanted wanted, bool nodes) =>
        (nodes && wanted.Pack.Size <= SmallNodePack) || wanted.Bytes * 2 >= wanted.Pack.Size;

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
            byte[] plain = RemoteObject.Decode(bytes, entry, out byte encoding) ?? throw Damaged(RemoteLayout.Pack(pack.Id), $"the object '{entry.Oid}' in it is damaged");

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

    private DlsException Damaged(string name, string wrong) => RemoteObject.Damaged(remote, name, wrong);

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
