using System.Text;
using DlStore.Objects;
using DlStore.Remotes;
using DlStore.Remotes.Web;
using DlStore.TestKit;

namespace DlStore.Tests.Remotes;

/// <summary>Web servers that answer wrongly, slowly or without end: each is refused, named, and bounded.</summary>
public sealed class WebHostileTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly TempDir _temp = new();
    private AnsweringServer? _server;

    public void Dispose()
    {
        _server?.Dispose();
        _temp.Dispose();
    }

    [Fact]
    public async Task A_body_without_end_is_read_no_further_than_it_may_be_long()
    {
        using WebRemote remote = Serve(async (head, line) =>
        {
            await line.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n"u8.ToArray());
            byte[] piece = new byte[65536];
            while (!_server!.Stopped.IsCancellationRequested)
            {
                await line.WriteAsync(piece, _server.Stopped);
            }
        });

        Assert.Equal(ErrorKind.Corrupt, (await Fails(() => remote.ReadAsync("format.json", 1000, None))).Kind);
        Assert.Equal(ErrorKind.Corrupt, (await Fails(() => remote.DownloadAsync("a", _temp.At("to"), 3_000_000, null, None))).Kind);
        Assert.False(File.Exists(_temp.At("to")));
        DlsException e = await Fails(() => ListAsync(remote, "index"));
        Assert.Equal(ErrorKind.Corrupt, e.Kind);
        Assert.Contains("more than 67108864", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_announced_length_is_not_believed()
    {
        using WebRemote longer = Serve("HTTP/1.1 200 OK\nContent-Length: 3\n\n123456");
        Assert.Equal("123"u8.ToArray(), await longer.ReadAsync("a", 10, None));

        using WebRemote shorter = Serve("HTTP/1.1 200 OK\nContent-Length: 30\n\n123456");
        foreach (Func<Task> read in (Func<Task>[])[() => shorter.ReadAsync("a", 100, None),
            () => shorter.DownloadAsync("a", _temp.At("to"), 100, null, None)])
        {
            DlsException e = await Fails(read);
            Assert.True(e.IsPassing, e.ToString());
            Assert.Contains("'a' of remote 'pub'", e.Message, StringComparison.Ordinal);
        }

        Assert.False(File.Exists(_temp.At("to")));
        using WebRemote huge = Serve($"HTTP/1.1 200 OK\nContent-Length: {long.MaxValue}\n\n1");
        Assert.Equal(ErrorKind.Corrupt, (await Fails(() => huge.ReadAsync("a", 100, None))).Kind);
    }

    [Fact]
    public async Task A_download_that_is_cut_goes_on_where_it_stopped_and_not_with_another_file()
    {
        byte[] bytes = Seeded.Bytes(new Random(5), 900_000);
        string tag = "\"one\"";
        using WebRemote remote = Serve(async (head, line) =>
        {
            int from = head.Contains("Range: bytes=", StringComparison.Ordinal) && head.Contains($"If-Range: {tag}", StringComparison.Ordinal)
                ? int.Parse(head.Split("Range: bytes=")[1].Split('-')[0]) : 0;
            string first = from > 0 ? $"206 Partial Content\r\nContent-Range: bytes {from}-{bytes.Length - 1}/{bytes.Length}" : "200 OK";
            await line.WriteAsync(Encoding.ASCII.GetBytes(
                $"HTTP/1.1 {first}\r\nETag: {tag}\r\nContent-Length: {bytes.Length - from}\r\nConnection: close\r\n\r\n"));
            await line.WriteAsync(bytes.AsMemory(from, Math.Min(400_000, bytes.Length - from)));
        });
        long told = 0;

        Assert.Equal(Oid.Of(bytes), await remote.DownloadAsync("a", _temp.At("to"), bytes.Length, n => told += n, None));
        Assert.Equal(bytes.Length, told);
        Assert.Equal(3, _server!.Requests.Count);

        int pieces = 0;
        DlsException e = await Fails(() => remote.DownloadAsync("a", _temp.At("again"), bytes.Length, _ =>
        {
            pieces++;
            tag = "\"two\"";
        }, None));
        Assert.Contains("changed while it was read", e.Message, StringComparison.Ordinal);
        Assert.True(e.IsPassing && pieces > 0);
        Assert.False(File.Exists(_temp.At("again")));
    }

    [Theory]
    [InlineData("bytes 0-9/100")]
    [InlineData("bytes 5-20/100")]
    [InlineData("bytes 5-1000000000/2000000000")]
    [InlineData("")]
    public async Task Another_part_than_was_asked_for_is_refused(string range)
    {
        string header = range.Length > 0 ? $"Content-Range: {range}\n" : "";
        using WebRemote remote = Serve($"HTTP/1.1 206 Partial Content\n{header}Content-Length: 10\n\n0123456789");

        DlsException e = await Fails(() => remote.ReadRangeAsync("a", 5, new byte[10], None));

        Assert.Equal(ErrorKind.Failed, e.Kind);
        Assert.Contains("another part", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_without_ranges_is_read_from_the_start()
    {
        using WebRemote remote = Serve("HTTP/1.1 200 OK\nContent-Length: 10\n\n0123456789");
        byte[] part = new byte[3];

        await remote.ReadRangeAsync("a", 5, part, None);

        Assert.Equal("567"u8.ToArray(), part);
        Assert.Equal(ErrorKind.Missing, (await Fails(() => remote.ReadRangeAsync("a", 8, part, None))).Kind);
        Assert.Equal(ErrorKind.Missing, (await Fails(() => remote.ReadRangeAsync("a", 10, part, None))).Kind);
        using WebRemote vast = Serve($"HTTP/1.1 200 OK\nContent-Length: {1L << 40}\n\n0123456789");
        Assert.Contains("no parts of files", (await Fails(() => vast.ReadRangeAsync("a", 1L << 30, part, None))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redirects_lead_no_further_than_the_host()
    {
        using WebRemote within = Serve(head => head.StartsWith("GET /a ", StringComparison.Ordinal)
            ? "HTTP/1.1 302 Found\nLocation: /b\nContent-Length: 0\n\n" : "HTTP/1.1 200 OK\nContent-Length: 1\n\nb");
        Assert.Equal("b"u8.ToArray(), await within.ReadAsync("a", 10, None));

        foreach (string elsewhere in (string[])["http://127.0.0.2/b", "https://127.0.0.1:1/b", "file:///etc/passwd", "//example.org/b", "ftp://127.0.0.1/b"])
        {
            using WebRemote remote = Serve($"HTTP/1.1 301 Moved\nLocation: {elsewhere}\nContent-Length: 0\n\n");
            DlsException e = await Fails(() => remote.ReadAsync("a", 10, None));
            Assert.Equal(ErrorKind.Failed, e.Kind);
            Assert.False(e.IsPassing);
            Assert.Contains("leads to '", e.Message, StringComparison.Ordinal);
        }

        using WebRemote circle = Serve("HTTP/1.1 302 Found\nLocation: /a\nContent-Length: 0\n\n");
        Assert.Contains("from place to place", (await Fails(() => circle.ReadAsync("a", 10, None))).Message, StringComparison.Ordinal);
        Assert.InRange(_server!.Requests.Count, 2, 10);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_silent_server_is_given_up(bool afterHead)
    {
        using WebRemote remote = Serve(
            async (_, line) =>
            {
                await line.WriteAsync(afterHead ? "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n12"u8.ToArray() : "HTTP"u8.ToArray());
                await Task.Delay(-1, _server!.Stopped);
            },
            TimeSpan.FromMilliseconds(300));

        DlsException e = await Fails(() => remote.ReadAsync("a", 10, None));

        Assert.True(e.IsPassing);
        Assert.Contains("has sent nothing for 0.3 s", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(500, true)]
    [InlineData(503, true)]
    [InlineData(429, true)]
    [InlineData(401, false)]
    [InlineData(403, false)]
    [InlineData(418, false)]
    public async Task A_refusal_is_told_and_passing_only_where_it_may_pass(int status, bool isPassing)
    {
        using WebRemote remote = Serve($"HTTP/1.1 {status} Whatever\nRetry-After: 2\nContent-Length: 0\n\n");

        DlsException e = await Fails(() => remote.ReadAsync("a", 10, None));

        Assert.Equal(isPassing, e.IsPassing);
        Assert.Equal(status is 429 or 503 ? TimeSpan.FromSeconds(2) : TimeSpan.Zero, e.RetryAfter);
        Assert.Contains($"answered {status} Whatever", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gone_is_not_there_and_an_hour_is_not_waited()
    {
        using WebRemote gone = Serve("HTTP/1.1 410 Gone\nContent-Length: 0\n\n");
        Assert.Null(await gone.ReadAsync("a", 10, None));
        Assert.Null(await gone.FindSizeAsync("a", None));

        using WebRemote later = Serve("HTTP/1.1 503 Busy\nRetry-After: 3600\nContent-Length: 0\n\n");
        DlsException e = await Fails(() => later.ReadAsync("a", 10, None));
        Assert.False(e.IsPassing);
        Assert.Contains("3600 s", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_encoded_body_is_refused()
    {
        using WebRemote remote = Serve("HTTP/1.1 200 OK\nContent-Encoding: gzip\nContent-Length: 1\n\nx");

        Assert.Contains("encoded as gzip", (await Fails(() => remote.ReadAsync("a", 10, None))).Message, StringComparison.Ordinal);
        Assert.Contains("Accept-Encoding: identity", _server!.Requests.First(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/html", "<h1>Welcome</h1><a href=\"a.idx\">a</a>")]
    [InlineData("application/json", "{\"error\":\"none\"}")]
    [InlineData("application/json", "[{\"name\":5}]")]
    [InlineData("text/plain", "a.idx")]
    public async Task A_page_that_is_no_list_is_not_taken_for_an_empty_one(string type, string body)
    {
        using WebRemote remote = Serve(head => head.Contains("/list", StringComparison.Ordinal) ? "HTTP/1.1 404 No\nContent-Length: 0\n\n"
            : $"HTTP/1.1 200 OK\nContent-Type: {type}\nContent-Length: {body.Length}\n\n{body}");

        Assert.Contains("no list file", (await Fails(() => ListAsync(remote, "index"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Links_that_lead_elsewhere_are_no_names()
    {
        const string page = """
            <title>Index of /index</title><a href="../">Parent</a><a href='/etc/passwd'>x</a><a href="?C=N;O=D">Name</a>
            <a href="a%2Fb">x</a><a href="..%2Fc">x</a><a href="http://h/x">x</a><a HREF="good.idx">good</a><a href="./b&amp;c">b</a>
            <a href="dir/">dir</a><a href="good.idx">again</a><a href=".hidden">x</a><a href="never closed
            """;

        IReadOnlyList<WebName> names = WebPage.Parse(Encoding.UTF8.GetBytes(page), "text/html")!;

        Assert.Equal(["good.idx False", "b&c False", "dir True"], names.Select(static n => $"{n.Name} {n.IsDirectory}"));
        names = WebPage.Parse("""[{"name":"../x","type":"file","size":1},{"name":"y","type":"file","size":2},{"name":"p","type":"other"}]"""u8.ToArray(),
            "application/json")!;
        Assert.Equal(["y 2"], names.Select(static n => $"{n.Name} {n.Size}"));
    }

    [Fact]
    public void A_list_has_one_valid_encoding()
    {
        RemoteFile[] files = [new("index/b.idx", 7, default), new("index/a.idx", 0, default), new("index/list", 3, default), new("index/x/y", 1, default)];
        byte[] bytes = RemoteList.ToBytes("index", files);

        Assert.Equal("dls-list 1\na.idx 0\nb.idx 7\n", Encoding.UTF8.GetString(bytes));
        Assert.Equal(["index/a.idx", "index/b.idx"], RemoteList.Parse(bytes, "index", default)!.Select(static f => f.Name));
        Assert.Empty(RemoteList.Parse("dls-list 1\n"u8, "index", default)!);
        foreach (string wrong in (string[])["", "x", "dls-list 2\n", "dls-list 1", "dls-list 1\nb 1\na 1\n", "dls-list 1\na 1\na 1\n", "dls-list 1\na -1\n",
            "dls-list 1\na/b 1\n", "dls-list 1\n.. 1\n", "dls-list 1\na\n", "dls-list 1\n\n", "dls-list 1\na 99999999999999999999\n"])
        {
            Assert.Null(RemoteList.Parse(Encoding.UTF8.GetBytes(wrong), "index", default));
        }
    }

    private static Task<DlsException> Fails(Func<Task> call) => Assert.ThrowsAsync<DlsException>(call);

    private static async Task ListAsync(WebRemote remote, string directory)
    {
        await foreach (RemoteFile _ in remote.ListAsync(directory, None))
        {
        }
    }

    private WebRemote Serve(string answer) => Serve(_ => answer);

    private WebRemote Serve(Func<string, string> answer)
    {
        _server?.Dispose();
        _server = AnsweringServer.Of(answer);
        return Make(WebRemote.Silence);
    }

    private WebRemote Serve(Func<string, System.Net.Sockets.NetworkStream, Task> answer, TimeSpan? silence = null)
    {
        _server = new AnsweringServer(answer);
        return Make(silence ?? WebRemote.Silence);
    }

    private WebRemote Make(TimeSpan silence) => new("pub", (WebUrl)RemoteUrl.Parse(_server!.Url, "/"), silence);
}
