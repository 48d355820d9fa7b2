using System.Text;
using DlStore.Objects;
using DlStore.Ssh;
using DlStore.TestKit;

namespace DlStore.Tests.Ssh;

/// <summary>Files of a host come home as a tree, over a real ssh connection.</summary>
public sealed class HostCaptureTests(SshFixture ssh) : IClassFixture<SshFixture>, IDisposable
{
    private static readonly HostScript All = new("find . -mindepth 1 -maxdepth 1 -print0", []) { What = "list outputs" };
    private readonly TempDir _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Files_links_and_modes_come_home_under_their_names()
    {
        _directory.Write("run/log.txt", "hello\n");
        _directory.Write("run/-n", "dash\n");
        _directory.Write("run/it's \"a\" $x\\n *", "odd\n");
        _directory.Write("run/line\nbreak", "newline\n");
        _directory.Write($"run/{new string('長', 60)}/{new string('n', 150)}", "long\n");
        _directory.Write("run/a.b", "1");
        _directory.Write("run/a/b", "2");
        _directory.Write("run/big.pth", Scene.Pattern(3_000_000, 1));
        _directory.Write("run/empty", "");
        _directory.Write("run/.git/config", "no\n");
        File.SetUnixFileMode(_directory.Write("run/go.sh", "#!/bin/sh\n"), (UnixFileMode)0x1ED);
        File.CreateSymbolicLink(_directory.At("run/last"), "a/../big.pth");
        File.CreateSymbolicLink(_directory.At("run/a/out"), "../../elsewhere");
        File.CreateSymbolicLink(_directory.At("run/abs"), "/etc/passwd");

        CapturedTree tree = await Capture(new HostScript("printf '%s\\0' ./* gone", []));

        Assert.Equal(
            ["-n", "a/b", "a.b", "big.pth",
                "empty", "go.sh", "it's \"a\" $x\\n *", "last", "line\nbreak", "log.txt", $"{new string('長', 60)}/{new string('n', 150)}"],
            tree.Entries.Select(static e => e.Path));
        Assert.Equal(["a/out", "abs"], tree.LeftOut.Select(static l => l.Path).Order(StringComparer.Ordinal));
        Assert.Equal(TreeMode.Executable, tree.Entries.Single(static e => e.Path == "go.sh").Mode);
        Assert.Equal(TreeMode.Symlink, tree.Entries.Single(static e => e.Path == "last").Mode);
        using ObjectStore store = ObjectStore.Open(_directory.At("store"));
        Assert.Equal(tree.Entries.Count, tree.Files);
        Assert.Equal(tree.Entries.Select(static e => (e.Path, e.Oid)), TreeDelta.Between(store, null, tree.Oid)
            .Add.Where(static i => i.Mode != TreeMode.Directory).Select(static i => (Encoding.UTF8.GetString(i.Path), i.Oid)));
        Assert.Equal(
            "odd\n"u8.ToArray(), store.Read(tree.Entries.Single(static e => e.Path.StartsWith("it's", StringComparison.Ordinal)).Oid));
        Assert.True(store.Large.Contains(tree.Entries.Single(static e => e.Path == "big.pth").Oid));
    }

    [Fact]
    public async Task What_the_store_has_is_not_fetched_again()
    {
        _directory.Write("run/a", "1");
        _directory.Write("run/b", "1");
        _directory.Write("run/c", "2");
        List<long> fetched = [];
        Recorder progress = new(p => fetched.Add(p.ItemsTotal));
        await Capture(All, progress);
        _directory.Write("run/d", "3");

        CapturedTree tree = await Capture(All, progress);

        Assert.Equal([2, 2, 1], fetched);
        Assert.Equal(4, tree.Files);
    }

    [Fact]
    public async Task Nothing_is_an_empty_tree()
    {
        _directory.MakeDirectory("run");

        CapturedTree tree = await Capture(All);

        Assert.Equal((0L, 0L), (tree.Files, tree.Size));
    }

    [Theory]
    [InlineData(".")]
    [InlineData("./")]
    [InlineData("sub/")]
    [InlineData("./sub")]
    public async Task A_directory_stands_for_what_is_in_it(string name)
    {
        _directory.Write("run/sub/a", "1");
        _directory.Write("run/sub/.git/config", "no");

        CapturedTree tree = await Capture(new HostScript("printf '%s\\0' \"$1\"", [name]));

        Assert.Equal(["sub/a"], tree.Entries.Select(static e => e.Path));
    }

    [Fact]
    public async Task Git_says_what_belongs_to_a_repository_there()
    {
        using TempRepo repo = new();
        repo.Write("tracked", "1");
        repo.Write(".gitignore", "ignored\n");
        repo.Write("deleted", "2");
        repo.Commit("begin");
        File.Delete(repo.At("deleted"));
        repo.Write("ignored", "3");
        repo.Write("dir/new", "4");

        CapturedTree tree = await Capture(new HostScript("git ls-files -co --exclude-standard -z", []), null, repo.Path);

        Assert.Equal([".gitignore", "dir/new", "tracked"], tree.Entries.Select(static e => e.Path));
    }

    [Fact]
    public async Task Too_much_is_refused_before_it_is_fetched()
    {
        _directory.Write("run/a", new byte[1000]);

        DlsException error = await Assert.ThrowsAsync<DlsException>(() => Capture(All, null, null, bytesMax: 999));

        Assert.Contains("more than 999 bytes, counted to 'a'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pipe_in_place_of_a_file_is_named()
    {
        _directory.MakeDirectory("run");
        RunningProgram.Run("mkfifo", [_directory.At("run/pipe")], "/", ssh.Server.Environment).Expect(0);

        DlsException error = await Assert.ThrowsAsync<DlsException>(() => Capture(All).WaitAsync(TimeSpan.FromMinutes(5)));

        Assert.Contains("./pipe", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_always_changes_is_refused_by_name()
    {
        _directory.Write("run/a", "1");
        _directory.Write("run/log", new byte[2_000_000]);
        _directory.Write("run/z", "1");
        HostScript changing = new("(sleep 0.2; i=0; while [ $i -lt 300 ]; do echo more >>log; sleep 0.02; "
            + "i=$((i+1)); done) >/dev/null 2>&1 & printf '%s\\0' a log z", []);

        DlsException error = await Assert.ThrowsAsync<DlsException>(() => Capture(changing));

        Assert.Contains("capture 'log' from host 't': it changes", error.Message, StringComparison.Ordinal);
    }

    private async Task<CapturedTree> Capture(
        HostScript lister, IProgress<WorkProgress>? progress = null, string? root = null, long bytesMax = HostCapture.BytesMaxDefault)
    {
        using ObjectStore store = ObjectStore.Open(_directory.At("store"));
        using ObjectWriter writer = store.BeginWrite(TimeSpan.FromSeconds(5));
        CapturedTree tree = await new HostCapture(
            ssh.Open("t"), store, 1 << 20).CaptureAsync(root ?? _directory.At("run"), lister, writer, bytesMax, progress);
        writer.Commit();
        return tree;
    }

    private sealed class Recorder(Action<WorkProgress> act) : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value) => act(value);
    }
}
