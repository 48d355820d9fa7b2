using System.Buffers.Binary;
using System.Security.Cryptography;
using DlStore.Io;

namespace DlStore.Objects;

/// <summary>A pack that an index covers.</summary>
/// <param name="Id">SHA-256 of the pack.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="Size">Bytes of the pack file.</param>
public readonly record struct IndexedPack(Oid Id, PackKind Kind, long Size);

/// <summary>
/// A pack index file (docs/formats/pack-index.md), mapped: which pack holds which oid, and which large blobs are known. Lengths are checked
/// at open; the
/// digest is checked there for files up to 4 MiB and by <c>verify</c> for all.
/// </summary>
public sealed class PackIndex : IDisposable
{
    internal const int HeaderLength = 24;
    internal const int PackRowLength = Oid.Length + 1 + 8;
    internal const int FanLength = 256 * 4;
    internal const int RowLength = Oid.Length + 16;
    internal const int BlobRowLength = Oid.Length + 8;
    private const long DigestAtOpenMax = 4 << 20;

    private readonly MappedFile _file;
    private readonly long _fanAt;
    private readonly long _rowsAt;
    private readonly long _blobsAt;

    private PackIndex(MappedFile file, string path, Oid id, int[] counts)
    {
        _file = file;
        FilePath = path;
        Id = id;
        RowCount = counts[2];
        BlobCount = counts[3];
        long packsAt = HeaderLength;
        long supersededAt = packsAt + ((long)counts[0] * PackRowLength);
        _fanAt = supersededAt + ((long)counts[1] * Oid.Length);
        _rowsAt = _fanAt + FanLength;
        _blobsAt = _rowsAt + ((long)RowCount * RowLength);
        IndexedPack[] packs = new IndexedPack[counts[0]];
        for (int i = 0; i < packs.Length; i++)
        {
            ReadOnlySpan<byte> row = file.Slice(packsAt + ((long)i * PackRowLength), PackRowLength);
            packs[i] = new IndexedPack(new Oid(row), (PackKind)row[32], BinaryPrimitives.ReadInt64BigEndian(row[33..]));
        }

        Oid[] superseded = new Oid[counts[1]];
        for (int i = 0; i < superseded.Length; i++)
        {
            superseded[i] = new Oid(file.Slice(supersededAt + ((long)i * Oid.Length), Oid.Length));
        }

        Packs = packs;
        Superseded = superseded;
    }

    /// <summary>Gets the index file's path.</summary>
    public string FilePath { get; }

    /// <summary>Gets the index file's id.</summary>
    public Oid Id { get; }

    /// <summary>Gets the packs, ascending by id.</summary>
    public IReadOnlyList<IndexedPack> Packs { get; }

    /// <summary>Gets the index files that this one replaces.</summary>
    public IReadOnlyList<Oid> Superseded { get; }

    /// <summary>Gets the number of objects in packs.</summary>
    public int RowCount { get; }

    /// <summary>Gets the number of large blobs.</summary>
    public int BlobCount { get; }

    /// <summary>Opens an index file.</summary>
    /// <param name="path">Absolute path.</param>
    /// <param name="id">SHA-256 of the file, from its name.</param>
    /// <returns>The index, or null with a reason if it is damaged.</returns>
    /// <exception cref="DlsException">Kind Failed: it cannot be read.</exception>
    public static (PackIndex? Index, string? Wrong) Open(string path, Oid id)
    {
        MappedFile file = MappedFile.Open(path);
        string? wrong = CheckLengths(file, out int[] counts);
        if (wrong is null)
        {
            PackIndex index = new(file, path, id, counts);
            wrong = index.CheckPacks() ?? index.CheckFan();
            if (wrong is null && (file.Length > DigestAtOpenMax || index.CheckDigest()))
            {
                return (index, null);
            }
        }

        file.Dispose();
        return (null, wrong ?? "its bytes do not match its name");
    }

    /// <summary>Tells whether the whole file hashes to its name.</summary>
    /// <returns>False if it is damaged.</returns>
    public bool CheckDigest()
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (long at = 0; at < _file.Length; at += 1 << 20)
        {
            hash.AppendData(_file.Slice(at, (int)Math.Min(1 << 20, _file.Length - at)));
        }

