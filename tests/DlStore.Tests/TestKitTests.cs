using DlStore.TestKit;

namespace DlStore.Tests;

/// <summary>The kit must see a difference, or the tests that rest on it prove nothing.</summary>
public sealed class TestKitTests
{
    [Fact]
    public void Snapshot_sees_content_mode_kind_and_names()
    {
        using TempDir left = new();
        using TempDir right = new();
        foreach (TempDir directory in new[] { left, right })
        {
            directory.Write("a", "1");
            directory.Write("sub/b", "2");
            File.CreateSymbolicLink(directory.At("link"), "a");
        }

        TreeSnapshot.AssertEqual(TreeSnapshot.Of(left.Path), TreeSnapshot.Of(right.Path));
        right.Write("a", "x");
        File.SetUnixFileMode(right.At("sub/b"), UnixFileMode.UserRead);
        File.Delete(right.At("link"));
        right.MakeDirectory("link");
        right.Write("new", "");

        string difference = TreeSnapshot.Of(left.Path).Difference(TreeSnapshot.Of(right.Path));

        Assert.All([" a\n", " sub/b\n", "< link a link\n", "> dir ", " new\n"], part => Assert.Contains(part, difference));
        Assert.Empty(TreeSnapshot.Of(left.Path, "a", "sub", "link").Difference(TreeSnapshot.Of(right.Path, "a", "sub", "link", "new")));
    }

    [Fact]
    public void Directory_is_removed_whatever_its_rights()
    {
        TempDir directory = new();
        directory.Write("closed/below/file", "x");
        File.SetUnixFileMode(directory.At("closed/below"), UnixFileMode.None);
        File.SetUnixFileMode(directory.At("closed"), UnixFileMode.None);

        directory.Dispose();

        Assert.False(Directory.Exists(directory.Path));
    }

    [Fact]
    public void Equal_steps_give_equal_commits()
    {
        using TempRepo one = new();
        using TempRepo two = new();
        one.Write("a", "a");
        two.Write("a", "a");

        Assert.Equal(one.Commit("first"), two.Commit("first"));
        Assert.NotEqual(one.Commit("second"), two.Commit("third"));
    }

    [Fact]
    public void Failing_git_shows_directory_and_both_streams()
    {
        using TempRepo temp = new();

        InvalidOperationException e = Assert.Throws<InvalidOperationException>(() => temp.Git("no-such-verb"));

        Assert.Contains(temp.Path, e.Message);
        Assert.Contains("is not a git command", e.Message);
    }

    [Fact]
    public void Started_program_can_be_killed()
    {
        using TempRepo temp = new();
        using RunningProgram sleeping = RunningProgram.Start("sleep", ["600"], temp.Path, temp.Environment);

        sleeping.Kill();
        RunResult result = sleeping.Wait();

        Assert.Equal(137, result.ExitCode);
    }

    [Fact]
    public void Slow_program_fails_the_test()
    {
        using TempRepo temp = new();

        Assert.ThrowsAny<Xunit.Sdk.XunitException>(
            () => RunningProgram.Run("sleep", ["600"], temp.Path, temp.Environment, timeLimit: TimeSpan.FromMilliseconds(200)));
    }

    [Fact]
    public void Golden_hides_what_changes()
    {
        string text =
            $"/tmp/x/repo at {new string('a', 40)} has sha256:{new string('0', 64)} since 2024-01-01T00:00:00Z, took 1.5 s; decade facade";

        Assert.Equal("<REPO> at <ID> has sha256:<OID> since <TIME>, took <DURATION>; decade facade",
            Golden.Hide(text, ("/tmp/x", "TMP"), ("/tmp/x/repo", "REPO")));
    }
}
