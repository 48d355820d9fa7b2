using System.Text;
using DlStore.Git;
using DlStore.TestKit;

namespace DlStore.Tests.Git;

public sealed class GitProcessTests
{
    [Fact]
    public void Variables_of_an_outer_git_do_not_matter()
    {
        using TempRepo temp = new();
        Dictionary<string, string> environment = DlsProcess.With(
            temp.Environment, ("GIT_DIR", "/nowhere"), ("GIT_INDEX_FILE", "/nowhere"), ("GIT_WORK_TREE", "/"));
        using GitRepo repo = GitRepo.Discover(temp.Path, environment);

        string top = repo.Git.RunChecked(["rev-parse", "--show-toplevel"]).Text();

        Assert.Equal(temp.Path, top);
    }

    [Fact]
    public void Missing_git_says_what_to_install()
    {
        using TempRepo temp = new();
        using GitRepo repo = GitRepo.Discover(temp.Path, new Dictionary<string, string> { ["PATH"] = "/nowhere" });

        DlsException e = Assert.Throws<DlsException>(() => repo.Head());

        Assert.Contains("not installed", e.Message);
        Assert.Contains("apt install git", e.Hint);
    }

    [Fact]
    public void Failure_shows_what_git_said()
    {
        using TempRepo temp = new();
        using GitRepo repo = GitRepo.Discover(temp.Path, temp.Environment);

        DlsException e = Assert.Throws<DlsException>(() => repo.Git.RunChecked(["rev-list", "no-such-branch", "--"]));

        Assert.Contains("rev-list", e.Message);
        Assert.Contains("bad revision 'no-such-branch'", e.Message);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Fact]
    public void Eight_threads_may_run_git_at_once()
    {
        using TempRepo temp = new();
        temp.Write("a", "a");
        string head = temp.Commit("one");
        using GitRepo repo = GitRepo.Discover(temp.Path, temp.Environment);

        Parallel.For(0, 80, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            byte[] input = Encoding.UTF8.GetBytes($"blob {i}");
            string id = repo.Git.RunChecked(["hash-object", "-w", "--stdin"], input).Text();
            Assert.Equal(input, repo.Git.RunChecked(["cat-file", "blob", id]).Output);
            Assert.Equal(head, repo.Git.RunChecked(["rev-parse", "HEAD"]).Text());
        });
    }

    [Fact]
    public void Monitor_and_hooks_settings_start_nothing_on_reads()
    {
        using TempRepo temp = new();
        string trace = temp.Beside("ran");
        temp.Write(".git/monitor", $"#!/bin/sh\ntouch {trace}\n");
        File.SetUnixFileMode(temp.At(".git/monitor"), (UnixFileMode)0x1ED);
        temp.Git("config", "core.fsmonitor", temp.At(".git/monitor"));
        using GitRepo repo = GitRepo.Discover(temp.Path, temp.Environment);

        repo.Git.RunChecked(["ls-files", "--stage", "-z"]);
        repo.Git.RunChecked(["status", "--porcelain"]);

        Assert.False(File.Exists(trace));
    }
}
