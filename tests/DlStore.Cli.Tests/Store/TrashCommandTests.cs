using DlStore.TestKit;

namespace DlStore.Cli.Tests.Store;

/// <summary>The trash as people use it, killed in the middle too.</summary>
public sealed class TrashCommandTests : IDisposable
{
    private readonly Scene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void A_restore_that_was_killed_is_finished_by_the_same_command()
    {
        _scene.MakeRepo();
        _scene.Write("repo/a/one", "1\n");
        _scene.Write("repo/b", "2\n");
        _scene.Dls("repo", "add", "a", "b").Expect(0);
        _scene.Dls("repo", "rm", "a", "a/one", "b", "a").Expect(0);
        string id = Path.GetFileName(Assert.Single(Directory.GetDirectories(_scene.At("repo/.git/dls/trash"))));

        _scene.Crash("repo", "trash.restored", "trash", "restore", id).Expect(137);
        Assert.Contains(id, _scene.Dls("repo", "trash", "list").Expect(0).Output, StringComparison.Ordinal);
        _scene.Dls("repo", "trash", "restore", id).Expect(0);

        Assert.Equal("1\n", File.ReadAllText(_scene.At("repo/a/one")));
        Assert.Equal("2\n", File.ReadAllText(_scene.At("repo/b")));
        Assert.Empty(Directory.GetDirectories(_scene.At("repo/.git/dls/trash")));
    }
}
