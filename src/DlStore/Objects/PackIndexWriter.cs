using System.Buffers.Binary;
using System.Security.Cryptography;
using DlStore.Io;

namespace DlStore.Objects;

/// <summary>
/// Writes a pack index from sorted runs (pack tables and older indexes) by merging them, a row at a time, so memory does not grow with the
/// number of rows.
/// </summary>
public sealed class PackIndexWriter
{
    private const int ForgetEvery = 1 << 16;
    private readonly List<Run> _runs = [];
    private readonly SortedDictionary<Oid, IndexedPack> _packs = [];
    private readonly SortedSet<Oid> _superseded = [];
    private readonly SortedDictionary<Oid, long> _blobs = [];

    /// <summary>Takes in a pack's table.</summary>
    /// <param name="table">The table; must stay open until the index is written.</param>
    /// <param name="size">Bytes of the pack file.</param>
    public void AddTable(PackTable table, long size)
    {
        if (_packs.TryAdd(table.Pack.Id, new IndexedPack(table.Pack.Id, table.Kind, size)))
        {
            _runs.Add(new Run(table.Count, row => (table.Get(row), table.Pack.Id), table.Forget));
        }
    }

    /// <summary>Takes in an older index, which the new one will supersede.</summary>
    /// <param name="index">The index; must stay open until the new one is written.</param>
    /// <param name="isThere">Tells whether a pack still exists; rows of others are dropped.</param>
    /// <param name="keep">Tells whether the row of an object (pack, oid) stays; null for all.</param>
    /// <param name="keepBlob">Tells whether a large blob stays; null for all.</param>
    public void AddIndex(PackIndex index, Func<Oid, bool> isThere, Func<Oid, Oid, bool>? keep = null, Func<Oid, bool>? keepBlob = null)
    {
        HashSet<Oid> kept = [];
        foreach (IndexedPack pack in index.Packs)
        {
            if (isThere(pack.Id) && _packs.TryAdd(pack.Id, pack))
            {
                kept.Add(pack.Id);
            }
        }

        _superseded.Add(index.Id);
        _runs.Add(new Run(index.RowCount, row =>
        {
            PackEntry entry = index.Get(row, out int pack);
            Oid id = index.Packs[pack].Id;
            return kept.Contains(id) && (keep is null || keep(id, entry.Oid)) ? (entry, id) : null;
        }, index.Forget));
        for (int i = 0; i < index.BlobCount; i++)
        {
            (Oid oid, long size) = index.GetBlob(i);
            if (keepBlob?.Invoke(oid) ?? true)
            {
                _blobs[oid] = size;
            }
        }
    }

    /// <summary>Names an index file that the new one replaces although nothing can be read from it.</summary>
    /// <param name="id">Its id.</param>
    public void Supersede(Oid id) => _superseded.Add(id);

    /// <summary>Lists a large blob.</summary>
    /// <param name="oid">The blob.</param>
    /// <param name="size">Bytes.</param>
    public void AddBlob(Oid oid, long size) => _blobs[oid] = size;

