using System.Text;
using DlStore.Io;

namespace DlStore.Objects;

/// <summary>
/// Blobs at or above the pack threshold: one raw read-only file each, <c>blobs/aa/bb/hex</c>. The set of them is listed once, when first
/// asked for.
/// </summary>
public sealed class LargeBlobs
{
    private const long WriteBackEvery = 16L << 20;
    private readonly string _root;
    private readonly string _temp;
    private readonly Lock _gate = new();
    private HashSet<Oid>? _known;
    private Dictionary<(ulong Device, ulong Inode), Oid>? _linked;
    private long _added;
    private long _addedBytes;

    internal LargeBlobs(string root, string temp)
    {
        _root = root;
        _temp = temp;
    }

    /// <summary>Gets how many blobs were put here that were not here before, since the store was opened.</summary>
    public long Added => Volatile.Read(ref _added);

    /// <summary>Gets the bytes of those.</summary>
    public long AddedBytes => Volatile.Read(ref _addedBytes);

    /// <summary>Gives the path a blob has or would have.</summary>
    /// <param name="oid">The blob.</param>
    /// <returns>An absolute path.</returns>
    public string PathOf(Oid oid)
    {
        string hex = oid.ToHex();
        return Path.Combine(_root, hex[..2], hex[2..4], hex);
    }

    /// <summary>Tells whether a blob is here, by the list made at first use.</summary>
    /// <param name="oid">The blob.</param>
    /// <returns>True if its file is there.</returns>
    public bool Contains(Oid oid)
    {
        lock (_gate)
        {
            return (_known ??= List()).Contains(oid);
        }
    }

    /// <summary>Lists what is here.</summary>
    /// <returns>Every blob, in no order.</returns>
    public IReadOnlyList<Oid> ListAll()
    {
        lock (_gate)
        {
            return [.. _known ??= List()];
        }
    }

    /// <summary>Copies an open file in, hashing as it goes; reflinks where the file system can. Durable when it returns.</summary>
    /// <param name="source">An open descriptor at offset 0.</param>
    /// <param name="path">Its path, for messages.</param>
    /// <param name="expect">The oid it must have, or null to take what it has.</param>
    /// <param name="done">Told the bytes of each piece.</param>
    /// <param name="cancel">Stops between pieces.</param>
    /// <param name="mayStore">Asked before anything becomes visible; null for yes.</param>
    /// <param name="seen">Sees the bytes on their way; null for nobody.</param>
    /// <returns>The oid and the length in bytes.</returns>
    internal (Oid Oid, long Size) Import(
        int source, string path, Oid? expect, Action<long>? done, CancellationToken cancel, Func<Oid, bool>? mayStore = null,
        HashedCopy.PieceSink? seen = null)
    {
        string temp = Path.Combine(_temp, $"blob-{TempName.Next()}");
        int target = Sys.OpenAt(
            Posix.AtFdCwd, Encoding.UTF8.GetBytes(temp), Posix.ReadWrite | Posix.Create | Posix.Exclusive, Permissions.ReadOnly);
        if (target < 0)
        {
            throw Sys.Error("write", temp);
        }

        try
        {
            bool cloned = Sys.TryClone(source, target);
            (Oid oid, long size) = Copy(cloned ? target : source, cloned ? -1 : target, path, done, cancel, seen);
            if (expect is { } wanted && wanted != oid)
            {
                throw new DlsException(ErrorKind.Corrupt, $"read '{path}': its bytes do not hash to '{wanted}'");
            }

            CrashPoint.Hit("blob.copied");
            if (mayStore?.Invoke(oid) ?? true)
            {
                Publish(oid, temp, target);
            }

            return (oid, size);
        }
        finally
        {
            Sys.Close(target);
            File.Delete(temp);
        }
    }

    /// <summary>Hashes an open file without storing it.</summary>
    internal static (Oid Oid, long Size) Hash(
        int source, string path, Action<long>? done, CancellationToken cancel, HashedCopy.PieceSink? seen = null) =>
        Copy(source, -1, path, done, cancel, seen);

    /// <summary>Reads a blob to its end and compares its hash.</summary>
    /// <exception cref="DlsException">Kind Corrupt: it holds other bytes.</exception>
    internal void RequireWhole(Oid oid) => Export(oid, -1, PathOf(oid));

    /// <summary>Finds the blob that a file of the work tree is a second name of; null if it is none.</summary>
    /// <param name="file">The file's stat.</param>
    internal Oid? FindLinked(FileStat file)
    {
        Dictionary<(ulong Device, ulong Inode), Oid> linked;
        lock (_gate)
        {
            linked = _linked ??= ListLinked();
        }

        return linked.TryGetValue((file.Device, file.Inode), out Oid oid)
            && Sys.TryStat(PathOf(oid), out FileStat blob) && HardLink.IsSame(blob, file) ? oid : null;
    }

