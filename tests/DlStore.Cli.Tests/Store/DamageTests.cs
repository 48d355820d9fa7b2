using DlStore.TestKit;

namespace DlStore.Cli.Tests.Store;

/// <summary>Bytes that go bad here or on the remote: found, named with path and commit, never served, repaired by pull.</summary>
public sealed class DamageTests : IDisposable
{
    private const int Partial = 3;
    private const int Corrupt = 13;
    private readonly Scene _scene = new();
    private readonly string _commit;

    public DamageTests()
    {
        _scene.MakeRepo();
        _scene.WriteSample("repo/data");
        _scene.Write("repo/data/weights.pth", Scene.Pattern((1 << 20) + 99, 5));
        _scene.Dls("repo", "add", "data").Expect(0);
        _commit = _scene.Commit("repo", "one");
        _scene.Dls("repo", "push").Expect(0);
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void A_flipped_bit_in_a_local_pack_is_named_never_served_and_repaired_by_pull()
    {
        Flip(PackWith("repo/.git/dls/packs", "picture 1\n"), "picture 1\n");

        RunResult found = _scene.Dls("repo", "verify").Expect(Corrupt);
        Assert.Contains("data/img/001.txt", found.Output, StringComparison.Ordinal);
        Assert.Contains(_commit[..12], found.Output, StringComparison.Ordinal);
        AssertNotServed("repo", "data/img/001.txt", "picture 1\n");
        RestoredByPull("data/img/001.txt", "picture 1\n");
    }

    [Theory]
    [InlineData("packs", "*.pack")]
    [InlineData("blobs", "*")]
    public void A_file_of_the_store_that_is_gone_is_found_by_verify_and_comes_back_by_pull(string directory, string pattern)
    {
        foreach (string file in Directory.GetFiles(_scene.At($"repo/.git/dls/{directory}"), pattern, SearchOption.AllDirectories))
        {
            File.Delete(file);
        }

        RunResult found = _scene.Dls("repo", "verify").Expect(Corrupt);
        Assert.Contains("the store has lost it", found.Output, StringComparison.Ordinal);
        Assert.Contains("used by data", found.Output, StringComparison.Ordinal);
        _scene.Dls("repo", "pull").Expect(0);
        _scene.Dls("repo", "verify").Expect(0);
        _scene.Dls("repo", "status", "--exit-code").Expect(0);
    }

    [Fact]
    public void A_flipped_bit_that_nobody_looked_for_is_not_served()
    {
        Flip(PackWith("repo/.git/dls/packs", "picture 1\n"), "picture 1\n");

        AssertNotServed("repo", "data/img/001.txt", "picture 1\n");
    }

    [Fact]
    public void A_flipped_bit_in_a_large_blob_is_named_never_served_and_repaired_by_pull()
    {
        byte[] right = File.ReadAllBytes(_scene.At("repo/data/weights.pth"));
        FlipAt(Directory.GetFiles(_scene.At("repo/.git/dls/blobs"), "*", SearchOption.AllDirectories).Single(), 70_000);

        RunResult served = _scene.Dls("repo", "cat", "data/weights.pth");
        Assert.True(served.ExitCode == Corrupt, served.ExitCode + served.Error);
        RunResult found = _scene.Dls("repo", "verify").Expect(Corrupt);
        Assert.Contains("data/weights.pth", found.Output, StringComparison.Ordinal);
        Assert.Contains(_commit[..12], found.Output, StringComparison.Ordinal);
        File.Delete(_scene.At("repo/data/weights.pth"));
        Assert.NotEqual(0, _scene.Dls("repo", "checkout", "data").ExitCode);
        Assert.False(File.Exists(_scene.At("repo/data/weights.pth")));

        _scene.Dls("repo", "pull", "data").Expect(0);
        Assert.Equal(right, File.ReadAllBytes(_scene.At("repo/data/weights.pth")));
        _scene.Dls("repo", "verify").Expect(0);
    }

    [Fact]
    public void A_truncated_local_pack_is_named_and_repaired_by_pull()
    {
        string pack = PackWith("repo/.git/dls/packs", "picture 1\n");
        Truncate(pack, new FileInfo(pack).Length / 2);

        _scene.Dls("repo", "verify").Expect(Corrupt);
        _scene.Dls("repo", "status").Expect(0);
        Directory.Delete(_scene.At("repo/data"), recursive: true);
        _scene.Dls("repo", "pull", "data").Expect(0);
        Assert.Equal("picture 1\n", File.ReadAllText(_scene.At("repo/data/img/001.txt")));
        Assert.Equal(70_000, new FileInfo(_scene.At("repo/data/deep/er/still/a.bin")).Length);
    }

    [Fact]
    public void A_damaged_pack_index_is_named_and_answers_stay_the_same_after_rebuild()
    {
        Answers before = Ask();
        _scene.Dls("repo", "index", "rebuild").Expect(0);
        string index = Directory.GetFiles(_scene.At("repo/.git/dls/index"), "*.idx").Single();
        FlipAt(index, (int)(new FileInfo(index).Length / 2));

        Assert.Contains(Path.GetFileName(index), _scene.Dls("repo", "verify").Expect(Corrupt).Output, StringComparison.Ordinal);
        _scene.Dls("repo", "index", "rebuild").Expect(0);

        Assert.Equal(before, Ask());
    }

    [Fact]
    public void R72_indexes_can_be_deleted_and_rebuilt()
    {
        _scene.Dls("repo", "index", "rebuild").Expect(0);
        Answers before = Ask();

        foreach (string file in (string[])[.. Directory.GetFiles(_scene.At("repo/.git/dls/index")),
            .. Directory.GetFiles(_scene.At("repo/.git/dls"), "index.sqlite*")])
        {
            File.Delete(file);
        }

        Assert.Equal(before, Ask());
        _scene.Dls("repo", "index", "rebuild").Expect(0);
        Assert.Equal(before, Ask());
    }

    [Theory]
    [InlineData("dls-pointer 9\n")]
    [InlineData("dls-pointer 1\nkind tree\n")]
    [InlineData("garbage\n")]
    [InlineData("")]
    public void A_damaged_pointer_is_named(string text)
    {
        _scene.Write("repo/data.dls", text);

        RunResult status = _scene.Dls("repo", "status");
        Assert.Contains("data.dls", status.Output + status.Error, StringComparison.Ordinal);
        RunResult checkout = _scene.Dls("repo", "checkout").Expect(3);
        Assert.Contains("left out: read pointer 'data.dls'", checkout.Error, StringComparison.Ordinal);
        _scene.Dls("repo", "checkout", "data").Expect(Corrupt);
        Assert.Equal("picture 1\n", File.ReadAllText(_scene.At("repo/data/img/001.txt")));
    }

    [Fact]
    public void A_flipped_bit_on_the_remote_is_named_and_not_pulled()
    {
        Flip(PackWith("remote/packs", "picture 1\n"), "picture 1\n");

        RunResult found = _scene.Dls("repo", "verify", "--remote", "lab").Expect(Corrupt);
        Assert.Contains("data/img/001.txt", found.Output, StringComparison.Ordinal);
        Assert.Contains(_commit[..12], found.Output, StringComparison.Ordinal);
        _scene.Clone("repo", "clone");
        RunResult pulled = _scene.Dls("clone", "pull").Expect(Partial);
        Assert.Contains("lab", pulled.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_scene.At("clone/data/img/001.txt")));
        _scene.Dls("clone", "verify").Expect(0);
    }

