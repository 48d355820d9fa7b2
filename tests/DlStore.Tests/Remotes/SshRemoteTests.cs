using DlStore.Objects;
using DlStore.Remotes;
using DlStore.Remotes.Sftp;
using DlStore.TestKit;
using DlStore.Tests.Ssh;
using Xunit.Abstractions;

namespace DlStore.Tests.Remotes;

/// <summary>Our own SFTP client over the system's ssh, against a real sshd that gives a shell too.</summary>
public class SshRemoteTests(SshFixture ssh, ITestOutputHelper output) : RemoteContract(output), IClassFixture<SshFixture>
{
    private const int Part = 8 << 20;
    private static readonly CancellationToken None = CancellationToken.None;

    protected override long ResumesFrom => Part;

    protected override bool CanHash => true;

    protected virtual string Host => "t";

    private string Root => Temp.At("far/store");

    protected override IRemote Make() => Make(Host);

    protected override byte[]? Peek(string name) => File.Exists(Path.Combine(Root, name))
        ? File.ReadAllBytes(Path.Combine(Root, name)) : null;

    protected override IReadOnlyList<string> Leftovers() => Directory.Exists(Path.Combine(Root, "tmp"))
        ? Directory.GetFiles(Path.Combine(Root, "tmp")) : [];

    [Fact]
    public async Task A_flush_is_confirmed_only_where_a_shell_sees_what_was_put()
    {
        IRemote remote = Open();
        await remote.PutAsync("pins/a/b", "x"u8.ToArray(), replace: false, None);

        Assert.Equal(CanHash ? Durability.Confirmed : Durability.NotConfirmed, await remote.FlushAsync(None));
    }

    [Fact]
    public async Task A_send_that_was_cut_goes_on_from_whole_parts_where_the_far_side_can_prove_them()
    {
        (string path, Oid oid, byte[] bytes) = MakeFile((3 * Part) + 5);
        long told = 0;
        DlsException e = await Fails(() => Open().PutFileAsync(
            "blobs/x", path, oid, n => { told += n; if (told > 5 * Part / 2) { ssh.Server.KillSessions(); } }, None));
        Assert.True(e.IsPassing, e.ToString());
        string part = Assert.Single(Leftovers());
        Assert.InRange(new FileInfo(part).Length, 1, bytes.Length);
        Assert.Null(Peek("blobs/x"));

        Assert.Equal(PutResult.Sent, await Open().PutFileAsync("blobs/x", path, oid, null, None));

        Assert.Equal(bytes, Peek("blobs/x"));
    }

    [Fact]
    public async Task A_part_that_lies_is_not_believed_and_an_old_one_that_was_used_goes()
    {
        (string path, Oid oid, byte[] bytes) = MakeFile((3 * Part) + 5);
        byte[] lie = [.. bytes.AsSpan(0, 2 * Part)];
        lie[Part + 7] ^= 1;
        string lies = Temp.Write($"far/store/tmp/{oid.ToHex()}.0001.part", lie);

        Assert.Equal(PutResult.Sent, await Open().PutFileAsync("blobs/x", path, oid, null, None));
        Assert.Equal(bytes, Peek("blobs/x"));
        Assert.True(File.Exists(lies));

        File.WriteAllBytes(lies, bytes.AsSpan(0, (2 * Part) + 99));
        File.SetLastWriteTimeUtc(lies, DateTime.UtcNow.AddHours(-1));
        List<long> pieces = [];
        Assert.Equal(PutResult.Sent, await Open().PutFileAsync("blobs/y", path, oid, pieces.Add, None));
        Assert.Equal(bytes, Peek("blobs/y"));
        Assert.Equal(bytes.Length, pieces.Sum());
        Assert.Equal(!CanHash, File.Exists(lies));
    }

    [Fact]
    public async Task A_lost_connection_is_told_and_the_next_call_connects_anew()
    {
        IRemote remote = Open();
        await remote.PutAsync("a", "x"u8.ToArray(), replace: false, None);
        ssh.Server.KillSessions();

        DlsException? e = await Record.ExceptionAsync(() => remote.ReadAsync("a", 10, None)) as DlsException;

        Assert.True(e is null or { Kind: ErrorKind.Failed, IsPassing: true, Remote: "lab" }, e?.ToString());
        Assert.Equal("x"u8.ToArray(), await remote.ReadAsync("a", 10, None));
    }

    [Fact]
    public async Task Many_hashes_are_asked_for_at_once_and_a_lost_line_costs_none_of_them()
    {
        IRemote remote = Open();
        string[] names = [.. Enumerable.Range(0, 200).Select(static i => $"blobs/{i % 7}/{i}")];
        foreach (string name in names)
        {
            Temp.Write($"far/store/{name}", Seeded.Bytes(new Random(name.Length), 5000 + name[^1]));
        }

        Assert.Equal(CanHash, await remote.FindHashAsync(names[0], None) is not null);
        Task<Oid?>[] asked = [.. names.Select(n => remote.FindHashAsync(n, None))];
        await asked[20];
        ssh.Server.KillSessions();
        Oid?[] told = await Task.WhenAll(asked);

        Assert.Equal(names.Select(n => CanHash ? Oid.Of(Peek(n)) : (Oid?)null), told);
    }

    [Theory]
    [InlineData("tw", "no key of yours is accepted")]
    [InlineData("tu", "ssh-keyscan")]
    [InlineData("tx", "ssh-keygen -R")]
    [InlineData("nowhere.invalid", "remote.lab.url")]
    public async Task A_host_that_cannot_be_trusted_or_reached_is_refused_with_a_way_on(string host, string hint)
    {
        IRemote remote = Make(host);
        DlsException e = await Fails(() => remote.ReadAsync("format.json", 10, None));
        remote.Dispose();

        Assert.Equal(ErrorKind.Failed, e.Kind);
        Assert.Contains(hint, e.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_that_the_user_there_may_not_write_or_read_are_named()
    {
        IRemote remote = Open();
        await remote.PutAsync("a/b", "x"u8.ToArray(), replace: false, None);
        Temp.Write("far/store/c", "a file where a directory is needed"u8.ToArray());
        Directory.CreateSymbolicLink(Path.Combine(Root, "link"), "/etc");

        DlsException e = await Fails(() => remote.PutAsync("c/d", "x"u8.ToArray(), replace: false, None));

        Assert.Equal(ErrorKind.Failed, e.Kind);
        Assert.Contains("'c/d'", e.Message, StringComparison.Ordinal);
        Assert.False(string.IsNullOrEmpty(e.Hint));
        Assert.Null(await remote.FindSizeAsync("link", None));
        Assert.Null(await remote.FindSizeAsync("a", None));
        Assert.Equal(["a/b 1", "c 34"], [.. (await ListAsync(remote, "a")).Concat(await ListFileAsync(remote, "c"))]);
    }

    private static async Task<List<string>> ListFileAsync(IRemote remote, string name) => [$"{name} {await remote.FindSizeAsync(name, None)}"];

    private SshRemote Make(string host) => new(
        "lab", (SshUrl)RemoteUrl.Parse($"ssh://{host}{Root}", Temp.Path), new RemoteOptions(),
        new RemoteSurroundings(Temp.Path, ssh.Server.Environment, ssh.Server.ConfigPath, TimeProvider.System));
}

/// <summary>The same on a host that gives SFTP and no shell.</summary>
public sealed class SftpOnlyRemoteTests(SshFixture ssh, ITestOutputHelper output) : SshRemoteTests(ssh, output)
{
    protected override bool CanHash => false;

    protected override string Host => "ts";
}
