using System.Text.Json;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Commits;

/// <summary>A build server asks whether the remote has every byte that a commit needs.</summary>
public sealed class VerifyCommitTests : IDisposable
{
    private readonly Scene _scene = new();

    public VerifyCommitTests()
    {
        _scene.MakeRepo();
        _scene.WriteSample("repo/data");
        _scene.Write("repo/w.bin", Scene.Pattern(2 << 20, 1));
        _scene.Record("repo", "one", "data", "w.bin");
    }

    public void Dispose() => _scene.Dispose();

    [Theory]
    [InlineData("repo", "read and hashed here")]
    [InlineData("clone", "read and hashed here")]
    [InlineData("clone", "by name and length, not read", "--quick")]
    public void All_is_there(string where, string how, params string[] options)
    {
        _scene.Clone("repo", "clone");
        RunResult run = _scene.Dls(where, ["verify", "--commit", "HEAD", .. options]).Expect(0);
        Assert.Contains("has 2 pointers that need ", run.Output, StringComparison.Ordinal);
        Assert.Contains("remote 'lab' has all of them in ", run.Output, StringComparison.Ordinal);
        Assert.Contains(how, run.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(_scene.At("clone/w.bin")));
    }

    [Fact]
    public void What_was_never_pushed_is_named_with_its_path()
    {
        _scene.Write("repo/data/new.txt", "new\n");
        _scene.Dls("repo", "add", "data", "--quiet").Expect(0);
        _scene.Commit("repo", "two");

        foreach (string[] options in (string[][])[[], ["--quick"]])
        {
            RunResult run = _scene.Dls("repo", ["verify", "--commit", "HEAD", .. options]).Expect(12);
            Assert.Contains("data/new.txt: no index there names it (commit ", run.Output, StringComparison.Ordinal);
            _scene.Dls("repo", ["verify", "--commit", "HEAD~", .. options]).Expect(0);
        }

        _scene.Clone("repo", "clone");
        Assert.Contains("data/: no index there names it", _scene.Dls("clone", "verify", "--commit", "HEAD").Expect(12).Output,
            StringComparison.Ordinal);
        _scene.Dls("repo", "push", "--quiet").Expect(0);
        _scene.Dls("clone", "verify", "--commit", "HEAD").Expect(0);
    }

    [Fact]
    public void Wrong_bytes_are_found_by_reading_and_lost_files_by_their_length()
    {
        string blob = Directory.GetFiles(_scene.At("remote/blobs"), "*", SearchOption.AllDirectories).Single();
        File.SetUnixFileMode(blob, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        byte[] bytes = File.ReadAllBytes(blob);
        bytes[5] ^= 1;
        File.WriteAllBytes(blob, bytes);
        _scene.Clone("repo", "clone");
        _scene.Dls("clone", "verify", "--commit", "HEAD", "--quick").Expect(0);
        RunResult run = _scene.Dls("clone", "verify", "--commit", "HEAD").Expect(13);
        Assert.Contains("w.bin: its bytes there are damaged or gone", run.Output, StringComparison.Ordinal);
        Assert.Contains("`dls repair --remote lab`", run.Error, StringComparison.Ordinal);
        _scene.Dls("repo", "repair", "--remote", "lab").Expect(0);
        _scene.Dls("clone", "verify", "--commit", "HEAD").Expect(0);

        File.Delete(blob);
        JsonElement result = JsonDocument.Parse(_scene.Dls("clone", "verify", "--commit", "HEAD", "--quick", "--json").Expect(13).Output).RootElement;
        Assert.Equal(1, result.GetProperty("missingObjects").GetInt64());
        Assert.Equal("w.bin", result.GetProperty("missing")[0].GetProperty("path").GetString());
    }

    [Theory]
    [InlineData("--quick")]
    [InlineData("--commit", "HEAD", "data")]
    [InlineData("--commit", "nosuch")]
    [InlineData("--commit", "HEAD", "--quick", "--download")]
    [InlineData("--commit", "HEAD", "--remote", "nosuch")]
    public void Words_that_mean_nothing_are_errors(params string[] arguments) =>
        _scene.Dls("repo", ["verify", .. arguments]).Expect(2);

    [Fact]
    public void A_commit_without_pointers_needs_nothing() => Assert.Contains(
        "has no pointer, so it needs nothing", _scene.Dls("repo", "verify", "--commit", "HEAD~").Expect(0).Output, StringComparison.Ordinal);
}
