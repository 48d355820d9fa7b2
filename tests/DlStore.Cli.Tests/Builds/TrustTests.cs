using DlStore.TestKit;

namespace DlStore.Cli.Tests.Builds;

/// <summary>Promise 11: nothing that a tracked file names is executed until this clone allowed its exact content.</summary>
public sealed class TrustTests : IDisposable
{
    private const int Untrusted = 14;
    private readonly Scene _scene = new();

    public TrustTests()
    {
        _scene.MakeRepo();
        ProjectFiles.WriteProgram(_scene, "repo", "close", $"echo ran >>{Marker}\ncp master/image.jpg build/$1_0.jpg\n", "inputs: [shared]\n");
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

    public static TheoryData<string, string, string> Changes => new()
    {
        { "the program", "projects/close/data_augmentation/daug.sh", "#!/bin/sh\necho changed\n" },
        { "a file beside the program", "projects/close/data_augmentation/helper.sh", "y=2\n" },
        { "a new file beside the program", "projects/close/data_augmentation/new.sh", "z=2\n" },
        { "an input", "shared/deep/lib.sh", "x=2\n" },
        { "a new file in an input", "shared/deep/new", "" },
        { "an argument", "projects/close/project.yaml", "recipe:\n  program: [data_augmentation/daug.sh, --more]\ninputs: [shared]\n" },
        { "the list of inputs", "projects/close/project.yaml", "recipe:\n  program: [data_augmentation/daug.sh]\n" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_change_has_to_be_allowed_again(string what, string path, string text)
    {
        _scene.Dls("repo", "trust", "close").Expect(0);
        bool executable = path.EndsWith("daug.sh", StringComparison.Ordinal);
        UnixFileMode mode = File.GetUnixFileMode(_scene.At("repo/projects/close/data_augmentation/daug.sh"));

        _scene.Write($"repo/{path}", text);
        if (executable)
        {
            File.SetUnixFileMode(_scene.At($"repo/{path}"), mode);
        }

        RunResult refused = _scene.Dls("repo", "build");
        Assert.True(refused.ExitCode == Untrusted, $"{what}\n{refused}");
        Assert.False(File.Exists(Marker));
    }

    [Fact]
    public void The_master_and_other_projects_may_change_freely()
    {
        _scene.Dls("repo", "trust", "close").Expect(0);

        _scene.Write("repo/projects/close/master/image.jpg", Drawn.Jpeg(seed: 2));
        _scene.Write("repo/projects/close/README.md", "text\n");
        _scene.Write("repo/projects/close/data_augmentation/__pycache__/x.pyc", "left by python");
        ProjectFiles.Write(_scene, "repo", "other", 3);

        _scene.Dls("repo", "build").Expect(0);
    }

    [Fact]
    public void What_was_allowed_once_is_allowed_when_it_comes_back()
    {
        _scene.Dls("repo", "trust", "close").Expect(0);
        _scene.Write("repo/shared/deep/lib.sh", "x=2\n");
        _scene.Dls("repo", "build").Expect(Untrusted);

        _scene.Git("repo", "checkout", "-q", "--", "shared");

        _scene.Dls("repo", "build").Expect(0);
    }

    [Fact]
    public void A_permission_can_be_taken_back()
    {
        _scene.Dls("repo", "trust", "--all").Expect(0);

        Assert.StartsWith("not allowed", _scene.Dls("repo", "trust", "--revoke", "close").Expect(0).Output, StringComparison.Ordinal);
        _scene.Dls("repo", "build").Expect(Untrusted);

        _scene.Dls("repo", "trust", "close", "--dry-run").Expect(0);
        _scene.Dls("repo", "build").Expect(Untrusted);
        _scene.Dls("repo", "trust", "close").Expect(0);
        _scene.Dls("repo", "trust", "--revoke", "--all").Expect(0);
        _scene.Dls("repo", "build").Expect(Untrusted);
        Assert.Contains("--all", _scene.Dls("repo", "trust", "--revoke").Expect(2).Error, StringComparison.Ordinal);
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
        _scene.Dls("repo", "trust", "close").Expect(0);
        _scene.WriteSample("repo/data");
        _scene.Dls("repo", "add", "data").Expect(0);
        _scene.Commit("repo", "data");
        _scene.Git("repo", "tag", "v1");
        ProjectFiles.WriteVoc(_scene, "set", "a", 2, "close");
        string[][] verbs =
        [
            ["status"], ["diff"], ["push"], ["pull"], ["fetch"], ["checkout"], ["checkout", "--rev", "v1", "data"], ["verify"], ["ls", "data"], ["doctor"], ["trust"], ["config"], ["index", "rebuild"],
            ["build", "--dry-run"], ["dataset", "build", "game", "--dry-run"], ["dataset", "list"], ["dataset", "lint", "../set"], ["testset", "add", "t", "../set/JPEGImages"], ["testset", "list"],
            ["testset", "show", "t"], ["dataset", "import", "voc", "../set", "other"], ["dataset", "show", "other"], ["dataset", "preview", "other"], ["dataset", "verify", "other"], ["dataset", "rm", "other"],
        ];

        foreach (string[] verb in verbs)
        {
            RunResult result = _scene.Dls("repo", verb);
            Assert.True(result.ExitCode is 0 or 1 or 4 && !File.Exists(Marker), result.ToString());
        }
    }

    public static TheoryData<string, string> Links => new()
    {
        { "projects/close/data_augmentation/daug.sh", "/bin/true" },
        { "projects/close/data_augmentation", "../../elsewhere" },
        { "shared/deep/lib.sh", "/etc/passwd" },
        { "shared/deep", "/etc" },
        { "shared", "/etc/apt" },
        { "projects/close/master/image.jpg", "../../../elsewhere/image.jpg" },
        { "projects/close/master", "../../elsewhere" },
        { "projects/close", "../elsewhere" },
        { "projects", "elsewhere" },
    };

    [Theory]
    [MemberData(nameof(Links))]
    public void Symlinked_programs_inputs_and_masters_are_refused(string path, string target)
    {
        _scene.RunProgram("cp", ["-a", "projects/close", "elsewhere"], _scene.At("repo")).Expect(0);
        _scene.Write("repo/elsewhere/daug.sh", "#!/bin/sh\n");
        _scene.RunProgram("cp", ["-a", "elsewhere", "elsewhere/close"], _scene.At("repo"));
        _scene.Dls("repo", "trust", "close").Expect(0);
        _scene.RunProgram("rm", ["-r", path], _scene.At("repo")).Expect(0);
        File.CreateSymbolicLink(_scene.At($"repo/{path}"), target);
        TreeSnapshot before = TreeSnapshot.Of(_scene.At("repo"), ".git");

        RunResult trust = _scene.Dls("repo", "trust", "close");
        RunResult build = _scene.Dls("repo", "build", "close");

        Assert.True(build.ExitCode is 1 or 2, build.ToString());
        Assert.Contains("symlink", build.Error, StringComparison.Ordinal);
        Assert.True(trust.ExitCode is 1 or 2 || path.EndsWith("master", StringComparison.Ordinal) || path.EndsWith("image.jpg", StringComparison.Ordinal), trust.ToString());
        Assert.False(File.Exists(Marker));
        TreeSnapshot.AssertEqual(before, TreeSnapshot.Of(_scene.At("repo"), ".git"));
    }

    [Fact]
    public void An_input_behind_a_symlinked_directory_is_refused()
    {
        Directory.CreateSymbolicLink(_scene.At("repo/link"), "/etc");
        _scene.Write("repo/projects/close/project.yaml", "recipe:\n  program: [data_augmentation/daug.sh]\ninputs: [link/passwd]\n");

        Assert.Contains("'link' is a symlink", _scene.Dls("repo", "trust", "close").Expect(1).Error, StringComparison.Ordinal);
        Assert.Contains("'link' is a symlink", _scene.Dls("repo", "build").Expect(1).Error, StringComparison.Ordinal);
        Assert.Contains("'link' is a symlink", _scene.Dls("repo", "trust").Expect(0).Output, StringComparison.Ordinal);
    }
}
