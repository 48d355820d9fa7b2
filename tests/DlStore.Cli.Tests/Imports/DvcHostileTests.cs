using DlStore.TestKit;

namespace DlStore.Cli.Tests.Imports;

/// <summary>Records, listings and caches that are odd, wrong or meant to do harm.</summary>
public sealed class DvcHostileTests : IDisposable
{
    private readonly DvcScene _dvc = new();

    public void Dispose() => _dvc.Dispose();

    [Theory]
    [InlineData("../../out.txt", "a name is '.' or '..'")]
    [InlineData("/etc/passwd", "it has an empty name")]
    [InlineData("a/../b", "a name is '.' or '..'")]
    [InlineData(".git/config", "a name is '.git' or '.dlstore'")]
    [InlineData("", "it is empty")]
    public void A_listing_that_leads_out_is_refused_as_a_whole(string path, string why)
    {
        string md5 = _dvc.PutBytes("x\n");
        string listing = _dvc.PutListing($"[{{\"md5\": \"{md5}\", \"relpath\": \"ok.txt\"}}, {{\"md5\": \"{md5}\", \"relpath\": \"{path}\"}}]");
        _dvc.Write("data.dvc", $"outs:\n- md5: {listing}\n  hash: md5\n  path: data\n");
        _dvc.Commit();

        string output = _dvc.Import().Expect(3).Output;

        Assert.Contains("refused data", output, StringComparison.Ordinal);
        Assert.Contains(why, output, StringComparison.Ordinal);
        Assert.Equal("", _dvc.Git("status", "--porcelain"));
    }

