using System.Buffers.Binary;
using System.Text;
using DlStore.Io;
using DlStore.Objects;
using DlStore.TestKit;
using DlStore.WorkTree;
using Xunit.Abstractions;

namespace DlStore.Tests.WorkTree;

/// <summary>Base, stat cache and checkout journal: what was written is read back, and damage is never worse than a loss.</summary>
public sealed class StateFileTests(ITestOutputHelper output)
{
    [Fact]
    public void Base_is_read_back_as_it_was_written()
    {
        Random random = Seeded.Start(output);
        using TempDir temp = new();
        SortedDictionary<string, BaseEntry> model = new(StringComparer.Ordinal);
        for (int step = 0; step < 150; step++)
        {
            RelPath path = model.Count > 0 && random.Next(4) == 0 ? RelPath.Parse(model.Keys.ElementAt(random.Next(model.Count)))
                : RelPath.Parse($"{random.Next(3)}/{RandomNames.Printable(random)}");
            bool remove = random.Next(4) == 0;
            long size = random.NextInt64();
            FileStat stat = new(
                size, random.NextInt64(), random.NextInt64(), (ulong)random.NextInt64() * 2, (uint)random.Next(0x1000), 0, 0);
            BaseEntry entry = new(
                random.Next(2) == 0 ? ObjectKind.Blob : ObjectKind.Tree, new Oid(Seeded.Bytes(random, 32)), size, stat, random.NextInt64());

            Base written = Base.Read(temp.Path);
            written.Set(path, remove ? null : entry);
            written.Write();
            if (remove)
            {
                model.Remove(path.Value);
            }
            else
            {
                model[path.Value] = entry;
            }
        }

        Base read = Base.Read(temp.Path);
        Assert.Equal(model.Keys, read.Paths);
        Assert.All(model, m => Assert.Equal(m.Value, read.Find(RelPath.Parse(m.Key))));
    }

    [Fact]
    public void A_damaged_base_loses_lines_and_nothing_else()
    {
        using TempDir temp = new();
        Base written = Base.Read(temp.Path);
        for (int i = 0; i < 6; i++)
        {
            FileStat stat = new(6, 17, 18, 0xFFFF_FFFF_FFFF_FFF0 + (ulong)i, 0x1A4, 0, 0);
            written.Set(RelPath.Parse($"dir/file {i}"), new BaseEntry(ObjectKind.Blob, Oid.Of([(byte)i]), 6, stat, 19));
        }

        written.Write();

        byte[] sample = File.ReadAllBytes(temp.At("base"));
        new Hostile(output).Attack(sample, bytes =>
        {
            File.WriteAllBytes(temp.At("base"), bytes);
            foreach (string path in Base.Read(temp.Path).Paths)
            {
                Assert.True(RelPath.TryParse(path, out _, out _));
            }
        });
    }

    [Fact]
    public void Stat_cache_is_read_back_as_it_was_written()
    {
        Random random = Seeded.Start(output);
        for (int round = 0; round < 20; round++)
        {
            using TempDir temp = new();
            List<DirListing> listings = [
                .. Enumerable.Range(0, random.Next(1, 12)).Select(i => Listing(random, i == 0 ? "" : $"d{i}/{RandomNames.Any(random)}"))];
            using (StatCacheWriter writer = new(temp.At("cache")))
            {
                listings.ForEach(l => writer.Add(l, long.MaxValue));
                writer.Finish();
            }

            using StatCache cache = StatCache.Open(temp.At("cache"))!;

            Assert.Equal(listings.Count, cache.DirectoryCount);
            foreach (DirListing listing in listings)
            {
                DirListing read = cache.ReadListing(listing.Path)!;
                Assert.Equal(listing.Totals, read.Totals);
                Assert.Equal(Show(listing), Show(read));
            }
        }
    }

    [Fact]
    public void Fresh_files_are_written_without_an_inode()
    {
        using TempDir temp = new();
        DiskEntry entry = new() { Mode = TreeMode.File, Mtime = 1000, Ctime = 2000, Inode = 7, NameLength = 1 };
        foreach ((long racyFrom, ulong inode) in ((long, ulong)[])[(2001, 7), (2000, 0), (1000, 0)])
        {
            using (StatCacheWriter writer = new(temp.At("cache")))
            {
                writer.Add(new DirListing("", "x"u8.ToArray(), [entry], 1), racyFrom);
                writer.Finish();
            }

            using StatCache cache = StatCache.Open(temp.At("cache"))!;
            Assert.Equal(inode, cache.ReadListing("")!.Entries[0].Inode);
        }
    }

