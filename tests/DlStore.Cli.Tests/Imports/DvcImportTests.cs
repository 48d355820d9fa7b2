using System.Diagnostics;
using System.Text.Json;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Imports;

/// <summary><c>dls import dvc</c> of work trees as DVC 2 and 3 leave them; a program that knows nothing of dls compares by MD5.</summary>
public sealed class DvcImportTests : IDisposable
{
    private readonly DvcScene _dvc = new();

    public void Dispose() => _dvc.Dispose();

    [Theory]
    [InlineData("2", "copy")]
    [InlineData("2", "symlink")]
    [InlineData("3", "copy")]
    [InlineData("3", "symlink")]
    [InlineData("3", "hardlink")]
    public void What_lies_in_the_work_tree_becomes_pointers_that_a_clone_checks_out(string version, string link)
    {
        _dvc.AddSample("data", version, link);
        _dvc.Write("deep/model.pkl", Scene.Pattern(3_000_000, 9));
        _dvc.Dvc("add", "deep/model.pkl", version, link);
        _dvc.Write("run.sh", "#!/bin/sh\n");
        File.SetUnixFileMode(_dvc.At("run.sh"), (UnixFileMode)0x1ED);
        _dvc.Dvc("add", "run.sh", version, "copy");
        _dvc.Commit();

        RunResult run = _dvc.Import().Expect(0);

        Assert.Contains("imported data  3 files, 1.91 MiB  (from work tree)", run.Output, StringComparison.Ordinal);
        Assert.Contains("removed 3 .dvc files: data.dvc, deep/model.pkl.dvc, run.sh.dvc", run.Error, StringComparison.Ordinal);
        Assert.All(_dvc.Git("status", "--porcelain").Split('\n'), static l => Assert.True(l[0] != ' ' && l[1] == ' ', l));
        Assert.Equal("", _dvc.Git("ls-files", "*.dvc"));
        Assert.False(File.Exists(_dvc.At("data.dvc")));
        Assert.Contains("exec yes", _dvc.Read("run.sh.dls"), StringComparison.Ordinal);
        Assert.Equal("5 files are as recorded\n", _dvc.Dvc("check", "HEAD"));
        Assert.All(_dvc.Scene.Dls("repo", "status").Expect(0).Output.TrimEnd().Split('\n'),
            static l => Assert.Contains("clean", l, StringComparison.Ordinal));
        _dvc.Git("commit", "-q", "-m", "dls in place of DVC");
        _dvc.Scene.Dls("repo", "push").Expect(0);
        _dvc.Scene.Dls("repo", "verify").Expect(0);

        _dvc.Scene.Clone("repo", "clone");
        _dvc.Scene.Dls("clone", "pull").Expect(0);
        Assert.Equal(TreeSnapshot.Of(_dvc.At("data")).ToString(), TreeSnapshot.Of(_dvc.Scene.At("clone/data")).ToString());
        Assert.Equal(Scene.Pattern(3_000_000, 9), File.ReadAllBytes(_dvc.Scene.At("clone/deep/model.pkl")));
    }

    [Theory]
    [InlineData("2")]
    [InlineData("3")]
    public void What_is_not_in_the_work_tree_comes_from_the_cache_and_is_not_written_out(string version)
    {
        _dvc.AddSample("data", version);
        _dvc.Commit();
        _dvc.Drop("data");

        Assert.Contains("(from cache)", _dvc.Import().Expect(0).Output, StringComparison.Ordinal);

        Assert.False(Directory.Exists(_dvc.At("data")));
        Assert.Contains("data  3 not pulled", _dvc.Scene.Dls("repo", "status").Expect(0).Output, StringComparison.Ordinal);
        _dvc.Scene.Dls("repo", "checkout").Expect(0);
        Assert.Equal("3 files are as recorded\n", _dvc.Dvc("check", "HEAD"));
    }

    [Fact]
    public void A_file_that_is_gone_from_a_directory_comes_from_the_cache_too()
    {
        _dvc.AddSample("data");
        _dvc.Commit();
        File.Delete(_dvc.At("data/a.txt"));
        _dvc.Write("data/extra.txt", "not recorded\n");

        string output = _dvc.Import().Expect(0).Output;

        Assert.Contains("(from cache 1, work tree 2), 1 file there that DVC had not recorded", output, StringComparison.Ordinal);
        Assert.Contains("1 added, 1 not pulled", _dvc.Scene.Dls("repo", "status").Expect(0).Output, StringComparison.Ordinal);
        _dvc.Scene.Dls("repo", "checkout").Expect(0);
        Assert.Equal("alpha\n", _dvc.Read("data/a.txt"));
        Assert.Equal("not recorded\n", _dvc.Read("data/extra.txt"));
    }

