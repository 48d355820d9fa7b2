using DlStore.TestKit;

namespace DlStore.Cli.Tests.Tasks;

/// <summary>
/// Killed at every named point, a task is not there or is there as a whole, nothing runs twice, and the next command goes on (promise 7,
/// P26).
/// </summary>
public sealed class TaskCrashTests : IDisposable
{
    private const int Killed = 128 + 9;
    private readonly Scene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Theory]
    [InlineData("task.stored")]
    [InlineData("task.writing")]
    [InlineData("task.writing:2")]
    [InlineData("task.writing:3")]
    [InlineData("task.written")]
    [InlineData("task.staged")]
    [InlineData("task.prepared")]
    [InlineData("task.sent")]
    [InlineData("task.started")]
    public void Create_can_be_killed_at_any_point(string point)
    {
        TaskFiles.Make(_scene);

        _scene.Crash("repo", point, "task", "create", "t", "--memo", "m", "--detach").Expect(Killed);
        bool isRecorded = File.Exists(_scene.At("repo/tasks/t/task.json"));
        string[] runs = Directory.Exists(_scene.At("home/.dls/runs")) ? Directory.GetDirectories(_scene.At("home/.dls/runs")) : [];
        _scene.Dls("repo", "verify").Expect(0);

        Assert.True(isRecorded || runs.Length == 0, "a run is on the host and no record of it is here");
        if (!isRecorded)
        {
            _scene.Dls("repo", "task", "create", "t", "--memo", "m").Expect(0);
        }
        else if (point == "task.started")
        {
            TaskFiles.WaitFor(_scene, "repo", "t", "done");
        }
        else
        {
            Assert.Contains(TaskFiles.WaitFor(_scene, "repo", "t", "queued", "lost"), (string[])["queued", "lost"]);
            _scene.Dls("repo", "task", "create", "t").Expect(1);
            _scene.Dls("repo", "task", "retry", "t").Expect(0);
        }

        Assert.Equal("done", TaskFiles.WaitFor(_scene, "repo", "t", "done"));
        Assert.DoesNotContain("??", _scene.Git("repo", "status", "--porcelain"), StringComparison.Ordinal);
        _scene.Commit("repo", "t");
        _scene.Dls("repo", "push").Expect(0);
    }

    [Theory]
    [InlineData("task.writing:2")]
    [InlineData("task.writing:4")]
    [InlineData("task.writing:5")]
    public void Create_of_two_kinds_can_be_killed_between_any_two_files(string point)
    {
        TaskFiles.Make(_scene, "net", "two");

        _scene.Crash("repo", point, "task", "create", "t", "--kind", "net,two", "--detach").Expect(Killed);

        Assert.False(File.Exists(_scene.At("repo/tasks/t/task.json")));
        _scene.Dls("repo", "task", "create", "t", "--kind", "net,two").Expect(0);
    }

    [Fact]
    public void Rm_can_be_killed_and_the_same_command_finishes()
    {
        TaskFiles.Make(_scene);
        _scene.Dls("repo", "task", "create", "t").Expect(0);
        _scene.Commit("repo", "t");

        _scene.Crash("repo", "task.trashed", "task", "rm", "t").Expect(Killed);
        _scene.Dls("repo", "task", "rm", "t").Expect(0);

        Assert.DoesNotContain(" D", _scene.Git("repo", "status", "--porcelain"), StringComparison.Ordinal);
        Assert.Equal("", _scene.Git("repo", "ls-files", "tasks/t"));
    }

    [Theory]
    [InlineData("collect.stored")]
    [InlineData("task.writing")]
    [InlineData("task.writing:2")]
    [InlineData("task.writing:3")]
    [InlineData("task.writing:5")]
    [InlineData("task.written")]
    [InlineData("task.staged")]
    public void Collect_can_be_killed_at_any_point(string point)
    {
        TaskFiles.Make(_scene);
        _scene.Dls("repo", "task", "create", "t", "--detach").Expect(0);
        string run = Directory.GetDirectories(_scene.At("home/.dls/runs")).Single();
        TaskFiles.Until(() => File.Exists($"{run}/state/exit"), "the run ends");

        _scene.Crash("repo", point, "task", "collect", "t").Expect(Killed);
        _scene.Dls("repo", "verify").Expect(0);
        _scene.Dls("repo", "task", "collect", "t").Expect(0);

        // Files that were written and not staged are staged with whatever is written next.
        _scene.Dls("repo", "task", "memo", "t", "kept").Expect(0);
        Assert.DoesNotContain("??", _scene.Git("repo", "status", "--porcelain"), StringComparison.Ordinal);
        Assert.Equal("done", TaskFiles.Show(_scene, "repo", "t").GetProperty("record").GetProperty("state").GetString());
        _scene.Commit("repo", "t");
        _scene.Dls("repo", "push").Expect(0);
    }
}
