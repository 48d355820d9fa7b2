using DlStore.TestKit;

namespace DlStore.Cli.Tests.Merges;

/// <summary>What git shows of a pointer that changed, once <c>dls init</c> has told it how.</summary>
public sealed class GitDiffTests : IDisposable
{
    private readonly Scene _scene = new();

    public GitDiffTests()
    {
        _scene.MakeRepo();
        _scene.WriteSample("repo/data");
        _scene.Dls("repo", "init").Expect(0);
        _scene.Dls("repo", "add", "data", "--quiet").Expect(0);
        _scene.Commit("repo", "one");
        _scene.Write("repo/data/new.txt", "new\n");
        _scene.Write("repo/data/img/001.txt", "other\n");
        File.Delete(_scene.At("repo/data/img/002.txt"));
        File.Move(_scene.At("repo/data/run.sh"), _scene.At("repo/data/start.sh"));
        _scene.Dls("repo", "add", "data", "--quiet").Expect(0);
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Git_diff_names_the_files_that_differ_with_their_sizes()
    {
        string[] diff = _scene.Git("repo", "diff", "--cached").Split('\n');

        Assert.Equal("data: 10 files, 68.4 KiB -> 10 files, 68.4 KiB", diff[0]);
        Assert.Equal(
            [
                "  changed   data/img/001.txt  10 B -> 6 B", "  removed   data/img/002.txt  10 B", "  added     data/new.txt  4 B",
                "  renamed   data/run.sh -> data/start.sh  10 B",
            ],
            diff[1..]);
        Assert.Contains("\n+oid sha256:", _scene.Git("repo", "diff", "--cached", "--no-ext-diff", "--no-textconv"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_log_and_show_have_a_line_for_each_file_that_changed()
    {
        _scene.Commit("repo", "two");

        foreach (string text in (string[])[_scene.Git("repo", "show"), _scene.Git("repo", "log", "-p", "-1")])
        {
            Assert.Matches("(?m)^\\+[0-9a-f]{12} +4 B  new\\.txt$", text);
            Assert.Matches("(?m)^-[0-9a-f]{12} +10 B  img/002\\.txt$", text);
            Assert.Matches("(?m)^\\+[0-9a-f]{12} +6 B  img/001\\.txt$", text);
            Assert.DoesNotMatch("(?m)^[+-].*img/003\\.txt", text);
        }
    }

    [Fact]
    public void A_long_list_ends_with_a_count()
    {
        _scene.Commit("repo", "two");
        for (int i = 0; i < 60; i++)
        {
            _scene.Write($"repo/data/many/{i:d3}.txt", $"{i}\n");
        }

        _scene.Dls("repo", "add", "data", "--quiet").Expect(0);

        string[] diff = _scene.Git("repo", "diff", "--cached").Split('\n');
        Assert.Equal(52, diff.Length);
        Assert.Equal("  and 10 more; `dls diff` lists them all", diff[^1]);
    }

    [Fact]
    public void What_cannot_be_compared_is_said_and_git_goes_on()
    {
        _scene.Commit("repo", "two");
        _scene.Write("repo/plain.txt", "plain\n");
        _scene.Git("repo", "add", "plain.txt");
        _scene.Git("repo", "rm", "-q", "--cached", "data.dls");
        Assert.Contains("data: 10 files, 68.4 KiB -> nothing", _scene.Git("repo", "diff", "--cached"), StringComparison.Ordinal);
        _scene.Git("repo", "reset", "-q");
        Directory.Delete(_scene.At("repo/.git/dls/packs"), recursive: true);

        string diff = _scene.Git("repo", "diff", "HEAD~1", "HEAD");

        Assert.Contains("files not compared: ", diff, StringComparison.Ordinal);
        Assert.Contains("+files 10", _scene.Git("repo", "log", "-p", "--diff-filter=A", "--", "data.dls"), StringComparison.Ordinal);
        _scene.Write("repo/data.dls", "no pointer\n");
        Assert.Contains("data: not compared: ", _scene.Git("repo", "diff"), StringComparison.Ordinal);
    }
}
