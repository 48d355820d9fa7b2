using DlStore.Io;
using DlStore.Objects;
using DlStore.Operations.Repairs;
using DlStore.Operations.Setup;
using DlStore.Operations.Store;
using DlStore.Operations.Transfers;
using DlStore.Remotes;
using DlStore.Remotes.Sftp;
using DlStore.TestKit;
using DlStore.Tests.Ssh;

namespace DlStore.Tests.Operations;

/// <summary>Good copies take the place of bad ones, wherever they lie; what has none is named, and nothing gets worse.</summary>
public sealed class RepairTests(TransferRepo template, SshFixture ssh) : IClassFixture<TransferRepo>, IClassFixture<SshFixture>
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_flipped_bit_comes_back_from_the_work_tree_and_no_remote_is_asked()
    {
        using OpenedRepo made = await template.MakePushedRepoAsync();
        Flip(LocalPack(made), 3000);
        Directory.Delete(made.RemotePath, recursive: true);
        using Repo repo = made.Open();

        RepairResult result = await Repair.RunAsync(repo, new RepairOptions(), None);

        RepairedStore store = Assert.Single(result.Stores);
        Assert.Equal((1, "the work tree"), (store.Damaged, Assert.Single(store.Sources).From));
        Assert.True(result.IsComplete);
        Assert.Empty(result.Unasked);
        await AssertWholeAsync(made);
    }

    [Fact]
    public async Task A_store_that_lost_all_files_is_made_again_from_the_work_tree_alone()
    {
        using OpenedRepo made = template.MakeRepo();
        Directory.Delete(made.At(".git/dls/packs"), recursive: true);
        Directory.Delete(made.At(".git/dls/blobs"), recursive: true);
        using Repo repo = made.Open();

        RepairResult result = await Repair.RunAsync(repo, new RepairOptions(), None);

        Assert.Equal("the work tree", Assert.Single(Assert.Single(result.Stores).Sources).From);
        Assert.True(result.IsComplete, string.Join('\n', result.Stores[0].Left));
        Assert.True(result.Stores[0].Damaged > 42, $"{result.Stores[0].Damaged}");
        await AssertWholeAsync(made);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_pack_that_comes_whole_again_takes_the_place_of_the_damaged_one(bool isLarge)
    {
        using OpenedRepo made = await template.MakePushedRepoAsync();
        using OpenedRepo clone = await CloneAsync(made);
        string[] packs = [.. Directory.GetFiles(clone.At(".git/dls/packs"), "*.pack").OrderBy(static p => new FileInfo(p).Length)];
        string pack = packs[isLarge ? ^1 : 0];
        for (int at = 100; at < new FileInfo(pack).Length - 100; at += isLarge ? 1000 : 100)
        {
            Flip(pack, at);
        }

        using Repo repo = clone.Open();
        Assert.NotEmpty((await Verify.RunAsync(repo, new VerifyOptions(), None)).Damaged);
        using CancellationTokenSource limit = new(TimeSpan.FromMinutes(2));

        FetchResult result = await Fetch.RunAsync(repo, new FetchOptions(), limit.Token);

        Assert.Empty(result.Missing);
        Assert.True(Checkout.Run(repo, new CheckoutOptions(), None).IsComplete);
        await AssertWholeAsync(clone);
    }

    [Fact]
    public async Task Bytes_that_only_a_second_remote_has_whole_are_taken_from_there()
    {
        using OpenedRepo made = await MakeWithBackupAsync();
        using OpenedRepo clone = await CloneAsync(made);
        string blob = Blob(clone.At(".git/dls/blobs"));
        Flip(blob, 5);
        Flip(Path.Combine(made.RemotePath, "blobs", Path.GetRelativePath(clone.At(".git/dls/blobs"), blob)), 7);
        using Repo repo = clone.Open();

        RepairResult result = await Repair.RunAsync(repo, new RepairOptions(), None);

        RepairSource source = Assert.Single(Assert.Single(result.Stores).Sources);
        Assert.Equal(("backup", 1L), (source.From, source.Objects));
        await AssertWholeAsync(clone);
        RepairResult far = await Repair.RunAsync(repo, new RepairOptions { Remote = "lab" }, None);
        Assert.Equal("the local store", Assert.Single(Assert.Single(far.Stores).Sources).From);
        Assert.Empty((await Verify.RunAsync(repo, new VerifyOptions { Remote = "lab" }, None)).Damaged);
    }

    [Fact]
    public async Task A_damaged_pack_gives_way_and_the_same_run_mends_the_remotes()
    {
        using OpenedRepo made = await MakeWithBackupAsync();
        using OpenedRepo clone = await CloneAsync(made);
        Flip(LocalPack(clone), 3000);
        foreach (string pack in TransferRepo.Files(made, "packs"))
        {
            Flip(pack, 2500);
        }

        File.Delete(Blob(Path.Combine(Path.GetDirectoryName(made.RemotePath)!, "backup", "blobs")));
        using Repo repo = clone.Open();

        RepairResult result = await Repair.RunAsync(repo, new RepairOptions { All = true }, None);

        Assert.Equal([null, "backup", "lab"], result.Stores.Select(static s => s.Remote));
        Assert.All(result.Stores, static s => Assert.True(s.Damaged > 0 && s.Left.Count == 0, $"{s.Remote}: {s.Damaged} {s.Error}"));
        Assert.Single(Directory.GetFiles(clone.At(".git/dls/set-aside")));
        await AssertWholeAsync(clone);
        foreach (string name in (string[])["lab", "backup"])
        {
            Assert.Empty((await Verify.RunAsync(repo, new VerifyOptions { Remote = name }, None)).Damaged);
        }

        Assert.Equal(0, (await Repair.RunAsync(repo, new RepairOptions { All = true }, None)).Stores.Sum(static s => s.Damaged + s.Files));
    }

    [Fact]
    public async Task A_remote_is_mended_from_another_by_a_clone_that_has_nothing()
    {
        using OpenedRepo made = await MakeWithBackupAsync();
        using OpenedRepo clone = await CloneAsync(made, fetch: false);
        string blob = Blob(Path.Combine(made.RemotePath, "blobs"));
        Flip(blob, 9);
        using Repo repo = clone.Open();

        RepairResult planned = await Repair.RunAsync(repo, new RepairOptions { Remote = "lab", DryRun = true }, None);
        Assert.NotEqual(Path.GetFileName(blob), PackFile.Hash(blob).ToHex());
        Assert.Equal("backup", Assert.Single(Assert.Single(planned.Stores).Sources).From);
        Assert.False(Directory.Exists(clone.At(".git/dls/blobs")));

        RepairResult result = await Repair.RunAsync(repo, new RepairOptions { Remote = "lab" }, None);

        Assert.Equal("backup", Assert.Single(Assert.Single(result.Stores).Sources).From);
        Assert.True(result.IsComplete);
        Assert.Equal(Path.GetFileName(blob), PackFile.Hash(blob).ToHex());
    }

    [Fact]
    public async Task What_has_no_good_copy_anywhere_is_named_and_the_rest_is_mended()
    {
        using OpenedRepo made = await template.MakePushedRepoAsync();
        byte[] other = [.. File.ReadAllBytes(made.At("weights.bin"))];
        other[77] ^= 1;
        made.Write("weights.bin", other);
        using Repo repo = made.Open();
        Oid lost = repo.FindPointer(RelPath.Parse("weights.bin"))!.Oid;
        Flip(repo.Store.Large.PathOf(lost), 77);
        Flip(Path.Combine(made.RemotePath, RemoteLayout.Blob(lost)), 1000);
        Flip(LocalPack(made), 3000);

        RepairResult result = await Repair.RunAsync(repo, new RepairOptions { All = true }, None);

        Assert.False(result.IsComplete);
        Assert.Equal([null, "lab"], result.Stores.Select(static s => s.Remote));
        Assert.All(result.Stores, s => Assert.Equal($"{lost}", Assert.Single(s.Left).What));
        Assert.Contains("weights.bin at commit", Assert.Single(result.Stores[0].Left).UsedBy[0], StringComparison.Ordinal);
        Assert.Equal((2, 1), (result.Stores[0].Damaged, result.Stores[0].Sources[0].Objects));
        Assert.Equal(other, File.ReadAllBytes(made.At("weights.bin")));
        Assert.False(repo.Store.Contains(Oid.Of(other)), "what no pointer names was stored");
    }

    [Fact]
    public async Task A_plan_says_where_copies_would_come_from_and_changes_nothing()
    {
        using OpenedRepo made = await MakeWithBackupAsync();
        using OpenedRepo clone = await CloneAsync(made);
        string blob = Blob(clone.At(".git/dls/blobs"));
        Flip(blob, 5);
        Flip(LocalPack(clone), 3000);
        string[] Stored() => [.. ((string[])["packs", "blobs", "index"]).SelectMany(
            d => Directory.GetFiles(clone.At($".git/dls/{d}"), "*", SearchOption.AllDirectories)).Order(StringComparer.Ordinal)];
        string[] before = Stored();
        using Repo repo = clone.Open();

        RepairedStore planned = Assert.Single((await Repair.RunAsync(repo, new RepairOptions { DryRun = true }, None)).Stores);

        Assert.Equal((2, 2L), (planned.Damaged, planned.Sources.Sum(static s => s.Objects)));
        Assert.Empty(planned.Left);
        Assert.Equal(before, Stored());
        Assert.False(File.Exists(clone.At(".git/dls/damaged")));
        Assert.False(Directory.Exists(clone.At(".git/dls/set-aside")));
    }

    [Fact]
    public async Task A_path_is_made_whole_that_was_never_pulled()
    {
        using OpenedRepo made = await MakeWithBackupAsync();
        using OpenedRepo clone = await CloneAsync(made, fetch: false);
        using Repo repo = clone.Open();

        RepairResult result = await Repair.RunAsync(repo, new RepairOptions { Paths = ["data"] }, None);

        Assert.True(result.IsComplete, string.Join('\n', result.Stores[0].Left));
        Assert.Equal("backup", Assert.Single(result.Stores[0].Sources).From);
        Assert.Empty((await Verify.RunAsync(repo, new VerifyOptions { Paths = ["data"] }, None)).Damaged);
    }

    [Fact]
    public async Task A_remote_that_is_away_is_told_and_an_ssh_host_is_asked_next()
    {
        using OpenedRepo made = await template.MakePushedRepoAsync();
        using TempDir far = new();
        IRemote Wrap(IRemote remote) => remote.Name != "vault" ? remote : new SshRemote(
            "vault", (SshUrl)RemoteUrl.Parse($"ssh://t{far.At("store")}", far.Path), new RemoteOptions(),
            new RemoteSurroundings(far.Path, ssh.Server.Environment, ssh.Server.ConfigPath, TimeProvider.System));
        using OpenedRepo clone = await CloneAsync(made);
        using Repo repo = clone.Open(Wrap);
        RemoteSettings.Add(repo, "vault", "../vault", isDefault: false, dryRun: false);
        await Push.RunAsync(repo, new PushOptions { Remote = "vault", Create = true }, None);
        Directory.Move(made.RemotePath, made.RemotePath + ".away");
        Flip(Blob(clone.At(".git/dls/blobs")), 5);

        RepairResult result = await Repair.RunAsync(repo, new RepairOptions(), None);

        Assert.Equal("vault", Assert.Single(Assert.Single(result.Stores).Sources).From);
        Assert.StartsWith("lab: ", Assert.Single(result.Unasked), StringComparison.Ordinal);
        await AssertWholeAsync(clone);
        Flip(Blob(far.At("store/blobs")), 5);
        Assert.True((await Repair.RunAsync(repo, new RepairOptions { Remote = "vault" }, None)).IsComplete);
        Assert.Empty((await Verify.RunAsync(repo, new VerifyOptions { Remote = "vault", Download = true }, None)).Damaged);
    }

    [Theory]
    [InlineData("data", "lab", false, false)]
    [InlineData("data", null, true, false)]
    [InlineData(null, "lab", true, false)]
    [InlineData(null, null, false, true)]
    public async Task Options_that_do_not_go_together_are_refused(string? path, string? remote, bool all, bool download)
    {
        using OpenedRepo made = template.MakeRepo();
        using Repo repo = made.Open();
        RepairOptions options = new() { Paths = path is null ? [] : [path], Remote = remote, All = all, Download = download };

        Assert.Equal(ErrorKind.Usage, (await Assert.ThrowsAsync<DlsException>(() => Repair.RunAsync(repo, options, None))).Kind);
    }

    /// <summary>A repository that two remotes have whole.</summary>
    private async Task<OpenedRepo> MakeWithBackupAsync()
    {
        OpenedRepo made = await template.MakePushedRepoAsync();
        using Repo repo = made.Open();
        RemoteSettings.Add(repo, "backup", "../backup", isDefault: false, dryRun: false);
        repo.ForgetConfig();
        await Push.RunAsync(repo, new PushOptions { Remote = "backup", Create = true }, None);
        made.Git("add", "-A");
        made.Git("commit", "-q", "-m", "backup");
        return made;
    }

    /// <summary>A clone with everything in its store and nothing in its work tree.</summary>
    private static async Task<OpenedRepo> CloneAsync(OpenedRepo made, bool fetch = true)
    {
        OpenedRepo clone = made.Clone("clone");
        using Repo repo = clone.Open();
        if (fetch)
        {
            Assert.Empty((await Fetch.RunAsync(repo, new FetchOptions { All = true, Remote = "lab" }, None)).Missing);
        }

        return clone;
    }

    private static async Task AssertWholeAsync(OpenedRepo made)
    {
        using Repo repo = made.Open();
        Assert.Empty((await Verify.RunAsync(repo, new VerifyOptions(), None)).Damaged);
        foreach (string path in (string[])["data", "weights.bin"])
        {
            Assert.Empty((await Verify.RunAsync(repo, new VerifyOptions { Paths = [path] }, None)).Damaged);
        }

        Assert.Empty(Directory.GetFiles(repo.Store.TempDirectory));
    }

    /// <summary>The largest pack of the local store: one of file bytes.</summary>
    private static string LocalPack(OpenedRepo made) =>
        Directory.GetFiles(made.At(".git/dls/packs"), "*.pack").OrderByDescending(static f => new FileInfo(f).Length).First();

    private static string Blob(string directory) =>
        Directory.GetFiles(directory, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First();

    private static void Flip(string path, long at)
    {
        File.SetAttributes(path, FileAttributes.Normal);
        using FileStream file = File.Open(path, FileMode.Open);
        file.Position = at;
        int old = file.ReadByte();
        file.Position = at;
        file.WriteByte((byte)(old ^ 4));
    }
}
