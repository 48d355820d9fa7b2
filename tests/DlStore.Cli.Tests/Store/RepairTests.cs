using DlStore.TestKit;

namespace DlStore.Cli.Tests.Store;

/// <summary><c>dls repair</c> as it is typed: what it says, its exit codes, and that a killed one is finished by the next.</summary>
public sealed class RepairTests : IDisposable
{
    private const int Corrupt = 13;
    private const int Missing = 12;
    private readonly Scene _scene = new();

    public RepairTests()
    {
        _scene.MakeRepo();
        _scene.WriteSample("repo/data");
        _scene.Write("repo/data/weights.pth", Scene.Pattern((1 << 20) + 99, 5));
        _scene.Dls("repo", "add", "data").Expect(0);
        _scene.Commit("repo", "one");
        _scene.Dls("repo", "push").Expect(0);
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void What_verify_hints_at_mends_the_store_and_the_remote()
    {
        Flip(Blob("repo/.git/dls/blobs"));
        Flip(Blob("remote/blobs"));
        Assert.Contains("`dls repair`", _scene.Dls("repo", "verify").Expect(Corrupt).Error, StringComparison.Ordinal);
        Assert.Contains(
            "`dls repair --remote lab`", _scene.Dls("repo", "verify", "--remote", "lab").Expect(Corrupt).Error, StringComparison.Ordinal);

        RunResult planned = _scene.Dls("repo", "repair", "--dry-run").Expect(0);
        Assert.Contains("would take 1 object from the work tree", planned.Output, StringComparison.Ordinal);
        _scene.Dls("repo", "repair").Expect(0);
        RunResult far = _scene.Dls("repo", "repair", "--remote", "lab").Expect(0);

        Assert.Contains("took 1 object from the local store", far.Output, StringComparison.Ordinal);
        _scene.Dls("repo", "verify").Expect(0);
        _scene.Dls("repo", "verify", "--remote", "lab").Expect(0);
        Assert.Contains("lab: nothing to repair", _scene.Dls("repo", "repair", "--all").Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_no_place_has_is_named_with_who_uses_it_and_its_exit_code()
    {
        string blob = Blob("repo/.git/dls/blobs");
        Flip(blob);
        Flip(Blob("remote/blobs"));
        File.Delete(_scene.At("repo/data/weights.pth"));

        RunResult result = _scene.Dls("repo", "repair", "--all").Expect(Missing);

        Assert.Contains($"sha256:{Path.GetFileName(blob)}: no good copy", result.Output, StringComparison.Ordinal);
        Assert.Contains("used by data/weights.pth at commit ", result.Output, StringComparison.Ordinal);
        _scene.Dls("repo", "repair", "--remote", "lab", "--json").Expect(Missing);
        _scene.Write("repo/data/weights.pth", Scene.Pattern((1 << 20) + 99, 5));
        _scene.Dls("repo", "repair", "--all").Expect(0);
        _scene.Dls("repo", "verify", "--remote", "lab").Expect(0);
    }

    [Theory]
    [InlineData("fetch.blobs", false)]
    [InlineData("blob.renamed", false)]
    [InlineData("fetch.pack", false)]
    [InlineData("push.packs", true)]
    [InlineData("remote.copied", true)]
    [InlineData("remote.renamed", true)]
    public void A_repair_that_was_killed_leaves_nothing_worse_and_the_next_one_ends_it(string point, bool isFar)
    {
        _scene.Clone("repo", "clone");
        _scene.Dls("clone", "fetch").Expect(0);
        string root = isFar ? "remote" : "clone/.git/dls";
        Flip(Blob($"{root}/blobs"));
        Flip(Directory.GetFiles(_scene.At($"{root}/packs"), "*.pack", SearchOption.AllDirectories)
            .OrderByDescending(static f => new FileInfo(f).Length).First());
        string[] command = isFar ? ["repair", "--remote", "lab"] : ["repair"];

        _scene.Crash("clone", point, command).Expect(137);
        _scene.Dls("clone", command).Expect(0);

        _scene.Dls("clone", "verify").Expect(0);
        _scene.Dls("clone", "verify", "--remote", "lab").Expect(0);
        _scene.Dls("clone", "pull").Expect(0);
        Assert.Equal(Scene.Hashes(_scene.At("repo/data")), Scene.Hashes(_scene.At("clone/data")));
    }

    [Fact]
    public void A_killed_push_is_no_hindrance_to_a_collection_by_the_same_clone()
    {
        _scene.Write("repo/data/new.bin", Scene.Pattern(5000, 6));
        _scene.Dls("repo", "add", "data").Expect(0);
        _scene.Commit("repo", "two");
        _scene.Crash("repo", "push.packs", "push").Expect(137);
        Assert.NotEmpty(Directory.GetFiles(_scene.At("remote/leases")));

        _scene.Dls("repo", "gc", "--remote", "lab").Expect(0);

        Assert.Empty(Directory.GetFiles(_scene.At("remote/leases")));
        _scene.Dls("repo", "push").Expect(0);
        _scene.Dls("repo", "verify", "--remote", "lab").Expect(0);
    }

    private string Blob(string directory) =>
        Directory.GetFiles(_scene.At(directory), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First();

    private static void Flip(string path)
    {
        File.SetAttributes(path, FileAttributes.Normal);
        using FileStream file = File.Open(path, FileMode.Open);
        file.Position = 200;
        int old = file.ReadByte();
        file.Position = 200;
        file.WriteByte((byte)(old ^ 4));
    }
}
