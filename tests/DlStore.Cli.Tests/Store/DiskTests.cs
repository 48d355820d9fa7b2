using DlStore.TestKit;

namespace DlStore.Cli.Tests.Store;

/// <summary>Disks that fill up, cannot be written or go away: nothing is lost, and the same command works once there is room.</summary>
public sealed class DiskTests : IDisposable
{
    private readonly Scene _scene = new();
    private string? _mounted;

    public DiskTests()
    {
        _scene.MakeRepo();
        _scene.WriteSample("repo/data");
        _scene.Write("repo/data/more", Scene.Pattern(900_000, 9));
    }

    public void Dispose()
    {
        if (_mounted is not null)
        {
            _scene.RunProgram("umount", [_mounted], "/");
        }

        _scene.Dispose();
    }

    [SkippableMountFact]
    public void A_full_disk_under_the_store_stops_add_and_loses_nothing()
    {
        string store = Mount("store", "512k");
        _scene.Git("repo", "config", "dls.storePath", store);
        TreeSnapshot before = TreeSnapshot.Of(_scene.At("repo"), ".git");

        RunResult full = _scene.Dls("repo", "add", "data").Expect(1);
        Assert.Contains("no space left", full.Error, StringComparison.OrdinalIgnoreCase);
        TreeSnapshot.AssertEqual(before, TreeSnapshot.Of(_scene.At("repo"), ".git"));
        _scene.Dls("repo", "verify").Expect(0);

        _scene.RunProgram("mount", ["-o", "remount,size=8m", store], "/").Expect(0);
        _scene.Dls("repo", "add", "data").Expect(0);
        _scene.Dls("repo", "verify").Expect(0);
        _scene.Dls("repo", "status", "--exit-code").Expect(0);
    }

    [SkippableMountFact]
    public void A_full_disk_stops_the_add_of_large_files_with_its_reason()
    {
        string store = Mount("store", "3m");
        _scene.Git("repo", "config", "dls.storePath", store);
        for (int i = 0; i < 3; i++)
        {
            _scene.Write($"repo/large/{i}", Scene.Pattern(2_000_000, i));
        }

        RunResult full = _scene.Dls("repo", "add", "large").Expect(1);

        Assert.Contains("no space left", full.Error, StringComparison.OrdinalIgnoreCase);
        _scene.RunProgram("mount", ["-o", "remount,size=16m", store], "/").Expect(0);
        _scene.Dls("repo", "add", "large").Expect(0);
        _scene.Dls("repo", "verify").Expect(0);
    }

    [SkippableMountFact]
    public void Status_on_a_full_disk_answers_and_says_that_its_cache_is_not_kept()
    {
        _scene.Dls("repo", "add", "data").Expect(0);
        _scene.Commit("repo", "one");
        Directory.Move(_scene.At("repo/.git/dls"), _scene.At("moved"));
        string state = Mount("repo/.git/dls", "8m");
        _scene.RunProgram("cp", ["-a", "../moved/.", ".git/dls"], _scene.At("repo")).Expect(0);
        Directory.Delete(_scene.At("repo/.git/dls/stat"), recursive: true);
        _scene.Write("repo/data/more", "changed\n");
        _scene.RunProgram("bash", ["-c", "cat /dev/zero > .git/dls/filler"], _scene.At("repo"));

        RunResult status = _scene.Dls("repo", "status", "--exit-code");
        RunResult where = _scene.Dls("repo", "where", "data").Expect(0);

        Assert.Equal(4, status.ExitCode);
        Assert.Contains("1 modified", status.Output, StringComparison.Ordinal);
        Assert.Contains(
            "the stat cache of 'data' cannot be written, so its files will be hashed again: ", status.Error, StringComparison.Ordinal);
        Assert.Single(status.Error.Split('\n'), static l => l.Contains("stat cache", StringComparison.Ordinal));
        Assert.Contains("pointer  data at commit", where.Output, StringComparison.Ordinal);
        File.Delete(state + "/filler");
        Assert.DoesNotContain("stat cache", _scene.Dls("repo", "status").Expect(0).Error, StringComparison.Ordinal);
    }

