using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using DlStore.Io;

namespace DlStore.Objects;

/// <summary>
/// Writes one pack: a temp file, entries appended in the order given, then table and footer, fsync, and a rename to the name that is its
/// SHA-256. Until
/// <see cref="Finish"/> returns nothing is visible; a process that dies leaves a temp file that the store clears later. Not thread safe.
/// </summary>
public sealed class PackWriter : IDisposable
{
    private const int BufferLength = 1 << 20;
    private const long WriteBackEvery = 8L << 20;

    private readonly string _temp;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(BufferLength);
    private List<PackEntry> _entries = [];
    private HashSet<Oid> _known = [];
    private int _buffered;
    private long _flushed;
    private long _writtenBack;
    private int _fd;
    private bool _isDisposed;

    /// <summary>Starts a pack.</summary>
    /// <param name="tempDirectory">Absolute path in the file system of the final place.</param>
    /// <param name="kind">What the pack will hold.</param>
    public PackWriter(string tempDirectory, PackKind kind)
        : this(tempDirectory, kind, RandomNumberGenerator.GetBytes(16))
    {
    }

    internal PackWriter(string tempDirectory, PackKind kind, ReadOnlySpan<byte> nonce)
    {
        Kind = kind;
        _temp = Path.Combine(tempDirectory, $"pack-{TempName.Next()}");
        _fd = Sys.OpenAt(
            Posix.AtFdCwd, Encoding.UTF8.GetBytes(_temp), Posix.ReadWrite | Posix.Create | Posix.Exclusive, Permissions.ReadOnly);
        if (_fd < 0)
        {
            throw Sys.Error("write pack", _temp);
        }

        CrashPoint.Hit("pack.begun");
        Span<byte> header = stackalloc byte[PackFormat.HeaderLength];
        PackFormat.HeaderMagic.CopyTo(header);
        header[4] = 1;
        header[5] = (byte)kind;
        nonce.CopyTo(header[8..]);
        Write(header);
    }

    /// <summary>Gets what the pack holds.</summary>
    public PackKind Kind { get; }

    /// <summary>Gets the bytes appended so far.</summary>
    public long Length => _flushed + _buffered;

    /// <summary>Gets the number of entries so far.</summary>
    public int Count => _entries.Count;

    /// <summary>
    /// Gets a value indicating whether the pack has reached its target size; the table that is still to come counts, so that the limit
    /// readers enforce is never met.
    /// </summary>
    public bool IsFull => Length + ((long)Count * PackFormat.RowLength) >= PackFormat.PackTarget;

    /// <summary>Tells whether an object was appended to this pack.</summary>
    /// <param name="oid">The object.</param>
    /// <returns>True if it is in here.</returns>
    public bool Contains(Oid oid) => _known.Contains(oid);

    /// <summary>Appends an object; does nothing if this pack has it.</summary>
    /// <param name="oid">SHA-256 of the plain bytes; the caller vouches for it.</param>
    /// <param name="encoding">How <paramref name="stored"/> is encoded.</param>
    /// <param name="plain">Length of the plain bytes.</param>
    /// <param name="stored">The bytes to store, at most 16 MiB.</param>
    public void Append(Oid oid, byte encoding, int plain, ReadOnlySpan<byte> stored)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(stored.Length, PackFormat.EntryMax);
        if (!_known.Add(oid))
        {
            return;
        }

        _entries.Add(new PackEntry(oid, (uint)Length, (uint)stored.Length, (uint)plain));
        Span<byte> header = stackalloc byte[PackFormat.EntryHeaderLength];
        PackFormat.WriteEntryHeader(header, encoding, stored.Length, plain, oid);
        Write(header);
        Write(stored);
    }

    /// <summary>
    /// Completes the pack. Its bytes are durable when this returns; the name is durable once the caller has flushed the directory.
    /// </summary>
    /// <param name="nameOf">Gives the final absolute path for the pack's id.</param>
    /// <returns>The pack's id, the SHA-256 of the file.</returns>
    public Oid Finish(Func<Oid, string> nameOf)
    {
        _entries.Sort((a, b) => a.Oid.CompareTo(b.Oid));
        long tableOffset = Length;
        using IncrementalHash tableHash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> row = stackalloc byte[PackFormat.RowLength];
        foreach (PackEntry entry in _entries)
        {
            PackFormat.WriteRow(row, entry);
            tableHash.AppendData(row);
            Write(row);
        }

        Span<byte> footer = stackalloc byte[PackFormat.FooterLength];
        PackFormat.FooterMagic.CopyTo(footer);
        BinaryPrimitives.WriteInt64BigEndian(footer[4..], tableOffset);
        BinaryPrimitives.WriteInt32BigEndian(footer[12..], _entries.Count);
        tableHash.GetHashAndReset(footer[16..]);
        Write(footer);
        FlushBuffer();
        CrashPoint.Hit("pack.written");
        Sys.Sync(_fd, _temp);
        CrashPoint.Hit("pack.synced");
        Oid id = Oid.From(_hash);
        AtomicFile.Rename(_temp, nameOf(id), replace: true);
        CrashPoint.Hit("pack.renamed");
        Sys.Close(_fd);
        _fd = -1;
        return id;
    }

    /// <summary>Gives the entries, sorted by oid after <see cref="Finish"/>.</summary>
    /// <returns>A view that lives as long as the writer.</returns>
    public IReadOnlyList<PackEntry> ListEntries() => _entries;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_fd >= 0)
        {
            Sys.Close(_fd);
            File.Delete(_temp);
            _fd = -1;
        }

        if (!_isDisposed)
        {
            _isDisposed = true;
            System.Buffers.ArrayPool<byte>.Shared.Return(_buffer);
            // Whoever still holds the writer (the task that finished it) must not hold its rows.
            _entries = [];
            _known = [];
        }

        _hash.Dispose();
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > BufferLength - _buffered)
        {
            FlushBuffer();
            if (bytes.Length >= BufferLength)
            {
                WriteOut(bytes);
                return;
            }
        }

        bytes.CopyTo(_buffer.AsSpan(_buffered));
        _buffered += bytes.Length;
    }

    private void FlushBuffer()
    {
        WriteOut(_buffer.AsSpan(0, _buffered));
        _buffered = 0;
    }

    private void WriteOut(ReadOnlySpan<byte> bytes)
    {
        _hash.AppendData(bytes);
        Sys.WriteFully(_fd, bytes, _temp);
        _flushed += bytes.Length;
        if (_flushed - _writtenBack >= WriteBackEvery)
        {
            // Starts the disk early, so that the one fsync at the end has little left to wait for.
            _ = Posix.SyncFileRange(_fd, _writtenBack, _flushed - _writtenBack, Posix.StartWriting);
            _writtenBack = _flushed;
        }
    }
}