    /// <summary>Writes the index durably as <c>directory/hex.idx</c>.</summary>
    /// <param name="directory">Absolute path; must exist.</param>
    /// <returns>Its id.</returns>
    public Oid Write(string directory)
    {
        string temp = Path.Combine(directory, $".dls-tmp-{TempName.Next()}");
        Dictionary<Oid, int> positions = [];
        foreach (Oid id in _packs.Keys)
        {
            positions[id] = positions.Count;
        }

        int[] fan = CountByFirstByte();
        int rows = fan.Sum();
        try
        {
            Oid id;
            using (FileStream stream = new(temp, FileMode.CreateNew, FileAccess.Write, FileShare.Read, 1 << 16))
            using (IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256))
            {
                WriteTo(bytes => { hash.AppendData(bytes); stream.Write(bytes); }, fan, rows, positions);
                stream.Flush(flushToDisk: true);
                id = Oid.From(hash);
            }

            AtomicFile.Rename(temp, Path.Combine(directory, id.ToHex() + ".idx"), replace: true);
            AtomicFile.FlushDirectory(directory);
            CrashPoint.Hit("index.written");
            return id;
        }
        catch (IOException e)
        {
            throw new DlsException(ErrorKind.Failed, $"write pack index in '{directory}': {e.Message}", null, e);
        }
        finally
        {
            File.Delete(temp);
        }
    }

    private int[] CountByFirstByte()
    {
        int[] fan = new int[256];
        foreach ((PackEntry entry, _) in Merge())
        {
            fan[(int)(entry.Oid.Head >> 56)]++;
        }

        return fan;
    }

    private delegate void Sink(ReadOnlySpan<byte> bytes);

    private void WriteTo(Sink sink, int[] fan, int rows, Dictionary<Oid, int> positions)
    {
        Span<byte> b = stackalloc byte[64];
        b.Clear();
        "DLIX"u8.CopyTo(b);
        b[4] = 1;
        BinaryPrimitives.WriteInt32BigEndian(b[8..], _packs.Count);
        BinaryPrimitives.WriteInt32BigEndian(b[12..], _superseded.Count);
        BinaryPrimitives.WriteInt32BigEndian(b[16..], rows);
        BinaryPrimitives.WriteInt32BigEndian(b[20..], _blobs.Count);
        sink(b[..PackIndex.HeaderLength]);
        foreach (IndexedPack pack in _packs.Values)
        {
            pack.Id.CopyTo(b);
            b[32] = (byte)pack.Kind;
            BinaryPrimitives.WriteInt64BigEndian(b[33..], pack.Size);
            sink(b[..PackIndex.PackRowLength]);
        }

        foreach (Oid id in _superseded)
        {
            id.CopyTo(b);
            sink(b[..Oid.Length]);
        }

        int sum = 0;
        foreach (int n in fan)
        {
            sum += n;
            BinaryPrimitives.WriteInt32BigEndian(b, sum);
            sink(b[..4]);
        }

        WriteRows(sink, positions);
    }

    private void WriteRows(Sink sink, Dictionary<Oid, int> positions)
    {
        Span<byte> b = stackalloc byte[PackIndex.RowLength];
        foreach ((PackEntry entry, Oid pack) in Merge())
        {
            entry.Oid.CopyTo(b);
            BinaryPrimitives.WriteInt32BigEndian(b[32..], positions[pack]);
            BinaryPrimitives.WriteUInt32BigEndian(b[36..], entry.Offset);
            BinaryPrimitives.WriteUInt32BigEndian(b[40..], entry.Stored);
            BinaryPrimitives.WriteUInt32BigEndian(b[44..], entry.Plain);
            sink(b);
        }

        foreach ((Oid oid, long size) in _blobs)
        {
            oid.CopyTo(b);
            BinaryPrimitives.WriteInt64BigEndian(b[32..], size);
            sink(b[..PackIndex.BlobRowLength]);
        }
    }

    private IEnumerable<(PackEntry Entry, Oid Pack)> Merge()
    {
        PriorityQueue<Run, (Oid Oid, Oid Pack)> queue = new();
        foreach (Run run in _runs)
        {
            run.Row = -1;
            if (run.Step())
            {
                queue.Enqueue(run, (run.Entry.Oid, run.Pack));
            }
        }

        for (long n = 1; queue.TryDequeue(out Run? run, out _); n++)
        {
            if (n % ForgetEvery == 0)
            {
                _runs.ForEach(r => r.Forget());
            }

            yield return (run.Entry, run.Pack);
            if (run.Step())
            {
                queue.Enqueue(run, (run.Entry.Oid, run.Pack));
            }
        }
    }

    /// <summary>One sorted source of rows.</summary>
    private sealed class Run(int count, Func<int, (PackEntry Entry, Oid Pack)?> get, Action forget)
    {
        public Action Forget => forget;

        public int Row { get; set; }

        public PackEntry Entry { get; private set; }

        public Oid Pack { get; private set; }

        public bool Step()
        {
            while (++Row < count)
            {
                if (get(Row) is { } row)
                {
                    (Entry, Pack) = row;
                    return true;
                }
            }

            return false;
        }
    }
}
