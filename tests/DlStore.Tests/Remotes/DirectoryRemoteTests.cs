using DlStore.Io;
using DlStore.Objects;
using DlStore.Remotes;
using Xunit.Abstractions;

namespace DlStore.Tests.Remotes;

public sealed class DirectoryRemoteTests(ITestOutputHelper output) : RemoteContract(output)
{
    private const int Part = 8 << 20;
    private string Root => Temp.At("remote");

    protected override long ResumesFrom => Part;

    protected override bool CanHash => true;

    protected override IRemote Make() => new DirectoryRemote("lab", (DirectoryUrl)RemoteUrl.Parse("file://" + Root, Temp.Path));

    protected override byte[]? Peek(string name) => File.Exists(Path.Combine(Root, name))
        ? File.ReadAllBytes(Path.Combine(Root, name)) : null;

    protected override IReadOnlyList<string> Leftovers() => Directory.Exists(Path.Combine(Root, "tmp"))
        ? Directory.GetFiles(Path.Combine(Root, "tmp")) : [];

    [Theory]
    [InlineData(0, 0)]
    [InlineData(Part - 1, 0)]
    [InlineData(Part + 1000, 1)]
    [InlineData((2 * Part) + 7, 2)]
    public async Task An_interrupted_send_of_a_large_file_goes_on_at_the_last_whole_part(int kept, int wholeParts)
    {
        (string path, Oid oid, byte[] bytes) = MakeFile((3 * Part) + 5);
        byte[] part = [.. bytes.AsSpan(0, kept)];
        part.AsSpan(wholeParts * Part).Fill(0xEE);
        string file = Temp.Write($"remote/tmp/{oid.ToHex()}.part", part);
        // Writing locks the file, and programs that other tests start hold a copy of that lock between fork and exec.
        FileLock.TakeExclusive(file, TimeSpan.FromSeconds(10), null!).Dispose();
        ulong inode = InodeOf(file);

        Assert.Equal(PutResult.Sent, await Open().PutFileAsync("blobs/aa/bb/x", path, oid, null, CancellationToken.None));

        Assert.Equal(bytes, Peek("blobs/aa/bb/x"));
        Assert.Equal(inode, InodeOf(Path.Combine(Root, "blobs/aa/bb/x")));
        Assert.Empty(Leftovers());
    }

    [Fact]
    public async Task A_cancelled_send_of_a_large_file_is_continued_and_not_begun_anew()
    {
        (string path, Oid oid, byte[] bytes) = MakeFile((3 * Part) + 5);
        using CancellationTokenSource source = new();
        long told = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Open().PutFileAsync(
            "x", path, oid, n => { told += n; if (told > (2 * Part) + 1) { source.Cancel(); } }, source.Token));
        string part = Assert.Single(Leftovers());
        ulong inode = InodeOf(part);
        Assert.InRange(new FileInfo(part).Length, 2 * Part, (3 * Part) + 5);

        Assert.Equal(PutResult.Sent, await Open().PutFileAsync("x", path, oid, null, CancellationToken.None));

