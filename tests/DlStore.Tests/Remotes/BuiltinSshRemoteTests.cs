using DlStore.Objects;
using DlStore.Remotes;
using DlStore.Remotes.Sftp;
using DlStore.Ssh;
using DlStore.Tests.Ssh;
using Xunit.Abstractions;

namespace DlStore.Tests.Remotes;

/// <summary>The built-in client against a real sshd: the contract, and what it shares with the system's client.</summary>
public sealed class BuiltinSshRemoteTests(SshFixture ssh, ITestOutputHelper output) : RemoteContract(output), IClassFixture<SshFixture>
{
    private static readonly CancellationToken None = CancellationToken.None;

    protected override long ResumesFrom => 0;

    protected override bool CanHash => true;

    private string Root => Temp.At("far/store");

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(9_000_001)]
    public async Task What_one_client_puts_the_other_reads(int length)
    {
        using IRemote system = new SshRemote(
            "lab", Url("t"), new RemoteOptions(),
            new RemoteSurroundings(Temp.Path, ssh.Server.Environment, ssh.Server.ConfigPath, TimeProvider.System));
        using IRemote builtin = Make();
        (string path, Oid oid, byte[] bytes) = MakeFile(length);

        await system.PutFileAsync("blobs/aa/system", path, oid, null, None);
        await builtin.PutFileAsync("blobs/aa/builtin", path, oid, null, None);
        await builtin.PutAsync("pins/id/builtin", bytes.AsMemory(0, Math.Min(length, 100)), replace: false, None);
        Assert.Equal(Durability.Confirmed, await builtin.FlushAsync(None));

        Assert.Equal(oid, await builtin.DownloadAsync("blobs/aa/system", Temp.At("by builtin"), length, null, None));
        Assert.Equal(oid, await system.DownloadAsync("blobs/aa/builtin", Temp.At("by system"), length, null, None));
        Assert.Equal(bytes[..Math.Min(length, 100)], await system.ReadAsync("pins/id/builtin", 100, None));
        Assert.Equal(await ListAsync(system, "blobs"), await ListAsync(builtin, "blobs"));
        Assert.Equal(PutResult.AlreadyThere, await builtin.PutFileAsync("blobs/aa/system", path, oid, null, None));
        Assert.Equal(PutResult.AlreadyThere, await system.PutFileAsync("blobs/aa/builtin", path, oid, null, None));
    }

    [Fact]
    public async Task A_lost_connection_is_an_error_that_may_pass_and_the_next_call_connects_again()
    {
        using IRemote remote = Make();
        (string path, Oid oid, _) = MakeFile(20_000_000);
        bool killed = false;

        DlsException lost = await Fails(() => remote.PutFileAsync(
            "blobs/aa/x",
            path,
            oid,
            _ =>
            {
                if (!killed)
                {
                    killed = true;
                    ssh.Server.KillSessions();
                }
            },
            None));

        Assert.True(lost.IsPassing, lost.Message);
        Assert.Equal("lab", lost.Remote);
        Assert.Null(Peek("blobs/aa/x"));
        Assert.Equal(PutResult.Sent, await remote.PutFileAsync("blobs/aa/x", path, oid, null, None));
    }

    [Fact]
    public async Task A_directory_without_the_right_to_write_is_named()
    {
        using IRemote remote = MakeAt(ssh.Server.Port, "/proc/dls");

        DlsException e = await Fails(() => remote.PutAsync("pins/id/1", "x"u8.ToArray(), replace: false, None));

        Assert.Contains("'pins/id/1'", e.Message, StringComparison.Ordinal);
        Assert.Contains("/proc/dls", e.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_without_a_shell_keeps_the_bytes_and_says_that_it_cannot_flush_or_hash()
    {
        using IRemote remote = MakeAt(ssh.Server.SftpOnlyPort);
        (string path, Oid oid, byte[] bytes) = MakeFile(100_000);

        await remote.PutFileAsync("blobs/aa/x", path, oid, null, None);

        Assert.Equal(Durability.NotConfirmed, await remote.FlushAsync(None));
        Assert.Null(await remote.FindHashAsync("blobs/aa/x", None));
        Assert.Equal(PutResult.AlreadyThere, await remote.PutFileAsync("blobs/aa/x", path, oid, null, None));
        Assert.Equal(bytes, Peek("blobs/aa/x"));
    }

    [Fact]
    public async Task Directories_that_appear_meanwhile_lead_no_file_astray()
    {
        for (int round = 0; round < 4; round++)
        {
            IRemote remote = Open();
            string[] names = [.. Enumerable.Range(0, 24).Select(i => $"same{round}/{i % 3}/{i % 3}/{i}")];

            PutResult[] results = await Task.WhenAll(names.Select(n => remote.PutAsync(n, "x"u8.ToArray(), replace: false, None)));

            Assert.All(results, static r => Assert.Equal(PutResult.Sent, r));
            Assert.All(names, n => Assert.NotNull(Peek(n)));
        }
    }

    protected override IRemote Make() => MakeAt(ssh.Server.Port);

    protected override byte[]? Peek(string name) => File.Exists(Path.Combine(Root, name))
        ? File.ReadAllBytes(Path.Combine(Root, name)) : null;

    protected override IReadOnlyList<string> Leftovers() => Directory.Exists(Path.Combine(Root, "tmp"))
        ? Directory.GetFiles(Path.Combine(Root, "tmp")) : [];

    private SshUrl Url(string host, string? root = null) => (SshUrl)RemoteUrl.Parse($"ssh://{host}{root ?? Root}", Temp.Path);

    private SshRemote MakeAt(int port, string? root = null)
    {
        Dictionary<string, string> environment = new(ssh.Server.Environment) { ["HOME"] = ssh.Server.MakeClientHome() };
        return new SshRemote(
            "lab", Url($"127.0.0.1:{port}", root), new RemoteOptions(),
            new RemoteSurroundings(Temp.Path, environment, null, TimeProvider.System)
            {
                Ssh = SshSettings.Default with { Client = SshClientKind.Builtin },
            });
    }
}
