using System.Text;
using DlStore.Objects;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Store;

/// <summary>Repositories and remotes made by somebody who means ill: refused by name, nothing written outside, nothing run.</summary>
public sealed class HostileTests : IDisposable
{
    private readonly Scene _scene = new();

    public HostileTests()
    {
        _scene.MakeRepo();
        _scene.WriteSample("repo/data");
        _scene.Dls("repo", "add", "data").Expect(0);
        _scene.Commit("repo", "one");
        _scene.Dls("repo", "push").Expect(0);
        Directory.CreateDirectory(_scene.At("outside"));
    }

    public void Dispose() => _scene.Dispose();

    [Theory]
    [InlineData("../outside/x", TreeMode.File)]
    [InlineData("..", TreeMode.Directory)]
    [InlineData(".git", TreeMode.Directory)]
    [InlineData(".GIT", TreeMode.Directory)]
    [InlineData(".dlstore", TreeMode.Directory)]
    [InlineData(".git/hooks/post-checkout", TreeMode.File)]
    [InlineData("/tmp/dls-hostile", TreeMode.File)]
    [InlineData(".", TreeMode.Directory)]
    [InlineData("", TreeMode.File)]
    public void A_crafted_tree_cannot_lead_outside(string name, TreeMode mode)
    {
        Plant(Leaf((name, mode, Blob("evil\n"), 5)), files: 1);
        Refused();
    }

    [Fact]
    public void A_crafted_symlink_with_a_file_below_it_writes_nothing_through_the_link()
    {
        Oid target = Blob(_scene.At("outside"));
        byte[] both = Leaf(
            ("a", TreeMode.Symlink, target, 1), ("a", TreeMode.Directory, Node(Leaf(("f", TreeMode.File, Blob("evil\n"), 5))), 5));
        Plant(both, files: 2);
        Refused();
    }

    [Fact]
    public void A_symlink_in_the_way_of_a_directory_is_not_followed()
    {
        Directory.Delete(_scene.At("repo/data/img"), recursive: true);
        Directory.CreateSymbolicLink(_scene.At("repo/data/img"), _scene.At("outside"));

        RunResult checkout = _scene.Dls("repo", "checkout", "data");

        Assert.NotEqual(0, checkout.ExitCode);
        Assert.Empty(Directory.GetFileSystemEntries(_scene.At("outside")));
        _scene.Dls("repo", "checkout", "--force", "data").Expect(0);
        Assert.Empty(Directory.GetFileSystemEntries(_scene.At("outside")));
        Assert.Equal("picture 1\n", File.ReadAllText(_scene.At("repo/data/img/001.txt")));
    }

    [Fact]
    public void A_managed_path_below_a_symlink_is_refused()
    {
        Directory.CreateSymbolicLink(_scene.At("repo/link"), _scene.At("outside"));
        File.Copy(_scene.At("repo/data.dls"), _scene.At("outside/x.dls"));

        RunResult add = _scene.Dls("repo", "add", "link/x");
        RunResult checkout = _scene.Dls("repo", "checkout", "link/x");

        Assert.NotEqual(0, add.ExitCode);
        Assert.NotEqual(0, checkout.ExitCode);
        Assert.Single(Directory.GetFileSystemEntries(_scene.At("outside")));
    }