        Assert.Equal(bytes, Peek("x"));
        Assert.Equal(inode, InodeOf(Path.Combine(Root, "x")));
    }

    [Fact]
    public async Task A_part_that_lies_is_not_believed()
    {
        (string path, Oid oid, byte[] bytes) = MakeFile((2 * Part) + 5);
        byte[] wrong = [.. bytes];
        wrong[100] ^= 1;
        Temp.Write($"remote/tmp/{oid.ToHex()}.part", [.. wrong, .. new byte[100]]);

        await Open().PutFileAsync("x", path, oid, null, CancellationToken.None);

        Assert.Equal(bytes, Peek("x"));
    }

    [Fact]
    public async Task A_large_file_that_does_not_hash_to_its_name_leaves_no_part()
    {
        (string path, _, _) = MakeFile(Part + 5);

        Assert.Equal(
            ErrorKind.Corrupt, (await Fails(() => Open().PutFileAsync("x", path, Oid.Of("other"u8), null, CancellationToken.None))).Kind);

        Assert.Null(Peek("x"));
        Assert.Empty(Leftovers());
    }

    [Fact]
    public async Task A_file_cut_short_on_the_remote_is_sent_again()
    {
        (string path, Oid oid, byte[] bytes) = MakeFile(100_000);
        Temp.Write("remote/packs/aa/x.pack", bytes[..50_000]);

        Assert.Equal(PutResult.Sent, await Open().PutFileAsync("packs/aa/x.pack", path, oid, null, CancellationToken.None));

        Assert.Equal(bytes, Peek("packs/aa/x.pack"));
        Assert.Empty(Leftovers());
    }

    [Fact]
    public async Task A_directory_that_cannot_be_written_is_named_with_its_remote()
    {
        Temp.Write("remote", "a file stands where the directory should be");
        (string path, Oid oid, _) = MakeFile(10);
        IRemote remote = Open();
        foreach (Func<Task> call in (Func<Task>[])[() => remote.PutAsync("format.json", "x"u8.ToArray(),
            replace: false, CancellationToken.None), () => remote.PutFileAsync("packs/aa/x.pack", path, oid, null, CancellationToken.None)])
        {
            DlsException e = await Fails(call);

            Assert.Equal(ErrorKind.Failed, e.Kind);
            Assert.Contains("'lab'", e.Message, StringComparison.Ordinal);
            Assert.Contains(Root, e.Message, StringComparison.Ordinal);
        }

        Assert.Null(await remote.ReadAsync("format.json", 10, CancellationToken.None));
    }

    [Fact]
    public async Task Hidden_files_and_links_are_not_listed()
    {
        await Open().PutAsync("index/a.idx", "x"u8.ToArray(), replace: false, CancellationToken.None);
        Temp.Write("remote/index/.nfs0001", "x");
        File.CreateSymbolicLink(Path.Combine(Root, "index/b.idx"), "a.idx");

        Assert.Equal(["index/a.idx 1"], await ListAsync(Open(), "index"));
    }

    [Fact]
    public async Task A_directory_that_leads_back_to_itself_is_listed_once()
    {
        Temp.Write("remote/index/a.idx", "a");
        File.CreateSymbolicLink(Path.Combine(Root, "index/again"), Path.Combine(Root, "index"));
        File.CreateSymbolicLink(Path.Combine(Root, "index/more"), Path.Combine(Root, "index"));

        Assert.Equal(["index/a.idx 1"], await ListAsync(Open(), "index"));
    }

    [Fact]
    public async Task A_pipe_in_the_place_of_a_file_is_refused_at_once()
    {
        Temp.MakeDirectory("remote/packs/aa");
        TestKit.RunningProgram.Run("mkfifo", [Path.Combine(Root, "packs/aa/x.pack"), Path.Combine(Root, "format.json")],
            Temp.Path, new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin" }).Expect(0);

        Assert.Equal(ErrorKind.Corrupt, (await Fails(() => Open().ReadAsync("format.json", 10, CancellationToken.None))).Kind);
        Assert.Equal(
            ErrorKind.Corrupt, (await Fails(() => Open().ReadRangeAsync("packs/aa/x.pack", 0, new byte[1], CancellationToken.None))).Kind);
        Assert.Null(await Open().FindSizeAsync("packs/aa/x.pack", CancellationToken.None));
    }

    [Fact]
    public async Task What_was_sent_cannot_be_written()
    {
        (string path, Oid oid, _) = MakeFile(100);
        await Open().PutFileAsync("x", path, oid, null, CancellationToken.None);

        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead, File.GetUnixFileMode(Path.Combine(Root, "x")));
    }

    private static ulong InodeOf(string path)
    {
        Assert.True(DlStore.Io.Sys.TryStat(path, out DlStore.Io.FileStat stat));
        return stat.Inode;
    }
}
