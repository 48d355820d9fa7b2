using DlStore.Io;
using DlStore.TestKit;
using DlStore.WorkTree;

namespace DlStore.Tests.WorkTree;

/// <summary>A symlink among the parents never leads outside, whatever is asked for.</summary>
public sealed class WorkDirTests : IDisposable
{
    private readonly TempDir _temp = new();
    private readonly WorkDir _root;

    public WorkDirTests()
    {
        _temp.Write("outside/sub/file", "not ours");
        _temp.Write("root/real/file", "ours");
        File.CreateSymbolicLink(_temp.At("root/link"), "../outside");
        File.CreateSymbolicLink(_temp.At("root/real/up"), "../../outside/sub");
        _root = new WorkDir(_temp.At("root"));
    }

    [Theory]
    [InlineData("link")]
    [InlineData("link/sub")]
    [InlineData("real/up")]
    public void A_symlink_is_not_opened_or_made_into(string directory)
    {
        TreeSnapshot before = TreeSnapshot.Of(_temp.Path);

        Assert.Equal(ErrorKind.Failed, Assert.Throws<DlsException>(() => _root.Open(directory)).Kind);
        Assert.Contains(directory, Assert.Throws<DlsException>(() => _root.Make(directory + "/new")).Message, StringComparison.Ordinal);
        TreeSnapshot.AssertEqual(before, TreeSnapshot.Of(_temp.Path));
    }

    [Fact]
    public void What_lies_behind_a_symlink_is_not_seen_changed_or_deleted()
    {
        Assert.True(Sys.TryStat(_temp.At("outside/sub/file"), out FileStat stat));
        TreeSnapshot before = TreeSnapshot.Of(_temp.Path);

        Assert.False(_root.TryStat("link/sub/file", out _));
        Assert.False(_root.TryStat("real/up/file", out _));
        Assert.Throws<DlsException>(() => _root.Delete("link/sub/file", stat));
        Assert.Throws<DlsException>(() => _root.SetExecutable("real/up/file", true));
        _root.DeleteIfEmpty("link/sub");

        TreeSnapshot.AssertEqual(before, TreeSnapshot.Of(_temp.Path));
    }

    [Fact]
    public void The_symlink_itself_is_seen_and_deleted_as_what_it_is()
    {
        Assert.True(_root.TryStat("link", out FileStat stat));
        Assert.True(stat.IsSymlink);
        Assert.Throws<DlsException>(() => _root.SetExecutable("link", true));

        Assert.True(_root.Delete("link", stat));

        Assert.True(File.Exists(_temp.At("outside/sub/file")));
        Assert.False(_root.TryStat("link", out _));
    }

    [Fact]
    public void A_file_that_changed_since_the_plan_is_not_deleted()
    {
        Assert.True(_root.TryStat("real/file", out FileStat planned));
        File.Delete(_temp.At("root/real/file"));
        _temp.Write("root/real/file", "precious");

        Assert.False(_root.Delete("real/file", planned with { Mtime = 1 }));

        Assert.Equal("precious", File.ReadAllText(_temp.At("root/real/file")));
    }

    [Fact]
    public void Directories_are_made_and_only_empty_ones_removed()
    {
        _root.Make("a/b/c");
        _root.DeleteIfEmpty("a/b");
        Assert.True(Directory.Exists(_temp.At("root/a/b/c")));
        _root.DeleteIfEmpty("a/b/c");
        _root.DeleteIfEmpty("a/none/c");

        Assert.False(Directory.Exists(_temp.At("root/a/b/c")));
        Assert.Throws<DlsException>(() => _root.Open("real/file"));
    }

    public void Dispose() => _temp.Dispose();
}
