using DlStore.Objects;
using DlStore.Operations.Store;
using DlStore.Operations.Transfers;
using DlStore.Remotes;
using DlStore.Remotes.Sftp;
using DlStore.TestKit;
using DlStore.Tests.Ssh;

namespace DlStore.Tests.Operations;

/// <summary>
/// Where a verify of a remote gets its hashes from: from a shell of the host, from what a service stored, or by reading here; and that it
/// says which.
/// </summary>
public sealed class VerifyRemoteTests(TransferRepo template, SshFixture ssh)
    : IClassFixture<TransferRepo>, IClassFixture<SshFixture>, IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly TempDir _far = new();

    private string Root => _far.At("store");

    public void Dispose() => _far.Dispose();

    [Theory]
    [InlineData("t", true)]
    [InlineData("ts", false)]
    public async Task A_host_with_a_shell_hashes_what_lies_there_and_any_other_is_read(string host, bool hasShell)
    {
        using OpenedRepo made = template.MakeRepo();
        using Repo repo = await PushAsync(made, host);
        int files = Files("packs").Length + Files("blobs").Length;

        VerifyResult result = await VerifyAsync(repo);
        VerifyResult all = await Verify.RunAsync(repo, new VerifyOptions { Remote = "lab", Download = true }, None);

        Assert.Empty(result.Damaged);
        Assert.Equal(hasShell ? files : 0, result.HashedThere!.Value.Files);
        Assert.Equal(hasShell ? 0 : files, result.ReadHere!.Value.Files);
        Assert.Equal(0, result.Stored!.Value.Files);
        Assert.Equal(files, all.ReadHere!.Value.Files);
        Assert.Equal((all.Packs, all.Objects, all.LargeBlobs, all.Bytes), (result.Packs, result.Objects, result.LargeBlobs, result.Bytes));
    }

    [Fact]
    public async Task A_flipped_bit_on_a_host_is_found_without_a_download_and_mended()
    {
        using OpenedRepo made = template.MakeRepo();
        using Repo repo = await PushAsync(made, "t");
        string blob = Files("blobs")[0];
        Flip(blob, 700_000);

        VerifyResult found = await VerifyAsync(repo);

        Assert.Equal(0, found.ReadHere!.Value.Files);
        Assert.Equal($"sha256:{Path.GetFileName(blob)}", Assert.Single(found.Damaged).What);
        PushResult pushed = await Push.RunAsync(repo, new PushOptions { Repair = true }, None);
        Assert.Equal(1, pushed.Repaired);
        Assert.Empty((await VerifyAsync(repo)).Damaged);
        Assert.Equal(Path.GetFileName(blob), PackFile.Hash(blob).ToHex());
    }

    [Fact]
    public async Task Of_a_pack_with_a_flipped_bit_the_objects_are_named_and_no_other_pack_is_read()
    {
        using OpenedRepo made = template.MakeRepo();
        using Repo repo = await PushAsync(made, "t");
        string pack = Files("packs").OrderByDescending(static f => new FileInfo(f).Length).First();
        Flip(pack, 3000);

        VerifyResult found = await VerifyAsync(repo);

        Assert.Equal(1, found.ReadHere!.Value.Files);
        Assert.Contains("data", Assert.Single(found.Damaged).UsedBy[0], StringComparison.Ordinal);
        await Push.RunAsync(repo, new PushOptions { Repair = true }, None);
        Assert.Empty((await VerifyAsync(repo)).Damaged);
    }

    [Fact]
    public async Task What_is_gone_or_cut_off_on_a_host_is_told_as_before()
    {
        using OpenedRepo made = template.MakeRepo();
        using Repo repo = await PushAsync(made, "t");
        string[] blobs = Files("blobs");
        File.Delete(blobs[0]);
        File.SetAttributes(blobs[1], FileAttributes.Normal);
        using (FileStream file = File.OpenWrite(blobs[1]))
        {
            file.SetLength(5000);
        }

        VerifyResult found = await VerifyAsync(repo);

        Assert.Equal(2, found.Damaged.Count);
        Assert.Contains(found.Damaged, static d => d.Wrong == "an index names it and it is not there");
        Assert.Contains(found.Damaged, static d => d.Wrong == "its bytes do not hash to its oid");
    }

    [Fact]
    public async Task A_directory_is_read_here_and_its_packs_are_unfolded()
    {
        using OpenedRepo made = await template.MakePushedRepoAsync();
        using Repo repo = made.Open();

        VerifyResult result = await VerifyAsync(repo);

        Assert.Equal(result.Packs + result.LargeBlobs, result.ReadHere!.Value.Files);
        Assert.Equal(0, result.HashedThere!.Value.Files + result.Stored!.Value.Files);
    }

    [Fact]
    public async Task A_request_to_read_everything_goes_with_a_remote()
    {
        using OpenedRepo made = template.MakeRepo();
        using Repo repo = made.Open();

        DlsException e = await Assert.ThrowsAsync<DlsException>(() => Verify.RunAsync(repo, new VerifyOptions { Download = true }, None));

        Assert.Equal(ErrorKind.Usage, e.Kind);
    }

    private static Task<VerifyResult> VerifyAsync(Repo repo) => Verify.RunAsync(repo, new VerifyOptions { Remote = "lab" }, None);

    private async Task<Repo> PushAsync(OpenedRepo made, string host)
    {
        Repo repo = made.Open(_ => new SshRemote(
            "lab", (SshUrl)RemoteUrl.Parse($"ssh://{host}{Root}", _far.Path), new RemoteOptions(),
            new RemoteSurroundings(_far.Path, ssh.Server.Environment, ssh.Server.ConfigPath, TimeProvider.System)));
        await Push.RunAsync(repo, new PushOptions { Create = true }, None);
        return repo;
    }

    private string[] Files(string directory) =>
        [.. Directory.GetFiles(Path.Combine(Root, directory), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

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
