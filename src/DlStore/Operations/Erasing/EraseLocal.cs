using DlStore.Io;
using DlStore.Objects;
using DlStore.Operations.Store;

namespace DlStore.Operations.Erasing;

/// <summary>
/// Takes objects out of everything that this clone keeps: packs (written anew without them), large blobs, those that were set aside as
/// damaged, unfinished files, packs that wait for a push, and the trash. The store's lock is held alone. New packs are durable and indexed
/// before an old one goes, so a kill at any point loses nothing else, and the next run goes on.
/// </summary>
/// <param name="repo">The repository.</param>
/// <param name="oids">The objects.</param>
/// <param name="sizes">All lengths that they may have; null if one is not known.</param>
internal sealed class EraseLocal(Repo repo, IReadOnlySet<Oid> oids, IReadOnlySet<long>? sizes)
{
    private readonly HashSet<Oid> _unreadable = [];

    /// <summary>Gets the bytes that the store has less.</summary>
    public long BytesFreed { get; private set; }

    /// <summary>Gets how many files were deleted from the trash.</summary>
    public long TrashDeleted { get; private set; }

    /// <summary>Gets damaged packs that hold one of the objects beside others that cannot be copied out.</summary>
    public List<string> Held { get; } = [];

    /// <summary>Does it.</summary>
    /// <exception cref="DlsException">Kind Locked: somebody adds or pushes here.</exception>
    public void Run(CancellationToken cancel)
    {
        RemoveOutgoing();
        using (FileLock held = repo.LockStore())
        {
            repo.Store.Refresh();
            RemoveUnfinished();
            RemovePacked(cancel);
            foreach (Oid oid in oids)
            {
                long size = repo.Store.Large.Contains(oid) ? new FileInfo(repo.Store.Large.PathOf(oid)).Length : 0;
                BytesFreed += repo.Store.Large.Delete(oid) ? size : 0;
            }

            repo.Store.Refresh();
        }

        TrashDeleted = repo.Trash.Erase(
            path => (sizes?.Contains(new FileInfo(path).Length) ?? true) && oids.Contains(PackFile.Hash(path)));
        CrashPoint.Hit("erase.local");
    }

    /// <summary>Packs that were made for a push are made again when they are wanted.</summary>
    private void RemoveOutgoing()
    {
        foreach (string name in repo.Config.Remotes.Keys)
        {
            using FileLock held = repo.LockPush(name);
            foreach (string directory in Directory.Exists(repo.RemoteCacheRoot)
                ? Directory.GetDirectories(repo.RemoteCacheRoot, name + "-*") : [])
            {
                string outgoing = Path.Combine(directory, "outgoing");
                foreach (string file in Directory.Exists(outgoing) ? Directory.GetFiles(outgoing) : [])
                {
                    File.Delete(file);
                }
            }
        }
    }

    /// <summary>Nobody writes, so what lies there is of commands that died.</summary>
    private void RemoveUnfinished()
    {
        foreach (string file in Directory.Exists(repo.Store.TempDirectory) ? Directory.GetFiles(repo.Store.TempDirectory) : [])
        {
            File.Delete(file);
        }
    }

    private void RemovePacked(CancellationToken cancel)
    {
        PackTable[] tables = [.. repo.Store.OpenTables()];
        try
        {
            PackTable[] holding = [.. tables.Where(t => oids.Any(o => t.TryFind(o, out _)))];
            if (holding.Length == 0)
            {
                return;
            }

            IReadOnlyList<PackTable> copied = Copy(holding, cancel);
            foreach (PackTable table in copied)
            {
                BytesFreed += oids.Sum(o => table.TryFind(o, out PackEntry e) ? PackFormat.EntryHeaderLength + e.Stored : 0L);
                File.Delete(table.Pack.FilePath);
                CrashPoint.Hit("erase.pack-deleted");
            }

            AtomicFile.FlushDirectory(repo.Store.PackDirectory);
            _ = Sources.Rebuild(repo.Store.Root);
            repo.Store.Damage.Replace([.. repo.Store.Damage.List().Where(d => File.Exists(repo.Store.PackPath(d.Pack)))]);
        }
        finally
        {
            foreach (PackTable table in tables)
            {
                table.Dispose();
            }
        }
    }

    /// <summary>Copies what else is in packs into new ones.</summary>
    /// <returns>The packs that may go: everything else in them was whole.</returns>
    private List<PackTable> Copy(PackTable[] holding, CancellationToken cancel)
    {
        AtomicFile.MakeDirectory(repo.Store.TempDirectory);
        AtomicFile.MakeDirectory(repo.Store.IndexDirectory);
        Repacker repacker = new(repo.Store.TempDirectory, o => _unreadable.Add(o));
        List<PackTable> copied = [];
        foreach (PackTable table in holding)
        {
            cancel.ThrowIfCancellationRequested();
            PackEntry[] others = [
                .. Enumerable.Range(0, table.Count).Select(table.Get).Where(e => !oids.Contains(e.Oid)).OrderBy(static e => e.Offset)];
            _unreadable.Clear();
            repacker.Copy(table.Pack, others, [.. others.Select(static e => e.Oid)]);
            if (_unreadable.Count > 0 || table.WasDamaged)
            {
                Held.Add(table.Pack.FilePath);
            }
            else
            {
                copied.Add(table);
            }
        }

        foreach ((string path, Oid id) in repacker.Finish())
        {
            AtomicFile.Rename(path, repo.Store.PackPath(id), replace: true);
        }

        AtomicFile.FlushDirectory(repo.Store.PackDirectory);
        _ = Sources.Rebuild(repo.Store.Root);
        CrashPoint.Hit("erase.packed");
        return copied;
    }
}