    [SkippableMountFact]
    public void A_full_disk_under_the_remote_stops_push_and_a_rerun_finishes()
    {
        Mount("remote", "512k");
        _scene.Dls("repo", "add", "data").Expect(0);
        _scene.Commit("repo", "one");

        RunResult full = _scene.Dls("repo", "push").Expect(1);
        Assert.Contains("no space left", full.Error, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("lab", full.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_scene.At("remote/pins"))
            && Directory.GetFiles(_scene.At("remote/pins"), "*", SearchOption.AllDirectories).Length > 0);

        _scene.RunProgram("mount", ["-o", "remount,size=8m", _scene.At("remote")], "/").Expect(0);
        _scene.Dls("repo", "push").Expect(0);
        _scene.Dls("repo", "verify", "--remote", "lab").Expect(0);
        _scene.Clone("repo", "clone");
        _scene.Dls("clone", "pull").Expect(0);
        TreeSnapshot.AssertEqual(TreeSnapshot.Of(_scene.At("repo/data")), TreeSnapshot.Of(_scene.At("clone/data")));
    }

    [SkippableMountFact]
    public void A_read_only_store_can_be_read_and_refuses_add()
    {
        string store = Mount("store", "8m");
        _scene.Git("repo", "config", "dls.storePath", store);
        _scene.Dls("repo", "add", "data").Expect(0);
        _scene.Commit("repo", "one");
        _scene.RunProgram("mount", ["-o", "remount,ro", store], "/").Expect(0);

        _scene.Dls("repo", "status", "--exit-code").Expect(0);
        _scene.Dls("repo", "verify").Expect(0);
        Assert.Equal("picture 1\n", _scene.Dls("repo", "cat", "data/img/001.txt").Expect(0).Output);
        _scene.Write("repo/data/new", "new\n");
        RunResult refused = _scene.Dls("repo", "add", "data").Expect(1);
        Assert.Contains("read-only", refused.Error, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("", _scene.Git("repo", "status", "--porcelain"));
    }

    [Fact]
    public void A_remote_that_vanished_is_named_and_the_push_resumes_when_it_is_back()
    {
        _scene.Dls("repo", "add", "data").Expect(0);
        _scene.Commit("repo", "one");
        _scene.Crash("repo", "push.packs", "push").Expect(137);
        Directory.Move(_scene.At("remote"), _scene.At("away"));

        _scene.Clone("repo", "clone");
        RunResult pull = _scene.Dls("clone", "fetch");
        Assert.Equal(1, pull.ExitCode);
        Assert.Contains("is not there", pull.Error, StringComparison.Ordinal);
        _scene.Dls("repo", "status").Expect(0);
        Directory.Move(_scene.At("away"), _scene.At("remote"));
        _scene.Dls("repo", "push").Expect(0);

        _scene.Dls("repo", "verify", "--remote", "lab").Expect(0);
    }

    [Fact]
    public void A_push_whose_remote_is_replaced_by_a_file_fails_with_its_name()
    {
        _scene.Dls("repo", "add", "data").Expect(0);
        _scene.Commit("repo", "one");
        _scene.Write("remote", "not a directory\n");

        RunResult push = _scene.Dls("repo", "push").Expect(1);

        Assert.Contains("lab", push.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("internal error", push.Error, StringComparison.Ordinal);
    }

    private string Mount(string name, string size)
    {
        string directory = Directory.CreateDirectory(_scene.At(name)).FullName;
        _scene.RunProgram("mount", ["-t", "tmpfs", "-o", $"size={size}", "tmpfs", directory], "/").Expect(0);
        _mounted = directory;
        return directory;
    }
}