    [Fact]
    public void A_damaged_large_blob_on_the_remote_is_named_and_not_pulled()
    {
        FlipAt(Directory.GetFiles(_scene.At("remote/blobs"), "*", SearchOption.AllDirectories).Single(), 12_345);

        Assert.Contains(
            "data/weights.pth", _scene.Dls("repo", "verify", "--remote", "lab").Expect(Corrupt).Output, StringComparison.Ordinal);
        _scene.Clone("repo", "clone");
        _scene.Dls("clone", "pull").Expect(Partial);
        Assert.False(File.Exists(_scene.At("clone/data/weights.pth")));
    }

    [Fact]
    public void A_truncated_pack_on_the_remote_is_named_and_gives_its_whole_objects()
    {
        string pack = PackWith("remote/packs", "picture 1\n");
        Truncate(pack, new FileInfo(pack).Length - 60);

        Assert.Contains(
            Path.GetFileName(pack), _scene.Dls("repo", "verify", "--remote", "lab").Expect(Corrupt).Output, StringComparison.Ordinal);
        _scene.Clone("repo", "clone");
        _scene.Dls("clone", "pull").Expect(0);
        TreeSnapshot.AssertEqual(TreeSnapshot.Of(_scene.At("repo/data")), TreeSnapshot.Of(_scene.At("clone/data")));
        _scene.Dls("clone", "verify").Expect(0);
    }

