using System.Security.Cryptography;
using DlStore.Io;
using DlStore.Objects;
using DlStore.Remotes;
using DlStore.Remotes.Leases;

using Oid = DlStore.Objects.Oid;

namespace DlStore.Operations.Transfers;

/// <summary>
/// <c>dls remote mirror</c>: brings everything that one remote's indexes name, and pins of it, to another. The order is a push's: packs and
/// large blobs, then one index, then pins, each step durable before the next. Every byte is hashed on the way; a pin is written only if
/// all came. Killed anywhere, a rerun copies only what is left.
/// </summary>
public sealed class Mirror
{
    private const int PinsAtOnce = 64;
    private readonly Repo _repo;
    private readonly MirrorOptions _options;
    private readonly IRemote _from;
    private readonly IRemote _to;
    private readonly RemoteCache _fromCache;
    private readonly RemoteCache _toCache;
    private bool _isDurable = true;

    private Mirror(Repo repo, MirrorOptions options)
    {
        _repo = repo;
        _options = options;
        _from = repo.OpenRemote(options.From);
        _to = repo.OpenRemote(options.To);
        if (_from.Location == _to.Location)
        {
            throw new DlsException(ErrorKind.Usage, $"mirror remote '{_from.Name}' to '{_to.Name}': both are '{_to.Location}'",
                "name two places; `dls remote list` shows them");
        }

        RemoteFormat.RequireWritable(_to);
        _fromCache = new RemoteCache(repo.RemoteCacheRoot, _from.Name, _from.Location);
        _toCache = new RemoteCache(repo.RemoteCacheRoot, _to.Name, _to.Location);
    }

    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="options">From where to where.</param>
    /// <param name="cancel">Stops it; nothing that is visible on the other remote is incomplete.</param>
    /// <returns>What was done.</returns>
    public static Task<MirrorResult> RunAsync(Repo repo, MirrorOptions options, CancellationToken cancel) =>
        new Mirror(repo, options).RunAsync(cancel);

    private async Task<MirrorResult> RunAsync(CancellationToken cancel)
    {
        _repo.NoteWrite();
        await RemoteFormat.RequireAsync("mirror from", _from, _fromCache, cancel);
        using FileLock? held = _options.DryRun ? null : _repo.LockPush(_to.Name);
        bool isThere = await RemoteFormat.RequireForPushAsync(_to, _toCache, _options.Create, cancel);
        if (!isThere && !_options.DryRun)
        {
            await RemoteFormat.CreateAsync(_to, _toCache, cancel);
        }

        await using PushLease? lease = _options.DryRun ? null : await TakeLeaseAsync(cancel);
        try
        {
            return await CopyAsync(lease, cancel);
        }
        catch (LeaseLostException)
        {
            throw new DlsException(ErrorKind.Locked, $"mirror to remote '{_to.Name}': it took longer than its lease; not all was pinned",
                $"run `dls remote mirror {_from.Name} {_to.Name}` again: what was sent is there");
        }
    }

    /// <summary>
    /// What is read there from here on is relied on, so it is read under a lease. Packs go under the names that they have, so nothing is
    /// sent while a collection may be about to move one of that name away.
    /// </summary>
    private async Task<PushLease> TakeLeaseAsync(CancellationToken cancel)
    {
        PushLease lease = await PushLease.TakeAsync(_to, _toCache, _repo.Holder, _repo.Clock, cancel);
        try
        {
            await lease.LookAsync(cancel);
        }
        catch
        {
            await lease.DisposeAsync();
            throw;
        }

        if (!lease.IsCollecting)
        {
            return lease;
        }

        await lease.DisposeAsync();
        throw new DlsException(ErrorKind.Locked, $"mirror to remote '{_to.Name}': a collection is under way there",
            $"run `dls gc --remote {_to.Name}`, which goes on with it, then this again");
    }

    private async Task<MirrorResult> CopyAsync(PushLease? lease, CancellationToken cancel)
    {
        // Pins before the index: what a pin names that is listed now is named by an index file that is listed after it.
        string[] pins = await PinsAsync(cancel);
        using RemoteIndex source = await RemoteIndex.SyncAsync(_from, _fromCache, cancel);
        using RemoteIndex target = await RemoteIndex.SyncAsync(_to, _toCache, cancel);
        MirrorTombstones tombstones = new(_repo, _from, _to);
        IReadOnlySet<Oid> erased = await tombstones.ListAsync(cancel);
        MirrorFiles files = new(_repo, _from, _to, _options, source, target, erased);
        await files.CopyAsync(cancel);
        MirrorResult result = new()
        {
            From = _from.Name,
            To = _to.Name,
            Files = files.Count,
            Bytes = files.Bytes,
            Pins = pins.Length,
            Missing = [.. source.Problems.Select(static p => $"{p.Name}: {p.Wrong}"), .. files.Missing],
        };
        if (lease is null || result.Missing.Count > 0)
        {
            return lease is null ? result : result with { Pins = 0 };
        }

        await FlushAsync(files.Count, cancel);
        files.StrikeOut();
        await tombstones.SendAsync(cancel);
        bool anyIndex = await SendIndexAsync(source, target, erased, cancel);
        await SendPinsAsync(lease, pins, cancel);
        await PublishAsync(target, anyIndex, pins, cancel);
        return result with { IsDurable = _isDurable };
    }

