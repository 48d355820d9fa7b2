using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using DlStore.Io;

namespace DlStore.Objects;

/// <summary>
/// Reads entries of one pack with pread; any number of threads at once. Nothing is returned that was not decoded to its length and hashed
/// to its oid.
/// </summary>
public sealed class PackReader : IDisposable
{
    private readonly Lock _gate = new();
    private int _fd = -1;

    /// <summary>Prepares to read a pack; opens it at the first read.</summary>
    /// <param name="path">Absolute path.</param>
    /// <param name="id">The pack's id.</param>
    public PackReader(string path, Oid id)
    {
        FilePath = path;
        Id = id;
    }

    /// <summary>Finalizes an instance of the <see cref="PackReader"/> class.</summary>
    ~PackReader() => Sys.Close(_fd);

    /// <summary>Gets the pack's path.</summary>
    public string FilePath { get; }

    /// <summary>Gets the pack's id.</summary>
    public Oid Id { get; }

    /// <summary>Reads one object.</summary>
    /// <param name="entry">Where it lies.</param>
    /// <param name="plain">Room of exactly <c>entry.Plain</c> bytes.</param>
    /// <exception cref="DlsException">Kind Corrupt: the bytes are damaged; kind Failed: the pack cannot be read.</exception>
    public void Read(in PackEntry entry, Span<byte> plain)
    {
        string? wrong = TryRead(entry, plain);
        if (wrong is not null)
        {
            throw Damaged(entry.Oid, wrong);
        }
    }

    /// <summary>Reads one object and says what is wrong instead of throwing.</summary>
    /// <param name="entry">Where it lies.</param>
    /// <param name="plain">Room of exactly <c>entry.Plain</c> bytes.</param>
    /// <returns>Null if the bytes are right.</returns>
    public string? TryRead(in PackEntry entry, Span<byte> plain)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(PackFormat.EntryHeaderLength + (int)Math.Min(entry.Stored, PackFormat.EntryMax));
        try
        {
            string? wrong = ReadStored(entry, buffer, out byte encoding, out ReadOnlySpan<byte> stored);
            if (wrong is not null)
            {
                return wrong;
            }

            return Codec.TryDecode(encoding, stored, plain)
                ? Oid.Of(plain) == entry.Oid ? null : "its bytes do not hash to its oid" : "it cannot be decoded";
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Reads one entry as it is stored, for copying into another pack. Header and lengths are checked, the oid is not.</summary>
    /// <param name="entry">Where it lies.</param>
    /// <param name="buffer">Room for the entry with its 45-byte header.</param>
    /// <param name="encoding">How the bytes are encoded.</param>
    /// <param name="stored">The stored bytes, a part of <paramref name="buffer"/>.</param>
    /// <returns>Null, or what is wrong.</returns>
    public string? ReadStored(in PackEntry entry, byte[] buffer, out byte encoding, out ReadOnlySpan<byte> stored)
    {
        encoding = 0;
        stored = default;
        if (entry.Stored > PackFormat.EntryMax || entry.Plain > PackFormat.EntryMax)
        {
            return "its length is out of range";
        }

        int length = PackFormat.EntryHeaderLength + (int)entry.Stored;
        if (Sys.ReadAt(Open(), buffer.AsSpan(0, length), entry.Offset, FilePath) < length)
        {
            return "the pack ends before it";
        }

        if (!PackFormat.TryReadEntryHeader(buffer, out encoding, out PackEntry found)
            || found.Oid != entry.Oid || found.Stored != entry.Stored || found.Plain != entry.Plain)
        {
            return "its header in the pack is not what the index says";
        }

        stored = buffer.AsSpan(PackFormat.EntryHeaderLength, (int)entry.Stored);
        return null;
    }

    /// <summary>
    /// Finds all whole, right entries by reading from the start, magic by magic: for packs whose table is damaged. No entry lies beyond the
    /// largest length a pack may have, so
    /// nothing beyond it is read.
    /// </summary>
    /// <returns>The entries, sorted by oid.</returns>
    public IReadOnlyList<PackEntry> Scan()
    {
        List<PackEntry> found = [];
        byte[] window = new byte[PackFormat.EntryHeaderLength];
        byte[] plain = [];
        long length = Math.Min(Sys.StatOpen(Open()).Size, PackFormat.PackMax);
        long at = PackFormat.HeaderLength;
        while (at + PackFormat.EntryHeaderLength <= length)
        {
            _ = Sys.ReadAt(Open(), window, at, FilePath);
            if (PackFormat.TryReadEntryHeader(window, out _, out PackEntry entry)
                && at + PackFormat.EntryHeaderLength + entry.Stored <= length)
            {
                entry = entry with { Offset = (uint)at };
                plain = plain.Length >= entry.Plain
                    ? plain : new byte[Math.Max(entry.Plain, (uint)Math.Min(2L * plain.Length, PackFormat.EntryMax))];
                if (TryRead(entry, plain.AsSpan(0, (int)entry.Plain)) is null)
                {
                    found.Add(entry);
                    at += PackFormat.EntryHeaderLength + entry.Stored;
                    continue;
                }
            }

            at = FindMagic(at + 1, length);
        }

        found.Sort((a, b) => a.Oid.CompareTo(b.Oid));
        return found;
    }

    /// <summary>Reads the header's kind.</summary>
    /// <returns>The kind, or null if the header is damaged.</returns>
    public PackKind? ReadKind()
    {
        Span<byte> header = stackalloc byte[PackFormat.HeaderLength];
        bool ok = Sys.ReadAt(Open(), header, 0, FilePath) == header.Length && header.StartsWith(PackFormat.HeaderMagic)
            && header[4] == 1 && header[5] is 1 or 2 && BinaryPrimitives.ReadUInt16BigEndian(header[6..]) == 0;
        return ok ? (PackKind)header[5] : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            Sys.Close(_fd);
            _fd = -1;
        }

        GC.SuppressFinalize(this);
    }

    internal int ReadRaw(Span<byte> buffer, long offset) => Sys.ReadAt(Open(), buffer, offset, FilePath);

    internal DlsException Damaged(Oid oid, string wrong) => DlsException.Because(
        ErrorKind.Corrupt,
        $"read object '{oid}' from pack '{FilePath}'",
        wrong,
        "run `dls verify` to see what is damaged, then `dls pull` to fetch it again");

    private long FindMagic(long from, long length)
    {
        byte[] buffer = new byte[64 * 1024];
        while (from + PackFormat.EntryHeaderLength <= length)
        {
            int n = Sys.ReadAt(Open(), buffer, from, FilePath);
            int i = buffer.AsSpan(0, n).IndexOf(PackFormat.EntryMagic);
            if (i >= 0)
            {
                return from + i;
            }

            from += Math.Max(1, n - 3);
        }

        return length;
    }

    private int Open()
    {
        if (Volatile.Read(ref _fd) is var fd and >= 0)
        {
            return fd;
        }

        lock (_gate)
        {
            if (_fd < 0)
            {
                int opened = Sys.OpenAt(Posix.AtFdCwd, Encoding.UTF8.GetBytes(FilePath), Posix.ReadOnly);
                Volatile.Write(ref _fd, opened >= 0 ? opened : throw Sys.Error("open pack", FilePath));
            }

            return _fd;
        }
    }
}