    [Theory]
    [InlineData("""[{"md5": "X", "relpath": "a"}, {"md5": "X", "relpath": "a"}]""", "names 'a' twice")]
    [InlineData("""[{"md5": "X", "relpath": "a"}, {"md5": "X", "relpath": "a/b"}]""", "names 'a' as a file and as a directory")]
    [InlineData("""{"md5": "X"}""", "is no list of files")]
    [InlineData("""[{"relpath": "a"}]""", "has no MD5 of 'a'")]
    [InlineData("""[{"md5": "X", "relpath": "a"}""", "is no JSON")]
    [InlineData("""["a"]""", "is no list of files")]
    [InlineData("""[{"md5": "X", "relpath": "\ud800"}]""", "its listing")]
    public void A_listing_that_cannot_be_is_refused(string json, string why)
    {
        string listing = _dvc.PutListing(json.Replace("\"X\"", $"\"{_dvc.PutBytes("x\n")}\"", StringComparison.Ordinal));
        _dvc.Write("data.dvc", $"outs:\n- md5: {listing}\n  hash: md5\n  path: data\n");

        Assert.Contains(why, _dvc.Import().Expect(3).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../out.txt", "left ../out.txt  (it lies outside of the repository)")]
    [InlineData("/tmp/out.txt", "left /tmp/out.txt")]
    [InlineData("s3://bucket/key", "left s3://bucket/key")]
    [InlineData(".git/config", "refused .git/config  (x.dvc: a name is '.git' or '.dlstore')")]
    [InlineData("data.dls", "refused data.dls  (x.dvc: its name is that of a pointer, an ignore file or a record)")]
    [InlineData("link/below.txt", "refused link/below.txt  (x.dvc: 'link' is no directory)")]
    [InlineData("managed/below.txt", "refused managed/below.txt  (x.dvc: it lies in 'managed', which dls manages)")]
    public void A_path_that_cannot_be_a_pointers_is_left_with_its_reason(string path, string says)
    {
        Directory.CreateSymbolicLink(_dvc.At("link"), "/tmp");
        _dvc.Write("managed/a.txt", "a\n");
        _dvc.Scene.Dls("repo", "add", "managed").Expect(0);
        _dvc.Write("x.dvc", $"outs:\n- md5: {_dvc.PutBytes("x\n")}\n  hash: md5\n  path: {path}\n");
        _dvc.Commit();

        Assert.Contains(says, _dvc.Import().Expect(3).Output, StringComparison.Ordinal);
        Assert.True(File.Exists(_dvc.At("x.dvc")));
        Assert.Equal("", _dvc.Git("status", "--porcelain"));
    }

    [Fact]
    public void Outs_that_overlap_or_clash_are_refused()
    {
        string x = _dvc.PutBytes("x\n");
        string y = _dvc.PutBytes("y\n");
        string listing = _dvc.PutListing($"[{{\"md5\": \"{x}\", \"relpath\": \"a.txt\"}}]");
        _dvc.Write("data.dvc", $"outs:\n- md5: {listing}\n  hash: md5\n  path: data\n");
        _dvc.Write("data/in.dvc", $"wdir: .\nouts:\n- md5: {x}\n  hash: md5\n  path: b.txt\n");
        _dvc.Write("one.dvc", $"outs:\n- md5: {x}\n  hash: md5\n  path: same\n");
        _dvc.Write("two.dvc", $"outs:\n- md5: {y}\n  hash: md5\n  path: same\n");

        string output = _dvc.Import().Expect(3).Output;

        Assert.Contains("refused data/b.txt  (data/in.dvc: it lies in 'data', which is an out itself)", output, StringComparison.Ordinal);
        Assert.Contains("refused same  (one.dvc: two records name it with different MD5s)", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_record_with_two_outs_goes_as_a_whole()
    {
        string x = _dvc.PutBytes("x\n");
        _dvc.Write("two.dvc", $"outs:\n- md5: {x}\n  hash: md5\n  path: a.txt\n- md5: {DvcScene.Md5("y\n"u8.ToArray())}\n  hash: md5\n  path: b.txt\n");
        _dvc.Commit();

        string output = _dvc.Import().Expect(3).Output;

        Assert.Contains("held back a.txt  ('two.dvc' names another out that stays DVC's)", output, StringComparison.Ordinal);
        Assert.False(File.Exists(_dvc.At("a.txt.dls")));
        _dvc.PutBytes("y\n");
        Assert.Contains("imported b.txt", _dvc.Import("a.txt").Expect(0).Output, StringComparison.Ordinal);
        Assert.False(File.Exists(_dvc.At("two.dvc")));
        Assert.True(File.Exists(_dvc.At("a.txt.dls")));
    }

    [Fact]
    public void Wdir_anchors_origin_and_missing_sizes_are_read()
    {
        string x = _dvc.PutBytes("x\n");
        _dvc.Write("sub/deep/x.dvc", $"""
            wdir: ..
            frozen: true
            deps:
            - path: get-started/data.xml
              repo:
                url: https://example.com/registry
                rev: main
                rev_lock: f59388cd04276e75d70b2136597aaa27e7937cc3
            outs:
            - &out
              md5: {x}
              hash: md5
              path: other/x.txt
              meta: {'{'}a: [1, ~]{'}'}
              persist: false
            """);
        _dvc.Write("url.dvc", $"deps:\n- etag: '\"abc\"'\n  path: s3://bucket/key\nouts:\n- md5: {x}\n  hash: md5\n  path: url.txt\n");
        _dvc.Write("secret.dvc", $"deps:\n- path: https://u:pw@example.com/key\nouts:\n- md5: {x}\n  hash: md5\n  path: secret.txt\n");

        _dvc.Import().Expect(0);

        Assert.Contains("origin https://example.com/registry#f59388cd04276e75d70b2136597aaa27e7937cc3:get-started/data.xml\n",
            _dvc.Read("sub/other/x.txt.dls"), StringComparison.Ordinal);
        Assert.Contains("origin s3://bucket/key\n", _dvc.Read("url.txt.dls"), StringComparison.Ordinal);
        Assert.DoesNotContain("origin", _dvc.Read("secret.txt.dls"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<<<<<<< HEAD\nouts:\n=======\nouts: []\n>>>>>>> x\n", "read 'x.dvc' line 1: git has not merged it")]
    [InlineData("outs:\n- md5: [\n", "read 'x.dvc'")]
    [InlineData("outs:\n- md5: abc\n", "read 'x.dvc' line 2: an out has no key 'path'")]
    [InlineData("outs: !!python/object:os.system x\n", "read 'x.dvc' line 1: tags are refused")]
    [InlineData("outs: *nothing\n", "read 'x.dvc' line 1: no anchor 'nothing' stands above")]
    public void A_record_that_cannot_be_read_is_told_with_its_line(string text, string says)
    {
        _dvc.Write("x.dvc", text);

        Assert.Contains(says, _dvc.Import().Expect(1).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("  md5: XYZ\n", "'XYZ' is no MD5")]
    [InlineData("  md5: MD5\n  hash: sha1\n", "its hash is 'sha1', and dls checks MD5 only")]
    [InlineData("  etag: abc\n", "no MD5 is recorded, so its bytes cannot be told")]
    public void An_out_that_says_too_little_is_refused(string keys, string says)
    {
        _dvc.Write("x.dvc", $"outs:\n- path: x.txt\n{keys.Replace("MD5\n", _dvc.PutBytes("x\n") + "\n", StringComparison.Ordinal)}");

        Assert.Contains(says, _dvc.Import().Expect(3).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_symlink_that_leads_elsewhere_is_not_followed()
    {
        _dvc.Write("secret.txt", "secret\n");
        File.CreateSymbolicLink(_dvc.At("x.txt"), _dvc.At("secret.txt"));
        _dvc.Write("x.dvc", $"outs:\n- md5: {DvcScene.Md5("secret\n"u8.ToArray())}\n  hash: md5\n  path: x.txt\n");

        RunResult run = _dvc.Import().Expect(1);

        Assert.Contains("x.txt: it is a symlink that leads to no file of DVC's cache", run.Error, StringComparison.Ordinal);
        Assert.NotNull(new FileInfo(_dvc.At("x.txt")).LinkTarget);
    }

    [Fact]
    public void Names_with_blanks_and_signs_get_the_ignore_line_of_dls()
    {
        _dvc.Write("odd [1]!.txt", "odd\n");
        _dvc.Dvc("add", "odd [1]!.txt", "3", "copy");
        Assert.Contains("/odd \\[1\\]\\!.txt\n", _dvc.Read(".gitignore"), StringComparison.Ordinal);
        _dvc.Commit();

        _dvc.Import().Expect(0);

        Assert.Equal("/odd \\[1]!.txt\n", _dvc.Read(".gitignore"));
        Assert.Equal("", _dvc.Scene.TryGit("repo", "ls-files", "--others", "--exclude-standard").Output);
        Assert.Contains("clean", _dvc.Scene.Dls("repo", "status").Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_directory_and_a_cloud_versioned_one_become_trees()
    {
        string empty = _dvc.PutListing("[]");
        string x = _dvc.PutBytes("x\n");
        _dvc.Write("empty.dvc", $"outs:\n- md5: {empty}\n  hash: md5\n  path: empty\n");
        _dvc.Write("cloud.dvc", $"outs:\n- path: cloud\n  hash: md5\n  files:\n  - relpath: a/x.txt\n    md5: {x}\n    size: 2\n"
            + "    cloud:\n      lab:\n        etag: e\n        version_id: v\n");
        _dvc.Commit();

        _dvc.Import().Expect(0);

        Assert.Contains("files 0\n", _dvc.Read("empty.dls"), StringComparison.Ordinal);
        Assert.Equal("x\n", _dvc.Scene.Dls("repo", "cat", "cloud/a/x.txt").Expect(0).Output);
        _dvc.Git("commit", "-q", "-m", "x");
        _dvc.Scene.Dls("repo", "checkout").Expect(0);
        _dvc.Scene.Dls("repo", "verify").Expect(0);
    }

    [Fact]
    public void What_git_tracks_is_left_to_it_and_ignore_rules_move()
    {
        _dvc.Write("metrics.json", "{}\n");
        _dvc.Git("add", "metrics.json");
        _dvc.Write("dvc.lock", $"schema: '2.0'\nstages:\n  e:\n    cmd: e\n    outs:\n    - path: metrics.json\n      md5: {DvcScene.Md5("{}\n"u8.ToArray())}\n");
        _dvc.Write(".dvcignore", "# comment\n*.tmp\nThumbs.db\n");
        _dvc.Commit();

        RunResult run = _dvc.Import().Expect(0);

        Assert.Contains("left to git metrics.json  (git itself tracks 'metrics.json')", run.Output, StringComparison.Ordinal);
        Assert.EndsWith("# From .dvcignore.\n*.tmp\n", _dvc.Read(".dlsignore"), StringComparison.Ordinal);
        Assert.DoesNotContain("took the lines", _dvc.Import().Expect(0).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_dls_or_without_dvc_it_says_what_to_do()
    {
        using Scene scene = new();
        Directory.CreateDirectory(scene.At("repo"));
        scene.Git("repo", "init", "-q");
        Assert.Contains("run `dls init` first", scene.Dls("repo", "import", "dvc").Expect(1).Error, StringComparison.Ordinal);
        scene.Dls("repo", "init").Expect(0);
        Assert.Contains("there is no '.dvc' here", scene.Dls("repo", "import", "dvc").Expect(1).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pointer_that_names_something_else_is_not_overwritten()
    {
        _dvc.Write("x.txt", "x\n");
        _dvc.Dvc("add", "x.txt", "3", "copy");
        _dvc.Import("--keep").Expect(0);
        _dvc.Commit();
        _dvc.Write("x.txt", "newer\n");
        _dvc.Scene.Dls("repo", "add", "x.txt").Expect(0);
        string pointer = _dvc.Read("x.txt.dls");

        Assert.Contains("there is a pointer, and it names other bytes than 'x.txt.dvc'",
            _dvc.Import("--keep-modified").Expect(1).Error, StringComparison.Ordinal);

        Assert.Equal(pointer, _dvc.Read("x.txt.dls"));
    }
}
