using System.Collections.Concurrent;
using System.Text;
using DlStore.Objects;
using DlStore.Remotes;
using DlStore.TestKit;
using Xunit.Abstractions;

namespace DlStore.Tests.Remotes;

/// <summary>
/// What every remote must do, also one that is only read: a subclass each. Nothing here knows how a remote keeps its files.
/// </summary>
public abstract class RemoteReadingContract : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly ConcurrentBag<IRemote> _opened = [];

    protected RemoteReadingContract(ITestOutputHelper output) => Random = Seeded.Start(output);

    protected TempDir Temp { get; } = new();

    protected Random Random { get; }

    /// <summary>Makes an object for the test's remote; it is empty at first, and not even there.</summary>
    protected abstract IRemote Make();

    /// <summary>Opens the test's remote; closed with the test.</summary>
    protected IRemote Open()
    {
        IRemote remote = Make();
        _opened.Add(remote);
        return remote;
    }

    /// <summary>Opens what puts files onto the test's remote: itself, unless it is only read.</summary>
    protected virtual IRemote Writer() => Open();

    [Fact]
    public async Task An_empty_remote_has_nothing()
    {
        IRemote remote = Open();

        Assert.False(await remote.ExistsAsync(None));
        Assert.Null(await remote.ReadAsync("format.json", 100, None));
        Assert.Empty(await ListAsync(remote, "index"));
        Assert.Equal(ErrorKind.Missing, (await Fails(() => remote.ReadRangeAsync("packs/aa/x", 0, new byte[1], None))).Kind);
        DlsException e = await Fails(() => remote.DownloadAsync("packs/aa/x", Temp.At("to"), 1000, null, None));
        Assert.Equal(ErrorKind.Missing, e.Kind);
        Assert.Contains("'packs/aa/x'", e.Message, StringComparison.Ordinal);
        Assert.Contains($"'{remote.Name}'", e.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Temp.At("to")));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1_048_576)]
    [InlineData(3_000_001)]
    public async Task A_file_comes_back(int length)
    {
        (string path, Oid oid, byte[] bytes) = MakeFile(length);
        await Writer().PutFileAsync("blobs/aa/bb/x", path, oid, null, None);
        IRemote remote = Open();
        long told = 0;

        Assert.Equal(oid, await remote.DownloadAsync("blobs/aa/bb/x", Temp.At("back"), length, n => told += n, None));

        Assert.Equal(bytes, await File.ReadAllBytesAsync(Temp.At("back")));
        Assert.Equal(length, told);
        Assert.Equal(length, await remote.FindSizeAsync("blobs/aa/bb/x", None));
        Assert.Equal(bytes, await remote.ReadAsync("blobs/aa/bb/x", length, None));
        DlsException e = length == 0 ? new(ErrorKind.Corrupt, "") : await Fails(() => remote.ReadAsync("blobs/aa/bb/x", length - 1, None));
        Assert.Equal(ErrorKind.Corrupt, e.Kind);
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("a%2fb")]
    [InlineData("a?b#c")]
    [InlineData("a:b")]
    [InlineData("学習")]
    public async Task Any_name_is_a_name(string name)
    {
        await Writer().PutAsync($"tmp/{name}", "x"u8.ToArray(), replace: false, None);

        Assert.Equal("x"u8.ToArray(), await Open().ReadAsync($"tmp/{name}", 1, None));
        Assert.Equal(1, await Open().FindSizeAsync($"tmp/{name}", None));
    }

    [Fact]
    public async Task A_directory_is_no_file()
    {
        await Writer().PutAsync("packs/aa/x.pack", "x"u8.ToArray(), replace: false, None);

        Assert.Null(await Open().FindSizeAsync("packs/aa", None));
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("/x")]
    [InlineData("")]
    [InlineData("a//b")]
    [InlineData("a/../b")]
    [InlineData("a/.")]
    [InlineData("a/")]
    public async Task No_name_leads_elsewhere(string name)
    {
        IRemote remote = Open();

        Assert.Equal(ErrorKind.Corrupt, (await Fails(() => remote.ReadAsync(name, 10, None))).Kind);
        Assert.Equal(ErrorKind.Corrupt, (await Fails(() => remote.FindSizeAsync(name, None))).Kind);
        Assert.Equal(ErrorKind.Corrupt, (await Fails(() => remote.ReadRangeAsync(name, 0, new byte[1], None))).Kind);
        Assert.Equal(ErrorKind.Corrupt, (await Fails(() => remote.DownloadAsync(name, Temp.At("to"), 1000, null, None))).Kind);
        Assert.Equal(ErrorKind.Corrupt, (await Fails(() => ListAsync(remote, name))).Kind);
        Assert.Equal(ErrorKind.Corrupt, (await Fails(() => remote.FindHashAsync(name, None))).Kind);
    }

    [Fact]
    public async Task Sizes_are_told_and_longer_files_are_refused()
    {
        IRemote remote = Open();
        (string path, Oid oid, _) = MakeFile(100_000);
        await Writer().PutFileAsync("packs/aa/x.pack", path, oid, null, None);

        Assert.Equal(100_000, await remote.FindSizeAsync("packs/aa/x.pack", None));
        Assert.Null(await remote.FindSizeAsync("packs/aa/y.pack", None));
        Assert.Equal(
            ErrorKind.Corrupt, (await Fails(() => remote.DownloadAsync("packs/aa/x.pack", Temp.At("to"), 99_999, null, None))).Kind);
        Assert.Equal(oid, await remote.DownloadAsync("packs/aa/x.pack", Temp.At("exact"), 100_000, null, None));
    }

    [Fact]
    public async Task Ranges_are_exact_or_refused()
    {
        IRemote remote = Open();
        (string path, Oid oid, byte[] bytes) = MakeFile(100_000);
        await Writer().PutFileAsync("packs/aa/x.pack", path, oid, null, None);
        foreach ((int offset, int length) in ((int, int)[])[(0, 1), (0, 100_000), (99_999, 1), (50_000, 1000), (100_000, 0)])
        {
            byte[] range = new byte[length];
            await remote.ReadRangeAsync("packs/aa/x.pack", offset, range, None);
            Assert.Equal(bytes.AsSpan(offset, length).ToArray(), range);
        }

        foreach ((int offset, int length) in ((int, int)[])[(0, 100_001), (99_999, 2), (100_000, 1), (1 << 30, 10)])
        {
            Assert.Equal(
                ErrorKind.Missing, (await Fails(() => remote.ReadRangeAsync("packs/aa/x.pack", offset, new byte[length], None))).Kind);
        }
    }

    [Fact]
    public async Task Listings_name_what_lies_below_and_nothing_else()
    {
        IRemote remote = Open();
        foreach (string name in (string[])["index/a.idx", "index/b.idx", "pins/id/1", "pins/id/2", "pins/other/3", "packs/aa/x.pack"])
        {
            await Writer().PutAsync(name, Encoding.UTF8.GetBytes(name), replace: false, None);
        }

        Assert.Equal(["index/a.idx 11", "index/b.idx 11"], await ListAsync(remote, "index"));
        Assert.Equal(["pins/id/1 9", "pins/id/2 9"], await ListAsync(remote, "pins/id"));
        Assert.Equal(["pins/id/1 9", "pins/id/2 9", "pins/other/3 12"], await ListAsync(remote, "pins"));
        Assert.Empty(await ListAsync(remote, "gc"));
    }

    public void Dispose()
    {
        foreach (IRemote remote in _opened)
        {
            remote.Dispose();
        }

        Close();
        Temp.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends what the subclass has started.</summary>
    protected virtual void Close()
    {
    }

    protected (string Path, Oid Oid, byte[] Bytes) MakeFile(int length)
    {
        byte[] bytes = Seeded.Bytes(Random, length);
        return (Temp.Write($"local/{Random.Next()}", bytes), Oid.Of(bytes), bytes);
    }

    protected static async Task<DlsException> Fails(Func<Task> call) => await Assert.ThrowsAsync<DlsException>(call);

    protected static async Task<List<string>> ListAsync(IRemote remote, string directory)
    {
        List<string> names = [];
        await foreach (RemoteFile file in remote.ListAsync(directory, None))
        {
            names.Add($"{file.Name} {file.Size}");
        }

        names.Sort(StringComparer.Ordinal);
        return names;
    }
}