    [Fact]
    public void A_text_with_other_line_ends_counts_by_the_rule_of_DVC_2_and_keeps_its_bytes()
    {
        _dvc.Write("notes.txt", "one\ntwo\n");
        _dvc.Dvc("add", "notes.txt", "2", "copy");
        _dvc.Commit();
        _dvc.Write("notes.txt", "one\r\ntwo\r\n");

        Assert.Contains("(from work tree)", _dvc.Import().Expect(0).Output, StringComparison.Ordinal);

        Assert.Equal("one\r\ntwo\r\n", _dvc.Scene.Dls("repo", "cat", "notes.txt").Expect(0).Output);
        Assert.Equal("one\r\ntwo\r\n", _dvc.Read("notes.txt"));
    }

    [Fact]
    public void By_the_rule_of_DVC_3_line_ends_count()
    {
        _dvc.Write("notes.txt", "one\ntwo\n");
        _dvc.Dvc("add", "notes.txt", "3", "copy");
        _dvc.Commit();
        _dvc.Write("notes.txt", "one\r\ntwo\r\n");

        Assert.Contains("notes.txt: its bytes are not those of MD5", _dvc.Import().Expect(1).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_differs_stops_the_import_before_anything_is_touched_or_is_kept_as_a_change()
    {
        _dvc.AddSample("data");
        _dvc.Commit();
        _dvc.Write("data/a.txt", "changed\n");
        TreeSnapshot before = TreeSnapshot.Of(_dvc.At("."), ".git");

        RunResult refused = _dvc.Import().Expect(1);

        Assert.Contains("1 file differs from what DVC recorded; nothing was changed", refused.Error, StringComparison.Ordinal);
        Assert.Contains("data/a.txt", refused.Error, StringComparison.Ordinal);
        TreeSnapshot.AssertEqual(before, TreeSnapshot.Of(_dvc.At("."), ".git"));
        Assert.Equal("", _dvc.Git("status", "--porcelain"));

        Assert.Contains("1 file modified and kept", _dvc.Import("--keep-modified").Expect(0).Output, StringComparison.Ordinal);
        Assert.Equal("changed\n", _dvc.Read("data/a.txt"));
        Assert.Contains("data  1 modified", _dvc.Scene.Dls("repo", "status").Expect(0).Output, StringComparison.Ordinal);
        Assert.Equal("alpha\n", _dvc.Scene.Dls("repo", "cat", "data/a.txt").Expect(0).Output);
    }

    [Fact]
    public void Bytes_that_are_nowhere_are_listed_and_the_out_stays_dvcs()
    {
        _dvc.AddSample("data");
        _dvc.Write("whole.txt", "whole\n");
        _dvc.Dvc("add", "whole.txt", "3", "copy");
        _dvc.Commit();
        File.Delete(_dvc.CachePath("data/a.txt"));
        _dvc.Drop("data");

        RunResult run = _dvc.Import().Expect(3);

        Assert.Contains("missing data  (the bytes of 1 of 3 files are nowhere)", run.Output, StringComparison.Ordinal);
        Assert.Contains($"data/a.txt: MD5 {DvcScene.Md5("alpha\n"u8.ToArray())}; cache", run.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(_dvc.At("data.dvc")));
        Assert.False(File.Exists(_dvc.At("data.dls")));
        Assert.Contains("imported whole.txt", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("rm -rf .dvc", run.Error, StringComparison.Ordinal);

        _dvc.PutBytes("alpha\n");
        Assert.Contains("imported data", _dvc.Import().Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("nothing to import", _dvc.Import().Expect(0).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Damage_is_told_from_absence()
    {
        _dvc.AddSample("data");
        _dvc.Write("one.txt", "one\n");
        _dvc.Dvc("add", "one.txt", "3", "copy");
        _dvc.Commit();
        string listing = Directory.GetFiles(_dvc.At(".dvc/cache"), "*.dir", SearchOption.AllDirectories).Single();
        File.AppendAllText(listing, " ");
        Damage(_dvc.CachePath("one.txt"));
        _dvc.Drop("data");
        _dvc.Drop("one.txt");

        string output = _dvc.Import().Expect(3).Output;

        Assert.Contains("damaged data  (the listing of its files is damaged)", output, StringComparison.Ordinal);
        Assert.Contains("damaged one.txt  (the bytes of 1 of 1 file are missing or not those that were recorded)", output, StringComparison.Ordinal);
        Assert.Equal("", _dvc.Git("status", "--porcelain"));
    }

    [Fact]
    public void A_lock_keeps_its_text_and_its_outs_become_pointers()
    {
        _dvc.AddSample("raw");
        _dvc.AddSample("features");
        File.Delete(_dvc.At("features.dvc"));
        _dvc.Dvc("stage", "featurize", "features", "3");
        _dvc.Write("eval.json", "{\"ap\": 1}\n");
        string lockText = _dvc.Read("dvc.lock") + $"  evaluate:\n    cmd: e\n    outs:\n    - path: eval.json\n      hash: md5\n      md5: {DvcScene.Md5("{\"ap\": 1}\n"u8.ToArray())}\n";
        _dvc.Write("dvc.lock", lockText);
        _dvc.Write("dvc.yaml", _dvc.Read("dvc.yaml") + "  evaluate:\n    cmd: e\n    metrics:\n    - eval.json:\n        cache: false\n");
        _dvc.Commit();

        RunResult run = _dvc.Import().Expect(0);

        Assert.Contains("imported features", run.Output, StringComparison.Ordinal);
        Assert.Contains("left to git eval.json  (cache: false)", run.Output, StringComparison.Ordinal);
        Assert.Contains("left as they are: dvc.lock, dvc.yaml; dls runs no pipelines", run.Error, StringComparison.Ordinal);
        Assert.Contains("git rm -rq .dvc", run.Error, StringComparison.Ordinal);
        Assert.Equal(lockText, _dvc.Read("dvc.lock"));
        RunResult again = _dvc.Import().Expect(0);
        Assert.Contains("already there features", again.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dry_run_says_the_same_and_writes_nothing()
    {
        _dvc.AddSample("data");
        _dvc.Commit();
        TreeSnapshot before = TreeSnapshot.Of(_dvc.At("."));

        RunResult run = _dvc.Import("--dry-run").Expect(0);

        Assert.Contains("would import data  3 files, 1.91 MiB  (from work tree)", run.Output, StringComparison.Ordinal);
        Assert.Contains("would remove 1 .dvc file: data.dvc", run.Error, StringComparison.Ordinal);
        TreeSnapshot.AssertEqual(before, TreeSnapshot.Of(_dvc.At(".")));
    }

    [Fact]
    public void Words_choose_and_keep_leaves_the_records()
    {
        _dvc.AddSample("data/a");
        _dvc.AddSample("data/b");
        _dvc.AddSample("other");
        _dvc.Commit();

        _dvc.Import("data/a.dvc", "--keep").Expect(0);
        Assert.True(File.Exists(_dvc.At("data/a.dvc")));
        Assert.True(File.Exists(_dvc.At("data/a.dls")));
        Assert.Contains("imported data/b", _dvc.Import("data").Expect(0).Output, StringComparison.Ordinal);
        Assert.False(File.Exists(_dvc.At("data/a.dvc")));
        Assert.Contains("imported other", _dvc.Import("other").Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("import dvc 'nothing': no file of DVC's lies there", _dvc.Import("nothing").Expect(2).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_holds_facts()
    {
        _dvc.AddSample("data");
        _dvc.Write(".dvc/config", "[core]\n    remote = lab\n['remote \"lab\"']\n    url = ../../store\n");
        _dvc.Commit();

        JsonElement json = _dvc.Json(0);

        JsonElement data = json.GetProperty("outs")[0];
        Assert.Equal("data", data.GetProperty("path").GetString());
        Assert.Equal("Imported", data.GetProperty("outcome").GetString());
        Assert.Equal(3, data.GetProperty("files").GetInt64());
        Assert.Equal(3, data.GetProperty("from").GetProperty("work tree").GetInt64());
        Assert.Equal($"dls remote add lab {_dvc.Scene.At("store")}/dls", json.GetProperty("remotes")[0].GetProperty("command").GetString());
        Assert.Equal(2_000_012, json.GetProperty("bytesRead").GetInt64());
    }

    [Fact]
    public void Ten_thousand_files_are_read_once_and_fast()
    {
        for (int i = 0; i < 10_000; i++)
        {
            _dvc.Write($"many/{i % 100:00}/{i}.txt", $"file {i}\n");
        }

        _dvc.Dvc("add", "many", "3", "copy");
        _dvc.Commit();
        Stopwatch watch = Stopwatch.StartNew();

        JsonElement json = _dvc.Json(0);

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), $"{watch.Elapsed}");
        Assert.Equal(10_000, json.GetProperty("outs")[0].GetProperty("pointer").GetProperty("files").GetInt64());
        Assert.Contains("many  clean", _dvc.Scene.Dls("repo", "status").Expect(0).Output, StringComparison.Ordinal);
    }

    private static void Damage(string file)
    {
        File.SetUnixFileMode(file, (UnixFileMode)0x1A4);
        File.AppendAllText(file, "x");
    }
}
