using DlStore.TestKit;

namespace DlStore.Cli.Tests.Projects;

/// <summary>list, show and rm.</summary>
public sealed class ProjectRmTests : IDisposable
{
    private readonly Scene _scene = new();

    public ProjectRmTests()
    {
        _scene.MakeRepo();
        _scene.Write("crop.jpg", Crops.Jpg(60, 40));
        _scene.Dls("repo", "project", "new", "close", "--image", "../crop.jpg", "--label", "閉じる", "--count", "1").Expect(0);
        _scene.Commit("repo", "close");
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void A_removed_project_comes_back_from_the_trash_byte_for_byte()
    {
        _scene.Write("repo/projects/close/notes.txt", "only here\n");
        TreeSnapshot before = TreeSnapshot.Of(_scene.At("repo/projects/close"));

        RunResult removed = _scene.Dls("repo", "project", "rm", "close").Expect(0);

        Assert.False(Directory.Exists(_scene.At("repo/projects/close")));
        Assert.All(_scene.Git("repo", "status", "--porcelain").Split('\n'),
            static l => Assert.StartsWith("D  projects/close/", l, StringComparison.Ordinal));
        Assert.DoesNotContain("projects/close", File.ReadAllText(_scene.At("repo/.git/dls/base")), StringComparison.Ordinal);
        Assert.Contains(
            "there is no 'projects/close'", _scene.Dls("repo", "project", "rm", "close").Expect(2).Error, StringComparison.Ordinal);
        _scene.Dls("repo", "trash", "restore", removed.Error.Split("dls trash restore ")[1].Split('`')[0]).Expect(0);
        TreeSnapshot.AssertEqual(before, TreeSnapshot.Of(_scene.At("repo/projects/close")));
        _scene.Git("repo", "add", "projects/close");
        _scene.Dls("repo", "status", "--exit-code").Expect(0);
    }

    [Fact]
    public void A_project_that_a_data_set_takes_in_stays()
    {
        _scene.Write("repo/datasets/all.yaml", "projects: ['cl*']\n");

        RunResult refused = _scene.Dls("repo", "project", "rm", "close").Expect(1);

        Assert.Contains("datasets/all.yaml", refused.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(_scene.At("repo/projects/close/master/image.jpg")));
        Assert.Equal("", _scene.Git("repo", "status", "--porcelain", "projects"));
    }

    [Fact]
    public void A_killed_rm_is_finished_by_the_same_command()
    {
        _scene.Crash("repo", "trash.moved", "project", "rm", "close").Expect(137);
        Assert.NotEqual("", _scene.Git("repo", "ls-files", "projects/close"));

        _scene.Dls("repo", "project", "rm", "close").Expect(0);

        Assert.Equal("", _scene.Git("repo", "ls-files", "projects/close"));
        Assert.Contains("dls project rm close", _scene.Dls("repo", "trash", "list").Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dry_run_removes_nothing()
    {
        TreeSnapshot before = TreeSnapshot.Of(_scene.At("repo"), ".git");

        Assert.Contains("would remove projects/close  5 files in git, 1 of them a pointer",
            _scene.Dls("repo", "project", "rm", "close", "--dry-run").Expect(0).Output, StringComparison.Ordinal);

        TreeSnapshot.AssertEqual(before, TreeSnapshot.Of(_scene.At("repo"), ".git"));
        Assert.Equal("", _scene.Git("repo", "status", "--porcelain"));
    }

    [Fact]
    public void List_and_show_tell_what_is_there_also_without_the_bytes()
    {
        Assert.Equal(
            "NAME   LABEL   MASTERS  AT  RECIPE  BUILDS  REVIEW\nclose  閉じる        1  lu  engine  -\n",
                _scene.Dls("repo", "project", "list").Expect(0).Output);
        _scene.Dls("repo", "build", "close", "--canvas", "400x400").Expect(0);
        Assert.Contains("400x400 9", _scene.Dls("repo", "project", "list").Expect(0).Output, StringComparison.Ordinal);
        File.Delete(_scene.At("repo/projects/close/master/image.jpg"));

        string show = _scene.Dls("repo", "project", "show", "projects/close/").Expect(0).Output;

        Assert.Contains("projects/close/master/image.jpg  (not here)", show, StringComparison.Ordinal);
        Assert.Contains(File.ReadAllText(_scene.At("repo/projects/close/master/image.jpg.dls")).Split("oid ")[1].Split('\n')[0],
            show, StringComparison.Ordinal);
        Assert.Contains("build       400x400  9 images\n", show, StringComparison.Ordinal);
        Assert.Contains("MASTER_NOT_HERE note projects/close/master/image.jpg",
            _scene.Dls("repo", "project", "lint").Expect(0).Output, StringComparison.Ordinal);
        _scene.Dls("repo", "project", "annotate", "close", "--force").Expect(12);
        _scene.Dls("repo", "project", "show", "nowhere").Expect(2);
    }
}
