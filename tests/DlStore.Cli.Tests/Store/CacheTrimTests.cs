using System.Text.Json;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Store;

/// <summary>Bytes go from the local store when a remote has them, and only then.</summary>
public sealed class CacheTrimTests : IDisposable
{
    private const int Large = 2 << 20;
    private readonly Scene _scene = new();

    public CacheTrimTests()
    {
        _ = _scene.UseExecutable();
        _scene.MakeRepo();
        for (int version = 1; version <= 3; version++)
        {
            _scene.Write("repo/w.bin", Scene.Pattern(Large, version));
            _scene.Write("repo/data/small.txt", $"small {version}\n");
            _scene.Write("repo/data/same.txt", "same\n");
            _scene.Dls("repo", "add", "w.bin", "data", "--quiet").Expect(0);
            _scene.Commit("repo", $"version {version}");
        }
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Older_versions_go_come_back_by_a_fetch_and_nothing_else_goes()
    {
        _scene.Git("repo", "checkout", "-q", "HEAD~2");
        _scene.Dls("repo", "push", "--quiet").Expect(0);
        _scene.Git("repo", "checkout", "-q", "main");
        Assert.Contains("named by no pin on 'lab'", Trim("--dry-run").Output, StringComparison.Ordinal);
        _scene.Dls("repo", "push", "--quiet").Expect(0);
        Assert.Contains("would free ", Trim("--dry-run").Output, StringComparison.Ordinal);
        Assert.Equal(3, Blobs());

        RunResult trim = Trim();
        Assert.Contains("that 'lab' holds", trim.Output, StringComparison.Ordinal);
        Assert.Contains("named by HEAD or a work tree", trim.Output, StringComparison.Ordinal);
        Assert.Equal(1, Blobs());
        _scene.Dls("repo", "verify").Expect(0);
        _scene.Dls("repo", "status", "--exit-code").Expect(0);
        Assert.Contains("nothing to drop", Trim().Output, StringComparison.Ordinal);

        _scene.Git("repo", "checkout", "-q", "HEAD~2");
        _scene.Dls("repo", "pull").Expect(0);
        Assert.Equal("small 1\n", File.ReadAllText(_scene.At("repo/data/small.txt")));
        Assert.Equal(Scene.Pattern(Large, 1), File.ReadAllBytes(_scene.At("repo/w.bin")));
    }

    [Fact]
    public void What_is_new_stays_and_what_another_work_tree_needs()
    {
        _scene.Dls("repo", "push", "--quiet").Expect(0);
        Assert.Contains("too new (--keep)", _scene.Dls("repo", "cache", "trim").Expect(0).Output, StringComparison.Ordinal);
        Assert.Equal(3, Blobs());

        _scene.Git("repo", "worktree", "add", "-q", "../second", "HEAD~");
        Trim();
        Assert.Equal(2, Blobs());
        _scene.Dls("second", "checkout").Expect(0);
        Assert.Equal("small 2\n", File.ReadAllText(_scene.At("second/data/small.txt")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_the_remote_has_lost_or_damaged_stays(bool isDamaged)
    {
        _scene.Dls("repo", "push", "--quiet").Expect(0);
        foreach (string blob in Directory.GetFiles(_scene.At("remote/blobs"), "*", SearchOption.AllDirectories))
        {
            if (isDamaged)
            {
                File.SetUnixFileMode(blob, UnixFileMode.UserRead | UnixFileMode.UserWrite);
                byte[] bytes = File.ReadAllBytes(blob);
                bytes[7] ^= 1;
                File.WriteAllBytes(blob, bytes);
            }
            else
            {
                File.Delete(blob);
            }
        }

        JsonElement result = JsonDocument.Parse(Trim("--json").Output).RootElement;
        Assert.Equal(2, result.GetProperty("notThere").GetInt64());
        Assert.Equal(3, Blobs());
        _scene.Dls("repo", "push", "--repair").Expect(0);
        Trim(isDamaged ? ["--quick"] : []);
        Assert.Equal(1, Blobs());
    }

    [Fact]
    public void Without_a_remote_or_with_a_shared_store_nothing_goes()
    {
        _scene.Dls("repo", "push", "--quiet").Expect(0);
        Directory.Move(_scene.At("remote"), _scene.At("elsewhere"));
        _scene.Dls("repo", "cache", "trim", "--keep", "0s").Expect(1);
        Directory.Move(_scene.At("elsewhere"), _scene.At("remote"));
        _scene.Dls("repo", "cache", "trim", "--keep", "soon").Expect(2);
        _scene.Dls("repo", "cache", "trim", "--remote", "nosuch").Expect(2);
        _scene.Git("repo", "config", "dls.storePath", _scene.At("repo/.git/dls"));
        Assert.Contains("other repositories may keep their bytes there", _scene.Dls("repo", "cache", "trim", "--keep", "0s").Expect(1).Error,
            StringComparison.Ordinal);
        Assert.Equal(3, Blobs());
    }

    private RunResult Trim(params string[] options)
    {
        Scene.LetFilesAge();
        return _scene.Dls("repo", ["cache", "trim", "--keep", "0s", .. options]).Expect(0);
    }

    private int Blobs() => Directory.GetFiles(_scene.At("repo/.git/dls/blobs"), "*", SearchOption.AllDirectories).Length;
}
