using System.Text;
using DlStore.Io;
using DlStore.Objects;

namespace DlStore.WorkTree;

/// <summary>
/// Hashes the files of a scanned tree that have no oid yet, and stores them if a writer is given. Small files go in batches over all cores
/// and are appended in path
/// order, so that neighbours on disk are neighbours in a pack; large ones are copied one a core.
/// </summary>
internal sealed class FileIngest(
    DiskTree tree, ObjectStore? store, ObjectWriter? writer, long largeFrom, int threads, IProgress<WorkProgress>? progress)
{
    private const int BatchFilesMax = 128;
    private const long BatchBytesMax = 512 * 1024;
    private const int ItemMax = 16 * 1024 * 1024;
    private readonly List<RefusedPath> _failed = [];
    private readonly List<RefusedPath> _erased = [];
    private readonly List<Oid> _through = [];
    private readonly List<(DirListing Directory, int Index)> _large = [];
    private readonly Lock _gate = new();
    private long _itemsTotal;
    private long _bytesTotal;
    private long _items;
    private long _bytes;

    /// <summary>Hashes, and stores with a writer. Throws after everything that could be read was read.</summary>
    /// <param name="cancel">Stops between batches.</param>
    /// <returns>Files and bytes that were read.</returns>
    /// <exception cref="DlsException">Kind Failed: some files changed while they were read, or could not be; they are listed. Kind Erased:
    /// bytes of some were erased.</exception>
    public (long Files, long Bytes) Run(CancellationToken cancel)
    {
        IReadOnlyList<DirListing> directories = tree.ListChanged();
        Count(directories);
        Queue<Task<FileBatch>> under = new();
        foreach (FileBatch batch in Batches(directories))
        {
            cancel.ThrowIfCancellationRequested();
            under.Enqueue(Task.Run(() =>
            {
                batch.Process(store is null || writer is null ? null : store.Contains);
                return batch;
            }, CancellationToken.None));
            if (under.Count > 2 * threads)
            {
                Take(under.Dequeue());
            }
        }

        while (under.TryDequeue(out Task<FileBatch>? task))
        {
            Take(task);
        }

        AllCores.Each(_large, threads, file => TakeLarge(file.Directory, file.Index, cancel), cancel);
        return _erased.Count > 0 ? throw ErasedBefore() : _failed.Count == 0 ? (_items, _bytes) : throw Failure();
    }

    private DlsException ErasedBefore() => new(
        ErrorKind.Erased, $"store {CountWords.Of(_erased.Count, "file", "files")} below '{tree.Root}': their bytes were erased on purpose",
        "move them away, then run the command again; `dls erase --revoke OID` lets an object be stored again")
    {
        Items = [.. _erased.OrderBy(static f => f.Path, StringComparer.Ordinal).Select(static f => $"{f.Path}: {f.Reason}")],
    };

    /// <summary>Notes a file whose bytes may not be stored.</summary>
    private bool IsErased(DirListing directory, int index)
    {
        Oid oid = directory.Entries[index].Oid;
        if (writer is null || store?.Erased.Find(oid) is not { } tombstone)
        {
            return false;
        }

        lock (_gate)
        {
            _erased.Add(new RefusedPath(directory.PathOf(index), $"{tombstone.Sentence} ('{oid}')"));
        }

        return true;
    }

    private DlsException Failure() => _through.Count > 0 ? new DlsException(
        ErrorKind.Corrupt, $"read {CountWords.Of(_failed.Count, "file", "files")} below '{tree.Root}': links of stored objects were "
        + "written to, and what the objects held is not here any more",
        "run `dls verify`, which takes the objects out of the store, then the command again; `dls repair` looks for their bytes elsewhere")
    {
        Items = [.. _failed.OrderBy(f => f.Path, StringComparer.Ordinal).Select(f => $"{f.Path}: {f.Reason}")],
    }
    : new DlsException(
        ErrorKind.Failed, $"read {_failed.Count} of the files below '{tree.Root}'", "run the command again when nothing writes there")
    {
        Items = [.. _failed.OrderBy(f => f.Path, StringComparer.Ordinal).Select(f => $"{f.Path}: {f.Reason}")],
    };

    private void Count(IReadOnlyList<DirListing> directories)
    {
        foreach (DirListing directory in directories)
        {
            for (int i = 0; i < directory.Count; i++)
            {
                if (directory.Entries[i].NeedsHash)
                {
                    _itemsTotal++;
                    _bytesTotal += directory.Entries[i].Size;
                }
            }
        }
    }

    private IEnumerable<FileBatch> Batches(IReadOnlyList<DirListing> directories)
    {
        FileBatch batch = new(tree.Root);
        foreach (DirListing directory in directories)
        {
            for (int i = 0; i < directory.Count; i++)
            {
                if (!directory.Entries[i].NeedsHash)
                {
                    continue;
                }

                long size = directory.Entries[i].Size;
                if (size >= Math.Min(largeFrom, ItemMax))
                {
                    _large.Add((directory, i));
                    continue;
                }

                if (batch.Count > 0 && (batch.Count == BatchFilesMax || batch.PlainBytes + size > BatchBytesMax))
                {
                    yield return batch;
                    batch = new FileBatch(tree.Root);
                }

                batch.Add(directory, i);
            }
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }

    private void Take(Task<FileBatch> task)
    {
        FileBatch batch = task.GetAwaiter().GetResult();
        _failed.AddRange(batch.Failed);
        foreach ((DirListing directory, int index, FileStat stat) in batch.Linked)
        {
            if (WrittenThrough(stat, directory.Entries[index].Oid) is { } wrong)
            {
                _failed.Add(new RefusedPath(directory.PathOf(index), wrong));
            }
        }

        batch.AppendTo(writer, IsErased);
        Report(batch.Count, batch.PlainBytes);
    }

    private void TakeLarge(DirListing directory, int index, CancellationToken cancel)
    {
        string path = $"{tree.Root}/{directory.PathOf(index)}";
        ref DiskEntry entry = ref directory.Entries[index];
        int fd = Sys.OpenAt(Posix.AtFdCwd, Encoding.UTF8.GetBytes(path), Posix.ReadOnly | Posix.NoFollow);
        try
        {
            string? wrong = fd < 0 ? Sys.Error("open", path).Reason : null;
            if (wrong is null)
            {
                Action<long> done = n => Report(0, n);
                (Oid oid, long size) = writer is null
                    ? LargeBlobs.Hash(fd, path, done, cancel) : store!.Large.Import(fd, path, null, done, cancel, MayStore);
                FileStat after = Sys.StatOpen(fd);
                bool same = size == entry.Size
                    && after.Size == size && after.Mtime == entry.Mtime && after.Ctime == entry.Ctime && after.Inode == entry.Inode;
                wrong = same ? null : "it changed while it was read";
                entry.Oid = oid;
                entry.NeedsHash = !same;
                _ = IsErased(directory, index);
                wrong ??= WrittenThrough(after, oid);
            }

            if (wrong is not null)
            {
                lock (_gate)
                {
                    _failed.Add(new RefusedPath(directory.PathOf(index), wrong));
                }
            }

            Report(1, 0);
        }
        finally
        {
            Sys.Close(fd);
        }
    }

    /// <summary>
    /// Says that a link was written to: then the object that it is a name of has lost its bytes. Only a file with several names that has
    /// to be hashed is asked for.
    /// </summary>
    private string? WrittenThrough(FileStat file, Oid oid)
    {
        if (file.Links < 2 || store?.Large.FindLinked(file) is not { } was || was == oid)
        {
            return null;
        }

        lock (_gate)
        {
            _through.Add(was);
        }

        return $"it is a link of object '{was}' and was written to";
    }

    private bool MayStore(Oid oid) => !store!.Erased.Contains(oid);

    private void Report(long items, long bytes)
    {
        lock (_gate)
        {
            _items += items;
            _bytes += bytes;
            progress?.Report(new WorkProgress(writer is null ? "hashing" : "storing", _items, _itemsTotal, _bytes, _bytesTotal));
        }
    }
}
