using System.Diagnostics;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Remotes;

/// <summary>Several remotes of one repository: pushes to all, mirrors, and a rate for each.</summary>
public sealed class SeveralRemotesTests : IDisposable
{
    private readonly Scene _scene = new();

    public SeveralRemotesTests()
    {
        _scene.MakeRepo();
        _scene.Dls("repo", "remote", "add", "backup", "../backup").Expect(0);
        _scene.WriteSample("repo/data");
        _scene.Write("repo/large.bin", Scene.Pattern(3_000_000, 1));
        _scene.Dls("repo", "add", "data", "large.bin").Expect(0);
        _scene.Commit("repo", "one");
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void A_push_to_all_passes_over_what_is_only_read_and_goes_on_after_a_failure()
    {
        _scene.Dls("repo", "remote", "add", "pub", "http://127.0.0.1:1/").Expect(0);
        _scene.Dls("repo", "remote", "add", "blocked", "../blocked").Expect(0);
        _scene.Commit("repo", "remotes");
        _scene.Write("blocked", "a file");

        RunResult pushed = _scene.Dls("repo", "push", "--to", "all").Expect(3);

        Assert.Contains("to backup", pushed.Output, StringComparison.Ordinal);
        Assert.Contains("to lab", pushed.Output, StringComparison.Ordinal);
        Assert.Contains("error: ", pushed.Error, StringComparison.Ordinal);
        Assert.Contains("'blocked'", pushed.Error, StringComparison.Ordinal);
        Assert.Contains("pub can only be read", pushed.Error, StringComparison.Ordinal);
        _scene.Dls("repo", "push", "--to", "lab,backup").Expect(0);
        _scene.Dls("repo", "push", "--to", "blocked").Expect(1);
        _scene.Dls("repo", "push", "--to", "lab,none").Expect(2);
        _scene.Dls("repo", "push", "--to", "all", "--remote", "lab").Expect(2);
        Assert.Contains("\"remote\":\"lab\"", _scene.Dls("repo", "push", "--to", "all", "--json").Expect(3).Output, StringComparison.Ordinal);
        _scene.Dls("repo", "remote", "add", "all", "../x").Expect(2);
    }

    [Fact]
    public void A_mirror_has_everything_and_a_second_run_copies_nothing()
    {
        _scene.Dls("repo", "push").Expect(0);
        Assert.Contains("would copy", _scene.Dls("repo", "remote", "mirror", "lab", "backup", "--dry-run").Expect(0).Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_scene.At("backup")));

        RunResult mirrored = _scene.Dls("repo", "remote", "mirror", "lab", "backup").Expect(0);

        Assert.Contains("1 pin from lab to backup", mirrored.Output, StringComparison.Ordinal);
        RequireSame();
        Assert.Contains("nothing to copy", _scene.Dls("repo", "remote", "mirror", "lab", "backup").Expect(0).Output, StringComparison.Ordinal);
        Directory.Delete(_scene.At("remote"), recursive: true);
        _scene.Clone("repo", "clone");
        _scene.Dls("clone", "pull", "--remote", "backup").Expect(0);
        Assert.Equal(Scene.Hashes(_scene.At("repo/data")), Scene.Hashes(_scene.At("clone/data")));
        _scene.Dls("clone", "verify", "--remote", "backup").Expect(0);
    }

    [Theory]
    [InlineData("mirror.file")]
    [InlineData("mirror.index")]
    [InlineData("push.pin")]
    public void A_mirror_that_is_killed_is_whole_after_a_rerun(string point)
    {
        _scene.Dls("repo", "push").Expect(0);

        _scene.Crash("repo", point, "remote", "mirror", "lab", "backup").Expect(137);

        _scene.Dls("repo", "verify", "--remote", "backup").Expect(0);
        _scene.Dls("repo", "remote", "mirror", "lab", "backup").Expect(0);
        RequireSame();
        _scene.Dls("repo", "verify", "--remote", "backup").Expect(0);
    }

