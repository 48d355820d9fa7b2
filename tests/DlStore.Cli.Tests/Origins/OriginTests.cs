using System.Text.Json;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Origins;

/// <summary>Paths of another repository, or of a dls remote alone, are brought here, and follow their origin.</summary>
public sealed class OriginTests : IDisposable
{
    private readonly Scene _scene = new();

    public OriginTests()
    {
        _ = _scene.UseExecutable();
        _scene.MakeRepo("faces");
        _scene.WriteSample("faces/data");
        _scene.Write("faces/w/best.pth", "v1\n");
        _scene.Write("faces/plain.txt", "git's\n");
        _scene.Record("faces", "one", "data", "w/best.pth");
        _scene.Git("faces", "tag", "v1");
        _scene.Write("faces/w/best.pth", "v2\n");
        _scene.Write("faces/data/img/new.txt", "new\n");
        _scene.Record("faces", "two", "data", "w/best.pth");
        Directory.CreateDirectory(_scene.At("out"));
        _scene.MakeRepo();
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Get_brings_a_file_a_directory_a_path_inside_and_what_git_holds()
    {
        Get("../faces", "w/best.pth").Expect(0);
        Get("../faces", "w/best.pth", "--rev", "v1", "--to", "first.pth").Expect(0);
        Get("../faces", "data/img").Expect(0);
        Get("../faces", "data", "--rev", "v1").Expect(0);
        Get("../faces", "plain.txt").Expect(0);
        Get("../faces", "w", "--to", "all").Expect(0);

        Assert.Equal("v2\n", File.ReadAllText(_scene.At("out/best.pth")));
        Assert.Equal("v1\n", File.ReadAllText(_scene.At("out/first.pth")));
        Assert.Equal("new\n", File.ReadAllText(_scene.At("out/img/new.txt")));
        Assert.False(File.Exists(_scene.At("out/data/img/new.txt")));
        Assert.Equal("img/000.txt", new FileInfo(_scene.At("out/data/link")).LinkTarget);
        Assert.Equal("git's\n", File.ReadAllText(_scene.At("out/plain.txt")));
        Assert.Equal("v2\n", File.ReadAllText(_scene.At("out/all/best.pth")));
        Assert.Equal(["all", "best.pth", "data", "first.pth", "img", "plain.txt"],
            Directory.GetFileSystemEntries(_scene.At("out")).Select(static e => Path.GetFileName(e)).Order());
    }

    [Fact]
    public void Get_brings_from_a_dls_remote_without_git()
    {
        string[] commits = [_scene.Git("faces", "rev-parse", "v1"), _scene.Git("faces", "rev-parse", "HEAD")];
        RunResult which = Get("../remote", "w/best.pth", "--store").Expect(2);
        Assert.Contains(commits[0], which.Error, StringComparison.Ordinal);
        Get("../remote", "w/best.pth", "--store", "--rev", commits[0][..8]).Expect(0);
        Get("../remote", "data/img", "--store", "--rev", commits[1][..8]).Expect(0);
        Assert.Equal("v1\n", File.ReadAllText(_scene.At("out/best.pth")));
        Assert.Equal("new\n", File.ReadAllText(_scene.At("out/img/new.txt")));
        Get("../remote", "nosuch", "--store", "--rev", commits[1]).Expect(2);
        Get("../remote", "data", "--store", "--rev", "0000").Expect(2);
    }

    [Theory]
    [InlineData(2, "has no such path", "../faces", "nosuch")]
    [InlineData(1, "git could not fetch that", "../faces", "data", "--rev", "nosuch")]
    [InlineData(1, "git could not fetch that", "../nosuch", "data")]
    [InlineData(2, "'..'", "../faces", "../data")]
    [InlineData(1, "something is there", "../faces", "data", "--to", "/")]
    [InlineData(1, "its directory is not there", "../faces", "data", "--to", "no/such/place")]
    public void What_cannot_be_brought_leaves_nothing_behind(int code, string why, params string[] arguments)
    {
        Assert.Contains(why, Get(arguments).Expect(code).Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_scene.At("out")));
    }

    [Fact]
    public void Bytes_that_the_remote_lacks_are_named_and_nothing_is_written()
    {
        _scene.Write("faces/w/best.pth", "v3\n");
        _scene.Dls("faces", "add", "w/best.pth", "--quiet").Expect(0);
        _scene.Commit("faces", "three");
        RunResult run = Get("../faces", "w/best.pth").Expect(12);
        Assert.Contains("w/best.pth: no index there names it", run.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_scene.At("out")));

