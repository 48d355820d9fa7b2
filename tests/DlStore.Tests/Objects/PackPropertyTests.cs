using DlStore.Objects;
using DlStore.TestKit;
using Xunit.Abstractions;

namespace DlStore.Tests.Objects;

public sealed class PackPropertyTests(ITestOutputHelper output)
{
    [Fact]
    public void What_was_packed_is_read_back()
    {
        Random random = Seeded.Start(output);
        for (int round = 0; round < 12; round++)
        {
            using TempDir temp = new();
            PackKind kind = random.Next(2) == 0 ? PackKind.Data : PackKind.Nodes;
            Dictionary<Oid, byte[]> blobs = Blobs(random, random.Next(0, 300));

            Oid id = Write(temp, kind, blobs);

            using PackTable table = PackTable.Open(Path(temp, id), id);
            Assert.False(table.WasDamaged);
            Assert.Equal(kind, table.Kind);
            Assert.Equal(kind, table.Pack.ReadKind());
            Assert.Equal(blobs.Count, table.Count);
            Assert.Equal(id, PackFile.Hash(Path(temp, id)));
            Assert.Null(PackCheck.FirstWrong(table));
            Assert.Equal(blobs.Keys.Order(), Enumerable.Range(0, table.Count).Select(i => table.Get(i).Oid));
            AssertHolds(table, blobs);
            Assert.False(table.TryFind(new Oid(Seeded.Bytes(random, 32)), out _));
            Assert.Equal(Enumerable.Range(0, table.Count).Select(table.Get), table.Pack.Scan());
        }
    }

    [Fact]
    public void Windows_read_in_any_order_what_single_reads_give()
    {
        Random random = Seeded.Start(output);
        using TempDir temp = new();
        Dictionary<Oid, byte[]> blobs = Blobs(random, 400);
        Oid id = Write(temp, PackKind.Data, blobs);
        using PackTable table = PackTable.Open(Path(temp, id), id);
        PackWindow window = new();

        for (int i = 0; i < 2000; i++)
        {
            int row = random.Next(3) == 0 ? random.Next(table.Count) : i % table.Count;
            PackEntry entry = table.Get(row);

            Assert.Equal(blobs[entry.Oid], window.Read(new PackedObject(table.Pack, entry)).ToArray());
        }
    }

    [Fact]
    public void A_pack_made_again_never_repeats_a_name()
    {
        using TempDir temp = new();
        Dictionary<Oid, byte[]> blobs = Blobs(Seeded.Start(output), 3);

        Assert.NotEqual(Write(temp, PackKind.Data, blobs), Write(temp, PackKind.Data, blobs));
    }

    [Fact]
    public void Merged_indexes_equal_a_dictionary()
    {
        Random random = Seeded.Start(output);
        for (int round = 0; round < 8; round++)
        {
            using TempDir temp = new();
            IndexModel model = new(temp, random);
            int steps = random.Next(1, 8);
            for (int i = 0; i < steps; i++)
            {
                model.AddPack();
                if (random.Next(2) == 0)
                {
                    model.WriteIndex();
                }
            }

            model.WriteIndex();

            model.AssertSame();
        }
    }

    internal static string Path(TempDir temp, Oid id) => temp.At(id.ToHex() + ".pack");

    internal static Oid Write(TempDir temp, PackKind kind, IReadOnlyDictionary<Oid, byte[]> blobs)
    {
        using PackWriter writer = new(temp.Path, kind);
        foreach ((Oid oid, byte[] plain) in blobs)
        {
            byte[] room = new byte[plain.Length];
            bool encoded = Codec.TryEncode(plain, room, out int length);
            writer.Append(oid, encoded ? Codec.Brotli : Codec.Raw, plain.Length, encoded ? room.AsSpan(0, length) : plain);
            writer.Append(oid, Codec.Raw, plain.Length, plain);
        }

        Assert.Equal(blobs.Count, writer.Count);
        return writer.Finish(id => Path(temp, id));
    }

    /// <summary>Noise, text that shrinks, nothing at all, and things that look compressed.</summary>
    internal static Dictionary<Oid, byte[]> Blobs(Random random, int count)
    {
        Dictionary<Oid, byte[]> blobs = [];
        while (blobs.Count < count)
        {
            int length = random.Next(8) == 0 ? random.Next(50_000) : random.Next(600);
            byte[] plain = Seeded.Bytes(random, length);
            if (random.Next(2) == 0)
            {
                for (int i = 0; i < length; i++)
                {
                    plain[i] = (byte)("{\"box\": [0, 1]}, "u8[i % 17] + (plain[i] >> 7));
                }
            }

            if (random.Next(6) == 0 && length > 12)
            {
                new byte[] { 0xFF, 0xD8, 0xFF }.CopyTo(plain, 0);
            }

            blobs[Oid.Of(plain)] = plain;
        }

        return blobs;
    }

