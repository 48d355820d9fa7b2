using DlStore.Objects;
using DlStore.Operations.Collect;
using DlStore.Operations.Erasing;
using DlStore.Operations.Setup;
using DlStore.Operations.Transfers;
using DlStore.Remotes;
using DlStore.Remotes.S3;
using DlStore.TestKit;

namespace DlStore.Tests.Operations;

/// <summary>What is erased goes from a bucket too, and no copy of a remote brings it back.</summary>
[Collection("S3")]
public sealed class EraseFarTests(TransferRepo template, S3Server server) : IClassFixture<TransferRepo>
{
    private const string Small = "data/d0/f0.bin";
    private const string Large = "weights.bin";
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData(Small)]
    [InlineData(Large)]
    public async Task The_bytes_go_from_a_bucket_with_the_next_collection(string path)
    {
        using OpenedRepo made = template.MakeRepo();
        string prefix = server.NewPrefix();
        IRemote Place(IRemote _) => new S3Remote("lab", (S3Url)RemoteUrl.Parse($"s3://{S3Server.Bucket}/{prefix}", "/"),
            new RemoteOptions { Endpoint = server.Endpoint }, S3Server.Keys, S3Sizes.Usual);
        byte[] bytes = await File.ReadAllBytesAsync(made.At(path));
        using Repo repo = made.Open(Place);
        await Push.RunAsync(repo, new PushOptions { Create = true }, None);
        Assert.True(await IsThereAsync(Place, bytes));

        Assert.True((await Erase.RunAsync(repo, new EraseOptions { What = [path], Reason = "a face" }, None)).IsComplete);
        Assert.True((await CollectRemote.RunAsync(repo, new CollectOptions(), None)).IsComplete);

        Assert.False(await IsThereAsync(Place, bytes));
        using OpenedRepo clone = made.Clone("clone");
        using Repo reader = clone.Open(Place);
        FetchResult fetched = await Fetch.RunAsync(reader, new FetchOptions(), None);
        Assert.Empty(fetched.Missing);
        Assert.Contains("a face", Assert.Single(fetched.Erased).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Small)]
    [InlineData(Large)]
    public async Task A_mirror_copies_the_tombstone_and_never_the_bytes(string path)
    {
        using OpenedRepo made = await template.MakePushedRepoAsync();
        byte[] bytes = await File.ReadAllBytesAsync(made.At(path));
        string copy = made.RemotePath + "-copy";
        using Repo repo = made.Open();
        RemoteSettings.Add(repo, "copy", copy, isDefault: false, dryRun: false);
        repo.ForgetConfig();
        Oid oid = Assert.Single((await Erase.RunAsync(
            repo, new EraseOptions { What = [path], Reason = "a face", Remotes = ["lab"] }, None)).Objects).Oid;
        MirrorOptions options = new() { From = "lab", To = "copy", Create = true };

        MirrorResult early = await Mirror.RunAsync(repo, options, None);

        Assert.Equal(path == Small, early.Missing.Any(static m => m.Contains("bytes that were erased", StringComparison.Ordinal)));
        Assert.False(EraseTests.IsBelow(copy, bytes));

        await CollectRemote.RunAsync(repo, new CollectOptions { Remote = "lab" }, None);
        MirrorResult result = await Mirror.RunAsync(repo, options, None);

        Assert.Empty(result.Missing);
        Assert.False(EraseTests.IsBelow(copy, bytes));
        Assert.True(File.Exists(Path.Combine(copy, "erased", oid.ToHex())));
        Assert.Equal(2, Directory.GetFiles(Path.Combine(copy, "pins"), "*", SearchOption.AllDirectories).Length);
        using OpenedRepo clone = made.Clone("clone");
        using Repo reader = clone.Open(_ => new DirectoryRemote("lab", (DirectoryUrl)RemoteUrl.Parse("file://" + copy, "/")));
        FetchResult fetched = await Fetch.RunAsync(reader, new FetchOptions { Remote = "lab" }, None);
        Assert.Empty(fetched.Missing);
        Assert.Single(fetched.Erased);
    }

    private static async Task<bool> IsThereAsync(Func<IRemote, IRemote> place, byte[] bytes)
    {
        using IRemote remote = place(null!);
        foreach (string directory in (string[])["packs", "blobs", "quarantine", "tmp"])
        {
            await foreach (RemoteFile file in remote.ListAsync(directory, None))
            {
                if ((await remote.ReadAsync(file.Name, 64 << 20, None)).AsSpan().IndexOf(bytes) >= 0)
                {
                    return true;
                }
            }
        }

        return false;
    }
}
