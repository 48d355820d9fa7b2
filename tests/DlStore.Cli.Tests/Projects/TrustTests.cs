using DlStore.TestKit;

namespace DlStore.Cli.Tests.Projects;

/// <summary>Promise 11: nothing that a tracked file names is executed until this clone allowed its exact content.</summary>
public sealed class TrustTests : IDisposable
{
    private const int Untrusted = 14;
    private readonly Scene _scene = new();

    public TrustTests()
    {
        _scene.MakeRepo();
        // The marker that tells whether the program ran lies outside of its private copy.
        ProjectFiles.RefuseUnshare(_scene);
        ProjectFiles.WriteProgram(
            _scene, "repo", "close", $"echo ran >>{Marker}\ncp master/image.jpg build/$1_0.jpg\n", "inputs: [shared]\n");
        _scene.Write("repo/shared/deep/lib.sh", "x=1\n");
        _scene.Write("repo/projects/close/data_augmentation/helper.sh", "y=1\n");
        _scene.Write("repo/datasets/game.yaml", "projects: [close]\n");
        _scene.Commit("repo", "close");
    }

    private string Marker => _scene.At("marker");

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Nothing_runs_before_it_is_allowed_and_the_command_is_shown()
    {
        RunResult build = _scene.Dls("repo", "build").Expect(Untrusted);
        RunResult dataset = _scene.Dls("repo", "dataset", "build", "game").Expect(Untrusted);
        RunResult listed = _scene.Dls("repo", "trust").Expect(0);

        Assert.Contains("projects/close/data_augmentation/daug.sh close", build.Error, StringComparison.Ordinal);
        Assert.Contains("dls trust close", build.Error, StringComparison.Ordinal);
        Assert.Contains("projects/close/data_augmentation/daug.sh close", dataset.Error, StringComparison.Ordinal);
        Assert.StartsWith("not allowed", listed.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(Marker));

        Assert.StartsWith("allowed", _scene.Dls("repo", "trust", "close").Expect(0).Output, StringComparison.Ordinal);
        Assert.False(File.Exists(Marker));
        _scene.Dls("repo", "build").Expect(0);
        Assert.Equal("ran\n", File.ReadAllText(Marker));
        Assert.Equal("", _scene.Git("repo", "status", "--porcelain"));
    }

    [Fact]
    public void A_change_has_to_be_allowed_again()
    {
        (string Path, string Text)[] changes =
        [
            ("projects/close/data_augmentation/daug.sh", "#!/bin/sh\necho changed\n"),
            ("projects/close/data_augmentation/helper.sh", "y=2\n"),
            ("projects/close/data_augmentation/new.sh", "z=2\n"),
            ("shared/deep/lib.sh", "x=2\n"),
            ("shared/deep/new", ""),
            ("projects/close/project.yaml", "recipe:\n  program: [data_augmentation/daug.sh, --more]\ninputs: [shared]\n"),
            ("projects/close/project.yaml", "recipe:\n  program: [data_augmentation/daug.sh]\n"),
        ];
        Dls("trust", "close").Expect(0);

        foreach ((string path, string text) in changes)
        {
            _scene.Write($"repo/{path}", text);
            RunResult refused = Dls("build");
            Assert.True(refused.ExitCode == Untrusted && !File.Exists(Marker), $"{path}\n{refused}");
            _scene.Git("repo", "checkout", "-q", "--", ".");
            _scene.Git("repo", "clean", "-qfd");
        }

        Dls("build").Expect(0);
    }

    [Fact]
    public void The_master_and_other_projects_may_change_freely()
    {
        Dls("trust", "close").Expect(0);

        _scene.Write("repo/projects/close/master/image.jpg", Drawn.Jpeg(seed: 2));
        _scene.Write("repo/projects/close/README.md", "text\n");
        _scene.Write("repo/projects/close/data_augmentation/__pycache__/x.pyc", "left by python");
        ProjectFiles.Write(_scene, "repo", "other", 3);

        Dls("build").Expect(0);
    }

    [Fact]
    public void What_was_allowed_once_is_allowed_when_it_comes_back()
    {
        Dls("trust", "close").Expect(0);
        _scene.Write("repo/shared/deep/lib.sh", "x=2\n");
        Dls("build").Expect(Untrusted);

        _scene.Git("repo", "checkout", "-q", "--", "shared");

        Dls("build").Expect(0);
    }

