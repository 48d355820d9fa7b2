using DlStore.Objects;
using DlStore.Operations.Collect;
using DlStore.Operations.Erasing;
using DlStore.Operations.Store;
using DlStore.Operations.Transfers;
using DlStore.TestKit;

namespace DlStore.Tests.Operations;

/// <summary>What is erased is gone here and, after a collection, there; every read says why, and everything else goes on.</summary>
public sealed class EraseTests(TransferRepo template) : IClassFixture<TransferRepo>
{
    private const string Small = "data/d0/f0.bin";
    private const string Large = "weights.bin";
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData(Small)]
    [InlineData(Large)]
    public async Task The_bytes_go_here_at_once_and_there_with_the_next_collection(string path)
    {
        using OpenedRepo made = await template.MakePushedRepoAsync();
        byte[] bytes = await File.ReadAllBytesAsync(made.At(path));
        Assert.True(IsBelow(made.At(".git/dls"), bytes) && IsBelow(made.RemotePath, bytes));

        EraseResult result = await EraseAsync(made, path);

        Oid oid = Assert.Single(result.Objects).Oid;
        Assert.True(result.IsComplete && result.BytesFreed >= bytes.Length, $"{result}");
        Assert.False(IsBelow(made.At(".git/dls"), bytes));
        Assert.True(IsBelow(made.RemotePath, bytes));
        Assert.True(File.Exists(Path.Combine(made.RemotePath, "erased", oid.ToHex())));
        Assert.Equal([path], result.Files);
        Assert.True(File.Exists(made.At(path)));

        CollectResult collected = await CollectAsync(made);

        Assert.True(collected.IsComplete && collected.BytesFreed >= bytes.Length, $"{collected}");
        Assert.False(IsBelow(made.RemotePath, bytes));
        EraseResult after = await EraseAsync(made, path, static o => o with { DryRun = true });
        Assert.Equal((0, 1), (after.Remotes[0].Held, after.Remotes[0].Listed));
        Assert.Equal(0, (await CollectAsync(made)).Collection);
    }

    [Fact]
    public async Task A_clone_gets_everything_else_and_is_told_who_erased_it()
    {
        using OpenedRepo made = await template.MakePushedRepoAsync();
        await EraseAsync(made, Small);
        await CollectAsync(made);
        using OpenedRepo clone = made.Clone("clone");
        using Repo repo = clone.Open();

        PullResult pulled = await Pull.RunAsync(repo, new FetchOptions(), false, None);

        Assert.Empty(pulled.Fetched.Missing);
        LostPath erased = Assert.Single(pulled.Fetched.Erased);
        Assert.Equal(Small, erased.Path);
        Assert.Contains("it was erased on ", erased.Reason, StringComparison.Ordinal);
        Assert.Contains(": a face", erased.Reason, StringComparison.Ordinal);
        Assert.False(pulled.Fetched.IsComplete || pulled.CheckedOut.IsComplete);
        Assert.Equal(Small, Assert.Single(pulled.CheckedOut.Paths.SelectMany(static p => p.Erased)).Path);
        Assert.All(pulled.CheckedOut.Paths, static p => Assert.Empty(p.NotHere));
        Assert.Equal(41, Directory.GetFiles(clone.At("data"), "*", SearchOption.AllDirectories).Length + 1);
        FetchResult all = await Fetch.RunAsync(repo, new FetchOptions { All = true }, None);
        Assert.True(all.IsComplete && all.ErasedObjects == 1, $"{all}");

        // Known here from now on: the remote need not be there.
        Directory.Move(made.RemotePath, made.RemotePath + "-away");
        Assert.Equal(ErrorKind.Erased, Assert.Throws<DlsException>(() => Cat.Run(repo, Small, null, Stream.Null, None)).Kind);
        Assert.Contains("a face", Assert.Single(Ls.Run(repo, Small, null, false, None)).Erased, StringComparison.Ordinal);
        Assert.Equal(1, (await Fetch.RunAsync(repo, new FetchOptions(), None)).ErasedObjects);
    }

    [Fact]
    public async Task Before_the_collection_the_bytes_do_not_come_back_either()
    {
        using OpenedRepo made = await template.MakePushedRepoAsync();
        byte[] bytes = await File.ReadAllBytesAsync(made.At(Small));
        await EraseAsync(made, Small);
        using OpenedRepo clone = made.Clone("clone");

        foreach (OpenedRepo each in (OpenedRepo[])[clone, made])
        {
            using Repo repo = each.Open();
            FetchResult fetched = await Fetch.RunAsync(repo, new FetchOptions { All = true }, None);

            Assert.Equal((0, 1), (fetched.Missing.Count, fetched.ErasedObjects));
            Assert.False(IsBelow(each.At(".git/dls"), bytes));
        }
    }

    [Fact]
    public async Task Verify_counts_it_and_finds_no_damage()
    {
        using OpenedRepo made = await template.MakePushedRepoAsync();
        await EraseAsync(made, Small);
        await EraseAsync(made, Large);
        await CollectAsync(made);
        using Repo repo = made.Open();

        foreach (VerifyOptions options in (VerifyOptions[])[new(), new() { Remote = "lab" }, new() { Paths = ["data", Large] }])
        {
            VerifyResult result = await Verify.RunAsync(repo, options, None);
            Assert.Empty(result.Damaged);
            Assert.Equal(2, result.Erased);
        }

        Assert.Equal(0, Gc.Run(repo, new GcOptions { Grace = TimeSpan.Zero }, None).NotHere);
        Assert.Empty((await Push.RunAsync(repo, new PushOptions { Repair = true }, None)).Missing);
    }

    [Fact]
    public async Task The_same_bytes_are_not_stored_again_until_it_is_revoked()
    {
        using OpenedRepo made = await template.MakePushedRepoAsync();
        byte[] small = await File.ReadAllBytesAsync(made.At(Small));
        byte[] large = await File.ReadAllBytesAsync(made.At(Large));
        Oid[] oids = [Oid.Of(small), Oid.Of(large)];
        await EraseAsync(made, Small);
        await EraseAsync(made, Large);
        made.Write("again/small.bin", small);
        made.Write("again/large.bin", large);
        using (Repo repo = made.Open())
        {
            DlsException e = Assert.Throws<DlsException>(() => Add.Run(repo, new AddOptions { Paths = ["again"] }, None));
            Assert.Equal(ErrorKind.Erased, e.Kind);
            Assert.Equal(2, e.Items.Count);
            Assert.False(IsBelow(made.At(".git/dls"), small) || IsBelow(made.At(".git/dls"), large));

            EraseResult revoked = await Erase.RevokeAsync(repo, [.. oids.Select(static o => o.ToString())], [], None);
            Assert.Equal(2, Assert.Single(revoked.Remotes).Listed);
        }

        made.AddAndCommit("again");
        using (Repo repo = made.Open())
        {
            PushResult pushed = await Push.RunAsync(repo, new PushOptions(), None);
            Assert.True(pushed is { IsComplete: true, Pinned.Count: 1 } && pushed.Erased.Count == 0, $"{pushed}");
        }

        await CollectAsync(made);
        await TransferRepo.AssertPinsHoldAsync(made);
    }

    [Fact]
    public async Task A_push_leaves_the_bytes_out_and_pins_the_rest()
    {
        using OpenedRepo made = await template.MakePushedRepoAsync();
        using OpenedRepo clone = made.Clone("clone");
        byte[] bytes = await File.ReadAllBytesAsync(made.At(Small));
        using (Repo repo = clone.Open())
        {
            await Pull.RunAsync(repo, new FetchOptions(), false, None);
        }

        await EraseAsync(made, Small);
        await CollectAsync(made);
        clone.Write("data/d0/copy.bin", bytes);
        clone.Write("data/d0/new.bin", [1, 2, 3]);
        clone.AddAndCommit("data");
        using (Repo repo = clone.Open())
        {
            PushResult pushed = await Push.RunAsync(repo, new PushOptions(), None);

            Assert.Contains("a face", Assert.Single(pushed.Erased), StringComparison.Ordinal);
            Assert.Single(pushed.Pinned);
            Assert.True(pushed.IsComplete);
        }

        Assert.False(IsBelow(made.RemotePath, bytes));
        using Repo reader = clone.Open();
        Assert.Empty((await Verify.RunAsync(reader, new VerifyOptions { Remote = "lab" }, None)).Damaged);
    }

    [Fact]
    public async Task A_whole_history_is_pushed_to_another_remote_with_its_tombstones()
    {
        using OpenedRepo made = await template.MakePushedRepoAsync();
        Oid oid = Assert.Single((await EraseAsync(made, Small)).Objects).Oid;
        string other = made.RemotePath + "-2";
        using Repo repo = made.Open();
        DlStore.Operations.Setup.RemoteSettings.Add(repo, "second", other, isDefault: false, dryRun: false);
        repo.ForgetConfig();

        PushResult pushed = await Push.RunAsync(repo, new PushOptions { Remote = "second", Create = true }, None);

        Assert.Equal(2, pushed.Pinned.Count);
        Assert.Single(pushed.Erased);
        Assert.True(File.Exists(Path.Combine(other, "erased", oid.ToHex())));
        VerifyResult verified = await Verify.RunAsync(repo, new VerifyOptions { Remote = "second" }, None);
        Assert.Empty(verified.Damaged);
        Assert.Equal(1, verified.Erased);
    }

    private static async Task<EraseResult> EraseAsync(OpenedRepo made, string what, Func<EraseOptions, EraseOptions>? with = null)
    {
        using Repo repo = made.Open();
        EraseOptions options = new() { What = [what], Reason = "a face" };
        return await Erase.RunAsync(repo, with?.Invoke(options) ?? options, None);
    }

    private static async Task<CollectResult> CollectAsync(OpenedRepo made)
    {
        using Repo repo = made.Open();
        return await CollectRemote.RunAsync(repo, new CollectOptions(), None);
    }

    internal static bool IsBelow(string directory, byte[] bytes) =>
        Directory.GetFiles(directory, "*", SearchOption.AllDirectories).Any(f => File.ReadAllBytes(f).AsSpan().IndexOf(bytes) >= 0);
}
