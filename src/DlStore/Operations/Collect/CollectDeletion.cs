using System.Text;
using DlStore.Io;
using DlStore.Objects;
using DlStore.Remotes;
using DlStore.Remotes.Leases;

namespace DlStore.Operations.Collect;

/// <summary>
/// The second phase of a collection: no push is left that does not know what is condemned. It marks again, says what goes, looks at the
/// rescues
/// once more, takes the rows out of the index, moves the files to quarantine, and erases what was condemned there.
/// </summary>
internal sealed class CollectDeletion(Repo repo, IRemote remote, RemoteCache cache, GcLock gcLock, int epoch)
{
    private const int Batch = 32;
    private long _bytesMoved;
    private long _bytesFreed;
    private long _restored;

    public async Task<CollectResult> RunAsync(CondemnedList condemned, CollectResult result, CancellationToken cancel)
    {
        StorePlaces places = await StorePlaces.ListAsync(remote, cancel);
        HashSet<Oid> rescued = await RescuedAsync(cancel);
        CondemnedList goes;
        ErasedFiles erased;
        using (RemoteMark mark = await RemoteMark.ReadAsync(repo, remote, cache, null, cancel))
        {
            goes = await SayAsync(Spare(condemned, mark, places, rescued), cancel);
            CrashPoint.Hit("gc.remote-deleting");
            goes.Blobs.ExceptWith(await RescuedAsync(cancel));
            await RestoreAsync(mark, places, cancel);
            erased = ErasedFiles.Of(mark);
        }

        await DropRowsAsync(goes, cancel);
        await MoveAsync(goes, places, erased, cancel);
        await RemoveErasedAsync(erased, cancel);
        await EraseAsync(condemned.Gone, cancel);
        await remote.FlushAsync(cancel);
        await remote.PutAsync(
            GcLayout.Done(epoch), Encoding.UTF8.GetBytes($"dls-gc-done 1\nid {GcLayout.NewId()}\n"), replace: false, cancel);
        await remote.FlushAsync(cancel);
        CrashPoint.Hit("gc.remote-done");
        await new CollectCleanup(remote, cache, gcLock, epoch).RunAsync(cancel);
        return result with
        {
            Packs = goes.Packs.Count,
            Blobs = goes.Blobs.Count,
            BytesMoved = _bytesMoved,
            BytesFreed = _bytesFreed,
            Restored = _restored,
        };
    }

    /// <summary>What is condemned and was pinned since by a push that did not know it, or was rescued, stays.</summary>
    private static CondemnedList Spare(CondemnedList condemned, RemoteMark mark, StorePlaces places, HashSet<Oid> rescued)
    {
        CollectCandidates stays = CollectCandidates.Choose(mark, p => places.Packs.ContainsKey(p) && !condemned.Packs.Contains(p));
        HashSet<Oid> needed = [
            .. mark.Index.Indexes.SelectMany(static i => i.Rows())
                .Where(r => condemned.Packs.Contains(r.Pack) && mark.Live.Contains(r.Entry.Oid) && !stays.Placed.Contains(r.Entry.Oid))
                .Select(static r => r.Pack)];
        return new CondemnedList
        {
            Id = GcLayout.NewId(),
            Packs = [.. condemned.Packs.Where(p => !needed.Contains(p))],
            Blobs = [.. condemned.Blobs.Where(b => !mark.Live.Contains(b) && !rescued.Contains(b))],
        };
    }

    /// <summary>Says what goes; if it was said before, that counts.</summary>
    private async Task<CondemnedList> SayAsync(CondemnedList goes, CancellationToken cancel)
    {
        _ = await gcLock.CheckAsync(cancel);
        string name = GcLayout.Deleting(epoch);
        await remote.PutAsync(name, goes.ToBytes(CondemnedList.Deleting), replace: false, cancel);
        await remote.FlushAsync(cancel);
        return CondemnedList.Parse(
            await remote.ReadAsync(name, CondemnedList.LengthMax, cancel) ?? [], CondemnedList.Deleting, name, remote);
    }

    private async Task<HashSet<Oid>> RescuedAsync(CancellationToken cancel)
    {
        HashSet<Oid> rescued = [];
        await foreach (RemoteFile file in RemoteListing.ListAsync(remote, GcLayout.RescuesOf(epoch), RemoteListing.FilesMax, cancel))
        {
            _ = Oid.TryParseHex(Path.GetFileName(file.Name), out Oid oid) && rescued.Add(oid);
        }

        return rescued;
    }

    /// <summary>
    /// Moves back what is live and lies in quarantine only: a collector that slept longer than its lock may have moved it there.
    /// </summary>
    private async Task RestoreAsync(RemoteMark mark, StorePlaces places, CancellationToken cancel)
    {
        CollectCandidates good = CollectCandidates.Choose(mark, places.Packs.ContainsKey);
        HashSet<string> wanted = [
            .. mark.Index.Indexes.SelectMany(static i => i.Rows())
                .Where(r => mark.Live.Contains(r.Entry.Oid) && !good.Placed.Contains(r.Entry.Oid) && !places.Packs.ContainsKey(r.Pack))
                .Select(static r => RemoteLayout.Pack(r.Pack)),
            .. mark.Live.Where(o => !places.Blobs.ContainsKey(o) && mark.Index.Indexes.Any(i => i.ContainsBlob(o)))
                .Select(RemoteLayout.Blob)];
        if (wanted.Count == 0)
        {
            return;
        }

        List<RemoteFile> there = [];
        await foreach (RemoteFile file in RemoteListing.ListAsync(remote, GcLayout.QuarantineDirectory, RemoteListing.FilesMax, cancel))
        {
            there.Add(file);
        }

        foreach (RemoteFile file in there)
        {
            if (GcLayout.PlaceOf(file.Name) is { } place && wanted.Remove(place))
            {
                _ = await gcLock.CheckAsync(cancel);
                _restored += await remote.MoveAsync(file.Name, place, cancel) ? 1 : 0;
            }
        }
    }

