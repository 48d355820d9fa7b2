using DlStore.TestKit;

namespace DlStore.Cli.Tests.Store;

/// <summary>Large files as hard links of the store's objects, where the user asks for it.</summary>
public sealed class LinkTests : IDisposable
{
    private const int Large = 1 << 20;
    private readonly Scene _scene = new();

    public LinkTests()
    {
        _scene.MakeRepo();
        _scene.Write("repo/data/big.bin", Bytes(1));
        _scene.Write("repo/data/same.bin", Bytes(1));
        _scene.Write("repo/data/run.bin", Bytes(2));
        File.SetUnixFileMode(_scene.At("repo/data/run.bin"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _scene.Write("repo/data/small.txt", "small\n");
        _scene.Write("repo/w.pth", Bytes(3));
        _scene.Dls("repo", "add", "data", "w.pth").Expect(0);
        _scene.Git("repo", "add", "-A");
        _scene.Git("repo", "commit", "-qm", "one");
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void A_checkout_links_large_files_where_the_clone_asks_and_copies_them_back_where_told()
    {
        Assert.Equal(1, Names("data/big.bin"));
        _scene.Dls("repo", "config", "dls.link", "hard").Expect(0);
        Assert.Contains("up to date", _scene.Dls("repo", "checkout").Expect(0).Output, StringComparison.Ordinal);
        Assert.Equal(1, Names("w.pth"));

        RunResult linked = _scene.Dls("repo", "checkout", "--link").Expect(0);

        Assert.Contains("3 files are read-only links", linked.Error, StringComparison.Ordinal);
        Assert.Equal((3, 3, 2, 1, 1),
            (Names("data/big.bin"), Names("data/same.bin"), Names("w.pth"), Names("data/run.bin"), Names("data/small.txt")));
        Assert.Equal("444", Sh("stat -c %a w.pth"));
        _scene.Dls("repo", "status", "--exit-code").Expect(0);
        _scene.Dls("repo", "verify").Expect(0);

        Assert.Contains("up to date", _scene.Dls("repo", "checkout", "--link").Expect(0).Output, StringComparison.Ordinal);
        _scene.Dls("repo", "checkout", "--copy", "w.pth", "data/big.bin").Expect(0);

        Assert.Equal((1, 2, 1), (Names("data/big.bin"), Names("data/same.bin"), Names("w.pth")));
        Assert.Equal("644", Sh("stat -c %a w.pth"));
        Assert.Equal(Bytes(3), File.ReadAllBytes(_scene.At("repo/w.pth")));
        _scene.Dls("repo", "status", "--exit-code").Expect(0);
    }

    [Fact]
    public void A_pull_into_a_clone_links_and_a_moved_pointer_replaces_the_link_and_leaves_the_object()
    {
        _scene.Dls("repo", "push").Expect(0);
        _scene.Clone("repo", "clone");
        _scene.Git("clone", "config", "dls.link", "hard");
        _scene.Dls("clone", "pull").Expect(0);
        Assert.Equal("2", Sh("stat -c %h w.pth", "clone"));

        _scene.Write("repo/w.pth", Bytes(4));
        _scene.Dls("repo", "add", "w.pth").Expect(0);
        _scene.Git("repo", "commit", "-qam", "two");
        _scene.Dls("repo", "push").Expect(0);
        _scene.Git("clone", "pull", "-q");
        _scene.Dls("clone", "pull").Expect(0);
        Assert.Equal(Bytes(4), File.ReadAllBytes(_scene.At("clone/w.pth")));

        _scene.Git("clone", "checkout", "-q", "HEAD~1");
        _scene.Dls("clone", "checkout").Expect(0);
        Assert.Equal(Bytes(3), File.ReadAllBytes(_scene.At("clone/w.pth")));
        _scene.Dls("clone", "verify").Expect(0);
    }

    [Fact]
    public void A_link_that_was_written_to_stops_the_next_command_until_the_object_is_out_of_the_store()
    {
        _scene.Dls("repo", "push").Expect(0);
        _scene.Dls("repo", "checkout", "--link").Expect(0);
        Sh("chmod u+w w.pth data/same.bin; printf x | dd of=w.pth conv=notrunc status=none; printf short > data/same.bin");

        RunResult status = _scene.Dls("repo", "status").Expect(ExitCode.Corrupt);
        Assert.Contains("links of stored objects were written to", status.Error, StringComparison.Ordinal);
        _scene.Dls("repo", "add", "w.pth").Expect(ExitCode.Corrupt);
        RunResult data = _scene.Dls("repo", "add", "data").Expect(ExitCode.Corrupt);
        Assert.Contains("same.bin: it is a link of object", data.Error, StringComparison.Ordinal);
        Assert.Contains("big.bin: it is a link of object", data.Error, StringComparison.Ordinal);

        _scene.Dls("repo", "verify").Expect(ExitCode.Corrupt);
        _scene.Dls("repo", "repair").Expect(0);
        _scene.Dls("repo", "add", "w.pth", "data").Expect(0);
        _scene.Git("repo", "stash", "-q");
        _scene.Dls("repo", "checkout").Expect(0);
        Assert.Equal(Bytes(3), File.ReadAllBytes(_scene.At("repo/w.pth")));
        Assert.Equal(Bytes(1), File.ReadAllBytes(_scene.At("repo/data/same.bin")));
        _scene.Dls("repo", "verify").Expect(0);
    }

    [Fact]
    public void A_mode_that_the_pointer_changes_is_not_set_on_the_object()
    {
        Sh("chmod +x w.pth data/big.bin");
        _scene.Dls("repo", "add", "data", "w.pth").Expect(0);
        _scene.Git("repo", "commit", "-qam", "executable");
        _scene.Git("repo", "checkout", "-q", "HEAD~1");
        _scene.Dls("repo", "checkout", "--link").Expect(0);
        Assert.Equal(3, Names("data/big.bin"));

        _scene.Git("repo", "checkout", "-q", "-");
        _scene.Dls("repo", "checkout").Expect(0);

        Assert.Equal("755 1", Sh("stat -c '%a %h' data/big.bin"));
        Assert.Equal("444 2", Sh("stat -c '%a %h' data/same.bin"));
        _scene.Dls("repo", "status", "--exit-code").Expect(0);
    }

    [Fact]
    public void A_checkout_that_is_killed_between_links_is_finished_by_the_next()
    {
        _scene.Crash("repo", "checkout.replaced:2", "checkout", "--link");

        _scene.Dls("repo", "checkout", "--link").Expect(0);

        Assert.Equal((3, 2), (Names("data/big.bin"), Names("w.pth")));
        Assert.Equal("", Sh("find . -name '.dls-tmp*'"));
        _scene.Dls("repo", "status", "--exit-code").Expect(0);
        _scene.Dls("repo", "verify").Expect(0);
    }

    [Fact]
    public void Words_that_mean_nothing_are_refused()
    {
        Assert.Contains("each person's own", _scene.Dls("repo", "config", "core.link", "hard").Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("neither none nor hard",
            _scene.Dls("repo", "config", "dls.link", "soft").Expect(2).Error, StringComparison.Ordinal);
        _scene.Dls("repo", "checkout", "--link", "--copy").Expect(2);
        _scene.Git("repo", "config", "dls.link", "soft");
        Assert.Contains("git config dls.link none", _scene.Dls("repo", "status").Expect(1).Error, StringComparison.Ordinal);
    }

    private static byte[] Bytes(int seed)
    {
        byte[] bytes = new byte[Large + seed];
        new System.Random(seed).NextBytes(bytes);
        return bytes;
    }

    private int Names(string path) => int.Parse(Sh($"stat -c %h {path}"), System.Globalization.CultureInfo.InvariantCulture);

    private string Sh(string script, string directory = "repo") => _scene.RunProgram("sh", ["-c", script], _scene.At(directory)).Expect(0).Output.Trim();
}
