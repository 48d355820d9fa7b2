using DlStore.TestKit;

namespace DlStore.Cli.Tests.Store;

/// <summary>dls beside git as people use it: hooks, worktrees, submodules, interruption.</summary>
public sealed class BesideGitTests : IDisposable
{
    private readonly Scene _scene = new();
    private readonly string _program;

    public BesideGitTests()
    {
        // The hook remembers the program that made it, so it has to be a program, not `dotnet dls.dll`.
        _program = _scene.UseExecutable();
        Directory.CreateDirectory(_scene.At("repo"));
        _scene.Git("repo", "init", "-q", "-b", "main");
        _scene.Git(".", "init", "-q", "--bare", "-b", "main", "origin.git");
        _scene.Git("repo", "remote", "add", "origin", "../origin.git");
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Gits_push_pushes_the_bytes_first()
    {
        Dls("init").Expect(0);
        Dls("remote", "add", "lab", "../remote", "--default").Expect(0);
        AddSample();

        _scene.Git("repo", "push", "-q", "origin", "main");

        Assert.Single(Directory.GetFiles(_scene.At("remote/pins"), _scene.Git("repo", "rev-parse", "HEAD"), SearchOption.AllDirectories));
        _scene.Git(".", "clone", "-q", "origin.git", "clone");
        _scene.Dls("clone", "pull").Expect(0);
        TreeSnapshot.AssertEqual(TreeSnapshot.Of(_scene.At("repo/data")), TreeSnapshot.Of(_scene.At("clone/data")));
    }

    [Fact]
    public void Gits_push_stops_with_a_hint_when_there_is_no_remote_for_the_bytes()
    {
        Dls("init").Expect(0);
        AddSample();

        RunResult push = _scene.TryGit("repo", "push", "-q", "origin", "main");

        Assert.NotEqual(0, push.ExitCode);
        Assert.Contains("dls remote add", push.Error, StringComparison.Ordinal);
        Assert.Equal("", _scene.Git("origin.git", "for-each-ref"));
    }

    [Fact]
    public void Gits_push_stops_when_the_bytes_cannot_be_sent()
    {
        Dls("init").Expect(0);
        Dls("remote", "add", "lab", "../remote", "--default").Expect(0);
        AddSample();
        _scene.Write("remote", "in the way\n");

        Assert.NotEqual(0, _scene.TryGit("repo", "push", "-q", "origin", "main").ExitCode);
        Assert.Equal("", _scene.Git("origin.git", "for-each-ref"));
    }

    [Fact]
    public void An_existing_hook_runs_first_and_uninstall_brings_it_back()
    {
        string hook = _scene.Write("repo/.git/hooks/pre-push", "#!/bin/sh\ncat > ran\n");
        File.SetUnixFileMode(hook, (UnixFileMode)0x1ED);
        Dls("init").Expect(0);
        Dls("remote", "add", "lab", "../remote", "--default").Expect(0);
        AddSample();

        _scene.Git("repo", "push", "-q", "origin", "main");
        Assert.Contains("refs/heads/main", File.ReadAllText(_scene.At("repo/ran")), StringComparison.Ordinal);
        Assert.True(Directory.Exists(_scene.At("remote/pins")));

        Dls("uninstall").Expect(0);
        Assert.Equal("#!/bin/sh\ncat > ran\n", File.ReadAllText(hook));
        Assert.Empty(Directory.GetFiles(_scene.At("repo/.git/hooks"), "*before-dls"));
    }

    [Fact]
    public void With_core_hooksPath_the_line_is_printed_and_nothing_is_written()
    {
        Directory.CreateDirectory(_scene.At("repo/hooks"));
        _scene.Git("repo", "config", "core.hooksPath", "hooks");

        RunResult init = Dls("init").Expect(0);

        Assert.Contains("exec dls hook pre-push \"$@\"", init.Output + init.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_scene.At("repo/hooks")));
        Assert.False(File.Exists(_scene.At("repo/.git/hooks/pre-push")));
    }

    [Fact]
    public void A_second_worktree_shares_the_store_and_has_its_own_state()
    {
        Dls("init").Expect(0);
        AddSample();
        _scene.Git("repo", "worktree", "add", "-q", "../second");

        Assert.Contains("not pulled", _scene.Dls("second", "status").Expect(0).Output, StringComparison.Ordinal);
        _scene.Dls("second", "checkout").Expect(0);
        TreeSnapshot.AssertEqual(TreeSnapshot.Of(_scene.At("repo/data")), TreeSnapshot.Of(_scene.At("second/data")));
        _scene.Write("second/data/new", "new\n");
        _scene.Dls("second", "add", "data").Expect(0);
        _scene.Commit("second", "second");

        _scene.Dls("repo", "status", "--exit-code").Expect(0);
        Assert.False(File.Exists(_scene.At("repo/data/new")));
        _scene.Git("repo", "merge", "-q", "second");
        _scene.Dls("repo", "checkout").Expect(0);
        Assert.Equal("new\n", File.ReadAllText(_scene.At("repo/data/new")));
        _scene.Dls("second", "verify").Expect(0);
    }

