using Amazon.S3.Model;
using DlStore.Objects;
using DlStore.Remotes;
using DlStore.Remotes.S3;
using DlStore.TestKit;
using Xunit.Abstractions;

namespace DlStore.Tests.Remotes;

/// <summary>One radosgw for all tests of S3; each has a prefix of its own.</summary>
[CollectionDefinition("S3")]
#pragma warning disable CA1711 // xunit calls it so.
public sealed class S3Collection : ICollectionFixture<S3Server>;
#pragma warning restore CA1711

[Collection("S3")]
public sealed class S3RemoteTests(ITestOutputHelper output, S3Server server) : RemoteContract(output)
{
    private const int Part = 5 << 20;
    private static readonly CancellationToken None = CancellationToken.None;

    /// <summary>As the usual ones, but so short that tests reach them.</summary>
    private static readonly S3Sizes Short = new(6 << 20, Part, 12 << 20);

    private readonly string _prefix = server.NewPrefix();

    protected override long ResumesFrom => Short.SingleMax;

    protected override bool CanHash => true;

    protected override IRemote Make() => Make(S3Server.Keys);

    protected override byte[]? Peek(string name) => server.Peek($"{_prefix}/{name}");

    protected override IReadOnlyList<string> Leftovers() => [.. server.Uploads(_prefix).Select(static u => u.Key)];

    [Fact]
    public async Task An_upload_that_was_broken_off_goes_on_with_the_parts_that_are_right()
    {
        (string path, Oid oid, byte[] bytes) = MakeFile((3 * Part) + 5);
        using CancellationTokenSource source = new();
        long told = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Open().PutFileAsync(
            "x", path, oid, n => { if (Interlocked.Add(ref told, n) > 2 * Part) { source.Cancel(); } }, source.Token));
        MultipartUpload open = Assert.Single(server.Uploads(_prefix));
        Assert.Null(Peek("x"));
        // One part that another program left there lies.
        await server.Client.UploadPartAsync(new UploadPartRequest
        {
            BucketName = S3Server.Bucket,
            Key = open.Key,
            UploadId = open.UploadId,
            PartNumber = 1,
            InputStream = new MemoryStream(new byte[Part])
        });
        using CuttingProxy line = new(server.Endpoint);

        Assert.Equal(PutResult.Sent, await Make(S3Server.Keys, endpoint: line.Endpoint).PutFileAsync("x", path, oid, null, None));

