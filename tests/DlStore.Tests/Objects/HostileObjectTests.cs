using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using DlStore.Objects;
using DlStore.TestKit;
using Xunit.Abstractions;

namespace DlStore.Tests.Objects;

/// <summary>What a stranger, or a dying disk, can put where dls reads objects.</summary>
public sealed class HostileObjectTests(ITestOutputHelper output)
{
    [Fact]
    public void Pointers_are_accepted_in_their_one_encoding_or_refused()
    {
        Pointer pointer = new()
        {
            Kind = ObjectKind.Tree,
            Oid = Oid.Of([]),
            Size = 12345,
            Files = 77,
            Demand = true,
            Others = new Dictionary<string, string> { ["origin"] = "https://example.com/日本", ["zz"] = "1" }
        };

        new Hostile(output).Attack(pointer.ToBytes(), bytes => Assert.Equal(bytes, Pointer.Parse(bytes, "p").ToBytes()));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Tree_nodes_are_read_within_their_bounds_or_refused(int level)
    {
        TreeStock stock = new();
        stock.WriteTree(TreePropertyTests.RandomTree(new Random(5), 3000));
        stock.WriteFlat(Enumerable.Range(0, 3000).Select(i => (Encoding.UTF8.GetBytes($"{i:d5}"), "x")));
        byte[] sample = stock.Nodes.Values.Where(n => n[4] == level && n.Length > 200).OrderBy(n => n.Length).First();

        new Hostile(output).Attack(sample, bytes =>
        {
            TreeNode node = TreeNode.Open(bytes, default);
            int n = 0;
            while (node.Next())
            {
                Assert.True(node.Size >= 0 && node.Files >= 0 && node.Entries >= 1);
                Assert.Null(DlStore.Io.EntryName.WhyRefused(node.Name));
                n++;
            }

            Assert.Equal(node.Count, n);
            if (node.Level == 0)
            {
                TreeCursor cursor = new(_ => bytes, default);
                while (cursor.Next())
                {
                    n--;
                }

                Assert.Equal(0, n);
            }
        });
    }

    [Fact]
    public void Packs_give_right_bytes_or_refuse()
    {
        using TempDir temp = new();
        Hostile hostile = new(output);
        Dictionary<Oid, byte[]> blobs = PackPropertyTests.Blobs(new Random(7), 12).Where(b => b.Value.Length < 1000).ToDictionary();
        Oid id = PackPropertyTests.Write(temp, PackKind.Data, blobs);
        string path = temp.At("sample");

        hostile.Attack(File.ReadAllBytes(PackPropertyTests.Path(temp, id)), bytes => ReadPack(path, bytes), SealPack);
    }

    [Fact]
    public void Pack_indexes_are_read_within_their_bounds_or_refused()
    {
        using TempDir temp = new();
        Oid id = PackPropertyTests.Write(temp, PackKind.Nodes, PackPropertyTests.Blobs(new Random(7), 9));
        using PackTable table = PackTable.Open(PackPropertyTests.Path(temp, id), id);
        PackIndexWriter writer = new();
        writer.AddTable(table, new FileInfo(PackPropertyTests.Path(temp, id)).Length);
        writer.AddBlob(Oid.Of("large"u8), 1 << 20);
        byte[] sample = File.ReadAllBytes(temp.At(writer.Write(temp.Path).ToHex() + ".idx"));
        string path = temp.At("sample");

        new Hostile(output).Attack(sample, bytes => ReadIndex(path, bytes, table));
    }

    [Theory]
    [InlineData(8)]
    [InlineData(12)]
    [InlineData(16)]
    [InlineData(20)]
    public void Counts_in_an_index_that_the_file_cannot_hold_are_refused(int at)
    {
        using TempDir temp = new();
        byte[] bytes = new byte[24 + 1024];
        "DLIX"u8.CopyTo(bytes);
        bytes[4] = 1;
        foreach (uint count in (uint[])[1, int.MaxValue, 0x80000000, uint.MaxValue, 0x10000000])
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(at), count);
            File.WriteAllBytes(temp.At("x"), bytes);

            (PackIndex? index, string? wrong) = PackIndex.Open(temp.At("x"), Oid.Of(bytes));

            Assert.Null(index);
            Assert.NotNull(wrong);
        }
    }

    [Fact]
    public void Counts_in_a_pack_footer_that_the_file_cannot_hold_are_passed_over()
    {
        using TempDir temp = new();
        Dictionary<Oid, byte[]> blobs = PackPropertyTests.Blobs(new Random(3), 5);
        Oid id = PackPropertyTests.Write(temp, PackKind.Data, blobs);
        byte[] sample = File.ReadAllBytes(PackPropertyTests.Path(temp, id));
        foreach (ulong offset in (ulong[])[0, 23, 1UL << 31, 1UL << 60, ulong.MaxValue, (ulong)long.MaxValue])
        {
            foreach (uint count in (uint[])[0, 1, 1U << 31, uint.MaxValue])
            {
                byte[] bytes = [.. sample];
                BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(bytes.Length - 44), offset);
                BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(bytes.Length - 36), count);
                File.WriteAllBytes(temp.At("x"), bytes);

                using PackTable table = PackTable.Open(temp.At("x"), id);

                Assert.True(table.WasDamaged);
                PackPropertyTests.AssertHolds(table, blobs);
            }
        }
    }

    [Theory]
    [InlineData(0x80000000u, 6u)]
    [InlineData(uint.MaxValue, 6u)]
    [InlineData(6u, 0x80000000u)]
    [InlineData(6u, uint.MaxValue)]
    [InlineData((16u << 20) + 1, 6u)]
    [InlineData(16u << 20, 16u << 20)]
    public void Entries_that_claim_lengths_they_do_not_have_are_refused(uint stored, uint plain)
    {
        using TempDir temp = new();
        byte[] entry = Entry(Codec.Raw, stored, plain, Oid.Of("hello\n"u8), "hello\n"u8);

        AssertRefused(temp, entry, new PackEntry(Oid.Of("hello\n"u8), PackFormat.HeaderLength, stored, plain));
    }

    [Fact]
    public void A_brotli_bomb_is_refused()
    {
        using TempDir temp = new();
        byte[] hundredMegabytes = new byte[100_000_000];
        using MemoryStream bomb = new();
        using (BrotliStream stream = new(bomb, CompressionLevel.Fastest, leaveOpen: true))
        {
            stream.Write(hundredMegabytes);
        }

        Oid oid = Oid.Of(hundredMegabytes.AsSpan(0, 100));
        byte[] entry = Entry(Codec.Brotli, (uint)bomb.Length, 100, oid, bomb.ToArray());

        AssertRefused(temp, entry, new PackEntry(oid, PackFormat.HeaderLength, (uint)bomb.Length, 100));
    }

    [Fact]
    public void Unknown_encodings_are_refused()
    {
        using TempDir temp = new();
        for (int encoding = 1; encoding < 256; encoding++)
        {
            byte[] entry = Entry((byte)encoding, 6, 6, Oid.Of("hello\n"u8), "hello\n"u8);

            AssertRefused(temp, entry, new PackEntry(Oid.Of("hello\n"u8), PackFormat.HeaderLength, 6, 6));
        }
    }

    [Fact]
    public void Right_bytes_under_a_wrong_oid_are_refused()
    {
        using TempDir temp = new();
        byte[] entry = Entry(Codec.Raw, 6, 6, Oid.Of("other"u8), "hello\n"u8);

        AssertRefused(temp, entry, new PackEntry(Oid.Of("other"u8), PackFormat.HeaderLength, 6, 6));
    }

    [Fact]
    public void A_pack_whose_entries_overlap_is_not_adopted()
    {
        using TempDir temp = new();
        Oid hello = Oid.Of("hello\n"u8);
        byte[] inner = Entry(Codec.Raw, 6, 6, hello, "hello\n"u8);
        byte[] outer = Entry(Codec.Raw, (uint)inner.Length, (uint)inner.Length, Oid.Of(inner), inner);
        byte[] pack = Pack(
            outer, [new PackEntry(Oid.Of(inner), 24, (uint)inner.Length, (uint)inner.Length), new PackEntry(hello, 24 + 45, 6, 6)]);

        AssertNotAdopted(temp, pack, "begin where");
    }

    [Fact]
    public void A_pack_without_a_table_is_not_adopted()
    {
        using TempDir temp = new();

        AssertNotAdopted(temp, [.. Pack(Entry(Codec.Raw, 6, 6, Oid.Of("hello\n"u8), "hello\n"u8), []).AsSpan(0, 24 + 45 + 6)], "table");
    }

    [Fact]
    public void An_index_with_an_unknown_kind_or_an_odd_size_is_refused()
    {
        using TempDir temp = new();
        Oid id = PackPropertyTests.Write(temp, PackKind.Data, PackPropertyTests.Blobs(new Random(3), 5));
        using PackTable table = PackTable.Open(PackPropertyTests.Path(temp, id), id);
        PackIndexWriter writer = new();
        writer.AddTable(table, 1000);
        byte[] sample = File.ReadAllBytes(temp.At(writer.Write(temp.Path).ToHex() + ".idx"));
        foreach ((int at, byte value) in ((int, byte)[])[(24 + 32, 0), (24 + 32, 3), (24 + 33, 0x80), (24 + 33, 1)])
        {
            byte[] bytes = [.. sample];
            bytes[at] = value;
            File.WriteAllBytes(temp.At("x"), bytes);

            Assert.Contains("pack 0", PackIndex.Open(temp.At("x"), Oid.Of(bytes)).Wrong, StringComparison.Ordinal);
        }
    }

    private static void ReadPack(string path, byte[] bytes)
    {
        File.WriteAllBytes(path, bytes);
        using PackTable table = PackTable.Open(path, default);
        PackWindow window = new();
        for (int i = 0; i < Math.Min(table.Count, 200); i++)
        {
            PackEntry entry = table.Get(i);
            _ = table.TryFind(entry.Oid, out _);
            if (table.Pack.TryRead(entry, new byte[Math.Min(entry.Plain, 1 << 20)]) is null)
            {
                Assert.Equal(entry.Oid, Oid.Of(window.Read(new PackedObject(table.Pack, entry))));
            }
        }

        foreach (PackEntry entry in table.Pack.Scan())
        {
            byte[] plain = new byte[entry.Plain];
            Assert.Null(table.Pack.TryRead(entry, plain));
            Assert.Equal(entry.Oid, Oid.Of(plain));
        }
    }

    private static void ReadIndex(string path, byte[] bytes, PackTable table)
    {
        File.WriteAllBytes(path, bytes);
        (PackIndex? index, _) = PackIndex.Open(path, Oid.Of(bytes));
        using PackIndex? disposed = index;
        for (int i = 0; index is not null && i < table.Count; i++)
        {
            if (index.Find(table.Get(i).Oid) is var row and >= 0)
            {
                Assert.Equal(table.Get(i).Oid, index.Get(row, out _).Oid);
            }

            _ = index.ContainsBlob(table.Get(i).Oid);
        }

        for (int i = 0; index is not null && i < index.RowCount; i++)
        {
            _ = index.Get(i, out _);
        }
    }

    /// <summary>Makes the table's digest right, if there is a footer.</summary>
    private static void SealPack(byte[] bytes)
    {
        if (bytes.Length < 72
            || BinaryPrimitives.ReadUInt64BigEndian(bytes.AsSpan(bytes.Length - 44)) is var offset && offset > (ulong)bytes.Length - 48)
        {
            return;
        }

        int table = (int)BinaryPrimitives.ReadUInt64BigEndian(bytes.AsSpan(bytes.Length - 44));
        System.Security.Cryptography.SHA256.HashData(bytes.AsSpan(table..^48), bytes.AsSpan(bytes.Length - 32));
    }

    private static byte[] Entry(byte encoding, uint stored, uint plain, Oid oid, ReadOnlySpan<byte> bytes)
    {
        byte[] header = new byte[PackFormat.EntryHeaderLength];
        PackFormat.WriteEntryHeader(header, encoding, (int)stored, (int)plain, oid);
        return [.. header, .. bytes];
    }

    private static byte[] Pack(byte[] entries, PackEntry[] rows)
    {
        byte[] header = new byte[PackFormat.HeaderLength];
        PackFormat.HeaderMagic.CopyTo(header);
        (header[4], header[5]) = (1, 1);
        byte[] table = new byte[rows.Length * PackFormat.RowLength];
        Array.Sort(rows, (a, b) => a.Oid.CompareTo(b.Oid));
        for (int i = 0; i < rows.Length; i++)
        {
            PackFormat.WriteRow(table.AsSpan(i * PackFormat.RowLength), rows[i]);
        }

        byte[] footer = new byte[PackFormat.FooterLength];
        PackFormat.FooterMagic.CopyTo(footer);
        BinaryPrimitives.WriteInt64BigEndian(footer.AsSpan(4), header.Length + entries.Length);
        BinaryPrimitives.WriteInt32BigEndian(footer.AsSpan(12), rows.Length);
        System.Security.Cryptography.SHA256.HashData(table, footer.AsSpan(16));
        return [.. header, .. entries, .. table, .. footer];
    }

    /// <summary>An entry that no reader takes: not one by one, not in a window, not by scanning, not from a stranger.</summary>
    private void AssertRefused(TempDir temp, byte[] entry, PackEntry row)
    {
        byte[] pack = Pack(entry, [row]);
        string path = temp.Write("bad.pack", pack);
        using PackTable table = PackTable.Open(path, Oid.Of(pack));
        Hostile hostile = new(output);

        Assert.Equal(1, table.Count);
        Assert.Equal(ErrorKind.Corrupt, hostile.Try(pack, _ => table.Pack.Read(row, new byte[Math.Min(row.Plain, 100)]))?.Kind);
        Assert.Equal(ErrorKind.Corrupt, hostile.Try(pack, _ => new PackWindow().Read(new PackedObject(table.Pack, row)))?.Kind);
        Assert.Null(hostile.Try(pack, _ => Assert.Empty(table.Pack.Scan())));
        AssertNotAdopted(temp, pack, "");
    }

    private static void AssertNotAdopted(TempDir temp, byte[] pack, string why)
    {
        using ObjectStore store = ObjectStore.Open(temp.At("store"));
        using ObjectWriter writer = store.BeginWrite(TimeSpan.Zero);
        string file = temp.Write("adopt", pack);

        DlsException e = Assert.Throws<DlsException>(() => writer.Adopt(file, Oid.Of(pack), "lab"));

        Assert.Equal(ErrorKind.Corrupt, e.Kind);
        Assert.Contains("'lab'", e.Message, StringComparison.Ordinal);
        Assert.Contains(why, e.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(store.PackDirectory));
    }
}
