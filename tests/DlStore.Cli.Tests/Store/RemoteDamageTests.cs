using System.Text;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Store;

/// <summary>
/// A remote that lost or changed bytes: verify notes it, push sends it again and replaces it, nothing is pinned that rests on it, status
/// says so.
/// </summary>
public sealed class RemoteDamageTests : IDisposable
{
    private const int Partial = 3;
    private const int Corrupt = 13;
    private readonly Scene _scene = new();

    public RemoteDamageTests()
    {
        _scene.MakeRepo();
        _scene.WriteSample("repo/data");
        _scene.Write("repo/data/weights.pth", Scene.Pattern((1 << 20) + 99, 5));
        _scene.Dls("repo", "add", "data").Expect(0);
        _scene.Commit("repo", "one");
        _scene.Dls("repo", "push").Expect(0);
    }

    public static TheoryData<string> Damages => ["blob changed", "blob gone", "blob grown", "pack flipped",
        "pack cut", "pack gone", "pack grown", "node pack gone", "all packs gone", "index gone", "index flipped", "pin flipped"];

    public void Dispose() => _scene.Dispose();

    [Theory]
    [MemberData(nameof(Damages))]
    public void What_verify_found_is_sent_again_and_a_clone_that_never_looked_gets_every_byte(string what)
    {
        Damage(what);

        _scene.Dls("repo", "verify", "--remote", "lab").Expect(Corrupt);
        if (!what.StartsWith("index", StringComparison.Ordinal) && !what.StartsWith("pin", StringComparison.Ordinal))
        {
            Assert.Contains(
                "damaged or gone on lab, found by verify", _scene.Dls("repo", "status").Expect(0).Output, StringComparison.Ordinal);
            _scene.Dls("repo", "status", "--exit-code").Expect(4);
        }

        RunResult repaired = _scene.Dls("repo", "push", "--repair").Expect(0);

        AssertWhole(repaired.ToString());
        Assert.Contains("nothing to repair", _scene.Dls("repo", "push", "--repair").Expect(0).Output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public void Repair_finds_by_itself_what_is_gone_or_has_another_length(string what)
    {
        if (what is "blob changed" or "pack flipped")
        {
            // Equal length: only reading every byte finds it, and that is verify's work.
            return;
        }

        Damage(what);

        AssertWhole(_scene.Dls("repo", "push", "--repair").Expect(0).ToString());
    }

    [Theory]
    [InlineData("blob changed")]
    [InlineData("pack flipped")]
    [InlineData("pack gone")]
    public void A_plain_push_sends_what_is_noted_although_nothing_is_new(string what)
    {
        Damage(what);
        _scene.Dls("repo", "verify", "--remote", "lab").Expect(Corrupt);

        RunResult pushed = _scene.Dls("repo", "push").Expect(0);

        Assert.Matches("repaired [1-9][0-9]* places? on lab", pushed.Output);
        AssertWhole(pushed.ToString());
    }

    [Theory]
    [InlineData("blob gone")]
    [InlineData("blob grown")]
    [InlineData("pack gone")]
    [InlineData("pack cut")]
    [InlineData("node pack gone")]
    public void A_push_of_a_new_commit_looks_by_name_and_length_at_what_it_relies_on(string what)
    {
        Damage(what);
        _scene.Write("repo/more/weights.pth", Scene.Pattern((1 << 20) + 99, 5));
        _scene.Write("repo/more/a.txt", "new\n");
        _scene.Dls("repo", "add", "more").Expect(0);
        _scene.Commit("repo", "two");

        RunResult pushed = _scene.Dls("repo", "push").Expect(0);

        AssertWhole(pushed.ToString());
    }

    [Theory]
    [InlineData("blob changed")]
    [InlineData("pack flipped")]
    [InlineData("pack gone")]
    public void What_is_not_whole_here_either_is_named_and_nothing_that_needs_it_is_pinned(string what)
    {
        Damage(what);
        _scene.Clone("repo", "clone");
        _scene.Dls("clone", "verify", "--remote", "lab").Expect(Corrupt);
        _scene.Write("clone/note.txt", "mine\n");
        _scene.Dls("clone", "add", "note.txt").Expect(0);
        string commit = _scene.Commit("clone", "two");

        RunResult pushed = _scene.Dls("clone", "push").Expect(Partial);

        Assert.Contains("data at commit", pushed.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_scene.At("remote/pins"), commit, SearchOption.AllDirectories));

        // The clone that has the bytes mends it without having looked; then the other one can push.
        _scene.Dls("repo", "verify", "--remote", "lab").Expect(Corrupt);
        _scene.Dls("repo", "push", "--repair").Expect(0);
        _scene.Dls("clone", "verify", "--remote", "lab").Expect(0);
        _scene.Dls("clone", "push").Expect(0);
        Assert.Single(Directory.GetFiles(_scene.At("remote/pins"), commit, SearchOption.AllDirectories));
    }

    [Fact]
    public void Bytes_that_are_damaged_here_are_not_sent_and_the_commit_is_not_pinned()
    {
        Scene scene = _scene;
        scene.Write("repo/more/a.txt", "only here 1\n");
        scene.Write("repo/more/b.txt", "only here 2\n");
        scene.Dls("repo", "add", "more").Expect(0);
        string commit = scene.Commit("repo", "two");
        Flip(PackWith("repo/.git/dls/packs", "only here 1\n"), "only here 1\n");

        RunResult pushed = scene.Dls("repo", "push").Expect(Partial);

        Assert.Contains("more at commit " + commit[..12], pushed.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(scene.At("remote/pins"), commit, SearchOption.AllDirectories));
        scene.Dls("repo", "verify", "--remote", "lab").Expect(0);
    }

    [Fact]
    public void A_large_blob_of_equal_size_that_no_index_names_is_hashed_before_it_counts()
    {
        byte[] right = Scene.Pattern((2 << 20) + 3, 9);
        _scene.Write("repo/big.bin", right);
        _scene.Dls("repo", "add", "big.bin").Expect(0);
        _scene.Commit("repo", "two");
        string hex = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(right));
        byte[] wrong = [.. right];
        wrong[12345] ^= 1;
        _scene.Write($"remote/blobs/{hex[..2]}/{hex[2..4]}/{hex}", wrong);

        _scene.Dls("repo", "push").Expect(0);

        Assert.Equal(right, File.ReadAllBytes(_scene.At($"remote/blobs/{hex[..2]}/{hex[2..4]}/{hex}")));
        AssertWhole("");
    }

