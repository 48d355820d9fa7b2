using System.Buffers.Binary;
using System.Security.Cryptography;
using DlStore.Io;

namespace DlStore.Objects;

/// <summary>
/// The sorted table at the end of one pack, mapped; a pack that no index covers is looked up here. If table or footer is damaged, the
/// entries are found
/// again by scanning the pack, and <see cref="WasDamaged"/> says so.
/// </summary>
public sealed class PackTable : IDisposable
{
    private readonly MappedFile? _file;
    private readonly long _offset;
    private readonly byte[]? _scanned;

    private PackTable(PackReader pack, PackKind kind, MappedFile? file, long offset, int count, byte[]? scanned)
    {
        Pack = pack;
        Kind = kind;
        _file = file;
        _offset = offset;
        Count = count;
        _scanned = scanned;
    }

    /// <summary>Gets the pack.</summary>
    public PackReader Pack { get; }

    /// <summary>Gets what the pack holds.</summary>
    public PackKind Kind { get; }

    /// <summary>Gets the number of objects.</summary>
    public int Count { get; }

    /// <summary>Gets a value indicating whether the table had to be rebuilt by scanning.</summary>
    public bool WasDamaged => _scanned is not null;

    private ReadOnlySpan<byte> Rows => _scanned ?? _file!.Slice(_offset, Count * PackFormat.RowLength);

    /// <summary>Opens the table of a pack.</summary>
    /// <param name="path">Absolute path.</param>
    /// <param name="id">The pack's id.</param>
    /// <returns>The table.</returns>
    public static PackTable Open(string path, Oid id) => Open(path, id, checkDigest: true);

    /// <summary>
    /// Opens the table of a pack that this process has just written: its digest need not be checked, so no page of it is touched before it
    /// is needed.
    /// </summary>
    internal static PackTable OpenFresh(string path, Oid id) => Open(path, id, checkDigest: false);

    private static PackTable Open(string path, Oid id, bool checkDigest)
    {
        PackReader reader = new(path, id);
        MappedFile file = MappedFile.Open(path);
        if (TryFooter(file, checkDigest, out long offset, out int count, out PackKind kind))
        {
            return new PackTable(reader, kind, file, offset, count, null);
        }

        file.Dispose();
        IReadOnlyList<PackEntry> entries = reader.Scan();
        byte[] rows = new byte[entries.Count * PackFormat.RowLength];
        for (int i = 0; i < entries.Count; i++)
        {
            PackFormat.WriteRow(rows.AsSpan(i * PackFormat.RowLength), entries[i]);
        }

        return new PackTable(reader, reader.ReadKind() ?? PackKind.Data, null, 0, entries.Count, rows);
    }

    /// <summary>Tells whether a pack's own table is whole.</summary>
    internal static bool HasTable(string path)
    {
        using MappedFile file = MappedFile.Open(path);
        return TryFooter(file, checkDigest: true, out _, out _, out _);
    }

    /// <summary>Finds an object.</summary>
    /// <param name="oid">The object.</param>
    /// <param name="entry">Where it lies.</param>
    /// <returns>False if this pack does not have it.</returns>
    public bool TryFind(Oid oid, out PackEntry entry)
    {
        ReadOnlySpan<byte> rows = Rows;
        int row = OidSearch.LowerBound(rows, PackFormat.RowLength, 0, Count, oid);
        entry = row < Count ? PackFormat.ReadRow(rows.Slice(row * PackFormat.RowLength, PackFormat.RowLength)) : default;
        return row < Count && entry.Oid == oid;
    }

    /// <summary>Gives touched pages of the table back.</summary>
    internal void Forget() => _file?.Forget();

    /// <summary>Gives a row.</summary>
    /// <param name="row">0 to Count - 1, in oid order.</param>
    /// <returns>Where that object lies.</returns>
    public PackEntry Get(int row) => PackFormat.ReadRow(Rows.Slice(row * PackFormat.RowLength, PackFormat.RowLength));

    /// <summary>
    /// Appends the header's bytes; false if the table had to be rebuilt, because then the file is not what its name says.
    /// </summary>
    internal bool AppendHeader(IncrementalHash hash)
    {
        hash.AppendData(_file is null ? [] : _file.Slice(0, PackFormat.HeaderLength));
        return _file is not null;
    }

    /// <summary>Appends table and footer if the entries ended where the table begins.</summary>
    internal bool AppendTail(IncrementalHash hash, long entriesEnd)
    {
        if (_file is null || entriesEnd != _offset)
        {
            return false;
        }

        hash.AppendData(_file.Slice(_offset, (int)(_file.Length - _offset)));
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file?.Dispose();
        Pack.Dispose();
    }

    /// <summary>Checks header, footer and table digest of a whole pack image, without trusting any length in it.</summary>
    internal static bool TryFooter(MappedFile file, bool checkDigest, out long tableOffset, out int count, out PackKind kind)
    {
        tableOffset = 0;
        count = 0;
        kind = PackKind.Data;
        if (file.Length is < PackFormat.HeaderLength + PackFormat.FooterLength or > PackFormat.PackMax)
        {
            return false;
        }

        ReadOnlySpan<byte> header = file.Slice(0, PackFormat.HeaderLength);
        ReadOnlySpan<byte> footer = file.Slice(file.Length - PackFormat.FooterLength, PackFormat.FooterLength);
        tableOffset = BinaryPrimitives.ReadInt64BigEndian(footer[4..]);
        long rows = BinaryPrimitives.ReadUInt32BigEndian(footer[12..]);
        if (!header.StartsWith(PackFormat.HeaderMagic)
            || header[4] != 1 || header[5] is not (1 or 2) || !footer.StartsWith(PackFormat.FooterMagic)
            || tableOffset < PackFormat.HeaderLength
                || tableOffset + (rows * PackFormat.RowLength) + PackFormat.FooterLength != file.Length)
        {
            return false;
        }

        count = (int)rows;
        kind = (PackKind)header[5];
        if (!checkDigest)
        {
            return true;
        }

        Span<byte> digest = stackalloc byte[Oid.Length];
        SHA256.HashData(file.Slice(tableOffset, count * PackFormat.RowLength), digest);
        file.Forget();
        return digest.SequenceEqual(footer[16..]);
    }
}
