using DlStore.TestKit;

namespace DlStore.Cli.Tests.Store;

/// <summary>The words of <c>dls erase</c>, and of those who miss what it took.</summary>
public sealed class EraseTests : IDisposable
{
    private readonly Scene _scene = new();

    public EraseTests()
    {
        _scene.MakeRepo();
        _scene.Write("repo/data/face.txt", "a face\n");
        _scene.Write("repo/data/tree.txt", "a tree\n");
        _scene.Dls("repo", "add", "data").Expect(0);
        _scene.Commit("repo", "pictures");
        _scene.Dls("repo", "push").Expect(0);
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void It_asks_first_then_says_what_is_left_to_do()
    {
        RunResult plan = _scene.Dls("repo", "erase", "data/face.txt", "--reason", "asked for").Expect(1);
        Assert.Contains("would erase 1 object, 7 B", plan.Output, StringComparison.Ordinal);
        Assert.Contains("named by data/face.txt at commit ", plan.Output, StringComparison.Ordinal);
        Assert.Contains("lab: 0 of 1 tombstone there; the bytes of 1 lie there", plan.Output, StringComparison.Ordinal);
        Assert.Contains("nothing was erased: run it again with --yes", plan.Error, StringComparison.Ordinal);
        _scene.Dls("repo", "cat", "data/face.txt").Expect(0);

        RunResult done = _scene.Dls("repo", "erase", "data/face.txt", "--reason", "asked for", "--yes").Expect(0);
        Assert.Contains("erased 1 object, 7 B", done.Output, StringComparison.Ordinal);
        Assert.Contains("data/face.txt  left in the work tree", done.Output, StringComparison.Ordinal);
        Assert.Contains("the bytes on lab go with `dls gc --remote lab`", done.Error, StringComparison.Ordinal);
        Assert.Contains("`dls rm data/face.txt` takes them out", done.Error, StringComparison.Ordinal);
        Assert.Contains("freed ", _scene.Dls("repo", "gc", "--remote", "lab").Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_misses_it_reads_why_and_taking_it_out_of_the_pointer_ends_that()
    {
        _scene.Dls("repo", "erase", "data/face.txt", "--reason", "asked for", "--yes").Expect(0);
        _scene.Dls("repo", "gc", "--remote", "lab").Expect(0);
        _scene.Clone("repo", "two");

        RunResult pull = _scene.Dls("two", "pull").Expect(3);
        Assert.Contains("1 object was left out: erased on purpose", pull.Error, StringComparison.Ordinal);
        Assert.Contains("data/face.txt", pull.Error, StringComparison.Ordinal);
        Assert.Contains(": asked for", pull.Error, StringComparison.Ordinal);
        Assert.Contains("1 erased on purpose and not written", pull.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(_scene.At("two/data/tree.txt")));
        RunResult cat = _scene.Dls("two", "cat", "data/face.txt").Expect(15);
        Assert.Contains("it was erased on ", cat.Error, StringComparison.Ordinal);
        Assert.Contains("it was erased on ", _scene.Dls("two", "ls", "data").Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("1 erased on purpose", _scene.Dls("two", "verify", "--remote", "lab").Expect(0).Output, StringComparison.Ordinal);
        _scene.Dls("two", "fetch", "--all").Expect(0);

        _scene.Write("two/face.txt", "a face\n");
        RunResult add = _scene.Dls("two", "add", "face.txt").Expect(15);
        Assert.Contains("erased on purpose", add.Error, StringComparison.Ordinal);
        File.Delete(_scene.At("two/face.txt"));

        _scene.Dls("two", "rm", "data/face.txt").Expect(0);
        _scene.Commit("two", "without it");
        _scene.Dls("two", "pull").Expect(0);
        _scene.Dls("two", "push").Expect(0);
    }

    [Theory]
    [InlineData(2, "--reason is missing", "erase", "data", "--yes")]
    [InlineData(2, "do not go together", "erase", "data", "--reason", "x", "--yes", "--dry-run")]
    [InlineData(2, "goes with digests", "erase", "--revoke", "data", "--reason", "x")]
    [InlineData(2, "is no digest", "erase", "--revoke", "data")]
    [InlineData(2, "nowhere", "erase", "nowhere", "--reason", "x", "--yes")]
    [InlineData(2, "no such remote", "erase", "data", "--reason", "x", "--yes", "--remote", "nowhere")]
    public void A_wrong_line_is_told_and_erases_nothing(int code, string says, params string[] line)
    {
        RunResult result = _scene.Dls("repo", line).Expect(code);

        Assert.Contains(says, result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_scene.At("remote/erased")));
        _scene.Dls("repo", "verify", "data").Expect(0);
    }

    [Fact]
    public void A_remote_that_can_only_be_read_is_refused_by_name_and_passed_over_else()
    {
        _scene.Dls("repo", "remote", "add", "web", "http://127.0.0.1:9/store").Expect(0);

        RunResult named = _scene.Dls("repo", "erase", "data/face.txt", "--reason", "x", "--remote", "web", "--yes").Expect(1);
        Assert.Contains("can only be read", named.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_scene.At("remote/erased")));
        _scene.Dls("repo", "erase", "data/face.txt", "--reason", "x", "--yes").Expect(0);
        Assert.Single(Directory.GetFiles(_scene.At("remote/erased")));
    }
}
