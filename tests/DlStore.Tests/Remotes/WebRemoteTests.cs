using DlStore.Objects;
using DlStore.Remotes;
using DlStore.Remotes.Web;
using DlStore.TestKit;
using Xunit.Abstractions;

namespace DlStore.Tests.Remotes;

/// <summary>The remote that a web server gives out, against a real nginx that shows its directories as JSON.</summary>
public class WebRemoteTests : RemoteReadingContract
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly WebServer _server;

    public WebRemoteTests(ITestOutputHelper output)
        : base(output) => _server = new WebServer(Temp.At("remote"));

    protected virtual string Place => "json";

    protected override IRemote Make() => Make(Place);

    protected override IRemote Writer() => new DirectoryRemote("lab", (DirectoryUrl)RemoteUrl.Parse(Temp.At("remote"), "/"));

    protected override void Close() => _server.Dispose();

    [Fact]
    public async Task Every_write_is_refused()
    {
        IRemote remote = Open();
        (string path, Oid oid, _) = MakeFile(10);

        Assert.True(remote.IsReadOnly);
        foreach (Func<Task> write in (Func<Task>[])
        [
            () => remote.PutFileAsync("packs/aa/x.pack", path, oid, null, None),
            () => remote.PutAsync("pins/a/b", "x"u8.ToArray(), replace: true, None),
            () => remote.FlushAsync(None), () => remote.MoveAsync("a", "b", None), () => remote.RemoveAsync("a", None),
        ])
        {
            DlsException e = await Fails(write);
            Assert.Equal(ErrorKind.Failed, e.Kind);
            Assert.Contains("can only be read", e.Message, StringComparison.Ordinal);
            Assert.False(e.IsPassing);
        }
    }

    [Fact]
    public async Task Where_Head_is_refused_the_first_byte_tells_the_size()
    {
        await Writer().PutAsync("format.json", "12345"u8.ToArray(), replace: false, None);
        await Writer().PutAsync("tmp/empty", ""u8.ToArray(), replace: false, None);
        IRemote remote = Make("asking");

        Assert.Equal(5, await remote.FindSizeAsync("format.json", None));
        Assert.Equal(0, await remote.FindSizeAsync("tmp/empty", None));
        Assert.Null(await remote.FindSizeAsync("packs/x", None));
        Assert.Contains("GET /asking/format.json 206", _server.Requests());
    }

    [Fact]
    public async Task Where_directories_are_not_shown_the_lists_of_a_published_remote_tell()
    {
        await Writer().PutAsync("format.json", "{}"u8.ToArray(), replace: false, None);
        await Writer().PutAsync("index/a.idx", "12"u8.ToArray(), replace: false, None);
        IRemote remote = Make("plain");
        DlsException e = await Fails(() => ListAsync(remote, "index"));
        Assert.Contains("index/", e.Message, StringComparison.Ordinal);
        Assert.Contains("dls remote publish", e.Hint, StringComparison.Ordinal);
        Assert.Contains("dls remote publish", (await Fails(() => ListAsync(remote, "gc"))).Hint, StringComparison.Ordinal);

        await RemoteList.WriteAsync(Writer(), "index", 10, None);

        Assert.Equal(["index/a.idx 2"], await ListAsync(remote, "index"));
        await Writer().PutAsync("index/b.idx", "123"u8.ToArray(), replace: false, None);
        Assert.Equal(["index/a.idx 2"], await ListAsync(remote, "index"));
        await RemoteList.WriteAsync(Writer(), "index", 10, None);
        Assert.Equal(["index/a.idx 2", "index/b.idx 3"], await ListAsync(remote, "index"));
    }

    [Fact]
    public async Task A_file_that_is_replaced_between_two_parts_is_noticed_and_read_anew()
    {
        (string path, Oid oid, byte[] bytes) = MakeFile(100_000);
        await Writer().PutFileAsync("packs/aa/x.pack", path, oid, null, None);
        IRemote remote = Open();
        byte[] part = new byte[10];
        await remote.ReadRangeAsync("packs/aa/x.pack", 0, part, None);
        (string other, Oid otherOid, byte[] otherBytes) = MakeFile(100_001);
        await Writer().PutFileAsync("packs/aa/x.pack", other, otherOid, null, None);

        DlsException e = await Fails(() => remote.ReadRangeAsync("packs/aa/x.pack", 10, part, None));

        Assert.True(e.IsPassing);
        Assert.Contains("changed while it was read", e.Message, StringComparison.Ordinal);
        await remote.ReadRangeAsync("packs/aa/x.pack", 10, part, None);
        Assert.Equal(otherBytes.AsSpan(10, 10).ToArray(), part);
        Assert.NotEqual(bytes.AsSpan(10, 10).ToArray(), part);
    }

    private WebRemote Make(string place) => new("lab", (WebUrl)RemoteUrl.Parse(_server.AddressOf(place), "/"), WebRemote.Silence);
}

/// <summary>The same against pages for people.</summary>
public sealed class WebRemoteHtmlTests(ITestOutputHelper output) : WebRemoteTests(output)
{
    protected override string Place => "html";
}
