using System.Text;
using DlStore.Io;
using DlStore.Objects;
using DlStore.WorkTree;

namespace DlStore.Operations.Lfs;

/// <summary>Takes objects of git-lfs into the store: small ones into packs on all cores, large ones by reflink where that goes.</summary>
internal static class LfsIngest
{
    /// <summary>Stores objects whose files are there. Durable once the writer has committed.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="writer">Adds to its store.</param>
    /// <param name="lfs">Where the files are.</param>
    /// <param name="pointers">What to take; those that the store has are passed over.</param>
    /// <param name="progress">Told about files and bytes.</param>
    /// <param name="cancel">Stops between files.</param>
    /// <returns>Those whose file turned out to have other bytes.</returns>
    public static IReadOnlyList<LfsPointer> Store(
        Repo repo,
        ObjectWriter writer,
        LfsStore lfs,
        IEnumerable<LfsPointer> pointers,
        IProgress<WorkProgress>? progress,
        CancellationToken cancel)
    {
        Dictionary<string, DirListing?> directories = new(StringComparer.Ordinal);
        List<(LfsPointer[] Wanted, DirListing Listing)> read = [];
        LfsPointer[] missing = [.. pointers.DistinctBy(static p => p.Oid).Where(p => !writer.Contains(p.Oid))];
        foreach (IGrouping<string, LfsPointer> group in missing.Where(static p => p.Size > 0).GroupBy(
            static p => LfsStore.DirectoryOf(p.Oid)))
        {
            LfsPointer[] wanted = [.. group.OrderBy(static p => p.Oid.ToHex(), StringComparer.Ordinal)];
            DirListing listing = ListingOf(lfs, group.Key, wanted);
            directories.Add(group.Key, listing);
            read.Add((wanted, listing));
        }

        DiskTree together = new(lfs.Root, directories, null, []);
        _ = new FileIngest(together, repo.Store, writer, repo.Config.PackThreshold, repo.Threads, progress).Run(cancel);
        List<LfsPointer> wrong = [.. missing.Where(p => p.Size == 0 && writer.AppendBlob([]) != p.Oid)];
        foreach ((LfsPointer[] wanted, DirListing listing) in read)
        {
            wrong.AddRange(wanted.Where((p, i) => listing.Entries[i].Oid != p.Oid));
        }

        return wrong;
    }

    private static DirListing ListingOf(LfsStore lfs, string directory, LfsPointer[] wanted)
    {
        DiskEntry[] entries = new DiskEntry[wanted.Length];
        StringBuilder names = new();
        for (int i = 0; i < wanted.Length; i++)
        {
            string hex = wanted[i].Oid.ToHex();
            _ = Sys.TryStat(lfs.PathOf(wanted[i].Oid), out FileStat stat);
            entries[i] = new DiskEntry
            {
                Mode = TreeMode.File,
                Size = stat.Size,
                Mtime = stat.Mtime,
                Ctime = stat.Ctime,
                Inode = stat.Inode,
                NameOffset = names.Length,
                NameLength = (ushort)hex.Length,
                NeedsHash = true,
            };
            names.Append(hex);
        }

        return new DirListing(directory, Encoding.ASCII.GetBytes(names.ToString()), entries, entries.Length);
    }
}
