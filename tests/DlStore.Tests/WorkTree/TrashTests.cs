using DlStore.TestKit;
using DlStore.WorkTree;

namespace DlStore.Tests.WorkTree;

/// <summary>
/// The trash is the only copy of what is in it: nothing leaves it but to where it belongs, and nothing leads out of the work tree.
/// </summary>
public sealed class TrashTests : IDisposable
{
    private readonly TempDir _temp = new();
    private readonly Trash _trash;

    public TrashTests()
    {
        _trash = new Trash(_temp.At("trash"), TimeProvider.System);
        _temp.Write("tree/a/b/file", "precious");
        _temp.Write("tree/a/other", "other");
        _temp.Write("outside/b/file", "not ours");
    }

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void A_symlinked_parent_stops_a_restore_and_nothing_moves()
    {
        TrashEntry entry = _trash.Move(_temp.At("tree"), ["a/other", "a/b/file"], "a test");
        Directory.Delete(_temp.At("tree/a"), recursive: true);
        File.Delete(_temp.At("outside/b/file"));
        File.CreateSymbolicLink(_temp.At("tree/a"), _temp.At("outside"));
        TreeSnapshot before = TreeSnapshot.Of(_temp.Path);

        DlsException refused = Assert.Throws<DlsException>(() => _trash.Restore(entry.Id, null));

        Assert.Equal(["a"], refused.Items);
        TreeSnapshot.AssertEqual(before, TreeSnapshot.Of(_temp.Path));
        Assert.Equal(["a/other", "a/b/file"], _trash.Restore(entry.Id, _temp.At("elsewhere")).Restored);
        Assert.Equal("precious", File.ReadAllText(_temp.At("elsewhere/a/b/file")));
    }

    [Fact]
    public void A_symlinked_parent_is_not_moved_through()
    {
        File.CreateSymbolicLink(_temp.At("tree/link"), _temp.At("outside"));

        Assert.Throws<DlsException>(() => _trash.Move(_temp.At("tree"), ["link/b/file"], "a test"));

        Assert.Equal("not ours", File.ReadAllText(_temp.At("outside/b/file")));
    }

    [Fact]
    public void What_the_record_does_not_name_stays_and_is_said()
    {
        TrashEntry entry = _trash.Move(_temp.At("tree"), ["a/b/file"], "a test");
        _temp.Write($"trash/{entry.Id}/files/a/b/unrecorded", "also precious");

        RestoredPaths restored = _trash.Restore(entry.Id, null);

        Assert.Equal(["a/b/file"], restored.Restored);
        Assert.Equal(["a/b/unrecorded"], restored.Left);
        Assert.Equal("also precious", File.ReadAllText(_temp.At($"trash/{entry.Id}/files/a/b/unrecorded")));
        Assert.Equal(entry.Id, Assert.Single(_trash.List()).Id);
    }

    [Fact]
    public void An_entry_of_the_first_version_with_a_carriage_return_is_restored()
    {
        _temp.Write("trash/20250101-000000-abcdef/entry",
            $"dls-trash 1\nat 1700000000\nwhy dls rm\ntree {_temp.At("tree")}\npath new\rname\npath b\\\\s\\nl\n");
        _temp.Write("trash/20250101-000000-abcdef/files/new\rname", "with CR");
        _temp.Write("trash/20250101-000000-abcdef/files/b\\s\nl", "with LF");

        Assert.Equal(["new\rname", "b\\s\nl"], _trash.Restore("20250101-000000-abcdef", null).Restored);

        Assert.Equal("with CR", File.ReadAllText(_temp.At("tree/new\rname")));
        Assert.Equal("with LF", File.ReadAllText(_temp.At("tree/b\\s\nl")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("dls-trash 1\nat\nw\nt\n")]
    [InlineData("dls-trash 1\nat 99999999999999999\nwhy x\ntree /x\npath a\n")]
    [InlineData("dls-trash 1\nat 1700000000\nwhy x\ntree /x\npath ../../escape\n")]
    public void An_entry_whose_record_is_damaged_is_listed_and_can_be_restored_elsewhere(string record)
    {
        TrashEntry entry = _trash.Move(_temp.At("tree"), ["a/b/file"], "a test");
        _temp.Write($"trash/{entry.Id}/entry", record);

        Assert.Equal(["a"], Assert.Single(_trash.List()).Paths);
        Assert.Equal(ErrorKind.Failed, Assert.Throws<DlsException>(() => _trash.Restore(entry.Id, null)).Kind);
        Assert.Equal(["a"], _trash.Restore(entry.Id, _temp.At("back")).Restored);

        Assert.Equal("precious", File.ReadAllText(_temp.At("back/a/b/file")));
        Assert.Empty(_trash.List());
    }

    [Fact]
    public void A_move_into_another_file_system_keeps_everything_and_leaves_nothing()
    {
        if (!Directory.Exists("/dev/shm"))
        {
            return;
        }

        using TempDir other = new("/dev/shm");
        File.SetUnixFileMode(_temp.At("tree/a/b/file"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        File.CreateSymbolicLink(_temp.At("tree/a/b/link"), "../nowhere");
        Directory.CreateDirectory(_temp.At("tree/a/empty"));
        TreeSnapshot before = TreeSnapshot.Of(_temp.At("tree"));
        DateTime time = File.GetLastWriteTimeUtc(_temp.At("tree/a/b/file"));
        Trash trash = new(other.At("trash"), TimeProvider.System);

        TrashEntry entry = trash.Move(_temp.At("tree"), ["a"], "a test");
        Assert.False(Path.Exists(_temp.At("tree/a")));
        trash.Restore(entry.Id, null);

        TreeSnapshot.AssertEqual(before, TreeSnapshot.Of(_temp.At("tree")));
        Assert.Equal(time, File.GetLastWriteTimeUtc(_temp.At("tree/a/b/file")));
        Assert.Empty(trash.List());
    }
}
