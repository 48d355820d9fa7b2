using DlStore.Operations.Store;
using DlStore.TestKit;

namespace DlStore.Tests.Operations;

/// <summary>rm plans whole, does each thing once, and touches nothing outside the work tree.</summary>
public sealed class RmTests : IDisposable
{
    private readonly OpenedRepo _repo = new();

    public RmTests()
    {
        _repo.Write("a/b/one", "1"u8.ToArray());
        _repo.Write("a/c", "2"u8.ToArray());
        _repo.Write("a/d", "3"u8.ToArray());
        _repo.AddAndCommit("a");
    }

    public void Dispose() => _repo.Dispose();

    [Theory]
    [InlineData("a", "a/b")]
    [InlineData("a/b", "a")]
    [InlineData("a", "a")]
    public void Overlapping_paths_are_removed_once(string first, string second)
    {
        using Repo repo = _repo.Open();

        RmResult result = Rm.Run(repo, new RmOptions { Paths = [_repo.At(first), _repo.At(second)] });

        Assert.Equal("a", Assert.Single(result.Paths).Path.Value);
        Assert.Equal(["a"], result.Trashed!.Paths);
        Assert.False(Path.Exists(_repo.At("a.dls")));
        repo.Trash.Restore(result.Trashed.Id, null);
        Assert.Equal(3, Directory.GetFiles(_repo.At("a"), "*", SearchOption.AllDirectories).Length);
    }

    [Fact]
    public void Several_paths_of_one_pointer_go_in_one_rewrite()
    {
        using Repo repo = _repo.Open();

        RmResult result = Rm.Run(repo, new RmOptions { Paths = [_repo.At("a/b/one"), _repo.At("a/b"), _repo.At("a/c")] });

        Assert.Equal(["a/b", "a/c"], result.Paths.Select(static p => p.Path.Value));
        Assert.Equal(["a/d"], Ls.Run(repo, _repo.At("a"), null, true, CancellationToken.None).Select(static e => e.Path));
        Assert.Equal(["a/b", "a/c"], result.Trashed!.Paths);
    }

    [Fact]
    public void Nothing_moves_if_the_listing_is_not_here()
    {
        using (Repo repo = _repo.Open())
        {
            Directory.Delete(repo.CommonDirectory + "/packs", recursive: true);
            Directory.Delete(repo.CommonDirectory + "/index", recursive: true);
        }

        using Repo again = _repo.Open();
        TreeSnapshot before = TreeSnapshot.Of(_repo.Path, ".git");

        Assert.Throws<DlsException>(() => Rm.Run(again, new RmOptions { Paths = [_repo.At("a/c")] }));

        TreeSnapshot.AssertEqual(before, TreeSnapshot.Of(_repo.Path, ".git"));
        Assert.Empty(again.Trash.List());
    }

    [Fact]
    public void A_symlinked_parent_is_not_followed_out_of_the_work_tree()
    {
        _repo.Write("d/x", "x"u8.ToArray());
        _repo.AddAndCommit("d/x");
        string outside = Directory.CreateDirectory(_repo.Path + "-outside").FullName;
        Directory.Move(_repo.At("d"), outside + "/d");
        File.CreateSymbolicLink(_repo.At("d"), outside + "/d");
        TreeSnapshot before = TreeSnapshot.Of(outside);
        using Repo repo = _repo.Open();

        Assert.Throws<DlsException>(() => Rm.Run(repo, new RmOptions { Paths = [_repo.At("d/x")], NoGit = true }));

        TreeSnapshot.AssertEqual(before, TreeSnapshot.Of(outside));
        Assert.Throws<DlsException>(() => Add.Run(repo, new AddOptions { Paths = [_repo.At("d/x")] }, CancellationToken.None));
        TreeSnapshot.AssertEqual(before, TreeSnapshot.Of(outside));
        Directory.Delete(outside, recursive: true);
    }
}