    [Fact]
    public void A_submodule_is_a_repository_of_its_own()
    {
        Dls("init").Expect(0);
        Dls("remote", "add", "lab", _scene.At("remote"), "--default").Expect(0);
        AddSample();
        Dls("push").Expect(0);
        Directory.CreateDirectory(_scene.At("outer"));
        _scene.Git("outer", "init", "-q", "-b", "main");
        _scene.Git("outer", "submodule", "--quiet", "add", "../repo", "inner");

        _scene.Dls("outer/inner", "pull").Expect(0);

        TreeSnapshot.AssertEqual(TreeSnapshot.Of(_scene.At("repo/data")), TreeSnapshot.Of(_scene.At("outer/inner/data")));
        _scene.Dls("outer/inner", "status", "--exit-code").Expect(0);
        Assert.Equal("", _scene.Git("outer/inner", "status", "--porcelain"));
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public void A_signal_in_the_middle_of_add_ends_with_130_and_a_clean_state(string signal)
    {
        Dls("init").Expect(0);
        _scene.Commit("repo", "begin");
        _scene.WriteSample("repo/data");
        for (int i = 0; i < 24; i++)
        {
            _scene.Write($"repo/data/large/{i}", Scene.Pattern(8 << 20, i));
        }

        using RunningProgram add = DlsProcess.Start(_scene.At("repo"), _scene.Environment, ["add", "data"]);
        SpinWait.SpinUntil(() => Directory.Exists(_scene.At("repo/.git/dls/blobs")) || add.HasExited, TimeSpan.FromMinutes(5));
        _scene.RunProgram("bash", ["-c", $"kill -{signal} {add.Id}"], "/");
        RunResult result = add.Wait();

        Assert.True(result.ExitCode is 130, $"{result.ExitCode} {result.Error}");
        Assert.False(File.Exists(_scene.At("repo/data.dls")));
        Assert.False(File.Exists(_scene.At("repo/.gitignore")));
        _scene.Dls("repo", "verify").Expect(0);
        _scene.Dls("repo", "add", "data").Expect(0);
        Assert.Empty(Directory.GetFiles(_scene.At("repo/.git/dls/tmp")));
        _scene.Dls("repo", "status", "--exit-code").Expect(0);
    }

    [SkippableBccdFact]
    public void Issue_2_real_images_go_round_and_git_stays_small()
    {
        Dls("init").Expect(0);
        Dls("remote", "add", "lab", "../remote", "--default").Expect(0);
        _scene.RunProgram("cp", ["-r", "--no-preserve=mode", SkippableBccdFactAttribute.Find()!, _scene.At("repo/bccd")], "/").Expect(0);
        _scene.RunProgram("rm", ["-rf", _scene.At("repo/bccd/.git")], "/").Expect(0);
        Dls("add", "bccd").Expect(0);
        _scene.Commit("repo", "bccd");
        Dls("push").Expect(0);

        _scene.Clone("repo", "clone");
        _scene.Dls("clone", "pull").Expect(0);
        TreeSnapshot.AssertEqual(TreeSnapshot.Of(_scene.At("repo/bccd")), TreeSnapshot.Of(_scene.At("clone/bccd")));
        Assert.DoesNotContain(".jpg", _scene.Git("repo", "ls-files"), StringComparison.OrdinalIgnoreCase);
        long git = Directory.EnumerateFiles(_scene.At("repo/.git"), "*", SearchOption.AllDirectories)
            .Where(f => !f.Contains("/.git/dls/", StringComparison.Ordinal)).Sum(f => new FileInfo(f).Length);
        Assert.InRange(git, 1, 300_000);
        Assert.InRange(Directory.GetFiles(_scene.At("remote"), "*", SearchOption.AllDirectories).Length, 1, 8);

        string annotation = Directory.GetFiles(
            _scene.At("repo/bccd"), "*.xml", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First();
        File.WriteAllText(annotation, "<annotation>replaced</annotation>\n");
        Dls("add", "bccd").Expect(0);
        Assert.InRange(_scene.Git("repo", "diff", "--cached").Length, 1, 1000);
        Assert.Contains(Path.GetFileName(annotation), Dls("diff", "HEAD").Expect(0).Output, StringComparison.Ordinal);
        _scene.Commit("repo", "one annotation");
        long before = Size("remote");
        Dls("push").Expect(0);
        Assert.InRange(Size("remote") - before, 1, 64 << 10);
    }

    private long Size(string directory) => Directory.EnumerateFiles(
        _scene.At(directory), "*", SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length);

    private RunResult Dls(params string[] arguments) => _scene.RunProgram(_program, arguments, _scene.At("repo"));

    private void AddSample()
    {
        _scene.WriteSample("repo/data");
        Dls("add", "data").Expect(0);
        _scene.Commit("repo", "one");
    }
}