    internal static void AssertHolds(PackTable table, IReadOnlyDictionary<Oid, byte[]> blobs)
    {
        foreach ((Oid oid, byte[] plain) in blobs)
        {
            Assert.True(table.TryFind(oid, out PackEntry entry));
            byte[] read = new byte[entry.Plain];
            table.Pack.Read(entry, read);
            Assert.Equal(plain, read);
        }
    }

    /// <summary>Packs with shared objects and the index over them, beside the dictionary they must equal.</summary>
    private sealed class IndexModel(TempDir temp, Random random)
    {
        private readonly Dictionary<Oid, byte[]> _pool = Blobs(random, 400);
        private readonly Dictionary<Oid, Dictionary<Oid, PackEntry>> _packs = [];
        private readonly Dictionary<Oid, long> _large = [];
        private readonly List<Oid> _fresh = [];
        private Oid? _index;

        public void AddPack()
        {
            Dictionary<Oid, byte[]> some = _pool.Where(_ => random.Next(4) == 0).ToDictionary();
            Oid id = Write(temp, random.Next(2) == 0 ? PackKind.Data : PackKind.Nodes, some);
            using PackTable table = PackTable.Open(PackPropertyTests.Path(temp, id), id);
            _packs[id] = Enumerable.Range(0, table.Count).Select(table.Get).ToDictionary(e => e.Oid);
            _fresh.Add(id);
        }

        public void WriteIndex()
        {
            PackIndexWriter writer = new();
            List<IDisposable> open = [];
            foreach (Oid id in _fresh)
            {
                PackTable table = PackTable.Open(PackPropertyTests.Path(temp, id), id);
                open.Add(table);
                writer.AddTable(table, new FileInfo(table.Pack.FilePath).Length);
                writer.AddTable(table, 1);
            }

            if (_index is { } before)
            {
                PackIndex index = Open(before);
                open.Add(index);
                Oid? gone = random.Next(3) == 0 && index.Packs.Count > 1 ? index.Packs[random.Next(index.Packs.Count)].Id : null;
                writer.AddIndex(index, id => id != gone);
                _packs.Remove(gone ?? default);
            }

            for (int i = random.Next(5); i > 0; i--)
            {
                Oid oid = new(Seeded.Bytes(random, 32));
                _large[oid] = random.NextInt64();
                writer.AddBlob(oid, _large[oid]);
            }

            Oid written = writer.Write(temp.Path);
            if (_index is { } old)
            {
                using PackIndex now = Open(written);
                Assert.Equal([old], now.Superseded);
            }

            _index = written;
            _fresh.Clear();
            open.ForEach(o => o.Dispose());
        }

        public void AssertSame()
        {
            using PackIndex index = Open(_index!.Value);
            Assert.True(index.CheckDigest());
            Assert.Equal(_packs.Keys.Order(), index.Packs.Select(p => p.Id));
            Assert.Equal(_packs.Values.Sum(p => p.Count), index.RowCount);
            Assert.Equal(_large.Count, index.BlobCount);
            foreach (Oid oid in _pool.Keys)
            {
                HashSet<(Oid, PackEntry)> expected = [.. _packs.Where(p => p.Value.ContainsKey(oid)).Select(p => (p.Key, p.Value[oid]))];
                Assert.Equal(expected, Rows(index, oid));
            }

            Assert.All(_large, l => Assert.True(index.ContainsBlob(l.Key)));
            Assert.Equal(
                _large.OrderBy(l => l.Key).Select(l => (l.Key, l.Value)), Enumerable.Range(0, index.BlobCount).Select(index.GetBlob));
            Assert.Equal(-1, index.Find(new Oid(Seeded.Bytes(random, 32))));
            Assert.False(index.ContainsBlob(new Oid(Seeded.Bytes(random, 32))));
        }

        private PackIndex Open(Oid id)
        {
            (PackIndex? index, string? wrong) = PackIndex.Open(temp.At(id.ToHex() + ".idx"), id);
            Assert.Null(wrong);
            return index!;
        }

        private static HashSet<(Oid, PackEntry)> Rows(PackIndex index, Oid oid)
        {
            HashSet<(Oid, PackEntry)> rows = [];
            for (int row = index.Find(oid); row >= 0 && row < index.RowCount; row++)
            {
                PackEntry entry = index.Get(row, out int pack);
                if (entry.Oid != oid)
                {
                    break;
                }

                rows.Add((index.Packs[pack].Id, entry));
            }

            return rows;
        }
    }
}
