using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using DlStore.Objects;
using DlStore.Operations.Setup;
using DlStore.Operations.Store;
using DlStore.Operations.Transfers;
using DlStore.Remotes;
using DlStore.TestKit;

namespace DlStore.Tests.Operations;

/// <summary>A remote whose files or listings are absurd costs bounded time, memory and disk, and is named.</summary>
[Collection(Learning.AloneTests.Name)]
public sealed class HostileRemoteTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly OpenedRepo _made = new();

    public HostileRemoteTests()
    {
        Random random = new(77);
        for (int i = 0; i < 20; i++)
        {
            _made.Write($"data/{i}.bin", Seeded.Bytes(random, 5000));
        }

        _made.Write("data/large.bin", Seeded.Bytes(random, 1_200_000));
        _made.AddAndCommit("data");
    }

    public async Task InitializeAsync()
    {
        using Repo repo = _made.Open();
        await Push.RunAsync(repo, new PushOptions(), None);
    }

    public Task DisposeAsync()
    {
        _made.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task An_index_above_one_gibibyte_is_told_by_every_verb_and_not_read()
    {
        string name = new string('a', 64) + ".idx";
        MakeSparse(Path.Combine(_made.RemotePath, "index", name), (1L << 30) + 1);
        using Repo repo = _made.Open();

        RemoteCheck check = await RemoteSettings.CheckAsync(repo, "lab", None);
        VerifyResult verified = await Verify.RunAsync(repo, new VerifyOptions { Remote = "lab" }, None);

        Assert.Contains(name, Assert.Single(check.Missing), StringComparison.Ordinal);
        Assert.Contains(verified.Damaged, d => d.What.Contains(name, StringComparison.Ordinal));
        using OpenedRepo clone = _made.Clone("clone");
        using Repo cloned = clone.Open();
        FetchResult fetched = await Fetch.RunAsync(cloned, new FetchOptions(), None);
        Assert.Empty(fetched.Missing);
        Assert.Contains(name, Assert.Single(fetched.Problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task An_index_with_an_absurd_count_is_told_and_not_used(int which)
    {
        byte[] bytes = File.ReadAllBytes(Assert.Single(TransferRepo.Files(_made, "index")));
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(8 + (4 * which)), 0x7FFFFFFF);
        string name = Oid.Of(bytes).ToHex() + ".idx";
        File.WriteAllBytes(Path.Combine(_made.RemotePath, "index", name), bytes);
        using Repo repo = _made.Open();

        RemoteCheck check = await RemoteSettings.CheckAsync(repo, "lab", None);

        Assert.Contains(name, Assert.Single(check.Missing), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_that_claims_four_gigabytes_allocates_nothing_and_counts_as_not_there()
    {
        string index = Assert.Single(TransferRepo.Files(_made, "index"));
        byte[] bytes = File.ReadAllBytes(index);
        int packs = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(8));
        int rows = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(16));
        int rowsAt = 24 + (packs * 41) + (BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(12)) * 32) + 1024;
        for (int row = 0; row < rows; row++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(rowsAt + (row * 48) + 40), 0xFFFFFFF0);
        }

        File.SetUnixFileMode(index, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.Delete(index);
        File.WriteAllBytes(Path.Combine(_made.RemotePath, "index", Oid.Of(bytes).ToHex() + ".idx"), bytes);
        using OpenedRepo clone = _made.Clone("clone");
        using Repo repo = clone.Open();
        long before = GC.GetTotalAllocatedBytes();

        FetchResult result = await Fetch.RunAsync(repo, new FetchOptions(), None);

        Assert.NotEmpty(result.Missing);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 100 << 20);
    }

    [Fact]
    public async Task A_pack_that_has_grown_to_gigabytes_is_not_read_whole()
    {
        string pack = TransferRepo.Files(_made, "packs").MaxBy(f => new FileInfo(f).Length)!;
        File.SetUnixFileMode(pack, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        MakeSparse(pack, 1_200_000_000);
        using OpenedRepo clone = _made.Clone("clone");
        using Repo repo = clone.Open();
        using Repo original = _made.Open();

        FetchResult fetched = await Fetch.RunAsync(repo, new FetchOptions(), None);
        VerifyResult verified = await Verify.RunAsync(original, new VerifyOptions { Remote = "lab" }, None);

        Assert.Empty(fetched.Missing);
        Assert.InRange(fetched.BytesRead, 0, 3_000_000);
        Assert.InRange(verified.Bytes, 0, 3_000_000);
        Assert.Contains(verified.Damaged, d => d.Wrong.Contains("1200000000 bytes instead of", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("index")]
    [InlineData("pins")]
    [InlineData("packs")]
    public async Task A_listing_without_end_is_an_error_that_names_it(string directory)
    {
        _made.Write("data/new.bin", [1, 2, 3]);
        _made.AddAndCommit("data");
        EndlessRemote? endless = null;
        using Repo repo = _made.Open(r => endless = new EndlessRemote(r, directory));
        long before = GC.GetTotalMemory(forceFullCollection: true);

        DlsException e = await Assert.ThrowsAsync<DlsException>(() => Push.RunAsync(repo, new PushOptions(), None));

        Assert.Equal(ErrorKind.Corrupt, e.Kind);
        Assert.Contains($"list '{directory}", e.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 300 << 20);
    }

    [Fact]
    public async Task A_pack_that_unfolds_to_far_more_than_is_wanted_gives_only_that()
    {
        // One wanted object of a few bytes, and 70 entries that unfold to 16 MiB each: a small file of more than a gibibyte.
        using OpenedRepo other = new();
        other.Write("one.txt", "wanted"u8.ToArray());
        other.AddAndCommit("one.txt");
        string directory = other.At("made");
        Directory.CreateDirectory(directory);
        using PackWriter writer = new(directory, PackKind.Data);
        byte[] plain = new byte[16 << 20];
        byte[] room = new byte[1 << 20];
        for (int i = 0; i < 70; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(plain, i);
            Assert.True(System.IO.Compression.BrotliEncoder.TryCompress(plain, room, out int length, 1, 22));
            writer.Append(Oid.Of(plain), 1, plain.Length, room.AsSpan(0, length));
        }

        Oid wanted = Oid.Of("wanted"u8);
        writer.Append(wanted, 0, 6, "wanted"u8);
        Oid id = writer.Finish(o => Path.Combine(directory, o.ToHex() + ".pack"));
        Place(other, directory, id);
        using OpenedRepo clone = other.Clone("clone");
        using Repo repo = clone.Open();

        FetchResult result = await Fetch.RunAsync(repo, new FetchOptions(), None);

        Assert.Empty(result.Missing);
        Assert.True(repo.Store.Contains(wanted));
        Assert.Equal(1, repo.Store.OpenTables().Sum(t => t.Count));
    }

    /// <summary>Puts one pack and an index of it on an otherwise empty remote.</summary>
    private static void Place(OpenedRepo made, string directory, Oid id)
    {
        string pack = Path.Combine(made.RemotePath, RemoteLayout.Pack(id));
        Directory.CreateDirectory(Path.GetDirectoryName(pack)!);
        Directory.CreateDirectory(Path.Combine(made.RemotePath, "index"));
        File.Copy(Path.Combine(directory, id.ToHex() + ".pack"), pack);
        using PackTable table = PackTable.Open(pack, id);
        PackIndexWriter index = new();
        index.AddTable(table, new FileInfo(pack).Length);
        index.Write(Path.Combine(made.RemotePath, "index"));
        File.WriteAllText(Path.Combine(made.RemotePath, "format.json"), "{\"format\":1,\"requires\":[]}\n");
    }

    private static void MakeSparse(string path, long length)
    {
        using FileStream file = new(path, FileMode.OpenOrCreate);
        file.SetLength(length);
    }

    /// <summary>A remote one of whose directories never ends.</summary>
    private sealed class EndlessRemote(IRemote inner, string endless) : WrappedRemote(inner)
    {
        public override async IAsyncEnumerable<RemoteFile> ListAsync(string directory, [EnumeratorCancellation] CancellationToken cancel)
        {
            await foreach (RemoteFile file in Inner.ListAsync(directory, cancel))
            {
                yield return file;
            }

            for (long i = 0; directory.StartsWith(endless, StringComparison.Ordinal); i++)
            {
                yield return new RemoteFile($"{directory}/{i:x40}", 1, default);
            }
        }
    }
}