    [Fact]
    public void Pull_finds_damage_notes_it_and_the_next_verify_of_a_mended_remote_strikes_it_out()
    {
        Damage("blob changed");
        _scene.Clone("repo", "clone");

        RunResult pulled = _scene.Dls("clone", "pull").Expect(Partial);

        Assert.Contains("data/weights.pth", pulled.Error, StringComparison.Ordinal);
        Assert.Equal("picture 1\n", File.ReadAllText(_scene.At("clone/data/img/001.txt")));
        Assert.Contains("found by fetch", _scene.Dls("clone", "status").Expect(0).Output, StringComparison.Ordinal);
        _scene.Dls("repo", "verify", "--remote", "lab").Expect(Corrupt);
        _scene.Dls("repo", "push").Expect(0);
        _scene.Dls("clone", "pull").Expect(0);
        Assert.DoesNotContain("damaged", _scene.Dls("clone", "status", "--exit-code").Expect(0).Output, StringComparison.Ordinal);
    }

    private void AssertWhole(string context)
    {
        RunResult verified = _scene.Dls("repo", "verify", "--remote", "lab");
        Assert.True(verified.ExitCode == 0, $"{verified}\n{context}");
        _scene.Dls("repo", "remote", "check").Expect(0);
        Assert.Contains("on lab: in pin", _scene.Dls("repo", "status", "--exit-code").Expect(0).Output, StringComparison.Ordinal);
        _scene.Clone("repo", "fresh");
        _scene.Dls("fresh", "pull").Expect(0);
        TreeSnapshot.AssertEqual(TreeSnapshot.Of(_scene.At("repo/data")), TreeSnapshot.Of(_scene.At("fresh/data")));
        _scene.Dls("fresh", "verify", "--remote", "lab").Expect(0);
    }

    private void Damage(string what)
    {
        string text = "picture 1\n";
        string pack = PackWith("remote/packs", text);
        string blob = Directory.GetFiles(_scene.At("remote/blobs"), "*", SearchOption.AllDirectories).Single();
        string index = Directory.GetFiles(_scene.At("remote/index")).Single();
        string[] packs = Directory.GetFiles(_scene.At("remote/packs"), "*.pack", SearchOption.AllDirectories);
        switch (what)
        {
            case "blob changed":
                Change(blob, b => b[70_000] ^= 1);
                break;
            case "blob gone":
                File.Delete(blob);
                break;
            case "blob grown":
                Grow(blob);
                break;
            case "pack flipped":
                Flip(pack, text);
                break;
            case "pack cut":
                Replace(pack, File.ReadAllBytes(pack)[..(int)(new FileInfo(pack).Length / 2)]);
                break;
            case "pack gone":
                File.Delete(pack);
                break;
            case "pack grown":
                Grow(pack);
                break;
            case "node pack gone":
                File.Delete(packs.Single(p => p != pack));
                break;
            case "all packs gone":
                Array.ForEach(packs, File.Delete);
                break;
            case "index gone":
                File.Delete(index);
                break;
            case "index flipped":
                Change(index, b => b[^60] ^= 1);
                break;
            case "pin flipped":
                Change(Directory.GetFiles(_scene.At("remote/pins"), "*", SearchOption.AllDirectories).Single(), b => b[0] ^= 1);
                break;
            default:
                throw new ArgumentException(what);
        }
    }

    private string PackWith(string directory, string text) =>
        Directory.GetFiles(_scene.At(directory), "*.pack", SearchOption.AllDirectories)
            .Single(f => File.ReadAllBytes(f).AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0);

    private static void Flip(string file, string text) => Change(file, b => b[b.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text))] ^= 0x10);

    private static void Grow(string file) => Replace(file, [.. File.ReadAllBytes(file), .. new byte[5000]]);

    private static void Change(string file, Action<byte[]> change)
    {
        byte[] bytes = File.ReadAllBytes(file);
        change(bytes);
        Replace(file, bytes);
    }

    private static void Replace(string file, byte[] bytes)
    {
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllBytes(file, bytes);
    }
}