    [Fact]
    public void A_damaged_stat_cache_is_ignored()
    {
        Random random = new(9);
        using TempDir temp = new();
        using (StatCacheWriter writer = new(temp.At("cache")))
        {
            writer.Add(Listing(random, ""), long.MaxValue);
            writer.Add(Listing(random, "sub"), long.MaxValue);
            writer.Finish();
        }

        byte[] sample = File.ReadAllBytes(temp.At("cache"));
        new Hostile(output).Attack(sample, bytes => ReadCache(temp.At("cache"), bytes), SealCache);
    }

    [Fact]
    public void Counts_in_a_stat_cache_that_the_file_cannot_hold_are_refused()
    {
        using TempDir temp = new();
        using (StatCacheWriter writer = new(temp.At("cache")))
        {
            writer.Add(Listing(new Random(9), ""), long.MaxValue);
            writer.Finish();
        }

        byte[] sample = File.ReadAllBytes(temp.At("cache"));
        int table = (int)BinaryPrimitives.ReadInt64LittleEndian(sample.AsSpan(sample.Length - 16));
        foreach ((int at, int width) in ((int, int)[])[(table, 8),
            (table + 8, 4), (table + 12, 4), (table + 64, 2), (sample.Length - 16, 8), (sample.Length - 8, 4)])
        {
            foreach (long value in (long[])[1L << 60, 1L << 31, int.MaxValue, -1])
            {
                byte[] bytes = [.. sample];
                byte[] number = new byte[8];
                BinaryPrimitives.WriteInt64LittleEndian(number, value);
                number.AsSpan(0, width).CopyTo(bytes.AsSpan(at));
                if (bytes.AsSpan().SequenceEqual(sample) || number.AsSpan(0, width).IndexOfAnyExcept((byte)0) < 0)
                {
                    continue;
                }

                SealCache(bytes);
                File.WriteAllBytes(temp.At("cache"), bytes);

                using StatCache? cache = StatCache.Open(temp.At("cache"));

                Assert.Null(cache);
            }
        }
    }

    [Fact]
    public void A_base_that_says_the_same_is_not_written_again()
    {
        using TempDir temp = new();
        FileStat stat = new(6, 17, 18, 42, 0x1A4, 1000, 77);
        BaseEntry entry = new(ObjectKind.Blob, Oid.Of("x"u8), 6, stat, 19);
        Base written = Base.Read(temp.Path);
        written.Set(RelPath.Parse("a"), entry);
        written.Write();
        File.SetLastWriteTimeUtc(temp.At("base"), DateTime.UnixEpoch);

        Base again = Base.Read(temp.Path);
        again.Set(RelPath.Parse("a"), entry);
        again.Set(RelPath.Parse("b"), null);
        again.Write();
        Assert.Equal(DateTime.UnixEpoch, File.GetLastWriteTimeUtc(temp.At("base")));

        again.Set(RelPath.Parse("a"), null);
        again.Write();
        Assert.Empty(Base.Read(temp.Path).Paths);
    }

    [Fact]
    public void A_damaged_journal_still_tells_of_the_checkouts()
    {
        using TempDir temp = new();
        RelPath[] paths = [RelPath.Parse("data/set"), RelPath.Parse("weights.pth")];
        IReadOnlyDictionary<RelPath, InterruptedCheckout> begun = CheckoutJournal.Read(temp.Path).Begin(
            [.. paths.Select(static p => KeyValuePair.Create(p, Oid.Of("x"u8)))]);
        string file = Assert.Single(Directory.GetFiles(temp.At("journal")));
        byte[] sample = File.ReadAllBytes(file);
        Assert.All(paths, p => Assert.Equal(begun[p], CheckoutJournal.Read(temp.Path).Find(p)));
        Assert.Null(CheckoutJournal.Read(temp.Path).Find(RelPath.Parse("other")));

        new Hostile(output).Attack(sample, bytes =>
        {
            File.WriteAllBytes(file, bytes);
            Assert.All(paths, p => Assert.Matches("^[0-9a-f]{16}$", CheckoutJournal.Read(temp.Path).Find(p)!.Tag));
        });

        // What the damage hid may be any path: only a checkout of all of them ends it.
        File.WriteAllBytes(file, sample[..^8]);
        CheckoutJournal.Read(temp.Path).End([paths[0]]);
        Assert.All(paths, p => Assert.NotNull(CheckoutJournal.Read(temp.Path).Find(p)));
        CheckoutJournal.Read(temp.Path).End(paths, isAll: true);
        Assert.True(CheckoutJournal.Read(temp.Path).IsEmpty);
        Assert.Empty(Directory.GetFiles(temp.At("journal")));
    }

