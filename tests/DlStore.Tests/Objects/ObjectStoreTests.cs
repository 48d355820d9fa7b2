using DlStore.Io;
using DlStore.Objects;
using DlStore.TestKit;
using Xunit.Abstractions;

namespace DlStore.Tests.Objects;

public sealed class ObjectStoreTests(ITestOutputHelper output)
{
    private static readonly TimeSpan NoWait = TimeSpan.Zero;

    [Fact]
    public void What_was_added_is_read_by_everyone_after_commit()
    {
        using TempDir temp = new();
        Dictionary<Oid, byte[]> blobs = PackPropertyTests.Blobs(Seeded.Start(output), 500);
        using ObjectStore early = ObjectStore.Open(temp.Path);

        Add(temp.Path, blobs.Values);

        using ObjectStore store = ObjectStore.Open(temp.Path);
        AssertHolds(store, blobs);
        AssertHolds(early, blobs);
        Assert.Empty(store.Warnings);
        DlsException e = Assert.Throws<DlsException>(() => store.Read(Oid.Of("absent"u8)));
        Assert.Equal(ErrorKind.Missing, e.Kind);
        Assert.Contains(Oid.Of("absent"u8).ToString(), e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_gc_moved_to_another_pack_is_found_there()
    {
        using TempDir temp = new(), other = new();
        Dictionary<Oid, byte[]> blobs = PackPropertyTests.Blobs(Seeded.Start(output), 50);
        Add(temp.Path, blobs.Values);
        Add(other.Path, blobs.Values.Append([1, 2, 3]));
        using ObjectStore early = ObjectStore.Open(temp.Path);
        Assert.True(early.Contains(blobs.Keys.First()));

        Directory.Delete(temp.At("packs"), recursive: true);
        Directory.Delete(temp.At("index"), recursive: true);
        Directory.Move(other.At("packs"), temp.At("packs"));

        AssertHolds(early, blobs);
    }

    [Fact]
    public async Task A_pack_that_vanishes_while_the_store_is_opened_is_no_error()
    {
        using TempDir temp = new();
        Dictionary<Oid, byte[]> blobs = PackPropertyTests.Blobs(Seeded.Start(output), 10);
        byte[][] extra = [.. Enumerable.Range(0, 60).Select(static i => new byte[] { 7, (byte)i })];
        Add(temp.Path, blobs.Values);
        using CancellationTokenSource ended = new();
        Task gc = Task.Run(() =>
        {
            // What gc does, without end: packs come, and go once another one has what was in them.
            for (int i = 0; !ended.IsCancellationRequested; i++)
            {
                string[] old = Directory.GetFiles(temp.At("packs"));
                using TempDir made = new();
                Add(made.Path, blobs.Values.Append(extra[i % extra.Length]));
                foreach (string pack in Directory.GetFiles(made.At("packs")))
                {
                    File.Move(pack, Path.Combine(temp.At("packs"), Path.GetFileName(pack)), overwrite: true);
                }

                foreach (string pack in old.Where(p => !File.Exists(Path.Combine(made.At("packs"), Path.GetFileName(p)))))
                {
                    File.Delete(pack);
                }
            }
        });

        for (int i = 0; i < 500; i++)
        {
            using ObjectStore store = ObjectStore.Open(temp.Path);
            AssertHolds(store, blobs);
        }

        await ended.CancelAsync();
        await gc;
    }

    [Fact]
    public void Nothing_is_visible_before_commit_and_nothing_is_left_without_it()
    {
        using TempDir temp = new();
        using ObjectStore store = ObjectStore.Open(temp.Path);
        Oid oid;
        using (ObjectWriter writer = store.BeginWrite(NoWait))
        {
            oid = writer.AppendBlob("hello\n"u8);
            Assert.True(writer.Contains(oid));
            Assert.False(store.Contains(oid));
        }

        Assert.Empty(Directory.GetFiles(store.PackDirectory));
        Assert.Empty(Directory.GetFiles(store.TempDirectory));
        using ObjectStore later = ObjectStore.Open(temp.Path);
        Assert.False(later.Contains(oid));
    }

    [Fact]
    public void An_object_is_stored_once_in_a_session_and_over_sessions()
    {
        using TempDir temp = new();
        using ObjectStore store = ObjectStore.Open(temp.Path);
        for (int session = 0; session < 3; session++)
        {
            using ObjectWriter writer = store.BeginWrite(NoWait);
            for (int i = 0; i < 3; i++)
            {
                writer.AppendBlob("hello\n"u8);
                writer.AppendNode(Oid.Of("node"u8), "node"u8);
                writer.Commit();
            }

            Assert.Equal(session == 0 ? 2 : 0, writer.Added);
        }

        Assert.Equal(2, Directory.GetFiles(store.PackDirectory).Length);
        Assert.Equal([PackKind.Data, PackKind.Nodes], store.OpenTables().Select(Kind).Order());
    }

    [Fact]
    public void Packs_under_way_roll_over_at_64_MiB()
    {
        using TempDir temp = new();
        Random random = Seeded.Start(output);
        using ObjectStore store = ObjectStore.Open(temp.Path);
        List<Oid> oids = [];
        using (ObjectWriter writer = store.BeginWrite(NoWait))
        {
            for (int i = 0; i < 140; i++)
            {
                oids.Add(writer.AppendBlob(Seeded.Bytes(random, 1 << 20)));
            }

            writer.Commit();
            Assert.Equal(3, writer.Packs.Count);
        }

        Assert.Equal(3, Directory.GetFiles(store.PackDirectory).Length);
        Assert.All(
            Directory.GetFiles(store.PackDirectory), f => Assert.InRange(new FileInfo(f).Length, 1, PackFormat.PackTarget + (2 << 20)));
        foreach (Oid oid in oids)
        {
            Assert.Equal(oid, Oid.Of(store.Read(oid)));
        }
    }

    [Fact]
    public void More_than_eight_packs_get_one_index_and_answers_stay_the_same()
    {
        using TempDir temp = new();
        Dictionary<Oid, byte[]> blobs = PackPropertyTests.Blobs(Seeded.Start(output), 400);
        for (int i = 0; i < 20; i++)
        {
            Add(temp.Path, blobs.Values.Skip(i * 20).Take(20));
            int indexes = Directory.GetFiles(temp.At("index")).Length;
            Assert.Equal(i < 8 ? 0 : 1, Math.Min(1, indexes));
        }

        using ObjectStore store = ObjectStore.Open(temp.Path);
        Assert.Equal(20, Directory.GetFiles(store.PackDirectory).Length);
        AssertHolds(store, blobs);
        Assert.False(store.Contains(Oid.Of("absent"u8)));

        Assert.Equal(400, store.RebuildIndex());
        Assert.Single(Directory.GetFiles(store.IndexDirectory));
        AssertHolds(store, blobs);
    }

    [Theory]
    [InlineData("delete")]
    [InlineData("truncate")]
    [InlineData("flip")]
    [InlineData("empty")]
    public void Lost_or_damaged_indexes_change_no_answer(string damage)
    {
        using TempDir temp = new();
        Dictionary<Oid, byte[]> blobs = PackPropertyTests.Blobs(Seeded.Start(output), 240);
        for (int i = 0; i < 12; i++)
        {
            Add(temp.Path, blobs.Values.Skip(i * 20).Take(20));
        }

        string index = Assert.Single(Directory.GetFiles(temp.At("index")));
        byte[] bytes = File.ReadAllBytes(index);
        bytes[^20] ^= 1;
        switch (damage)
        {
            case "delete":
                File.Delete(index);
                break;
            case "truncate":
                File.WriteAllBytes(index, bytes[..^10]);
                break;
            case "flip":
                File.WriteAllBytes(index, bytes);
                break;
            default:
                File.WriteAllBytes(index, []);
                break;
        }

        using ObjectStore store = ObjectStore.Open(temp.Path);

        AssertHolds(store, blobs);
        Assert.Equal(damage == "delete" ? 0 : 1, store.Warnings.Count);
        Assert.All(store.Warnings, w => Assert.Contains(index, w, StringComparison.Ordinal));
        store.RebuildIndex();
        AssertHolds(store, blobs);
        Assert.Empty(store.Warnings);
    }

    [Fact]
    public void A_truncated_pack_serves_what_lies_before_the_cut()
    {
        using TempDir temp = new();
        Random random = Seeded.Start(output);
        Dictionary<Oid, byte[]> blobs = PackPropertyTests.Blobs(random, 60);
        Add(temp.Path, blobs.Values);
        string pack = Assert.Single(Directory.GetFiles(temp.At("packs")));
        byte[] bytes = File.ReadAllBytes(pack);
        Dictionary<Oid, long> ends = Ends(temp.Path);
        for (int round = 0; round < 25; round++)
        {
            int cut = random.Next(bytes.Length);
            File.WriteAllBytes(pack, bytes[..cut]);
            using ObjectStore store = ObjectStore.Open(temp.Path);
            foreach ((Oid oid, byte[] plain) in blobs)
            {
                if (ends[oid] <= cut)
                {
                    Assert.Equal(plain, store.Read(oid));
                }
                else
                {
                    Assert.Contains(
                        Assert.Throws<DlsException>(() => store.Read(oid)).Kind, new[] { ErrorKind.Missing, ErrorKind.Corrupt });
                }
            }

            Assert.Single(store.Warnings);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_flipped_byte_of_a_pack_gives_right_bytes_or_an_error(bool indexed)
    {
        using TempDir temp = new();
        Dictionary<Oid, byte[]> blobs = PackPropertyTests.Blobs(new Random(11), 8).Where(b => b.Value.Length < 700).ToDictionary();
        Add(temp.Path, blobs.Values);
        string pack = Assert.Single(Directory.GetFiles(temp.At("packs")));
        if (indexed)
        {
            using ObjectStore first = ObjectStore.Open(temp.Path);
            first.RebuildIndex();
        }

        byte[] bytes = File.ReadAllBytes(pack);
        for (int at = 0; at < bytes.Length; at++)
        {
            bytes[at] ^= 0x55;
            File.WriteAllBytes(pack, bytes);
            bytes[at] ^= 0x55;
            using ObjectStore store = ObjectStore.Open(temp.Path);
            int lost = 0;
            foreach ((Oid oid, byte[] plain) in blobs)
            {
                try
                {
                    Assert.Equal(plain, store.Read(oid));
                }
                catch (DlsException)
                {
                    lost++;
                }
            }

            Assert.True(lost <= 1, $"one byte at {at} costs {lost} objects");
        }
    }

    [Fact]
    public void Large_blobs_are_visible_when_they_are_whole_and_read_only()
    {
        using TempDir temp = new();
        byte[] bytes = Seeded.Bytes(Seeded.Start(output), 3_000_000);
        string file = temp.Write("file", bytes);
        using ObjectStore store = ObjectStore.Open(temp.At("store"));
        using ObjectWriter writer = store.BeginWrite(NoWait);
        Oid wrong = Oid.Of("other"u8);

        Import(store, file, null, CancellationToken.None);
        DlsException e = Assert.Throws<DlsException>(() => Import(store, temp.Write("other", "x"), wrong, CancellationToken.None));
        Assert.Throws<OperationCanceledException>(
            () => Import(store, temp.Write("third", "y"), null, new CancellationToken(canceled: true)));

        Assert.Equal(ErrorKind.Corrupt, e.Kind);
        Assert.Equal([Oid.Of(bytes)], store.Large.ListAll());
        Assert.True(store.Contains(Oid.Of(bytes)));
        Assert.Equal(bytes, File.ReadAllBytes(store.Large.PathOf(Oid.Of(bytes))));
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(
            store.Large.PathOf(Oid.Of(bytes))) & (UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite));
        Assert.Empty(Directory.GetFiles(store.TempDirectory));
    }

    [Fact]
    public void A_damaged_large_blob_is_not_written_out_as_if_it_were_right()
    {
        using TempDir temp = new();
        using ObjectStore store = ObjectStore.Open(temp.At("store"));
        using ObjectWriter writer = store.BeginWrite(NoWait);
        Import(store, temp.Write("file", new byte[2_000_000]), null, CancellationToken.None);
        Oid oid = Assert.Single(store.Large.ListAll());
        File.SetUnixFileMode(store.Large.PathOf(oid), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using (FileStream blob = File.OpenWrite(store.Large.PathOf(oid)))
        {
            blob.Position = 1_500_000;
            blob.WriteByte(1);
        }

        int target = Sys.OpenAt(
            Posix.AtFdCwd, System.Text.Encoding.UTF8.GetBytes(temp.At("out")), Posix.ReadWrite | Posix.Create | Posix.Exclusive, 0x1A4);
        DlsException e = Assert.Throws<DlsException>(() => store.Large.Export(oid, target, temp.At("out")));
        Sys.Close(target);

        Assert.Equal(ErrorKind.Corrupt, e.Kind);
        store.Large.SetAside(oid, store.Large.PathOf(oid));
        Assert.False(store.Contains(oid));
    }

    [Fact]
    public void Places_known_to_be_damaged_are_passed_over()
    {
        using TempDir temp = new();
        Oid oid = Assert.Single(Add(temp.Path, ["hello\n"u8.ToArray()]));
        using ObjectStore store = ObjectStore.Open(temp.Path);
        Oid pack = store.Find(oid)!.Value.Pack.Id;

        store.Damage.Replace([(pack, oid)]);

        Assert.False(store.Contains(oid));
        using ObjectStore later = ObjectStore.Open(temp.Path);
        Assert.False(later.Contains(oid));
        later.Damage.Replace([]);
        Assert.True(later.Contains(oid));
    }

    [Fact]
    public void Leftovers_are_cleared_only_when_nobody_writes()
    {
        using TempDir temp = new();
        using ObjectStore store = ObjectStore.Open(temp.Path);
        using ObjectStore other = ObjectStore.Open(temp.Path);
        using (store.BeginWrite(NoWait))
        {
            string leftover = temp.Write("tmp/pack-0123", "of a writer that is alive");

            other.BeginWrite(NoWait).Dispose();
            Assert.True(File.Exists(leftover));
        }

        other.BeginWrite(NoWait).Dispose();

        Assert.Empty(Directory.GetFiles(temp.At("tmp")));
    }

    [Fact]
    public void Writers_do_not_wait_for_each_other_but_for_a_gc()
    {
        using TempDir temp = new();
        using ObjectStore store = ObjectStore.Open(temp.Path);
        using (store.BeginWrite(NoWait))
        using (store.BeginWrite(NoWait))
        {
            Assert.Null(FileLock.TryExclusive(temp.At("locks/store")));
        }

        // Other tests start programs meanwhile: between fork and exec those hold a copy of every lock.
        using FileLock gc = FileLock.TakeExclusive(temp.At("locks/store"), TimeSpan.FromSeconds(10), "pid 4711 on host lab");

        DlsException e = Assert.Throws<DlsException>(() => store.BeginWrite(NoWait));

        Assert.Equal(ErrorKind.Locked, e.Kind);
        Assert.Contains("pid 4711 on host lab", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Eight_writers_at_once_lose_nothing()
    {
        using TempDir temp = new();
        Random random = Seeded.Start(output);
        Dictionary<Oid, byte[]> shared = PackPropertyTests.Blobs(random, 200);
        Dictionary<Oid, byte[]>[] own = [.. Enumerable.Range(0, 8).Select(_ => PackPropertyTests.Blobs(random, 100))];
        List<Exception> failures = [];
        Thread[] threads = [.. own.Select(mine => new Thread(() =>
        {
            try
            {
                foreach (byte[][] part in mine.Values.Concat(shared.Values).Chunk(40))
                {
                    Add(temp.Path, part);
                }
            }
            catch (Exception e)
            {
                lock (failures)
                {
                    failures.Add(e);
                }
            }
        }))];
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());

        Assert.Empty(failures);
        using ObjectStore store = ObjectStore.Open(temp.Path);
        Assert.Empty(store.Warnings);
        AssertHolds(store, shared);
        Array.ForEach(own, mine => AssertHolds(store, mine));
        Assert.Empty(Directory.GetFiles(store.TempDirectory));
        foreach (PackTable table in store.OpenTables())
        {
            using PackTable disposed = table;
            Assert.Equal(table.Pack.Id, PackFile.Hash(table.Pack.FilePath));
            Assert.Null(PackCheck.FirstWrong(table));
        }
    }

    [Fact]
    public void A_pack_from_elsewhere_is_taken_in_whole()
    {
        using TempDir temp = new();
        Dictionary<Oid, byte[]> blobs = PackPropertyTests.Blobs(Seeded.Start(output), 50);
        Oid id = PackPropertyTests.Write(temp, PackKind.Data, blobs);
        using ObjectStore store = ObjectStore.Open(temp.At("store"));
        using ObjectWriter writer = store.BeginWrite(NoWait);

        writer.Adopt(PackPropertyTests.Path(temp, id), id, "lab");
        Assert.True(writer.Contains(blobs.Keys.First()) || blobs.Count > 0);
        writer.Commit();

        AssertHolds(store, blobs);
        Assert.Equal([id], writer.Packs);
    }

    private static PackKind Kind(PackTable table)
    {
        using PackTable disposed = table;
        return table.Kind;
    }

    private static List<Oid> Add(string root, IEnumerable<byte[]> blobs)
    {
        using ObjectStore store = ObjectStore.Open(root);
        using ObjectWriter writer = store.BeginWrite(TimeSpan.FromSeconds(10));
        List<Oid> oids = [.. blobs.Select(b => writer.AppendBlob(b))];
        writer.Commit();
        return oids;
    }

    private static void Import(ObjectStore store, string file, Oid? expect, CancellationToken cancel)
    {
        int fd = Sys.OpenAt(Posix.AtFdCwd, System.Text.Encoding.UTF8.GetBytes(file), Posix.ReadOnly);
        try
        {
            store.Large.Import(fd, file, expect, null, cancel);
        }
        finally
        {
            Sys.Close(fd);
        }
    }

    private static Dictionary<Oid, long> Ends(string root)
    {
        using ObjectStore store = ObjectStore.Open(root);
        using PackTable table = Assert.Single(store.OpenTables());
        return Enumerable.Range(0, table.Count).Select(table.Get).ToDictionary(e => e.Oid, e => e.Offset + 45L + e.Stored);
    }

    private static void AssertHolds(ObjectStore store, IReadOnlyDictionary<Oid, byte[]> blobs)
    {
        foreach ((Oid oid, byte[] plain) in blobs)
        {
            Assert.Equal(plain, store.Read(oid));
            Assert.True(store.Contains(oid));
        }
    }
}
