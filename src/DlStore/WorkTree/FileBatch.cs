using System.Buffers;
using DlStore.Io;
using DlStore.Objects;

namespace DlStore.WorkTree;

/// <summary>
/// Some small files, neighbours in path order, read, hashed and encoded by one thread. Each file costs open, read, fstat, close: the stat
/// after reading must
/// be the one the scan saw, so a file that changes while it is read is noticed.
/// </summary>
internal sealed class FileBatch(string root)
{
    private const int TriesMax = 3;
    private readonly List<(DirListing Directory, int Index)> _files = [];
    private readonly List<Result> _results = [];
    private readonly List<RefusedPath> _failed = [];
    private byte[] _plain = [];
    private byte[] _encoded = [];
    private int _plainLength;
    private int _encodedLength;

    private readonly record struct Result(Oid Oid, byte Encoding, int Offset, int Stored, int Plain, bool IsKnown, int File);

    public long PlainBytes { get; private set; }

    public int Count => _files.Count;

    public IReadOnlyList<RefusedPath> Failed => _failed;

    /// <summary>Gets the files that have several names, with the stat they were read with.</summary>
    public List<(DirListing Directory, int Index, FileStat Stat)> Linked { get; } = [];

    public void Add(DirListing directory, int index)
    {
        _files.Add((directory, index));
        PlainBytes += directory.Entries[index].Size;
    }

    /// <summary>Reads and hashes all files; encodes those that <paramref name="isKnown"/> does not know.</summary>
    /// <param name="isKnown">Tells whether an object needs no storing; null when nothing will be stored.</param>
    public void Process(Func<Oid, bool>? isKnown)
    {
        int room = (int)PlainBytes + _files.Count;
        _plain = ArrayPool<byte>.Shared.Rent(Math.Max(1, room));
        _encoded = isKnown is null ? [] : ArrayPool<byte>.Shared.Rent(Math.Max(1, room));
        string openPath = "";
        int fd = -1;
        try
        {
            for (int i = 0; i < _files.Count; i++)
            {
                (DirListing directory, int index) = _files[i];
                if (fd < 0 || directory.Path != openPath)
                {
                    Sys.Close(fd);
                    openPath = directory.Path;
                    fd = Sys.OpenDirectory(openPath.Length == 0 ? root : root + "/" + openPath);
                }

                ProcessFile(fd, i, isKnown);
            }
        }
        catch (DlsException e)
        {
            _failed.Add(new RefusedPath(openPath, e.Message));
        }
        finally
        {
            Sys.Close(fd);
        }
    }

    /// <summary>Appends what is new, in path order, and gives the buffers back.</summary>
    /// <param name="writer">Where to; null to store nothing.</param>
    /// <param name="isErased">Tells whether a file is one that may not be stored.</param>
    public void AppendTo(ObjectWriter? writer, Func<DirListing, int, bool> isErased)
    {
        foreach (Result r in writer is null ? [] : _results)
        {
            if (!isErased(_files[r.File].Directory, _files[r.File].Index) && !r.IsKnown)
            {
                ReadOnlySpan<byte> stored = (r.Encoding == Codec.Raw ? _plain : _encoded).AsSpan(r.Offset, r.Stored);
                writer!.Append(PackKind.Data, r.Oid, r.Encoding, r.Plain, stored);
            }
        }

        ArrayPool<byte>.Shared.Return(_plain);
        if (_encoded.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_encoded);
        }
    }

    private void ProcessFile(int fd, int at, Func<Oid, bool>? isKnown)
    {
        (DirListing directory, int index) = _files[at];
        ref DiskEntry entry = ref directory.Entries[index];
        int length = -1;
        for (int tries = 0; tries < TriesMax && length < 0; tries++)
        {
            length = entry.Mode == TreeMode.Symlink ? ReadLink(fd, directory, index) : ReadFile(fd, directory, index);
        }

        if (length < 0)
        {
            _failed.Add(new RefusedPath(directory.PathOf(index), "it changes while it is read"));
            return;
        }

        Span<byte> plain = _plain.AsSpan(_plainLength, length);
        Oid oid = Oid.Of(plain);
        entry.Oid = oid;
        entry.NeedsHash = false;
        bool known = isKnown?.Invoke(oid) ?? true;
        if (known || !Codec.TryEncode(plain, _encoded.AsSpan(_encodedLength), out int stored))
        {
            _results.Add(new Result(oid, Codec.Raw, _plainLength, length, length, known, at));
            _plainLength += length;
            return;
        }

        // The plain bytes are not needed any more: the next file may overwrite them.
        _results.Add(new Result(oid, Codec.Brotli, _encodedLength, stored, length, known, at));
        _encodedLength += stored;
    }

    /// <summary>Reads a file whose size the scan knows; -1 if it is not as the scan saw it, after taking the new stat over.</summary>
    private int ReadFile(int fd, DirListing directory, int index)
    {
        ref DiskEntry entry = ref directory.Entries[index];
        int file = Sys.OpenAt(fd, directory.NameOf(index), Posix.ReadOnly | Posix.NoFollow);
        if (file < 0)
        {
            return -1;
        }

        try
        {
            int room = (int)Math.Min(entry.Size + 1, _plain.Length - _plainLength);
            int n = Sys.ReadFully(file, _plain.AsSpan(_plainLength, room), directory.Path);
            FileStat after = Sys.StatOpen(file);
            bool same = n == entry.Size
                && after.Size == entry.Size && after.Mtime == entry.Mtime && after.Ctime == entry.Ctime && after.Inode == entry.Inode;
            if (!same && after.Size <= room - 1)
            {
                (entry.Size, entry.Mtime, entry.Ctime, entry.Inode) = (after.Size, after.Mtime, after.Ctime, after.Inode);
            }

            if (same && after.Links > 1)
            {
                Linked.Add((directory, index, after));
            }

            return same ? n : -1;
        }
        finally
        {
            Sys.Close(file);
        }
    }

    private int ReadLink(int fd, DirListing directory, int index)
    {
        ref DiskEntry entry = ref directory.Entries[index];
        byte[]? target = Sys.ReadLinkAt(fd, directory.NameOf(index));
        if (target is null || target.Length != entry.Size || target.Length > _plain.Length - _plainLength)
        {
            return -1;
        }

        target.CopyTo(_plain.AsSpan(_plainLength));
        return target.Length;
    }
}