    [Fact]
    public void A_damaged_journal_of_an_earlier_version_still_tells_of_its_checkout()
    {
        using TempDir temp = new();
        RelPath path = RelPath.Parse("data/set");
        string file = temp.Write(
            $"journal/{CheckoutJournal.StateName(path)}",
            $"dls-checkout 1\noid {Oid.Of("x"u8)}\ntag 0123456789abcdef\npath data/set\n");
        byte[] sample = File.ReadAllBytes(file);
        Assert.Equal(new InterruptedCheckout(path, Oid.Of("x"u8), "0123456789abcdef"), CheckoutJournal.Read(temp.Path).Find(path));

        new Hostile(output).Attack(sample, bytes =>
        {
            File.WriteAllBytes(file, bytes);
            Assert.Matches("^[0-9a-f]{16}$", CheckoutJournal.Read(temp.Path).Find(path)!.Tag);
            Assert.Null(CheckoutJournal.Read(temp.Path).Find(RelPath.Parse("data/other")));
        });
        CheckoutJournal.Read(temp.Path).End([path]);
        Assert.True(CheckoutJournal.Read(temp.Path).IsEmpty);
    }

    private static DirListing Listing(Random random, string path)
    {
        List<byte[]> names = RandomNames.Sorted(random, random.Next(0, 60));
        DiskEntry[] entries = new DiskEntry[names.Count];
        int at = 0;
        for (int i = 0; i < entries.Length; i++)
        {
            entries[i] = new DiskEntry
            {
                Mode = (TreeMode)random.Next(1, 5),
                Size = random.NextInt64(),
                Mtime = random.NextInt64(),
                Ctime = random.NextInt64(),
                Inode = (ulong)random.NextInt64() * 2,
                Oid = new Oid(Seeded.Bytes(random, 32)),
                NameOffset = at,
                NameLength = (ushort)names[i].Length,
            };
            at += names[i].Length;
        }

        return new DirListing(path, [.. names.SelectMany(n => n)], entries, entries.Length)
        {
            Totals = new TreeTotals(new Oid(Seeded.Bytes(random, 32)), random.NextInt64(), random.NextInt64()),
        };
    }

    private static string Show(DirListing listing)
    {
        StringBuilder text = new();
        for (int i = 0; i < listing.Count; i++)
        {
            DiskEntry e = listing.Entries[i];
            text.Append(Convert.ToHexString(listing.NameOf(i))).Append($" {e.Mode} {e.Size} {e.Mtime} {e.Ctime} {e.Inode} {e.Oid}\n");
        }

        return text.ToString();
    }

    private static void ReadCache(string path, byte[] bytes)
    {
        File.WriteAllBytes(path, bytes);
        using StatCache? cache = StatCache.Open(path);
        foreach ((string directory, StatBlock block) in cache?.Blocks ?? new Dictionary<string, StatBlock>())
        {
            DirListing? listing = cache!.ReadListing(directory);
            Assert.True(listing is null || listing.Count == block.Count);
            for (int i = 0; listing is not null && i < listing.Count; i++)
            {
                _ = listing.NameOf(i);
            }
        }
    }

    [Fact]
    public void Checksum_of_the_stat_cache_is_crc_32c_at_every_length()
    {
        byte[] bytes = Seeded.Bytes(Seeded.Start(output), 300);

        // The check value of the catalogue of parametrised CRC algorithms (CRC-32/ISCSI).
        Assert.Equal(0xE3069283, StatCache.Crc("123456789"u8));
        for (int length = 0; length <= bytes.Length; length++)
        {
            Assert.Equal(BitByBit(bytes.AsSpan(0, length)), StatCache.Crc(bytes.AsSpan(0, length)));
        }
    }

    /// <summary>CRC-32C as its definition reads: reflected polynomial 0x82F63B78, all ones before and after.</summary>
    private static uint BitByBit(ReadOnlySpan<byte> bytes)
    {
        uint crc = 0xFFFFFFFF;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? 0x82F63B78 ^ (crc >> 1) : crc >> 1;
            }
        }

        return ~crc;
    }

    /// <summary>Makes the checksums of table and first block right again, if there are any.</summary>
    private static void SealCache(byte[] bytes)
    {
        if (bytes.Length < 40)
        {
            return;
        }

        long table = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(bytes.Length - 16));
        if (table < 16 || table > bytes.Length - 20)
        {
            return;
        }

        ReadOnlySpan<byte> rows = bytes.AsSpan((int)table..^20);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(bytes.Length - 4), StatCache.Crc(rows));
        if (rows.Length >= 12 && BinaryPrimitives.ReadInt64LittleEndian(rows) == 16
            && BinaryPrimitives.ReadInt32LittleEndian(rows[8..]) is var length && length >= 4 && length < table - 16)
        {
            Span<byte> block = bytes.AsSpan(16, length);
            BinaryPrimitives.WriteUInt32LittleEndian(block[^4..], StatCache.Crc(block[..^4]));
        }
    }
}