        _scene.Git(".", "clone", "-q", "--bare", "faces", "bare.git");
        RunResult relative = Get($"file://{_scene.At("bare.git")}", "data", "--rev", "v1").Expect(1);
        Assert.Contains("--from URL", relative.Error, StringComparison.Ordinal);
        Get($"file://{_scene.At("bare.git")}", "data", "--rev", "v1", "--from", "../remote").Expect(0);
        Assert.True(File.Exists(_scene.At("out/data/run.sh")));
    }

    [Fact]
    public void An_import_says_where_it_is_from_and_follows_it()
    {
        Dls("import", "../faces", "w/best.pth", "models/best.pth", "--rev", "v1").Expect(0);
        Dls("import", "../faces", "data/img").Expect(0);
        _scene.Commit("repo", "imported");
        string pointer = File.ReadAllText(_scene.At("repo/models/best.pth.dls"));
        Assert.Contains("origin ../faces\norigin-commit ", pointer, StringComparison.Ordinal);
        Assert.Contains("origin-path w/best.pth\norigin-rev v1\n", pointer, StringComparison.Ordinal);
        Assert.Equal("v1\n", File.ReadAllText(_scene.At("repo/models/best.pth")));
        Dls("status", "--exit-code").Expect(0);
        Dls("push").Expect(0);
        Dls("verify", "--commit", "HEAD").Expect(0);

        _scene.Write("faces/data/img/000.txt", "third\n");
        _scene.Record("faces", "three", "data");
        Assert.Contains("would update img from commit ", Dls("update", "--dry-run").Expect(0).Output, StringComparison.Ordinal);
        Assert.Equal("picture 0\n", File.ReadAllText(_scene.At("repo/img/000.txt")));
        RunResult update = Dls("update").Expect(0);
        Assert.Contains("updated img from commit ", update.Output, StringComparison.Ordinal);
        Assert.Contains("models/best.pth is as its origin has it", update.Output, StringComparison.Ordinal);
        Assert.Equal("third\n", File.ReadAllText(_scene.At("repo/img/000.txt")));

        _scene.Git("faces", "tag", "v2", "HEAD~");
        Dls("update", "models/best.pth", "--rev", "v2").Expect(0);
        Assert.Equal("v2\n", File.ReadAllText(_scene.At("repo/models/best.pth")));
        Assert.Contains("origin-rev v2", File.ReadAllText(_scene.At("repo/models/best.pth.dls")), StringComparison.Ordinal);
        Dls("status", "--exit-code").Expect(0);
        Assert.Empty(Directory.GetDirectories(_scene.At("repo/.git/dls"), "origin-*"));
    }

    [Fact]
    public void An_update_leaves_changes_of_ones_own_and_says_so()
    {
        Dls("import", "../faces", "data/img").Expect(0);
        _scene.Write("repo/img/000.txt", "mine\n");
        _scene.Write("faces/data/img/000.txt", "third\n");
        _scene.Record("faces", "three", "data");

        Assert.Contains("left img as it is: it has changes of your own", Dls("update").Expect(3).Output, StringComparison.Ordinal);
        Assert.Equal("mine\n", File.ReadAllText(_scene.At("repo/img/000.txt")));
        JsonElement result = JsonDocument.Parse(Dls("update", "img", "--json").Expect(3).Output).RootElement;
        Assert.Contains("changes of your own", result[0].GetProperty("refused").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "something is there", "../faces", "data", "taken")]
    [InlineData(1, "it is managed already", "../faces", "data", "mine")]
    [InlineData(1, "it lies in 'mine'", "../faces", "data", "mine/data")]
    [InlineData(2, "git itself holds it there", "../faces", "plain.txt")]
    [InlineData(2, "holds a password", "https://me:secret@example.org/x", "data")]
    public void What_cannot_be_imported_changes_nothing(int code, string why, params string[] arguments)
    {
        _scene.Write("repo/taken", "x\n");
        _scene.WriteSample("repo/mine");
        Dls("add", "mine", "--quiet").Expect(0);
        _scene.Commit("repo", "mine");
        RunResult run = Dls(["import", .. arguments]).Expect(code);
        Assert.Contains(why, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", run.Error, StringComparison.Ordinal);
        Assert.Equal("", _scene.Git("repo", "status", "--porcelain"));
    }

    [Fact]
    public void Words_of_update_that_mean_nothing_are_errors()
    {
        _scene.WriteSample("repo/mine");
        Dls("add", "mine", "--quiet").Expect(0);
        Assert.Contains("it was not imported", Dls("update", "mine").Expect(2).Error, StringComparison.Ordinal);
        Dls("update", "mine/img").Expect(2);
        Dls("update", "--rev", "v1").Expect(2);
        Assert.Contains("nothing was imported here", Dls("update").Expect(0).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_downloaded_file_is_stored_with_its_address_if_it_has_the_checksum_of_its_publisher()
    {
        _scene.Write("repo/a.bin", "hello\n");
        const string right = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03";
        Assert.Contains("its sha256 is 5891", Dls(
            "add", "a.bin", "--checksum", "sha256:" + new string('0', 64)).Expect(13).Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_scene.At("repo/a.bin.dls")));
        Dls("add", "a.bin", "--checksum", "md5:B1946AC92492D2347C6235B4D2611184", "--origin", "https://example.org/a.bin").Expect(0);
        Dls("add", "a.bin", "--checksum", "sha256:" + right).Expect(0);
        Assert.Contains("origin https://example.org/a.bin\n", File.ReadAllText(_scene.At("repo/a.bin.dls")), StringComparison.Ordinal);

        Dls("add", "a.bin", "--checksum", "crc32:1234").Expect(2);
        Dls("add", "a.bin", "--checksum", "sha256:12").Expect(2);
        Dls("add", "a.bin", "--origin", "https://me:secret@example.org/").Expect(2);
        Dls("add", "a.bin", "--origin", "").Expect(2);
    }

    private RunResult Get(params string[] arguments) => _scene.Dls("out", ["get", .. arguments]);

    private RunResult Dls(params string[] arguments) => _scene.Dls("repo", arguments);
}
