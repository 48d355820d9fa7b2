using System.Diagnostics;
using DlStore.Operations.Projects;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Projects;

/// <summary>Builds side by side (P37, P38), stopped by the user, and killed.</summary>
public sealed class TogetherTests : IDisposable
{
    private const int Interrupted = 130;
    private readonly Scene _scene = new();

    public TogetherTests() => _scene.MakeRepo();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void P37_P38_two_kinds_at_once_give_the_serial_bytes_and_touch_no_tracked_file()
    {
        for (int i = 0; i < 3; i++)
        {
            ProjectFiles.Write(_scene, "repo", $"close{i}", i, yaml: "count: 20\nrecipe: [{zoom: 0.3}]\n");
        }

        _scene.Write("repo/.dlstore/kinds/ssd.yaml", "canvas: 64x64\n");
        _scene.Write("repo/.dlstore/kinds/resnet34.yaml", "canvas: own\n");
        _scene.Commit("repo", "projects");
        using Scene serial = _scene.Copy();
        serial.Dls("repo", "build", "--kind", "ssd").Expect(0);
        serial.Dls("repo", "build", "--kind", "resnet34").Expect(0);

        using RunningProgram one = DlsProcess.Start(_scene.At("repo"), _scene.Environment, ["build", "--kind", "ssd"]);
        using RunningProgram two = DlsProcess.Start(_scene.At("repo"), _scene.Environment, ["build", "--kind", "resnet34"]);
        using RunningProgram three = DlsProcess.Start(_scene.At("repo"), _scene.Environment, ["build", "--kind", "ssd", "--force"]);
        one.Wait().Expect(0);
        two.Wait().Expect(0);
        three.Wait().Expect(0);

        Assert.Equal("", _scene.Git("repo", "status", "--porcelain"));
        TreeSnapshot.AssertEqual(TreeSnapshot.Of(serial.At("repo"), ".git"), TreeSnapshot.Of(_scene.At("repo"), ".git"));
    }