        Assert.Equal(bytes, Peek("x"));
        Assert.Equal(oid, await Open().FindHashAsync("x", None));
        Assert.Empty(Leftovers());
    }

    [Fact]
    public async Task Parts_that_are_there_are_not_sent_again()
    {
        (string path, Oid oid, byte[] bytes) = MakeFile((3 * Part) + 5);
        InitiateMultipartUploadResponse begun = await server.Client.InitiateMultipartUploadAsync(S3Server.Bucket, $"{_prefix}/x");
        foreach (int number in (int[])[1, 3])
        {
            await server.Client.UploadPartAsync(new UploadPartRequest
            {
                BucketName = S3Server.Bucket,
                Key = begun.Key,
                UploadId = begun.UploadId,
                PartNumber = number,
                InputStream = new MemoryStream(bytes, (number - 1) * Part, Part)
            });
        }

        using CuttingProxy line = new(server.Endpoint);
        long told = 0;

        Assert.Equal(PutResult.Sent, await Make(S3Server.Keys, endpoint: line.Endpoint)
            .PutFileAsync("x", path, oid, n => Interlocked.Add(ref told, n), None));

        Assert.Equal(bytes, Peek("x"));
        Assert.Equal(bytes.Length, told);
        Assert.InRange(line.RequestBytes, Part + 5, Part + 50_000);
        Assert.Empty(Leftovers());
    }

    [Fact]
    public async Task A_long_file_over_another_one_replaces_it_and_over_itself_is_not_sent()
    {
        (string path, Oid oid, byte[] bytes) = MakeFile((2 * Part) + 5);
        byte[] wrong = [.. bytes];
        wrong[Part] ^= 1;
        server.Put($"{_prefix}/x", wrong);

        Assert.Equal(PutResult.Sent, await Open().PutFileAsync("x", path, oid, null, None));
        Assert.Equal(bytes, Peek("x"));
        server.Put($"{_prefix}/x", bytes);
        Assert.Equal(PutResult.AlreadyThere, await Open().PutFileAsync("x", path, oid, null, None));

        Assert.Null(await Open().FindHashAsync("x", None));
        Assert.Empty(Leftovers());
    }

    [Fact]
    public async Task A_long_file_that_does_not_hash_to_its_name_leaves_nothing()
    {
        (string path, _, _) = MakeFile((2 * Part) + 5);

        DlsException e = await Fails(() => Open().PutFileAsync("x", path, Oid.Of("other"u8), null, None));

        Assert.Equal(ErrorKind.Corrupt, e.Kind);
        Assert.Null(Peek("x"));
        Assert.Empty(Leftovers());
    }

    [Fact]
    public async Task A_long_file_is_moved_in_pieces_with_its_hash()
    {
        (string path, Oid oid, byte[] bytes) = MakeFile((3 * Part) + 5);
        await Open().PutFileAsync("x", path, oid, null, None);

        Assert.True(await Open().MoveAsync("x", "quarantine/1/x", None));

        Assert.Null(Peek("x"));
        Assert.Equal(bytes, Peek("quarantine/1/x"));
        Assert.Equal(oid, await Open().FindHashAsync("quarantine/1/x", None));
        Assert.Empty(Leftovers());
    }

    [Theory]
    [InlineData(100)]
    [InlineData((2 * Part) + 5)]
    public async Task A_lost_answer_to_our_own_put_counts_as_sent(int length)
    {
        (string path, Oid oid, byte[] bytes) = MakeFile(length);
        using CuttingProxy line = new(server.Endpoint) { LoseAnswerTo = length == 100 ? "PUT /" : "/x?uploadId" };
        S3Remote remote = Make(S3Server.Keys, endpoint: line.Endpoint);

        Assert.Equal(PutResult.Sent, await remote.PutFileAsync("x", path, oid, null, None));
        Assert.Null(line.LoseAnswerTo);
        Assert.Equal(bytes, Peek("x"));

        line.LoseAnswerTo = "PUT /";
        Assert.Equal(PutResult.Sent, await remote.PutAsync("gc/lock", "mine"u8.ToArray(), replace: false, None));
        line.LoseAnswerTo = "PUT /";
        Assert.Equal(PutResult.AlreadyThere, await remote.PutAsync("gc/lock", "mine"u8.ToArray(), replace: false, None));
        Assert.Empty(Leftovers());
    }

    [Fact]
    public async Task A_line_that_is_cut_within_a_file_goes_on_there()
    {
        (string path, Oid oid, byte[] bytes) = MakeFile(3_000_000);
        await Open().PutFileAsync("x", path, oid, null, None);
        using CuttingProxy line = new(server.Endpoint) { CutAfter = 1_300_000, Cuts = 2 };
        S3Remote remote = Make(S3Server.Keys, endpoint: line.Endpoint);
        long told = 0;

        Assert.Equal(oid, await remote.DownloadAsync("x", Temp.At("to"), 3_000_000, n => told += n, None));

        Assert.Equal(0, line.Cuts);
        Assert.Equal(3_000_000, told);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(Temp.At("to")));
    }

    [Fact]
    public async Task A_service_that_is_killed_and_started_again_on_the_way_loses_nothing()
    {
        (string path, Oid oid, byte[] bytes) = MakeFile((6 * Part) + 5);
        long told = 0;
        Task restarted = Task.CompletedTask;
        void KillAt(long n, long at)
        {
            if (told < at && (told += n) >= at)
            {
                server.Kill();
                restarted = Task.Run(server.Restart);
            }
        }

        Lock gate = new();
        PutResult sent = await Open().PutFileAsync("x", path, oid, n => { lock (gate) { KillAt(n, 3 * Part); } }, None);
        await restarted;
        Assert.Equal((PutResult.Sent, true), (sent, told > 0));
        Assert.Equal(bytes, Peek("x"));
        told = 0;
        Assert.Equal(oid, await Open().DownloadAsync("x", Temp.At("to"), bytes.Length, n => KillAt(n, 2 * Part), None));
        await restarted;

        Assert.Equal(bytes, await File.ReadAllBytesAsync(Temp.At("to")));
        Assert.Empty(Leftovers());
    }

    [Fact]
    public async Task A_dead_line_is_left_when_nothing_moves()
    {
        (string path, Oid oid, _) = MakeFile(3_000_000);
        await Open().PutFileAsync("x", path, oid, null, None);
        using CuttingProxy line = new(server.Endpoint);
        S3Remote remote = Make(S3Server.Keys, endpoint: line.Endpoint, sizes: Short with { Idle = TimeSpan.FromSeconds(2) });
        Assert.Equal(3_000_000, await remote.FindSizeAsync("x", None));
        line.IsDead = true;

        DlsException e = await Fails(() => remote.DownloadAsync("x", Temp.At("to"), 3_000_000, null, None));

        Assert.Contains("did not answer in time", e.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Temp.At("to")));
        line.IsDead = false;
        Assert.Equal(oid, await remote.DownloadAsync("x", Temp.At("to"), 3_000_000, null, None));
    }

    [Fact]
    public async Task What_other_programs_put_there_is_compared_by_reading()
    {
        (string path, Oid oid, byte[] bytes) = MakeFile(100_000);
        server.Put($"{_prefix}/packs/aa/x.pack", bytes);
        Assert.Null(await Open().FindHashAsync("packs/aa/x.pack", None));
        Assert.Equal(PutResult.AlreadyThere, await Open().PutFileAsync("packs/aa/x.pack", path, oid, null, None));
        bytes[5] ^= 1;
        server.Put($"{_prefix}/packs/aa/x.pack", bytes);

        Assert.Equal(PutResult.Sent, await Open().PutFileAsync("packs/aa/x.pack", path, oid, null, None));
    }

    [Fact]
    public async Task The_service_refuses_a_taken_name_and_this_is_found_out()
    {
        Assert.True(await Open().HasExclusiveCreateAsync(None));
        Assert.False(await Open().ExistsAsync(None));
    }

    [Fact]
    public async Task Long_listings_come_page_by_page_and_strange_keys_are_left_out()
    {
        string[] names = [.. Enumerable.Range(0, 1100).Select(static i => $"index/{i:d4}.idx")];
        await Parallel.ForEachAsync(names, async (name, cancel) => await server.Client.PutObjectAsync(
            new PutObjectRequest { BucketName = S3Server.Bucket, Key = $"{_prefix}/{name}", ContentBody = "x" }, cancel));
        foreach (string strange in (string[])["index/", "index/../../escape", "index/a//b", "index/.hidden", "index/1/2/3/4/5/6", "indexes/x",
            "index/./x", "../x"])
        {
            server.Put($"{_prefix}/{strange}", [1]);
        }

        Assert.Equal(names.Select(static n => $"{n} 1"), await ListAsync(Open(), "index"));
    }

    private S3Remote Make(Dictionary<string, string> environment, string? endpoint = null, S3Sizes? sizes = null) => new(
        "cloud", (S3Url)RemoteUrl.Parse($"s3://{S3Server.Bucket}/{_prefix}", Temp.Path),
        new RemoteOptions { Endpoint = endpoint ?? server.Endpoint }, environment, sizes ?? Short);
}