    [Fact]
    public void A_permission_can_be_taken_back()
    {
        Dls("trust", "--all").Expect(0);

        Assert.StartsWith("not allowed", Dls("trust", "--revoke", "close").Expect(0).Output, StringComparison.Ordinal);
        Dls("build").Expect(Untrusted);

        Dls("trust", "close", "--dry-run").Expect(0);
        Dls("build").Expect(Untrusted);
        Dls("trust", "close").Expect(0);
        Dls("trust", "--revoke", "--all").Expect(0);
        Dls("build").Expect(Untrusted);
        Assert.Contains("--all", Dls("trust", "--revoke").Expect(2).Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Marker));
    }

    [Fact]
    public void What_another_clone_allowed_does_not_count_and_no_commit_can_allow()
    {
        _scene.Dls("repo", "trust", "close").Expect(0);
        string trust = File.ReadAllText(_scene.At("repo/.git/dls/trust"));
        foreach (string place in (string[])["trust", ".dlstore/trust", "dls/trust"])
        {
            _scene.Write($"repo/{place}", trust);
        }

        _scene.Git("repo", "config", "-f", ".dlstore/config", "trust.all", "true");
        _scene.Commit("repo", "forged");
        _scene.Git("repo", "config", "-f", ".dlstore/config", "--unset", "trust.all");
        _scene.Commit("repo", "forged, readable");
        _scene.Clone("repo", "clone");

        _scene.Dls("clone", "build").Expect(Untrusted);
        Assert.False(File.Exists(Marker));
        _scene.Git("repo", "worktree", "add", "-q", "../worktree");
        _scene.Dls("worktree", "build").Expect(0);
    }

    [Fact]
    public void No_other_verb_ever_runs_it_even_when_it_is_allowed()
    {
        Dls("trust", "close").Expect(0);
        _scene.WriteSample("repo/data");
        Dls("add", "data").Expect(0);
        _scene.Commit("repo", "data");
        _scene.Git("repo", "tag", "v1");
        ProjectFiles.WriteVoc(_scene, "set", "a", 2, "close");
        string[][] verbs =
        [
            ["status"], ["diff"], ["push"], ["pull"], ["fetch"], ["checkout"],
                ["checkout", "--rev", "v1", "data"], ["verify"], ["ls", "data"], ["doctor"], ["trust"], ["config"], ["index", "rebuild"],
            ["build", "--dry-run"], ["dataset", "build", "game", "--dry-run"],
                ["dataset", "list"], ["dataset", "lint", "../set"], ["testset", "add", "t", "../set/JPEGImages"], ["testset", "list"],
            ["testset", "show", "t"], ["dataset", "import", "voc", "../set", "other"],
                ["dataset", "show", "other"], ["dataset", "preview", "other"], ["dataset", "verify", "other"], ["dataset", "rm", "other"],
        ];

        foreach (string[] verb in verbs)
        {
            RunResult result = Dls(verb);
            Assert.True(result.ExitCode is 0 or 1 or 4 && !File.Exists(Marker), result.ToString());
        }
    }

    [Fact]
    public void Symlinked_programs_inputs_and_masters_are_refused()
    {
        (string Path, string Target)[] links =
        [
            ("projects/close/data_augmentation/daug.sh", "/bin/true"),
            ("projects/close/data_augmentation", "../../elsewhere/data_augmentation"),
            ("shared/deep/lib.sh", "/etc/passwd"),
            ("shared/deep", "/etc"),
            ("shared", "/etc/apt"),
            ("projects/close/master/image.jpg", "../../../elsewhere/master/image.jpg"),
            ("projects/close/master", "../../elsewhere/master"),
            ("projects/close/project.yaml", "../../elsewhere/project.yaml"),
            ("projects/close", "../elsewhere"),
            ("projects", "elsewhere"),
        ];
        _scene.RunProgram("cp", ["-a", "projects/close", "elsewhere"], _scene.At("repo")).Expect(0);
        _scene.RunProgram("cp", ["-a", "projects/close", "elsewhere/close"], _scene.At("repo")).Expect(0);
        _scene.Commit("repo", "elsewhere");
        Dls("trust", "close").Expect(0);

        foreach ((string path, string target) in links)
        {
            _scene.RunProgram("rm", ["-r", path], _scene.At("repo")).Expect(0);
            File.CreateSymbolicLink(_scene.At($"repo/{path}"), target);
            TreeSnapshot before = TreeSnapshot.Of(_scene.At("repo"), ".git");
            RunResult trust = Dls("trust", "close");
            RunResult build = Dls("build", "close");
            Assert.True(build.ExitCode == 1 && build.Error.Contains("symlink", StringComparison.Ordinal), $"{path}\n{build}");
            // A permission is about the program; masters are looked at when it runs.
            Assert.True(trust.ExitCode == 1 || path.Contains("master", StringComparison.Ordinal), $"{path}\n{trust}");
            Assert.False(File.Exists(Marker));
            TreeSnapshot.AssertEqual(before, TreeSnapshot.Of(_scene.At("repo"), ".git"));
            File.Delete(_scene.At($"repo/{path}"));
            _scene.Git("repo", "checkout", "-q", "--", ".");
        }

        Dls("build", "close").Expect(0);
    }

    [Fact]
    public void An_input_behind_a_symlinked_directory_is_refused()
    {
        Directory.CreateSymbolicLink(_scene.At("repo/link"), "/etc");
        _scene.Write("repo/projects/close/project.yaml", "recipe:\n  program: [data_augmentation/daug.sh]\ninputs: [link/passwd]\n");

        Assert.Contains("'link' is a symlink", Dls("trust", "close").Expect(1).Error, StringComparison.Ordinal);
        Assert.Contains("'link' is a symlink", Dls("build").Expect(1).Error, StringComparison.Ordinal);
        Assert.Contains("'link' is a symlink", Dls("trust").Expect(0).Output, StringComparison.Ordinal);
    }

    private RunResult Dls(params string[] arguments) => InProcess.Dls(_scene, "repo", arguments);
}
