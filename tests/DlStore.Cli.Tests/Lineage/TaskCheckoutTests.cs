using DlStore.Objects;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Lineage;

/// <summary>R71: any recorded state comes back byte for byte, in a new work tree or in a clean one.</summary>
public sealed class TaskCheckoutTests : IDisposable
{
    private readonly Scene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void R71_source_of_this_repository_data_and_weights_come_back_exactly()
    {
        MadeAttempt made = Prepare();
        TreeSnapshot before = TreeSnapshot.Of(_scene.At("repo"), ".git");

        string output = _scene.Dls("repo", "checkout", "task:first").Expect(0).Output;

        string again = _scene.At("repo-first-ssd");
        Assert.Contains(again, output, StringComparison.Ordinal);
        Assert.Equal(made.Start.Commit, _scene.Git("repo-first-ssd", "rev-parse", "HEAD"));
        Assert.Equal(["train.sh"], Directory.GetFiles(again + "/trainer").Select(f => Path.GetFileName(f)!));
        Assert.Equal(
            File.ReadAllText(_scene.At("repo/tasks/first/attempts/1/source/train.sh")), File.ReadAllText(again + "/trainer/train.sh"));
        Assert.Equal(File.ReadAllText(_scene.At("repo/tasks/first/attempts/1/data/view.txt")),
            File.ReadAllText(again + "/trainer/data_set/view.txt"));
        TreeSnapshot.AssertEqual(
            TreeSnapshot.Of(_scene.At("repo/tasks/first/attempts/1/outputs")), TreeSnapshot.Of(again + "/tasks/first/attempts/1/outputs"));
        Assert.Equal("beside\n", File.ReadAllText(again + "/readme"));
        TreeSnapshot.AssertEqual(before, TreeSnapshot.Of(_scene.At("repo"), ".git"));
        Assert.Contains("exists", _scene.Dls("repo", "checkout", "task:first").Expect(1).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void R73_a_clone_fetches_only_the_bytes_of_that_task()
    {
        MadeAttempt made = Prepare();
        Story(s => s.Attempt("other"));
        _scene.Commit("repo", "other");
        _scene.Dls("repo", "push").Expect(0);
        _scene.Clone("repo", "clone");

        _scene.Dls("clone", "checkout", "task:first/ssd", "--to", "../again").Expect(0);

        Assert.Equal(made.Weights, Oid.Of(File.ReadAllBytes(_scene.At("again/tasks/first/attempts/1/outputs/work/out/best.pth"))));
        using ObjectStore store = ObjectStore.Open(_scene.At("clone/.git/dls"));
        Assert.False(store.Contains(Oid.Of(File.ReadAllBytes(_scene.At("repo/tasks/other/attempts/1/outputs/log")))));
    }

    [Fact]
    public void Here_is_refused_when_dirty_and_exact_when_clean()
    {
        Prepare();
        _scene.Write("repo/scratch", "mine\n");
        Assert.Contains("dirty", _scene.Dls("repo", "checkout", "task:first", "--here").Expect(1).Error, StringComparison.Ordinal);
        Assert.Equal("beside, later\n", File.ReadAllText(_scene.At("repo/readme")));
        File.Delete(_scene.At("repo/scratch"));
        Directory.Delete(_scene.At("repo/tasks/first/attempts/1/outputs"), recursive: true);
        _scene.Git("repo", "rm", "-rq", "--cached", "tasks");
        Directory.Delete(_scene.At("repo/tasks"), recursive: true);
        _scene.Git("repo", "commit", "-q", "--no-verify", "-m", "no tasks here");
        _scene.Dls("repo", "checkout").Expect(0);

        _scene.Dls("repo", "checkout", "task:first", "--here").Expect(0);

        Assert.Equal("beside\n", File.ReadAllText(_scene.At("repo/readme")));
        Assert.Equal(["train.sh"], Directory.GetFiles(_scene.At("repo/trainer")).Select(f => Path.GetFileName(f)!));
        Assert.True(File.Exists(_scene.At("repo/tasks/first/attempts/1/outputs/log")));
    }

    [Fact]
    public void Paths_stay_paths_and_wrong_names_say_what_to_type()
    {
        Prepare();

        _scene.Dls("repo", "checkout", "first").Expect(2);
        Assert.Contains("no such task", _scene.Dls("repo", "checkout", "task:nothing").Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("no such attempt", _scene.Dls("repo", "checkout", "task:first/yolo").Expect(2).Error, StringComparison.Ordinal);
        _scene.Dls("repo", "checkout", "task:../../etc").Expect(2);
        _scene.Dls("repo", "checkout", "--here").Expect(2);
    }

    [Fact]
    public void No_hook_runs()
    {
        Prepare();
        _scene.Write("repo/.git/hooks/post-checkout", $"#!/bin/sh\ntouch {_scene.At("ran")}\n");
        File.SetUnixFileMode(_scene.At("repo/.git/hooks/post-checkout"), (UnixFileMode)0x1ED);

        _scene.Dls("repo", "checkout", "task:first").Expect(0);

        Assert.False(File.Exists(_scene.At("ran")));
    }

    [Fact]
    public void A_source_that_says_it_lies_outside_stays_inside()
    {
        _scene.MakeRepo();
        Story(s => s.Attempt("first", source: "../../../etc"));
        _scene.Commit("repo", "hostile");

        _scene.Dls("repo", "checkout", "task:first").Expect(0);

        Assert.True(File.Exists(_scene.At("repo-first-ssd/sources/1/train.sh")));
    }

    private MadeAttempt Prepare()
    {
        _scene.MakeRepo();
        _scene.Write("repo/readme", "beside\n");
        _scene.Write("repo/trainer/train.sh", "as committed\n");
        _scene.Write("repo/trainer/old.sh", "deleted before the task ran, uncommitted\n");
        _scene.Commit("repo", "trainer");
        MadeAttempt made = null!;
        Story(s => made = s.Attempt("first", ("game", s.Dataset("game", ("close", s.Project("close", "a master")))), source: "trainer"));
        _scene.Write("repo/readme", "beside, later\n");
        _scene.Commit("repo", "first");
        return made;
    }

    private void Story(Action<TaskStory> tell)
    {
        using Repo repo = Repo.Open(new RepoSettings { StartDirectory = _scene.At("repo"), Environment = _scene.Environment });
        tell(new TaskStory(repo));
    }
}
