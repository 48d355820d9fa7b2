using DlStore.Io;
using DlStore.Objects;

namespace DlStore.WorkTree;

/// <summary>
/// Takes snapshots of many paths. A directory is scanned by itself; single files that have to be read are read together, on all cores and
/// in path order, as if they were the files
/// of one directory: a thousand pointers of one file each cost about what one pointer of a thousand files does.
/// </summary>
/// <param name="repo">The repository.</param>
/// <param name="state">The work tree's state.</param>
/// <param name="writer">Where to store what is read, or null to hash only.</param>
/// <param name="progress">Told about hashing.</param>
/// <param name="cancel">Stops it.</param>
internal sealed class SnapshotRun(
    Repo repo,
    WorkTreeState state,
    ObjectWriter? writer,
    IProgress<WorkProgress>? progress,
    CancellationToken cancel)
{
    /// <summary>So many single files at most wait for each other, so that a status of many pointers can say early what it found.</summary>
    private const int TogetherMax = 1024;

    private readonly List<Snapshot> _waiting = [];
    private readonly List<Snapshot> _toRead = [];

    /// <summary>Takes them in the order given. Each belongs to the caller, who disposes it.</summary>
    /// <param name="requests">The paths.</param>
    /// <param name="refuse">Called for each path that is there, after it was looked at and before anything of it is read.</param>
    public IEnumerable<Snapshot> TakeAll(IEnumerable<SnapshotRequest> requests, Action<Snapshot>? refuse)
    {
        // Before the first file is looked at.
        _ = state.Clock;
        using DirectoryCursor at = new(repo.Files);
        foreach (SnapshotRequest request in requests)
        {
            Snapshot snapshot = new(request, state);
            bool isThere = at.TryStat(request.Path.Value, out FileStat stat);
            snapshot.Stat = stat;
            if (isThere && stat.IsDirectory)
            {
                foreach (Snapshot done in Finish())
                {
                    yield return done;
                }

                snapshot.TakeTree(repo, writer, refuse, progress, cancel);
                yield return snapshot;
                continue;
            }

            Wait(snapshot, isThere, refuse);
            if (_waiting.Count == TogetherMax)
            {
                foreach (Snapshot done in Finish())
                {
                    yield return done;
                }
            }
        }

        foreach (Snapshot done in Finish())
        {
            yield return done;
        }
    }

    /// <summary>Lets a file wait for others, so that they are read together.</summary>
    private void Wait(Snapshot snapshot, bool isThere, Action<Snapshot>? refuse)
    {
        _waiting.Add(snapshot);
        if (isThere)
        {
            refuse?.Invoke(snapshot);
            _toRead.AddRange(snapshot.IsKnown(writer is null ? null : repo.Store.Contains) ? [] : [snapshot]);
        }
    }

    private Snapshot[] Finish()
    {
        Read();
        Snapshot[] done = [.. _waiting];
        _waiting.Clear();
        return done;
    }

    private void Read()
    {
        if (_toRead.Count == 0)
        {
            return;
        }

        Dictionary<string, DirListing?> directories = new(StringComparer.Ordinal);
        List<(Snapshot[] Files, DirListing Listing)> read = [];
        foreach (IGrouping<string, Snapshot> group in _toRead.GroupBy(static s => s.Path.Directory, StringComparer.Ordinal))
        {
            Snapshot[] files = [.. group.OrderBy(static s => s.Path.Name, StringComparer.Ordinal)];
            DirListing listing = ListingOf(group.Key, files);
            directories.Add(group.Key, listing);
            read.Add((files, listing));
        }

        _toRead.Clear();
        DiskTree together = new(repo.WorkTree, directories, null, []);
        _ = new FileIngest(
            together, repo.Store, writer, repo.Config.PackThreshold, repo.Threads, progress).Run(cancel);
        foreach ((Snapshot[] files, DirListing listing) in read)
        {
            for (int i = 0; i < files.Length; i++)
            {
                files[i].TakeRead(listing.Entries[i]);
            }
        }
    }

    private static DirListing ListingOf(string directory, Snapshot[] files)
    {
        byte[][] names = [.. files.Select(static f => WorkDir.Split(f.Path.Value).Name)];
        DiskEntry[] entries = new DiskEntry[files.Length];
        int offset = 0;
        for (int i = 0; i < files.Length; i++)
        {
            FileStat stat = files[i].Stat;
            entries[i] = new DiskEntry
            {
                Mode = DiskEntry.ModeOf(stat),
                Size = stat.Size,
                Mtime = stat.Mtime,
                Ctime = stat.Ctime,
                Inode = stat.Inode,
                NameOffset = offset,
                NameLength = (ushort)names[i].Length,
                NeedsHash = true,
            };
            offset += names[i].Length;
        }

        return new DirListing(directory, [.. names.SelectMany(static n => n)], entries, entries.Length);
    }
}