    private Dictionary<(ulong Device, ulong Inode), Oid> ListLinked()
    {
        Dictionary<(ulong Device, ulong Inode), Oid> linked = [];
        foreach (Oid oid in _known ??= List())
        {
            if (Sys.TryStat(PathOf(oid), out FileStat blob) && blob.Links > 1)
            {
                linked[(blob.Device, blob.Inode)] = oid;
            }
        }

        return linked;
    }

    /// <summary>
    /// Writes a blob into an open, empty file: a reflink where the file system can, else a copy. The bytes are hashed either way.
    /// </summary>
    internal void Export(Oid oid, int target, string path)
    {
        int source = Sys.OpenAt(Posix.AtFdCwd, Encoding.UTF8.GetBytes(PathOf(oid)), Posix.ReadOnly);
        if (source < 0)
        {
            throw Sys.Error("open blob", PathOf(oid));
        }

        try
        {
            bool cloned = target >= 0 && Sys.TryClone(source, target);
            (Oid found, _) = Copy(source, cloned ? -1 : target, path, null, CancellationToken.None);
            if (found != oid)
            {
                throw new DlsException(ErrorKind.Corrupt, $"read object '{oid}' from '{PathOf(oid)}': its bytes do not hash to its oid",
                    "run `dls verify`, then `dls pull` to fetch it again");
            }
        }
        finally
        {
            Sys.Close(source);
        }
    }

    /// <summary>Makes a complete, flushed temp file visible under its oid.</summary>
    /// <param name="oid">SHA-256 of its bytes; the caller vouches for it.</param>
    /// <param name="temp">Absolute path in the store's file system.</param>
    /// <param name="fd">The open temp file.</param>
    internal void Publish(Oid oid, string temp, int fd)
    {
        Sys.Sync(fd, temp);
        CrashPoint.Hit("blob.synced");
        string final = PathOf(oid);
        AtomicFile.MakeDirectory(Path.GetDirectoryName(final)!);
        if (AtomicFile.Rename(temp, final, replace: false))
        {
            Interlocked.Increment(ref _added);
            Interlocked.Add(ref _addedBytes, Sys.StatOpen(fd).Size);
        }

        AtomicFile.FlushDirectory(Path.GetDirectoryName(final)!);
        CrashPoint.Hit("blob.renamed");
        lock (_gate)
        {
            _known?.Add(oid);
        }
    }

    /// <summary>Moves a damaged blob to <c>set-aside/</c> beside the blobs, so that it is not found under its oid any more.</summary>
    internal void SetAside(Oid oid, string path)
    {
        string directory = Path.Combine(_root, "..", "set-aside");
        AtomicFile.MakeDirectory(directory);
        AtomicFile.Rename(path, Path.Combine(directory, oid.ToHex()), replace: true);
        lock (_gate)
        {
            _known?.Remove(oid);
        }
    }

    /// <summary>Lists blobs that were set aside as damaged.</summary>
    internal IReadOnlyList<Oid> ListSetAside()
    {
        string directory = Path.Combine(_root, "..", "set-aside");
        List<Oid> found = [];
        foreach (string file in Directory.Exists(directory) ? Directory.GetFiles(directory) : [])
        {
            if (Oid.TryParseHex(Path.GetFileName(file), out Oid oid))
            {
                found.Add(oid);
            }
        }

        return found;
    }

    /// <summary>Deletes a blob, also where it was set aside as damaged. Only with the store's lock alone.</summary>
    /// <returns>False if it was in neither place.</returns>
    internal bool Delete(Oid oid)
    {
        bool found = false;
        foreach (string path in (string[])[PathOf(oid), Path.Combine(_root, "..", "set-aside", oid.ToHex())])
        {
            if (File.Exists(path))
            {
                File.Delete(path);
                AtomicFile.FlushDirectory(Path.GetDirectoryName(path)!);
                found = true;
            }
        }

        Forget();
        return found;
    }

    internal void Forget()
    {
        lock (_gate)
        {
            _known = null;
            _linked = null;
        }
    }

    private static (Oid Oid, long Size) Copy(
        int source, int target, string path, Action<long>? done, CancellationToken cancel, HashedCopy.PieceSink? seen = null) =>
        HashedCopy.Run(new CopyEnd(source, path), new CopyEnd(target, path), 0, WriteBackEvery, done, null, cancel, seen);

    private HashSet<Oid> List()
    {
        HashSet<Oid> found = [];
        if (!Directory.Exists(_root))
        {
            return found;
        }

        foreach (string file in Directory.EnumerateFiles(_root, "*", SearchOption.AllDirectories))
        {
            if (Oid.TryParseHex(Path.GetFileName(file), out Oid oid) && file == PathOf(oid))
            {
                found.Add(oid);
            }
        }

        return found;
    }
}
