using DlStore.TestKit;

namespace DlStore.Cli.Tests.Commits;

/// <summary>With the hooks of <c>dls init --hooks</c> the files follow git, and a commit is looked at before it is made.</summary>
public sealed class FollowHookTests : IDisposable
{
    private readonly Scene _scene = new();

    public FollowHookTests()
    {
        _ = _scene.UseExecutable();
        _scene.MakeRepo();
        _scene.Dls("repo", "init", "--hooks").Expect(0);
        Record("one", ("a", "a1\n"), ("b", "b1\n"));
        Record("two", ("a", "a2\n"), ("c", "c1\n"));
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Files_follow_a_checkout_there_and_back()
    {
        RunResult back = _scene.TryGit("repo", "checkout", "-q", "HEAD~").Expect(0);
        Assert.Contains("dls: wrote 1 file, deleted 1", back.Error, StringComparison.Ordinal);
        Assert.Equal("a1 b1", Data());
        _scene.Git("repo", "checkout", "-q", "main");
        Assert.Equal("a2 b1 c1", Data());
        _scene.Git("repo", "checkout", "-q", "HEAD~", "--", "data.dls");
        Assert.Equal("a1 b1", Data());

        // Nothing moved, so nothing is looked at and nothing said.
        _scene.Git("repo", "checkout", "-q", "HEAD", "--", "data.dls");
        Assert.Equal("", _scene.TryGit("repo", "checkout", "-q", "-b", "other").Expect(0).Error);
    }

    [Fact]
    public void Files_follow_a_merge_a_rebase_and_an_amend()
    {
        Branch("side", ("d", "d1\n"));
        _scene.Git("repo", "merge", "-q", "side", "-m", "merged");
        Assert.Equal("a2 b1 c1 d1", Data());

        Branch("topic", ("e", "e1\n"));
        Record("three", ("f", "f1\n"));
        _scene.Git("repo", "checkout", "-q", "topic");
        Assert.Equal("a2 b1 c1 d1 e1", Data());
        _scene.Git("repo", "rebase", "-q", "main");
        Assert.Equal("a2 b1 c1 d1 e1 f1", Data());
        _scene.Dls("repo", "status", "--exit-code").Expect(0);
    }

    [Fact]
    public void What_was_changed_here_stays_and_one_line_says_so()
    {
        _scene.Write("repo/data/a", "mine\n");
        RunResult back = _scene.TryGit("repo", "checkout", "-q", "HEAD~").Expect(0);

        Assert.Equal("mine\n", File.ReadAllText(_scene.At("repo/data/a")));
        Assert.Contains("dls: the files stay as they were: ", back.Error, StringComparison.Ordinal);
        Assert.Single(back.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Bytes_that_are_not_here_are_said_and_git_goes_on()
    {
        _scene.Dls("repo", "push", "--all", "--quiet").Expect(0);
        _scene.Clone("repo", "clone");
        _scene.Dls("clone", "init", "--hooks").Expect(0);
        RunResult run = _scene.TryGit("clone", "checkout", "-q", "HEAD~").Expect(0);
        Assert.Contains("`dls pull`", run.Error, StringComparison.Ordinal);
        _scene.Dls("clone", "pull").Expect(0);
        Assert.Equal("a1\n", File.ReadAllText(_scene.At("clone/data/a")));
    }

    [Fact]
    public void A_setting_that_cannot_be_read_does_not_make_gits_checkout_fail()
    {
        _scene.Git("repo", "checkout", "-q", "-b", "broken");
        Record("moved", ("d", "d1\n"));
        File.AppendAllText(_scene.At("repo/.dlstore/config"), "[core]\n\tpackThreshold = many\n");
        _scene.Git("repo", "commit", "-q", "-a", "--no-verify", "-m", "broken");
        _scene.Git("repo", "checkout", "-q", "main");
        RunResult run = _scene.TryGit("repo", "checkout", "-q", "broken").Expect(0);
        Assert.Contains("dls: the files stay as they were", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_clash_is_left_to_resolve()
    {
        Branch("side", ("a", "theirs\n"));
        Record("ours", ("a", "ours\n"));
        _scene.TryGit("repo", "merge", "-q", "side").Expect(1);
        _scene.Dls("repo", "resolve", "--theirs", ".").Expect(0);
        _scene.Git("repo", "commit", "-q", "-m", "merged");
        _scene.Dls("repo", "checkout").Expect(0);
        Assert.Equal("theirs b1 c1", Data());
    }

    [Fact]
    public void Hooks_that_are_there_run_first_and_come_back()
    {
        _scene.MakeRepo("second");
        string hook = _scene.Write("second/.git/hooks/post-checkout", "#!/bin/sh\necho \"mine $3\" >>\"$(git rev-parse --git-dir)/said\"\n");
        File.SetUnixFileMode(hook, (UnixFileMode)0x1ED);
        Assert.Contains("installed the post-checkout hook, after the one that is there",
            _scene.Dls("second", "init", "--hooks").Expect(0).Output, StringComparison.Ordinal);
        Assert.Equal("nothing to do\n", _scene.Dls("second", "init", "--hooks").Expect(0).Output);
        _scene.Git("second", "checkout", "-q", "-b", "x");
        Assert.Equal("mine 1\n", File.ReadAllText(_scene.At("second/.git/said")));

        _scene.Dls("second", "uninstall").Expect(0);
        Assert.Contains("mine", File.ReadAllText(hook), StringComparison.Ordinal);
        Assert.DoesNotContain("dls", File.ReadAllText(hook), StringComparison.Ordinal);
        Assert.False(File.Exists(_scene.At("second/.git/hooks/post-merge")));
    }

    [Fact]
    public void A_hook_that_a_killed_command_has_kept_is_kept_and_another_one_stops_it()
    {
        _scene.MakeRepo("second");
        string hook = _scene.Write("second/.git/hooks/post-merge", "#!/bin/sh\nexit 0\n");
        File.SetUnixFileMode(hook, (UnixFileMode)0x1ED);
        File.Copy(hook, hook + ".before-dls");
        Assert.Contains("installed the post-merge hook, after the one", _scene.Dls("second", "init", "--hooks").Expect(0).Output,
            StringComparison.Ordinal);

        File.WriteAllText(hook, "#!/bin/sh\nexit 1\n");
        Assert.Contains("'post-merge.before-dls' is a hook that was kept earlier", _scene.Dls("second", "init", "--hooks").Expect(0).Output,
            StringComparison.Ordinal);
        Assert.Equal("#!/bin/sh\nexit 1\n", File.ReadAllText(hook));
    }

    [Fact]
    public void Into_a_directory_of_somebody_else_nothing_is_written()
    {
        _scene.MakeRepo("second");
        Directory.CreateDirectory(_scene.At("hooks"));
        _scene.Git("second", "config", "core.hooksPath", _scene.At("hooks"));
        RunResult run = _scene.Dls("second", "init", "--hooks").Expect(0);
        Assert.Contains("add the line `dls hook post-merge \"$@\"` to '", run.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_scene.At("hooks")));
    }

    [Fact]
    public void A_large_file_does_not_go_into_git()
    {
        _scene.Write("repo/big.bin", Scene.Pattern((1 << 20) + 1, 1));
        _scene.Git("repo", "add", "big.bin");
        RunResult commit = _scene.TryGit("repo", "commit", "-q", "-m", "big");

        Assert.NotEqual(0, commit.ExitCode);
        Assert.Contains("big.bin: it has 1048577 bytes", commit.Error, StringComparison.Ordinal);
        Assert.Contains("run `git rm --cached big.bin && dls add big.bin`", commit.Error, StringComparison.Ordinal);
        _scene.Dls("repo", "hook", "pre-commit").Expect(4);
        _scene.Dls("repo", "hook", "pre-commit", "--max", "2000000").Expect(0);
        _scene.Dls("repo", "config", "core.gitMax", "many").Expect(1);
        _scene.Dls("repo", "config", "core.gitMax", "2000000").Expect(0);
        _scene.Dls("repo", "hook", "pre-commit").Expect(0);
        _scene.Dls("repo", "config", "core.gitMax", "--unset").Expect(0);
        _scene.Dls("repo", "hook", "pre-commit").Expect(4);
        _scene.Git("repo", "rm", "-q", "--cached", "big.bin");
        _scene.Dls("repo", "add", "big.bin").Expect(0);
        _scene.Git("repo", "commit", "-q", "-m", "big");
    }

    [Fact]
    public void A_pointer_without_bytes_or_with_markers_is_not_committed()
    {
        string oid = new('7', 64);
        _scene.Write("repo/gone.dls", $"dls-pointer 1\noid sha256:{oid}\nsize 5\n".Replace("oid", "blob", StringComparison.Ordinal));
        string good = _scene.Git("repo", "show", "HEAD:data.dls");
        string head = good.Split('\n').First(static l => l.Contains("sha256:", StringComparison.Ordinal));
        string text = good.Replace(head[^64..], oid, StringComparison.Ordinal) + "\n";
        _scene.Write("repo/gone.dls", text);
        _scene.Write("repo/bad.dls", "<<<<<<< ours\n" + good + "\n=======\n" + text + ">>>>>>> theirs\n");
        _scene.Git("repo", "add", "gone.dls", "bad.dls");

        RunResult run = _scene.Dls("repo", "hook", "pre-commit").Expect(4);
        Assert.Contains("gone.dls: 1 object that it names is stored neither here nor, as far as is known, on a remote", run.Output,
            StringComparison.Ordinal);
        Assert.Contains("bad.dls': it has merge conflict markers", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_added_in_a_clone_that_has_only_listings_is_committed_and_the_first_commit_too()
    {
        _scene.Dls("repo", "push", "--all", "--quiet").Expect(0);
        _scene.Clone("repo", "clone");
        _scene.Dls("clone", "init", "--hooks", "--quiet").Expect(0);
        _scene.Dls("clone", "fetch", "--listings").Expect(0);
        _scene.Write("clone/data/new", "new\n");
        _scene.Dls("clone", "add", "data/new").Expect(0);
        _scene.Git("clone", "commit", "-q", "-m", "new");

        Directory.CreateDirectory(_scene.At("fresh"));
        _scene.Git("fresh", "init", "-q");
        _scene.Dls("fresh", "init", "--hooks", "--quiet").Expect(0);
        _scene.Write("fresh/x", "x\n");
        _scene.Dls("fresh", "add", "x").Expect(0);
        _scene.Git("fresh", "commit", "-q", "-m", "first");
    }

    private string Data() => string.Join(' ', Directory.GetFiles(_scene.At("repo/data")).Order(StringComparer.Ordinal)
        .Select(static f => File.ReadAllText(f).Trim()));

    private void Branch(string name, params (string Path, string Content)[] files)
    {
        _scene.Git("repo", "checkout", "-q", "-b", name);
        Record(name, files);
        _scene.Git("repo", "checkout", "-q", "main");
    }

    private void Record(string message, params (string Path, string Content)[] files)
    {
        foreach ((string path, string content) in files)
        {
            _scene.Write($"repo/data/{path}", content);
        }

        _scene.Dls("repo", "add", "data", "--quiet").Expect(0);
        _scene.Git("repo", "add", "-A");
        _scene.Git("repo", "commit", "-q", "-m", message);
    }
}
