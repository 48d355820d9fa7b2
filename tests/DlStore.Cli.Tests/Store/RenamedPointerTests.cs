using DlStore.TestKit;

namespace DlStore.Cli.Tests.Store;

/// <summary>Pointers that git moved or brought: files and ignore lines follow, and doctor names what git does not stay away from.</summary>
public sealed class RenamedPointerTests : IDisposable
{
    private readonly Scene _scene = new();

    public RenamedPointerTests()
    {
        _scene.MakeRepo();
        _scene.Write("repo/a/x", "1\n");
        _scene.Dls("repo", "add", "a").Expect(0);
        _scene.Commit("repo", "one");
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Git_mv_of_a_pointer_moves_files_and_ignore_line()
    {
        Directory.CreateDirectory(_scene.At("repo/deep"));
        _scene.Git("repo", "mv", "a.dls", "deep/b.dls");

        RunResult checkout = _scene.Dls("repo", "checkout").Expect(0);

        Assert.Equal("1\n", File.ReadAllText(_scene.At("repo/deep/b/x")));
        Assert.False(Path.Exists(_scene.At("repo/a")));
        Assert.Equal("/b\n", File.ReadAllText(_scene.At("repo/deep/.gitignore")));
        Assert.False(File.Exists(_scene.At("repo/.gitignore")));
        Assert.Contains("wrote deep/.gitignore", checkout.Error, StringComparison.Ordinal);
        Assert.Contains("removed the line for a from .gitignore", checkout.Error, StringComparison.Ordinal);
        Assert.Equal(["D  .gitignore", "A  deep/.gitignore", "R  a.dls -> deep/b.dls"],
            _scene.TryGit("repo", "status", "--porcelain").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        _scene.Dls("repo", "status", "--exit-code").Expect(0);
        Assert.DoesNotContain("ignore", _scene.Dls("repo", "checkout").Expect(0).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_line_stays_while_another_pointer_or_files_need_it()
    {
        _scene.Git("repo", "mv", "a.dls", "b.dls");
        _scene.Write("repo/a/mine", "mine\n");

        _scene.Dls("repo", "checkout").Expect(0);

        Assert.Equal("/a\n/b\n", File.ReadAllText(_scene.At("repo/.gitignore")));
        Assert.Equal("mine\n", File.ReadAllText(_scene.At("repo/a/mine")));
    }

    [Fact]
    public void A_pointer_that_came_without_its_line_gets_it_before_its_files()
    {
        File.Delete(_scene.At("repo/.gitignore"));
        _scene.Git("repo", "rm", "-q", "--cached", ".gitignore");
        _scene.Git("repo", "commit", "-qm", "no line");
        _scene.Dls("repo", "push").Expect(0);
        _scene.Git(".", "clone", "-q", "repo", "clone");
        _scene.Write("clone/.git/info/exclude", "");

        Assert.Contains("git does not ignore 'a'", _scene.Dls("clone", "doctor").Expect(4).Output, StringComparison.Ordinal);
        _scene.Dls("clone", "pull").Expect(0);

        Assert.Equal("A  .gitignore", _scene.Git("clone", "status", "--porcelain"));
        Assert.DoesNotContain("does not ignore", _scene.Dls("clone", "doctor").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_another_rule_ignores_gets_no_line()
    {
        _scene.Write("repo/.gitignore", "a*/\n");
        _scene.Commit("repo", "a rule of my own");
        Directory.Delete(_scene.At("repo/a"), recursive: true);

        _scene.Dls("repo", "checkout", "a").Expect(0);

        Assert.Equal("a*/\n", File.ReadAllText(_scene.At("repo/.gitignore")));
        Assert.DoesNotContain("does not ignore", _scene.Dls("repo", "doctor").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Changes_of_the_users_own_in_the_ignore_file_are_not_staged_along()
    {
        _scene.Write("repo/.gitignore", "*.tmp\n");

        _scene.Dls("repo", "checkout").Expect(0);

        Assert.Equal("*.tmp\n/a\n", File.ReadAllText(_scene.At("repo/.gitignore")));
        Assert.Equal("/a", _scene.Git("repo", "show", ":.gitignore"));
        Assert.DoesNotContain("?? a", _scene.Git("repo", "status", "--porcelain"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_dry_run_writes_no_ignore_file()
    {
        _scene.Git("repo", "mv", "a.dls", "b.dls");

        _scene.Dls("repo", "checkout", "--dry-run").Expect(0);

        Assert.Equal("/a\n", File.ReadAllText(_scene.At("repo/.gitignore")));
    }

    [Fact]
    public void An_ignore_file_that_is_a_link_is_said_and_stops_nothing()
    {
        File.Delete(_scene.At("repo/.gitignore"));
        File.CreateSymbolicLink(_scene.At("repo/.gitignore"), "/dev/null");
        Directory.Delete(_scene.At("repo/a"), recursive: true);

        RunResult checkout = _scene.Dls("repo", "checkout", "a").Expect(0);

        Assert.True(File.Exists(_scene.At("repo/a/x")));
        Assert.Contains("git does not ignore a", checkout.Error, StringComparison.Ordinal);
        Assert.Contains("replace .gitignore by a regular file", _scene.Dls("repo", "doctor").Expect(4).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Doctor_names_files_that_git_tracks_inside_of_a_managed_directory()
    {
        _scene.Git("repo", "add", "-f", "a/x");

        RunResult doctor = _scene.Dls("repo", "doctor").Expect(4);

        Assert.Contains("git itself tracks 1 file of what 'a.dls' names: a/x", doctor.Output, StringComparison.Ordinal);
        _scene.Git("repo", "rm", "-r", "-q", "--cached", "--", "a");
        Assert.DoesNotContain("tracks", _scene.Dls("repo", "doctor").Output, StringComparison.Ordinal);
        Assert.True(File.Exists(_scene.At("repo/a/x")));
    }
}