    [Fact]
    public void A_damaged_index_on_the_remote_is_named_and_not_used()
    {
        string index = Directory.GetFiles(_scene.At("remote/index")).Single();
        FlipAt(index, (int)(new FileInfo(index).Length / 2));
        _scene.Clone("repo", "clone");

        RunResult found = _scene.Dls("clone", "verify", "--remote", "lab").Expect(Corrupt);
        Assert.Contains(Path.GetFileName(index), found.Output + found.Error, StringComparison.Ordinal);
        Assert.NotEqual(0, _scene.Dls("clone", "pull").ExitCode);
    }

    [Fact]
    public void A_damaged_pin_is_named_and_replaced_by_the_next_push()
    {
        string pin = Directory.GetFiles(_scene.At("remote/pins"), "*", SearchOption.AllDirectories).Single();
        FlipAt(pin, 3);

        Assert.Contains(_commit, _scene.Dls("repo", "verify", "--remote", "lab").Expect(Corrupt).Output, StringComparison.Ordinal);
        _scene.Dls("repo", "push").Expect(0);
        _scene.Dls("repo", "verify", "--remote", "lab").Expect(0);
    }

    [Fact]
    public void A_missing_pack_on_the_remote_is_named()
    {
        File.Delete(PackWith("remote/packs", "picture 1\n"));
        _scene.Clone("repo", "clone");

        _scene.Dls("repo", "verify", "--remote", "lab").Expect(Corrupt);
        RunResult pulled = _scene.Dls("clone", "pull").Expect(Partial);
        Assert.Contains("is not there", pulled.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(_scene.At("clone/data/weights.pth")));
    }

    private void AssertNotServed(string repo, string path, string right)
    {
        RunResult cat = _scene.Dls(repo, "cat", path);
        Assert.True(cat.ExitCode is 12 or Corrupt, cat.ToString());
        Assert.Equal("", cat.Output);
        Assert.Equal(right, File.ReadAllText(_scene.At($"{repo}/{path}")));
        using Scene copy = _scene.Copy();
        File.Delete(copy.At($"{repo}/{path}"));
        Assert.NotEqual(0, copy.Dls(repo, "checkout", "data").ExitCode);
        Assert.False(File.Exists(copy.At($"{repo}/{path}")) && File.ReadAllText(copy.At($"{repo}/{path}")) != right);
    }

    private void RestoredByPull(string path, string right)
    {
        File.Delete(_scene.At("repo/" + path));
        _scene.Dls("repo", "pull", "data").Expect(0);
        Assert.Equal(right, File.ReadAllText(_scene.At("repo/" + path)));
        Assert.Equal(right, _scene.Dls("repo", "cat", path).Expect(0).Output);
        _scene.Dls("repo", "status", "--exit-code").Expect(0);
    }

    private Answers Ask() => new(
        _scene.Dls("repo", "where", "data/img/001.txt").Expect(0).Output.Split("read ")[0],
        _scene.Dls("repo", "ls", "-R", "--oid", "data").Expect(0).Output,
        _scene.Dls("repo", "verify").Expect(0).Output);

    private string PackWith(string directory, string text)
    {
        byte[] wanted = System.Text.Encoding.UTF8.GetBytes(text);
        return Directory.GetFiles(
            _scene.At(directory), "*.pack", SearchOption.AllDirectories).Single(f => File.ReadAllBytes(f).AsSpan().IndexOf(wanted) >= 0);
    }

    private static void Flip(
        string file, string text) => FlipAt(file, File.ReadAllBytes(file).AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(text)));

    private static void FlipAt(string file, int at)
    {
        byte[] bytes = File.ReadAllBytes(file);
        bytes[at] ^= 0x10;
        Replace(file, bytes);
    }

    private static void Truncate(string file, long length) => Replace(file, File.ReadAllBytes(file)[..(int)length]);

    private static void Replace(string file, byte[] bytes)
    {
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllBytes(file, bytes);
    }

    private sealed record Answers(string Where, string Ls, string Verify);
}
