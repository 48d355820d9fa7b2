using System.Text;
using System.Text.Json;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Store;

/// <summary>
/// A pull from a remote that lost something writes everything that is whole, names the rest and whom to ask, and deletes nothing.
/// </summary>
public sealed class PartialPullTests : IDisposable
{
    private const int Partial = 3;
    private readonly Scene _scene = new();

    public PartialPullTests() => _scene.MakeRepo();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void What_is_lost_is_listed_with_remote_path_commit_and_author()
    {
        _scene.WriteSample("repo/data");
        AddAndPush("data");
        string commit = _scene.Git("repo", "rev-parse", "HEAD");
        Flip("picture 1\n");
        _scene.Clone("repo", "clone");

        RunResult pulled = _scene.Dls("clone", "pull", "--json").Expect(Partial);

        using JsonDocument json = JsonDocument.Parse(pulled.Output);
        JsonElement lost = Assert.Single(json.RootElement.GetProperty("fetched").GetProperty("lost").EnumerateArray().ToArray());
        Assert.Equal("lab", lost.GetProperty("remote").GetString());
        Assert.Equal("data/img/001.txt", lost.GetProperty("path").GetString());
        Assert.Equal(commit, lost.GetProperty("commit").GetString());
        Assert.Equal(_scene.Git("repo", "log", "-1", "--format=%an <%ae>"), lost.GetProperty("author").GetString());
        AssertEqualBut("clone/data", "img/001.txt");
        Assert.Contains("1 not pulled", _scene.Dls("clone", "status").Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("data/img/001.txt", _scene.Dls("clone", "pull").Expect(Partial).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Pointers_whose_listing_is_whole_are_written_when_another_one_is_lost()
    {
        _scene.Write("repo/lost/a.txt", "a\n");
        AddAndPush("lost");
        string lost = Assert.Single(NodePacks());
        _scene.Write("repo/whole/b.txt", "b\n");
        _scene.Write("repo/one.bin", "c\n");
        AddAndPush("whole", "one.bin");
        File.Delete(lost);
        _scene.Clone("repo", "clone");

        RunResult pulled = _scene.Dls("clone", "pull").Expect(Partial);

        Assert.Contains("lost/", pulled.Error, StringComparison.Ordinal);
        Assert.Equal("b\n", File.ReadAllText(_scene.At("clone/whole/b.txt")));
        Assert.Equal("c\n", File.ReadAllText(_scene.At("clone/one.bin")));
        Assert.False(Directory.Exists(_scene.At("clone/lost")));
        RunResult all = _scene.Dls("clone", "fetch", "--all").Expect(Partial);
        Assert.Contains("lost/", all.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lost_listing_deep_inside_costs_only_what_it_names_and_deletes_nothing()
    {
        _scene.WriteSample("repo/data");
        AddAndPush("data");
        _scene.Clone("repo", "clone");
        _scene.Dls("clone", "pull").Expect(0);
        string[] before = NodePacks();
        _scene.Write("repo/data/img/000.txt", "another picture\n");
        _scene.Write("repo/data/img/009.txt", "a new picture\n");
        _scene.Write("repo/data/top.txt", "new on top\n");
        AddAndPush("data");

        // Only the listing of img is lost: the new root listing, in the same pack, is put back as what it was by name.
        string pack = Assert.Single(NodePacks().Except(before));
        byte[] bytes = File.ReadAllBytes(pack);
        int at = bytes.AsSpan().IndexOf("009.txt"u8);
        Assert.True(at > 0);
        bytes[at] ^= 1;
        Replace(pack, bytes);
        _scene.Git("clone", "pull", "-q");

        RunResult pulled = _scene.Dls("clone", "pull").Expect(Partial);

        Assert.Contains("data/img/", pulled.Error, StringComparison.Ordinal);
        Assert.Equal("new on top\n", File.ReadAllText(_scene.At("clone/data/top.txt")));
        Assert.Equal("picture 0\n", File.ReadAllText(_scene.At("clone/data/img/000.txt")));
        Assert.Equal(5, Directory.GetFiles(_scene.At("clone/data/img")).Length);

        _scene.Dls("repo", "verify", "--remote", "lab").Expect(13);
        _scene.Dls("repo", "push").Expect(0);
        _scene.Dls("clone", "pull").Expect(0);
        TreeSnapshot.AssertEqual(TreeSnapshot.Of(_scene.At("repo/data")), TreeSnapshot.Of(_scene.At("clone/data")));
        _scene.Dls("clone", "status", "--exit-code").Expect(0);
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.9)]
    public void A_pack_that_is_cut_off_gives_what_lies_before_the_end(double part)
    {
        for (int i = 0; i < 60; i++)
        {
            _scene.Write($"repo/data/{i:00}.bin", Scene.Pattern(4000, i));
        }

        AddAndPush("data");
        string pack = Directory.GetFiles(
            _scene.At("remote/packs"), "*.pack", SearchOption.AllDirectories).MaxBy(f => new FileInfo(f).Length)!;
        Replace(pack, File.ReadAllBytes(pack)[..(int)(new FileInfo(pack).Length * part)]);
        _scene.Clone("repo", "clone");

        _scene.Dls("clone", "pull").Expect(Partial);

        int came = Directory.GetFiles(_scene.At("clone/data")).Length;
        Assert.InRange(came, (int)(60 * part) - 4, (int)(60 * part) + 2);
        _scene.Dls("clone", "verify").Expect(0);
        Assert.Contains($"{60 - came} not pulled", _scene.Dls("clone", "status").Expect(0).Output, StringComparison.Ordinal);
    }

    private string[] NodePacks() =>
        [.. Directory.GetFiles(_scene.At("remote/packs"), "*.pack", SearchOption.AllDirectories).Where(p => File.ReadAllBytes(p)[5] == 2)];

    private void AddAndPush(params string[] paths)
    {
        _scene.Dls("repo", ["add", .. paths]).Expect(0);
        _scene.Commit("repo", "more");
        _scene.Dls("repo", "push").Expect(0);
    }

    private void AssertEqualBut(string directory, string lost)
    {
        using Scene copy = _scene.Copy();
        File.Delete(copy.At("repo/data/" + lost));
        TreeSnapshot.AssertEqual(TreeSnapshot.Of(copy.At("repo/data")), TreeSnapshot.Of(copy.At(directory)));
    }

    private void Flip(string text)
    {
        byte[] wanted = Encoding.UTF8.GetBytes(text);
        string pack = Directory.GetFiles(_scene.At("remote/packs"), "*.pack", SearchOption.AllDirectories)
            .Single(f => File.ReadAllBytes(f).AsSpan().IndexOf(wanted) >= 0);
        byte[] bytes = File.ReadAllBytes(pack);
        bytes[bytes.AsSpan().IndexOf(wanted)] ^= 1;
        Replace(pack, bytes);
    }

    private static void Replace(string file, byte[] bytes)
    {
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllBytes(file, bytes);
    }
}
