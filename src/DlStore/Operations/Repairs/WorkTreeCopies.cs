using System.Text;
using DlStore.Io;
using DlStore.Objects;
using DlStore.WorkTree;

namespace DlStore.Operations.Repairs;

/// <summary>
/// Finds objects in the work tree: files where a pointer says that they should lie and that still have those bytes, and the listings of
/// directories. Nothing else of the work tree is stored: what the store holds counts as safe to overwrite.
/// </summary>
/// <param name="repo">The repository.</param>
/// <param name="writer">Where to store what is found; null only looks.</param>
/// <param name="cancel">Stops it.</param>
internal sealed class WorkTreeCopies(Repo repo, ObjectWriter? writer, CancellationToken cancel)
{
    private readonly Dictionary<Oid, byte[]> _nodes = [];
    private readonly HashSet<Oid> _found = [];
    private HashSet<Oid> _need = [];
    private bool _lacksNode;

    /// <summary>Looks for objects; with a writer they are durable when this returns.</summary>
    /// <param name="need">Which.</param>
    /// <returns>Those that were found.</returns>
    public IReadOnlyCollection<Oid> Take(IReadOnlyCollection<Oid> need)
    {
        _need = [.. need];
        foreach (ManagedPath managed in repo.ListManaged(static _ => { }))
        {
            cancel.ThrowIfCancellationRequested();
            if (_found.Count == _need.Count)
            {
                break;
            }

            Look(managed);
        }

        writer?.Commit();
        return _found;
    }

    private void Look(ManagedPath managed)
    {
        string path = managed.Path.Value;
        if (managed.Pointer.Kind == ObjectKind.Blob)
        {
            TakeFile(path, managed.Pointer.Oid, isLink: false);
            return;
        }

        _lacksNode = false;
        Walk(managed.Pointer.Oid, path, 0);
        if (_lacksNode && repo.Files.TryStat(path, out FileStat stat) && stat.IsDirectory)
        {
            TakeNodes(managed);
            Walk(managed.Pointer.Oid, path, 0);
        }
    }

    private void Walk(Oid tree, string path, int depth)
    {
        try
        {
            TreeNode.RequireDepth(depth, path);
            TreeCursor cursor = new(ReadNode, tree);
            while (cursor.Next())
            {
                string name = $"{path}/{Encoding.UTF8.GetString(cursor.Name)}";
                if (cursor.Mode == TreeMode.Directory)
                {
                    Walk(cursor.Oid, name, depth + 1);
                }
                else
                {
                    TakeFile(name, cursor.Oid, cursor.Mode == TreeMode.Symlink);
                }
            }
        }
        catch (DlsException e) when (e.Kind is ErrorKind.Missing or ErrorKind.Corrupt)
        {
            _lacksNode = true;
        }
    }

    private byte[] ReadNode(Oid oid) => _nodes.TryGetValue(oid, out byte[]? node) ? node
        : _need.Contains(oid) || repo.Store.Find(oid) is null ? throw ObjectStore.NotHere(oid) : repo.Store.Read(oid);

    /// <summary>
    /// Makes the listings of a directory from what is on disk. Where that is all that the pointer names, every listing is wanted: below one
    /// that is lost may be others.
    /// </summary>
    private void TakeNodes(ManagedPath managed)
    {
        try
        {
            using StatCache? cache = StatCache.Open(repo.StatCachePath(managed.Path));
            DiskTree disk = Scanner.Scan(repo.Absolute(managed.Path), cache, null, null, repo.Threads, cancel);
            _ = new FileIngest(disk, null, null, repo.Config.PackThreshold, repo.Threads, null).Run(cancel);
            List<(Oid Oid, byte[] Node)> made = [];
            disk.Seal((oid, node) => made.Add((oid, node.ToArray())), static _ => true);
            bool isAll = disk.Totals.Oid == managed.Pointer.Oid;
            foreach ((Oid oid, byte[] node) in made.Where(m => _need.Contains(m.Oid) || (isAll && !repo.Store.Contains(m.Oid))))
            {
                _nodes[oid] = node;
                writer?.AppendNode(oid, node);
                _found.UnionWith(_need.Contains(oid) ? [oid] : []);
            }
        }
        catch (DlsException e) when (e.Kind is ErrorKind.Failed)
        {
            // A file there cannot be read or changes: the remotes are asked.
        }
    }

    private void TakeFile(string path, Oid oid, bool isLink)
    {
        if (!_need.Contains(oid) || _found.Contains(oid) || !repo.Files.TryStat(path, out FileStat stat))
        {
            return;
        }

        if (isLink ? stat.IsSymlink && TakeLink(path, oid) : stat.IsFile && TakeBytes(path, oid, stat.Size))
        {
            _found.Add(oid);
        }
    }

    private bool TakeLink(string path, Oid oid)
    {
        byte[] target = Encoding.UTF8.GetBytes(new FileInfo($"{repo.WorkTree}/{path}").LinkTarget ?? "");
        return Oid.Of(target) == oid && Store(target);
    }

    private bool TakeBytes(string path, Oid oid, long size)
    {
        string full = $"{repo.WorkTree}/{path}";
        int fd = Sys.OpenAt(Posix.AtFdCwd, Encoding.UTF8.GetBytes(full), Posix.ReadOnly | Posix.NoFollow);
        if (fd < 0)
        {
            return false;
        }

        try
        {
            if (size >= repo.Config.PackThreshold)
            {
                return writer is null ? LargeBlobs.Hash(fd, full, null, cancel).Oid == oid
                    : repo.Store.Large.Import(fd, full, oid, null, cancel).Oid == oid;
            }

            byte[] bytes = new byte[size];
            return Sys.ReadAt(fd, bytes, 0, full) == size && Oid.Of(bytes) == oid && Store(bytes);
        }
        catch (DlsException e) when (e.Kind is ErrorKind.Corrupt)
        {
            // Changed since it was added: not the bytes that are looked for.
            return false;
        }
        finally
        {
            Sys.Close(fd);
        }
    }

    private bool Store(byte[] bytes)
    {
        _ = writer?.AppendBlob(bytes);
        return true;
    }
}