    private async Task PublishAsync(RemoteIndex target, bool anyIndex, string[] pins, CancellationToken cancel)
    {
        if (target.IsPublished && (anyIndex || pins.Length > 0))
        {
            await PublishedLists.WriteAsync(_to, pins.Select(static p => p.Split('/')[1]).Distinct(), cancel);
        }
    }

    /// <summary>
    /// Writes one new index of what the other remote's do not name. The first one's files could be superseded there by now, after a
    /// collection, and would say nothing.
    /// </summary>
    private async Task<bool> SendIndexAsync(
        RemoteIndex source, RemoteIndex target, IReadOnlySet<Oid> erased, CancellationToken cancel)
    {
        HashSet<Oid> packs = [.. target.Indexes.SelectMany(static i => i.Packs).Select(static p => p.Id)];
        HashSet<Oid> blobs = [
            .. erased, .. target.Indexes.SelectMany(static i => Enumerable.Range(0, i.BlobCount).Select(b => i.GetBlob(b).Oid))];
        PackIndexWriter writer = new();
        bool any = false;
        foreach (PackIndex index in source.Indexes.Where(i => target.Indexes.All(t => t.Id != i.Id)))
        {
            any |= index.Packs.Any(p => !packs.Contains(p.Id))
                || Enumerable.Range(0, index.BlobCount).Any(b => !blobs.Contains(index.GetBlob(b).Oid));
            writer.AddIndex(index, p => !packs.Contains(p), keepBlob: b => !blobs.Contains(b));
        }

        if (!any)
        {
            return false;
        }

        // Something random, so that no superseded index has this name.
        writer.Supersede(Oid.Of(RandomNumberGenerator.GetBytes(Oid.Length)));
        (_, Durability flushed) = await RemoteIndexFile.SendAsync(_to, _toCache, writer, cancel);
        _isDurable &= flushed == Durability.Confirmed;
        CrashPoint.Hit("mirror.index");
        return true;
    }

    /// <summary>Lists the pins that the other remote lacks.</summary>
    private async Task<string[]> PinsAsync(CancellationToken cancel)
    {
        string directory = _options.AllRepositories ? "pins"
            : RemoteLayout.Pins(_repo.Config.RepoId ?? throw new DlsException(
                ErrorKind.Failed, "mirror: this repository has no id yet", "run `dls init`, or give --all-repos"));
        HashSet<string> there = new(StringComparer.Ordinal);
        await foreach (RemoteFile pin in RemoteListing.ListAsync(_to, directory, RemoteListing.PinsMax, cancel))
        {
            there.Add(pin.Name);
        }

        List<string> lacking = [];
        await foreach (RemoteFile pin in RemoteListing.ListAsync(_from, directory, RemoteListing.PinsMax, cancel))
        {
            lacking.AddRange(pin.Name.Split('/').Length == 3 && !there.Contains(pin.Name) ? [pin.Name] : []);
        }

        return [.. lacking.Order(StringComparer.Ordinal)];
    }

    private async Task SendPinsAsync(PushLease lease, string[] pins, CancellationToken cancel)
    {
        foreach (string[] chunk in pins.Chunk(PinsAtOnce))
        {
            foreach (IGrouping<string, string> repository in chunk.GroupBy(static n => n.Split('/')[1], StringComparer.Ordinal))
            {
                List<(string Commit, byte[] Bytes)> read = [];
                foreach (string name in repository)
                {
                    byte[] bytes = await _from.ReadAsync(name, Pin.LengthMax, cancel) ?? throw new DlsException(
                        ErrorKind.Failed, $"read '{name}' of remote '{_from.Name}': it has gone meanwhile", "run the command again");
                    _ = Pin.Parse(bytes, name);
                    read.Add((name.Split('/')[2], bytes));
                }

                await lease.PrepareAsync(repository.Key, read, cancel);
                await lease.PinAsync(repository.Key, read, cancel);
            }
        }

        await FlushAsync(pins.Length, cancel);
    }

    private async Task FlushAsync(long count, CancellationToken cancel) =>
        _isDurable &= count == 0 || await _to.FlushAsync(cancel) == Durability.Confirmed;
}
