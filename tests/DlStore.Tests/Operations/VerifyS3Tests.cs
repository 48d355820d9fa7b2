using Amazon.S3.Model;
using DlStore.Operations.Store;
using DlStore.Operations.Transfers;
using DlStore.Remotes;
using DlStore.Remotes.S3;
using DlStore.TestKit;

namespace DlStore.Tests.Operations;

/// <summary>What a stored checksum proves, and what it does not: a verify says so, and a repair does not believe it.</summary>
[Collection("S3")]
public sealed class VerifyS3Tests(TransferRepo template, S3Server server) : IClassFixture<TransferRepo>
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly string _prefix = server.NewPrefix();

    [Fact]
    public async Task What_a_service_stored_is_told_apart_from_what_was_read()
    {
        using OpenedRepo made = template.MakeRepo();
        using Repo repo = await PushAsync(made);

        VerifyResult result = await VerifyAsync(repo, download: false);
        VerifyResult all = await VerifyAsync(repo, download: true);

        Assert.Empty(result.Damaged);
        Assert.Equal((result.Packs + result.LargeBlobs, 0), (result.Stored!.Value.Files, result.ReadHere!.Value.Files));
        Assert.Equal(result.Bytes, result.Stored!.Value.Bytes);
        Assert.Equal((0, result.Packs + result.LargeBlobs), (all.Stored!.Value.Files, all.ReadHere!.Value.Files));
    }

    [Fact]
    public async Task Bytes_that_changed_behind_the_checksum_are_found_by_reading_stay_noted_and_are_sent_again()
    {
        using OpenedRepo made = template.MakeRepo();
        using Repo repo = await PushAsync(made);
        (string key, byte[] right) = await SpoilAsync("blobs/", keepsHash: true);
        (string pack, byte[] rightPack) = await SpoilAsync("packs/", keepsHash: true);
        VerifyResult believed = await VerifyAsync(repo, download: false);
        Assert.Empty(believed.Damaged);
        Assert.Equal(0, believed.ReadHere!.Value.Files);

        VerifyResult found = await VerifyAsync(repo, download: true);
        VerifyResult again = await VerifyAsync(repo, download: false);

        Assert.Contains(found.Damaged, d => d.What == $"sha256:{key.Split('/')[^1]}");
        Assert.Equal(found.Damaged.Select(static d => d.What).Order(), again.Damaged.Select(static d => d.What).Order());
        Assert.Equal(2, again.ReadHere!.Value.Files);
        PushResult pushed = await Push.RunAsync(repo, new PushOptions { Repair = true }, None);
        Assert.True(pushed.Repaired >= 2, $"{pushed.Repaired}");
        Assert.Empty((await VerifyAsync(repo, download: true)).Damaged);
        Assert.Equal(right, server.Peek(key));
        Assert.True(server.Peek(pack) is { } there && (there.AsSpan().SequenceEqual(rightPack) || there.Length == rightPack.Length));
    }

    [Fact]
    public async Task Bytes_without_a_checksum_are_read()
    {
        using OpenedRepo made = template.MakeRepo();
        using Repo repo = await PushAsync(made);
        (string key, _) = await SpoilAsync("blobs/", keepsHash: false);

        VerifyResult found = await VerifyAsync(repo, download: false);

        Assert.Equal($"sha256:{key.Split('/')[^1]}", Assert.Single(found.Damaged).What);
        Assert.Equal(1, found.ReadHere!.Value.Files);
    }

    private static Task<VerifyResult> VerifyAsync(Repo repo, bool download) =>
        Verify.RunAsync(repo, new VerifyOptions { Remote = "lab", Download = download }, None);

    private async Task<Repo> PushAsync(OpenedRepo made)
    {
        Repo repo = made.Open(_ => new S3Remote(
            "lab", (S3Url)RemoteUrl.Parse($"s3://{S3Server.Bucket}/{_prefix}", "/"),
            new RemoteOptions { Endpoint = server.Endpoint }, S3Server.Keys));
        await Push.RunAsync(repo, new PushOptions { Create = true }, None);
        return repo;
    }

    /// <summary>Flips a bit of the first file below a directory, as the disk of a service may; what is kept beside it stays.</summary>
    private async Task<(string Key, byte[] Right)> SpoilAsync(string directory, bool keepsHash)
    {
        string key = (await server.Client.ListObjectsV2Async(new ListObjectsV2Request
        {
            BucketName = S3Server.Bucket,
            Prefix = $"{_prefix}/{directory}",
        })).S3Objects.OrderByDescending(static o => o.Size).First().Key;
        GetObjectMetadataResponse beside = await server.Client.GetObjectMetadataAsync(S3Server.Bucket, key);
        byte[] right = server.Peek(key)!;
        byte[] wrong = [.. right];
        wrong[wrong.Length / 2] ^= 4;
        PutObjectRequest put = new() { BucketName = S3Server.Bucket, Key = key, InputStream = new MemoryStream(wrong) };
        foreach (string name in keepsHash ? beside.Metadata.Keys : [])
        {
            put.Metadata[name] = beside.Metadata[name];
        }

        await server.Client.PutObjectAsync(put);
        return (key, right);
    }
}