        return Oid.From(hash) == Id;
    }

    /// <summary>Finds the first row of an object; further rows of the same oid follow it.</summary>
    /// <param name="oid">The object.</param>
    /// <returns>A row number, or -1.</returns>
    public int Find(Oid oid)
    {
        int head = (int)(oid.Head >> 56);
        int low = head == 0 ? 0 : Fan(head - 1);
        int high = Fan(head);
        ReadOnlySpan<byte> rows = _file.Slice(_rowsAt + ((long)low * RowLength), (high - low) * RowLength);
        int row = OidSearch.LowerBound(rows, RowLength, 0, high - low, oid) + low;
        return row < high && Get(row, out _).Oid == oid ? row : -1;
    }

    /// <summary>Reads a row.</summary>
    /// <param name="row">0 to RowCount - 1, in oid order.</param>
    /// <param name="pack">Position in <see cref="Packs"/>.</param>
    /// <returns>Where the object lies.</returns>
    public PackEntry Get(int row, out int pack)
    {
        ReadOnlySpan<byte> b = _file.Slice(_rowsAt + ((long)row * RowLength), RowLength);
        pack = BinaryPrimitives.ReadInt32BigEndian(b[32..]);
        return pack >= 0 && pack < Packs.Count
            ? new PackEntry(new Oid(b), BinaryPrimitives.ReadUInt32BigEndian(b[36..]),
                BinaryPrimitives.ReadUInt32BigEndian(b[40..]), BinaryPrimitives.ReadUInt32BigEndian(b[44..]))
            : throw new DlsException(
                ErrorKind.Corrupt, $"read pack index '{FilePath}': row {row} names a pack it does not list", "run `dls index rebuild`");
    }

    /// <summary>Reads all rows, in oid order.</summary>
    /// <returns>The id of the pack, and where in it the object lies.</returns>
    public IEnumerable<(Oid Pack, PackEntry Entry)> Rows()
    {
        for (int row = 0; row < RowCount; row++)
        {
            PackEntry entry = Get(row, out int pack);
            yield return (Packs[pack].Id, entry);
        }
    }

    /// <summary>Reads the rows of one pack, in oid order.</summary>
    /// <param name="pack">The pack's id.</param>
    /// <returns>The rows; empty if the index does not cover the pack.</returns>
    public IEnumerable<PackEntry> EntriesOf(Oid pack) => Packs.Any(p => p.Id == pack)
        ? Rows().Where(r => r.Pack == pack).Select(static r => r.Entry) : [];

    /// <summary>Reads a large blob's row.</summary>
    /// <param name="row">0 to BlobCount - 1, in oid order.</param>
    /// <returns>The blob and its size in bytes.</returns>
    public (Oid Oid, long Size) GetBlob(int row)
    {
        ReadOnlySpan<byte> b = _file.Slice(_blobsAt + ((long)row * BlobRowLength), BlobRowLength);
        return (new Oid(b), BinaryPrimitives.ReadInt64BigEndian(b[32..]));
    }

    /// <summary>Tells whether a large blob is listed.</summary>
    /// <param name="oid">The blob.</param>
    /// <returns>True if it is.</returns>
    public bool ContainsBlob(Oid oid) => FindBlob(oid) is not null;

    /// <summary>Finds the size that is listed for a large blob.</summary>
    /// <param name="oid">The blob.</param>
    /// <returns>Its bytes, or null if it is not listed.</returns>
    public long? FindBlob(Oid oid)
    {
        ReadOnlySpan<byte> rows = _file.Slice(_blobsAt, BlobCount * BlobRowLength);
        int row = OidSearch.LowerBound(rows, BlobRowLength, 0, BlobCount, oid);
        return row < BlobCount && GetBlob(row) is var blob && blob.Oid == oid ? blob.Size : null;
    }

    /// <summary>Gives touched pages back.</summary>
    internal void Forget() => _file.Forget();

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static string? CheckLengths(MappedFile file, out int[] counts)
    {
        counts = new int[4];
        if (file.Length < HeaderLength + FanLength)
        {
            return "it is too short";
        }

        ReadOnlySpan<byte> header = file.Slice(0, HeaderLength);
        if (!header.StartsWith("DLIX"u8) || header[4] != 1)
        {
            return "it does not begin with DLIX and version 1";
        }

        ReadOnlySpan<int> widths = [PackRowLength, Oid.Length, RowLength, BlobRowLength];
        long length = HeaderLength + FanLength;
        for (int i = 0; i < 4; i++)
        {
            counts[i] = BinaryPrimitives.ReadInt32BigEndian(header[(8 + (4 * i))..]);
            if (counts[i] < 0 || (long)counts[i] * widths[i] > int.MaxValue)
            {
                return "a count in its header is out of range";
            }

            length += (long)counts[i] * widths[i];
        }

        return length == file.Length ? null : "its length is not what its header says";
    }

    private string? CheckPacks()
    {
        for (int i = 0; i < Packs.Count; i++)
        {
            IndexedPack pack = Packs[i];
            if (pack.Kind is not (PackKind.Data or PackKind.Nodes)
                || pack.Size is < 0 or > PackFormat.PackMax || (i > 0 && pack.Id <= Packs[i - 1].Id))
            {
                return $"its pack {i} is out of order or range";
            }
        }

        return null;
    }

    private string? CheckFan()
    {
        int last = 0;
        for (int i = 0; i < 256; i++)
        {
            int n = Fan(i);
            if (n < last || n > RowCount)
            {
                return "its fan table is not ascending";
            }

            last = n;
        }

        return last == RowCount ? null : "its fan table does not end at the row count";
    }

    private int Fan(int head) => BinaryPrimitives.ReadInt32BigEndian(_file.Slice(_fanAt + (4 * head), 4));
}