    /// <summary>
    /// Writes one index in place of all others, without the rows of what goes. The lock is looked at after they were listed: what a push
    /// wrote in a
    /// later collection is then not among them.
    /// </summary>
    private async Task DropRowsAsync(CondemnedList goes, CancellationToken cancel)
    {
        using RemoteIndex index = await RemoteIndex.SyncAsync(remote, cache, cancel);
        bool names = index.Indexes.Any(i => i.Packs.Any(p => goes.Packs.Contains(p.Id)) || goes.Blobs.Any(i.ContainsBlob));
        _ = await gcLock.CheckAsync(cancel);
        if (!names)
        {
            return;
        }

        PackIndexWriter writer = new();
        foreach (PackIndex old in index.Indexes)
        {
            writer.AddIndex(old, p => !goes.Packs.Contains(p), (p, _) => !goes.Packs.Contains(p), b => !goes.Blobs.Contains(b));
            foreach (Oid older in old.Superseded)
            {
                writer.Supersede(older);
            }
        }

        // Nothing random is in an index of blobs: it must not be one that was there before.
        writer.Supersede(Oid.Of(Encoding.UTF8.GetBytes(GcLayout.NewId())));
        await CollectRewrite.SendIndexAsync(remote, cache, writer, cancel);
    }

    private async Task MoveAsync(CondemnedList goes, StorePlaces places, ErasedFiles erased, CancellationToken cancel)
    {
        (string Name, long Size, bool Now)[] files =
        [
            .. goes.Packs.Where(places.Packs.ContainsKey).Order().Select(p => (RemoteLayout.Pack(p), places.Packs[p], erased.MayHold(p))),
            .. goes.Blobs.Where(places.Blobs.ContainsKey).Order().Select(b => (RemoteLayout.Blob(b), places.Blobs[b], erased.IsBlob(b))),
        ];
        foreach ((string Name, long Size, bool Now)[] batch in files.Chunk(Batch))
        {
            _ = await gcLock.NowAsync(cancel);
            List<(string From, string To)> moved = [];
            foreach ((string name, long size, bool now) in batch)
            {
                string to = GcLayout.Quarantine(epoch, name);
                if (await remote.MoveAsync(name, to, cancel))
                {
                    moved.Add((name, to));
                    _bytesMoved += size;
                }

                CrashPoint.Hit("gc.remote-moved");
            }

            await UndoIfLostAsync(moved, cancel);
            foreach ((string name, string to) in moved.Where(m => batch.Any(f => f.Now && f.Name == m.From)))
            {
                // Somebody asked that these bytes go: they wait for nothing.
                _ = await remote.RemoveAsync(to, cancel);
                _bytesFreed += batch.First(f => f.Name == name).Size;
                _bytesMoved -= batch.First(f => f.Name == name).Size;
            }
        }
    }

    /// <summary>What a collector that was killed has moved and not removed: these bytes wait for nothing either.</summary>
    private async Task RemoveErasedAsync(ErasedFiles erased, CancellationToken cancel)
    {
        if (erased.IsEmpty)
        {
            return;
        }

        List<RemoteFile> left = [];
        await foreach (RemoteFile file in RemoteListing.ListAsync(remote, GcLayout.QuarantineOf(epoch), RemoteListing.FilesMax, cancel))
        {
            left.AddRange(erased.MayBe(file.Name) ? [file] : []);
        }

        foreach (RemoteFile file in left)
        {
            _bytesFreed += await remote.RemoveAsync(file.Name, cancel) ? file.Size : 0;
        }
    }

    /// <summary>Who finds after a move that it was no longer his to make puts everything back.</summary>
    private async Task UndoIfLostAsync(List<(string From, string To)> moved, CancellationToken cancel)
    {
        if (await gcLock.IsMineAsync(cancel))
        {
            return;
        }

        foreach ((string from, string to) in moved)
        {
            await remote.MoveAsync(to, from, CancellationToken.None);
        }

        _ = await gcLock.CheckAsync(cancel);
    }

    private async Task EraseAsync(HashSet<string> gone, CancellationToken cancel)
    {
        if (gone.Count == 0)
        {
            return;
        }

        Dictionary<string, long> there = new(StringComparer.Ordinal);
        await foreach (RemoteFile file in RemoteListing.ListAsync(remote, GcLayout.QuarantineDirectory, RemoteListing.FilesMax, cancel))
        {
            there[file.Name] = file.Size;
        }

        _ = await gcLock.NowAsync(cancel);
        foreach (string name in gone.Where(there.ContainsKey))
        {
            _bytesFreed += await remote.RemoveAsync(name, cancel) ? there[name] : 0;
        }
    }
}