    [Theory]
    [InlineData(".dlstore")]
    [InlineData(".dlstore/config")]
    public void Dlstore_as_a_symlink_is_refused(string path)
    {
        string real = _scene.At("repo/" + path);
        string moved = _scene.At("outside/moved");
        _scene.RunProgram("mv", [real, moved], _scene.Root).Expect(0);
        File.CreateSymbolicLink(real, moved);

        foreach (string verb in (string[])["status", "push", "checkout"])
        {
            RunResult refused = _scene.Dls("repo", verb);
            Assert.NotEqual(0, refused.ExitCode);
            Assert.Contains("symlink", refused.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_pointer_that_is_a_symlink_is_refused()
    {
        File.Move(_scene.At("repo/data.dls"), _scene.At("outside/data.dls"));
        File.CreateSymbolicLink(_scene.At("repo/data.dls"), _scene.At("outside/data.dls"));

        RunResult checkout = _scene.Dls("repo", "checkout", "data");

        Assert.NotEqual(0, checkout.ExitCode);
        Assert.Contains("symlink", checkout.Error, StringComparison.Ordinal);
        Assert.Contains("symlink", Both(_scene.Dls("repo", "status")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../outside/x")]
    [InlineData("/tmp/x")]
    [InlineData(".git/hooks/x")]
    public void Paths_outside_are_refused_by_every_verb(string path)
    {
        foreach (string verb in (string[])["add", "checkout", "pull", "rm", "cat", "ls", "verify", "push"])
        {
            Assert.NotEqual(0, _scene.Dls("repo", verb, path).ExitCode);
        }

        Assert.Empty(Directory.GetFileSystemEntries(_scene.At("outside")));
    }

    [Theory]
    [InlineData("ext::sh -c 'touch outside/ran'")]
    [InlineData("ssh://-oProxyCommand=x/y")]
    public void Urls_that_name_commands_are_refused(string url)
    {
        File.AppendAllText(_scene.At("repo/.dlstore/config"), $"[remote \"evil\"]\n\turl = \"{url}\"\n");

        RunResult push = _scene.Dls("repo", "push", "--remote", "evil");
        _scene.Commit("repo", "evil");
        _scene.Clone("repo", "clone");
        RunResult pull = _scene.Dls("clone", "fetch", "--remote", "evil");

        Assert.False(File.Exists(_scene.At("outside/ran")));
        Assert.NotEqual(0, push.ExitCode);
        Assert.NotEqual(0, pull.ExitCode);
    }

    [Fact]
    public void Config_keys_that_look_like_commands_have_no_effect_and_are_named()
    {
        File.AppendAllText(
            _scene.At("repo/.dlstore/config"),
            "[core]\n\tfsmonitor = touch ../outside/ran\n\tsshCommand = touch ../outside/ran\n[alias]\n\tstatus "
                + "= !touch ../outside/ran\n[include]\n\tpath = ../../outside/more\n");
        _scene.Write("outside/more", "[core]\n\trepoId = 00000000000000000000000000000000\n");

        _scene.Dls("repo", "status").Expect(0);
        RunResult doctor = _scene.Dls("repo", "doctor");

        Assert.Contains("fsmonitor", Both(doctor), StringComparison.OrdinalIgnoreCase);
        Assert.False(File.Exists(_scene.At("outside/ran")));
        Assert.DoesNotContain("000000000000", _scene.Dls("repo", "config").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_remote_that_needs_a_newer_dls_is_refused()
    {
        string format = _scene.At("remote/format.json");
        File.SetUnixFileMode(format, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText(format, "{\"format\":1,\"requires\":[\"time-travel\"]}");
        _scene.Clone("repo", "clone");

        Assert.Contains("time-travel", _scene.Dls("clone", "pull").Expect(1).Error, StringComparison.Ordinal);
    }

    /// <summary>Puts a node into the local store as if it had come from a remote, and a pointer to it into the work tree.</summary>
    private void Plant(byte[] root, long files)
    {
        Oid oid = Node(root);
        Directory.Delete(_scene.At("repo/data"), recursive: true);
        Pointer pointer = new() { Kind = ObjectKind.Tree, Oid = oid, Size = 5, Files = files };
        File.WriteAllBytes(_scene.At("repo/data.dls"), pointer.ToBytes());
        _scene.Commit("repo", "evil");
    }

    private void Refused()
    {
        RunResult checkout = _scene.Dls("repo", "checkout", "--force");

        Assert.NotEqual(0, checkout.ExitCode);
        Assert.NotEqual(70, checkout.ExitCode);
        Assert.Empty(Directory.GetFileSystemEntries(_scene.At("outside")));
        Assert.False(File.Exists("/tmp/dls-hostile"));
        Assert.False(File.Exists(_scene.At("repo/.git/hooks/post-checkout")));
        Assert.False(Directory.Exists(_scene.At("repo/data"))
            && Directory.GetFiles(_scene.At("repo/data"), "*", SearchOption.AllDirectories).Length > 0, checkout.ToString());
        foreach (string verb in (string[])["status", "push", "ls"])
        {
            Assert.NotEqual(70, _scene.Dls("repo", verb).ExitCode);
        }
    }

    private Oid Blob(string text) => Store(writer => writer.AppendBlob(Encoding.UTF8.GetBytes(text)));

    private Oid Node(byte[] bytes) => Store(writer =>
    {
        Oid oid = Oid.Of(bytes);
        writer.AppendNode(oid, bytes);
        return oid;
    });

    private Oid Store(Func<ObjectWriter, Oid> append)
    {
        using ObjectStore store = ObjectStore.Open(_scene.At("repo/.git/dls"));
        using ObjectWriter writer = store.BeginWrite(TimeSpan.FromSeconds(10));
        Oid oid = append(writer);
        writer.Commit();
        return oid;
    }

    /// <summary>A level 0 node with any names, also those that the library would never write.</summary>
    private static byte[] Leaf(params (string Name, TreeMode Mode, Oid Oid, long Size)[] entries)
    {
        using MemoryStream node = new();
        node.Write("DLT1"u8);
        node.WriteByte(0);
        node.Write([0, 0, 0, (byte)entries.Length]);
        foreach ((string name, TreeMode mode, Oid oid, long size) in entries)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(name);
            node.WriteByte((byte)mode);
            node.Write([0, 0, 0, 0, 0, 0, 0, (byte)size]);
            node.Write(Convert.FromHexString(oid.ToHex()));
            if (mode == TreeMode.Directory)
            {
                node.Write([0, 0, 0, 0, 0, 0, 0, 1]);
            }

            node.Write([0, (byte)bytes.Length]);
            node.Write(bytes);
        }

        return node.ToArray();
    }

    private static string Both(RunResult result) => result.Output + result.Error;
}