    [Fact]
    public void A_mirror_of_something_damaged_pins_nothing_and_names_it()
    {
        _scene.Dls("repo", "push").Expect(0);
        string blob = Directory.GetFiles(_scene.At("remote/blobs"), "*", SearchOption.AllDirectories)[0];
        File.SetUnixFileMode(blob, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllBytes(blob, new byte[3_000_000]);

        RunResult mirrored = _scene.Dls("repo", "remote", "mirror", "lab", "backup").Expect(3);

        Assert.Contains(Path.GetFileName(blob), mirrored.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_scene.At("backup/pins")) || Directory.Exists(_scene.At("backup/index")));
        _scene.Dls("repo", "verify", "--remote", "lab").Expect(13);
        _scene.Dls("repo", "push", "--repair", "--remote", "lab").Expect(0);
        _scene.Dls("repo", "remote", "mirror", "lab", "backup").Expect(0);
        _scene.Dls("repo", "verify", "--remote", "backup").Expect(0);
    }

    [Fact]
    public void A_mirror_of_a_place_to_itself_or_to_a_place_that_is_only_read_is_refused()
    {
        _scene.Dls("repo", "push").Expect(0);
        _scene.Dls("repo", "remote", "add", "pub", "http://127.0.0.1:1/").Expect(0);

        _scene.Dls("repo", "remote", "mirror", "lab", "lab").Expect(2);
        _scene.Dls("repo", "remote", "mirror", "lab", "none").Expect(2);
        Assert.Contains("can only be read", _scene.Dls("repo", "remote", "mirror", "lab", "pub").Expect(1).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mirror_is_whole_again_after_a_collection_there()
    {
        _scene.Dls("repo", "push").Expect(0);
        _scene.Dls("repo", "remote", "mirror", "lab", "backup").Expect(0);
        foreach (string pin in Directory.GetFiles(_scene.At("backup/pins"), "*", SearchOption.AllDirectories))
        {
            File.Delete(pin);
        }

        _scene.Dls("repo", "gc", "--remote", "backup").Expect(0);
        _scene.Dls("repo", "remote", "mirror", "lab", "backup").Expect(0);

        RequireSame();
        _scene.Dls("repo", "verify", "--remote", "backup").Expect(0);
        _scene.Clone("repo", "clone");
        _scene.Dls("clone", "pull", "--remote", "backup").Expect(0);
        Assert.Equal(Scene.Hashes(_scene.At("repo/data")), Scene.Hashes(_scene.At("clone/data")));
    }

    [Fact]
    public void A_mirror_does_not_begin_while_a_collection_is_under_way_there()
    {
        _scene.Dls("repo", "push", "--to", "lab,backup").Expect(0);
        _scene.Write("backup/gc/epoch/1", $"dls-gc-epoch 1\nid {new string('a', 32)}\n");

        RunResult mirrored = _scene.Dls("repo", "remote", "mirror", "lab", "backup").Expect(11);

        Assert.Contains("dls gc --remote backup", mirrored.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_scene.At("backup/leases")));
    }

    private void RequireSame()
    {
        foreach (string directory in (string[])["packs", "blobs", "pins"])
        {
            Assert.Equal(Scene.Hashes(_scene.At($"remote/{directory}")), Scene.Hashes(_scene.At($"backup/{directory}")));
        }

        Assert.Empty(Directory.Exists(_scene.At("backup/pending"))
            ? Directory.GetFiles(_scene.At("backup/pending"), "*", SearchOption.AllDirectories) : []);
    }

    [Fact]
    public void A_rate_is_kept()
    {
        long start = Stopwatch.GetTimestamp();

        _scene.Dls("repo", "push", "--limit-rate", "1M").Expect(0);

        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 2.5, 60);
        foreach (string bad in (string[])["", "0", "5X", "-1", "k", "1e9", "1,5M"])
        {
            _scene.Dls("repo", "push", "--limit-rate", bad).Expect(2);
        }

        _scene.Dls("repo", "fetch", "--limit-rate", "0.5g").Expect(0);
    }
}