    [Fact]
    public void P37_whoever_has_to_wait_too_long_is_told_for_whom()
    {
        // The file that tells of the start lies outside of the program's private copy.
        ProjectFiles.RefuseUnshare(_scene);
        ProjectFiles.WriteProgram(_scene, "repo", "close", $"touch {_scene.At("started")}\nsleep 600\n");
        ProjectFiles.Write(_scene, "repo", "other", 2);
        _scene.Dls("repo", "trust", "close").Expect(0);
        using RunningProgram busy = DlsProcess.Start(_scene.At("repo"), _scene.Environment, ["build", "close"]);
        WaitFor(() => File.Exists(_scene.At("started")));

        using Repo impatient = Repo.Open(
            new RepoSettings { StartDirectory = _scene.At("repo"), Environment = _scene.Environment, LockWait = TimeSpan.Zero });
        DlsException refused = Assert.Throws<DlsException>(
            () => Operations.Projects.Build.Run(impatient, new BuildOptions { Projects = ["other"] }, CancellationToken.None));

        Assert.Equal(ErrorKind.Locked, refused.Kind);
        Assert.Contains($"pid {busy.Id}", refused.Message, StringComparison.Ordinal);
        _scene.Dls("repo", "status").Expect(0);
        Signal(busy, "INT");
        Assert.Contains("interrupted", busy.Wait().Expect(Interrupted).Error, StringComparison.Ordinal);
        _scene.Dls("repo", "build", "other").Expect(0);
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public void A_stopped_build_of_the_engine_keeps_the_old_one_and_leaves_nothing(string signal)
    {
        ProjectFiles.Write(_scene, "repo", "close", width: 64, height: 64);
        _scene.Dls("repo", "build").Expect(0);
        TreeSnapshot before = TreeSnapshot.Of(_scene.At("repo/projects/close/build"));
        _scene.Write("repo/projects/close/project.yaml", "count: 40000\nrecipe: [{zoom: 0.3}]\n");
        using RunningProgram build = DlsProcess.Start(_scene.At("repo"), _scene.Environment, ["build"]);
        WaitFor(() => Directory.GetDirectories(
            _scene.At("repo/projects/close/build"), ".dls-staging-*").Any(d => Directory.EnumerateFiles(d).Any()));

        Signal(build, signal);

        build.Wait().Expect(Interrupted);
        TreeSnapshot.AssertEqual(before, TreeSnapshot.Of(_scene.At("repo/projects/close/build")));
    }

    [Fact]
    public void A_stopped_build_of_a_program_ends_the_program_and_leaves_nothing()
    {
        // The file that tells the process lies outside of the program's private copy.
        ProjectFiles.RefuseUnshare(_scene);
        string pid = _scene.At("pid");
        ProjectFiles.WriteProgram(
            _scene, "repo", "close", $"cp master/image.jpg build/$1_0.jpg\nsleep 600 &\necho $! >{pid}.new; mv {pid}.new {pid}\nwait\n");
        _scene.Dls("repo", "trust", "close").Expect(0);
        using RunningProgram build = DlsProcess.Start(_scene.At("repo"), _scene.Environment, ["build"]);
        WaitFor(() => File.Exists(pid));

        Signal(build, "INT");

        build.Wait().Expect(Interrupted);
        string stat = $"/proc/{File.ReadAllText(pid).Trim()}/stat";
        WaitFor(() => !File.Exists(stat) || File.ReadAllText(stat).Contains(") Z ", StringComparison.Ordinal));
        Assert.Empty(Directory.GetDirectories(_scene.At("repo/projects/close/build"), "*"));
        Assert.Empty(Directory.GetDirectories(_scene.At("repo/.git/dls"), "private-*"));
    }

    [Fact]
    public void A_killed_build_of_a_program_is_cleaned_up_by_the_next_one()
    {
        // The file that tells the process lies outside of the program's private copy.
        ProjectFiles.RefuseUnshare(_scene);
        string pid = _scene.At("pid");
        ProjectFiles.WriteProgram(_scene, "repo",
            "close", $"cp master/image.jpg build/$1_0.jpg\ntest -e {pid} && exit 0\necho $$ >{pid}.new; mv {pid}.new {pid}\nsleep 600\n");
        _scene.Dls("repo", "trust", "close").Expect(0);
        using (RunningProgram build = DlsProcess.Start(_scene.At("repo"), _scene.Environment, ["build"]))
        {
            WaitFor(() => File.Exists(pid));
            build.Kill();
        }

        _scene.Dls("repo", "build").Expect(0);

        Assert.Equal(["own"], Directory.GetDirectories(_scene.At("repo/projects/close/build")).Select(Path.GetFileName));
        Assert.Empty(Directory.GetDirectories(_scene.At("repo/.git/dls"), "private-*"));
        // Nobody was there to end the program of the killed dls: that is this test's to do.
        _scene.RunProgram("kill", ["-KILL", "--", $"-{File.ReadAllText(pid).Trim()}"], _scene.Root);
    }

    [Fact]
    public void A_stopped_build_of_a_data_set_keeps_the_old_one_and_leaves_nothing()
    {
        ProjectFiles.Write(_scene, "repo", "close", yaml: "count: 100\nrecipe: [{zoom: 0.3}]\n");
        _scene.Write("repo/datasets/game.yaml", "projects: [close]\n");
        _scene.Dls("repo", "dataset", "build", "game").Expect(0);
        _scene.Commit("repo", "game");
        TreeSnapshot before = TreeSnapshot.Of(_scene.At("repo"), ".git", "projects");
        _scene.Write("repo/projects/close/project.yaml", "count: 6000\nrecipe: [{zoom: 0.3}]\n");
        _scene.Dls("repo", "build").Expect(0);
        using RunningProgram build = DlsProcess.Start(_scene.At("repo"), _scene.Environment, ["dataset", "build", "game"]);
        WaitFor(() => Directory.Exists(_scene.At("repo/datasets/.dls-staging")));

        Signal(build, "INT");

        build.Wait().Expect(Interrupted);
        TreeSnapshot.AssertEqual(before, TreeSnapshot.Of(_scene.At("repo"), ".git", "projects"));
        Assert.Equal(" M projects/close/project.yaml", _scene.Git("repo", "status", "--porcelain"));
        _scene.Dls("repo", "verify").Expect(0);
    }

    [Fact]
    public void Two_builds_of_one_data_set_at_once_end_in_one_whole_data_set()
    {
        ProjectFiles.Write(_scene, "repo", "close", yaml: "count: 100\nrecipe: [{zoom: 0.3}]\n");
        _scene.Write("repo/datasets/game.yaml", "projects: [close]\ncanvas: [own, 32x32]\n");
        _scene.Commit("repo", "game");
        using Scene serial = _scene.Copy();
        serial.Dls("repo", "dataset", "build", "game").Expect(0);

        using RunningProgram one = DlsProcess.Start(_scene.At("repo"), _scene.Environment, ["dataset", "build", "game"]);
        using RunningProgram two = DlsProcess.Start(_scene.At("repo"), _scene.Environment, ["dataset", "build", "game"]);
        one.Wait().Expect(0);
        two.Wait().Expect(0);

        TreeSnapshot.AssertEqual(TreeSnapshot.Of(serial.At("repo"), ".git"), TreeSnapshot.Of(_scene.At("repo"), ".git"));
        Assert.Equal(serial.Git("repo", "ls-files", "-s"), _scene.Git("repo", "ls-files", "-s"));
    }

    private static void Signal(RunningProgram program, string name) => Process.Start("kill", [$"-{name}", $"{program.Id}"]).WaitForExit();

    private static void WaitFor(Func<bool> condition)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(watch.Elapsed < TimeSpan.FromMinutes(5), "nothing happened for five minutes");
            Thread.Sleep(5);
        }
    }
}
