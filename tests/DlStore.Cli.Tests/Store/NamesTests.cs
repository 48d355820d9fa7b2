using DlStore.TestKit;

namespace DlStore.Cli.Tests.Store;

/// <summary>What has to survive add, push, clone and pull, and what is refused before anything is written.</summary>
public sealed class NamesTests : IDisposable
{
    private readonly Scene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Theory]
    [InlineData("C")]
    [InlineData("C.UTF-8")]
    [InlineData("ja_JP.UTF-8")]
    public void R78_every_name_survives_a_round_trip_in_any_locale(string locale)
    {
        _scene.Environment["LC_ALL"] = locale;
        _scene.Environment["LANG"] = locale;
        _scene.MakeRepo();
        _scene.WriteSample("repo/学習");
        foreach (string name in (string[])["画像.jpg", "🎴.png", "with space ", " led", "new\nline",
            "tab\t", "-rf", "back\\slash", "quote\"'", "*?[x]", new string('x', 255), new string('字', 85), "#a", "!b", "e\u0301", "\u00e9"])
        {
            _scene.Write("repo/学習/" + name, $"bytes of {name}");
        }

        _scene.Write("repo/memo 学習 [1].bin", "a file of its own\n");
        _scene.Dls("repo", "add", "学習", "memo 学習 [1].bin").Expect(0);
        _scene.Commit("repo", "学習データ");
        Assert.Equal("", _scene.Git("repo", "status", "--porcelain"));
        _scene.Dls("repo", "push").Expect(0);
        _scene.Clone("repo", "clone");
        _scene.Dls("clone", "pull").Expect(0);

        TreeSnapshot.AssertEqual(TreeSnapshot.Of(_scene.At("repo"), ".git"), TreeSnapshot.Of(_scene.At("clone"), ".git"));
        Assert.Equal("bytes of 画像.jpg", _scene.Dls("clone", "cat", "学習/画像.jpg").Expect(0).Output);
        _scene.Dls("clone", "status", "--exit-code").Expect(0);
    }

    [Fact]
    public void What_cannot_be_stored_is_listed_and_nothing_is_written()
    {
        _scene.MakeRepo();
        _scene.WriteSample("repo/data");
        _scene.RunProgram("mkfifo", ["data/a-fifo"], _scene.At("repo")).Expect(0);
        _scene.RunProgram("bash", ["-c", "touch $'data/bad\\xff\\xfename'; mkdir data/.git data/.DLSTORE"], _scene.At("repo")).Expect(0);
        using System.Net.Sockets.Socket socket = new(
            System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(_scene.At("repo/data/a-socket")));
        int packs = Packs();

        RunResult refused = _scene.Dls("repo", "add", "data").Expect(1);

        foreach (string name in (string[])["a-fifo", "a-socket", "bad\\xff\\xfename", ".git", ".DLSTORE"])
        {
            Assert.Contains(name, refused.Error, StringComparison.Ordinal);
        }

        Assert.False(File.Exists(_scene.At("repo/data.dls")));
        Assert.False(File.Exists(_scene.At("repo/.gitignore")));
        Assert.Equal(packs, Packs());
    }

    [Fact]
    public void An_unreadable_file_is_named_and_nothing_is_written()
    {
        _scene.MakeRepo();
        _scene.WriteSample("repo/data");
        _scene.RunProgram("chmod", ["000", "data/img/003.txt"], _scene.At("repo")).Expect(0);
        _scene.RunProgram("chmod", ["-R", "a+rwX", ".git", ".dlstore"], _scene.At("repo")).Expect(0);
        _scene.RunProgram("chmod", ["a+rwx", ".", ".."], _scene.At("repo")).Expect(0);

        RunResult refused = AsNobody("add", "data");

        if (refused.ExitCode == 127)
        {
            Console.Error.WriteLine(
                "SKIPPED IN PART: cannot run dls as another user here, so an unreadable file was not tried: " + refused.Error);
            return;
        }

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("img/003.txt", refused.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_scene.At("repo/data.dls")));
    }

    private int Packs() => Directory.Exists(_scene.At("repo/.git/dls/packs"))
        ? Directory.GetFiles(_scene.At("repo/.git/dls/packs")).Length : 0;

    private RunResult AsNobody(params string[] arguments)
    {
        if (Environment.IsPrivilegedProcess)
        {
            _scene.RunProgram("chown", ["-R", "65534:65534", _scene.Root], _scene.Root).Expect(0);
            string[] words = ["--reuid=65534", "--regid=65534", "--clear-groups", "--", .. DlsProcess.Command(arguments)];
            return _scene.RunProgram("setpriv", words, _scene.At("repo"));
        }

        return _scene.Dls("repo", arguments);
    }
}
