using System.Diagnostics;
using DlStore.Io;
using DlStore.Objects;
using DlStore.Operations.Store;
using DlStore.Ssh;
using DlStore.TestKit;

namespace DlStore.Tests.Ssh;

/// <summary>Trees and blobs arrive whole on a host, by difference, over a real ssh connection.</summary>
public sealed class HostCacheTests : IClassFixture<SshFixture>, IDisposable
{
    private readonly SshFixture _ssh;
    private readonly OpenedRepo _repo = new();
    private readonly TempDir _root = new();
    private readonly HostShell _shell;

    public HostCacheTests(SshFixture ssh)
    {
        _ssh = ssh;
        _shell = new HostShell(
            new HostAddress("tm", "tm", null, false) { Root = _root.At("dls root's") }, ssh.Server.Environment, ssh.Server.ConfigPath);
    }

    private string Cache => _root.At("dls root's", "cache");

    public void Dispose()
    {
        _repo.Dispose();
        _root.Dispose();
    }

    [Fact]
    public async Task A_tree_arrives_with_names_modes_and_links_as_they_are()
    {
        WriteSample("data");
        Oid tree = AddTree("data");

        HostPlaced placed = await Place("runs/1", tree);

        Assert.Equal(Snapshot(_repo.At("data")), Snapshot(_root.At("dls root's", "runs/1")));
        Assert.True(placed.FilesSent > 10, $"{placed}");
        Assert.Empty(Directory.GetFileSystemEntries(Cache + "/stage"));
    }

    [Fact]
    public async Task Sending_again_sends_nothing_and_one_changed_file_sends_one()
    {
        WriteSample("data");
        Oid first = AddTree("data");
        await Place("runs/1", first);

        HostPlaced again = await Place("runs/2", first);
        _repo.Write("data/img/3.bin", [1, 2, 3]);
        HostPlaced changed = await Place("runs/3", AddTree("data"));

        Assert.Equal((0L, 0L), (again.BytesSent, again.FilesSent));
        Assert.Equal((3L, 1L), (changed.BytesSent, changed.FilesSent));
        Assert.True(changed.BytesReused > 100_000, $"{changed}");
        Assert.Equal(Snapshot(_repo.At("data")), Snapshot(_root.At("dls root's", "runs/3")));
    }

    [Fact]
    public async Task Removed_files_and_changed_kinds_of_entries_arrive_too()
    {
        WriteSample("data");
        await Place("runs/1", AddTree("data"));
        Directory.Delete(_repo.At("data/img"), recursive: true);
        _repo.Write("data/img", [7]);
        File.Delete(_repo.At("data/run.sh"));
        _repo.Write("data/run.sh/inside", [8]);
        File.SetUnixFileMode(_repo.At("data/plain"), (UnixFileMode)0x1ED);

        await Place("runs/2", AddTree("data"));

        Assert.Equal(Snapshot(_repo.At("data")), Snapshot(_root.At("dls root's", "runs/2")));
    }

    [Fact]
    public async Task A_destination_is_a_copy_never_a_link_into_the_cache()
    {
        _repo.Write("data/a", [1]);
        Oid tree = AddTree("data");
        await Place("runs/1", tree);
        await File.WriteAllBytesAsync(_root.At("dls root's", "runs/1/a"), [9, 9]);

        HostPlaced placed = await Place("runs/2", tree);

        Assert.Equal(0, placed.FilesSent);
        Assert.Equal([1], await File.ReadAllBytesAsync(_root.At("dls root's", "runs/2/a")));
    }

    [Theory]
    [InlineData("change")]
    [InlineData("remove")]
    [InlineData("add")]
    public async Task A_cached_tree_that_somebody_changed_is_made_again(string what)
    {
        WriteSample("data");
        Oid tree = AddTree("data");
        await Place("runs/1", tree);
        string victim = $"{Cache}/trees/{tree.ToHex()}/plain";
        await Task.Delay(20);
        if (what == "remove")
        {
            File.Delete(victim);
        }
        else
        {
            await File.WriteAllTextAsync(what == "add" ? victim + "2" : victim, "somebody was here");
        }

        HostPlaced placed = await Place("runs/2", tree);

        Assert.True(placed.FilesSent > 0);
        Assert.Equal(Snapshot(_repo.At("data")), Snapshot(_root.At("dls root's", "runs/2")));
        Assert.Equal(0, (await Place("runs/3", tree)).FilesSent);
    }

    [Fact]
    public async Task A_base_that_lies_with_old_times_is_noticed_by_digest_and_left()
    {
        WriteSample("data");
        Oid first = AddTree("data");
        await Place("runs/1", first);
        string victim = $"{Cache}/trees/{first.ToHex()}/plain";
        DateTime time = File.GetLastWriteTimeUtc(victim);
        await File.WriteAllTextAsync(victim, "somebody was here");
        File.SetLastWriteTimeUtc(victim, time);
        _repo.Write("data/new", [1]);

        HostPlaced placed = await Place("runs/2", AddTree("data"));

        Assert.True(placed.FilesSent > 10, $"{placed}");
        Assert.Equal(Snapshot(_repo.At("data")), Snapshot(_root.At("dls root's", "runs/2")));
    }

    [Fact]
    public async Task Small_and_large_blobs_are_sent_once_and_placed_with_their_mode()
    {
        _repo.Write("small", Scene.Pattern(1000, 1));
        _repo.Write("large", Scene.Pattern(3_000_000, 2));
        _repo.AddAndCommit("small", "large");
        HostInput[] inputs = [Blob("small", "a b/it's", executable: true),
            Blob("large", "w.pth", executable: false), Blob("small", "again", executable: false)];

        HostPlaced placed = await PlaceAll("runs/1", inputs);
        HostPlaced again = await PlaceAll("runs/2", inputs);

        Assert.Equal((3_001_000L, 2L), (placed.BytesSent, placed.FilesSent));
        Assert.Equal(0, again.FilesSent);
        string run = _root.At("dls root's", "runs/2");
        Assert.Equal(await File.ReadAllBytesAsync(_repo.At("large")), await File.ReadAllBytesAsync(run + "/w.pth"));
        Assert.True(File.GetUnixFileMode(run + "/a b/it's").HasFlag(UnixFileMode.UserExecute));
        Assert.False(File.GetUnixFileMode(run + "/again").HasFlag(UnixFileMode.UserExecute));
        Assert.True(File.GetUnixFileMode(run + "/again").HasFlag(UnixFileMode.UserWrite));
    }

    [Fact]
    public async Task A_killed_transfer_leaves_only_a_stage_that_the_next_one_removes()
    {
        _repo.Write("data/big", Scene.Pattern(60_000_000, 3));
        Oid tree = AddTree("data");
        using CancellationTokenSource cancel = new();
        Ticker ticker = new(p =>
        {
            if (p.Bytes > 20_000_000)
            {
                _ssh.Server.KillSessions();
                cancel.Cancel();
            }
        });

        await Assert.ThrowsAnyAsync<Exception>(() => PlaceAll("runs/1", [Tree(tree)], ticker, cancel.Token));
        await WaitFor(() => Directory.GetDirectories(Cache + "/stage").Length == 0);
        Assert.Empty(Directory.GetDirectories(Cache + "/trees"));
        string stale = $"{Cache}/stage/"
            + $"{new string([.. System.Net.Dns.GetHostName().Where(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')])}"
            + ".999999999.1.abcdef";
        Directory.CreateDirectory(stale + "/t");

        await Place("runs/1", tree);

        Assert.False(Directory.Exists(stale));
        Assert.Equal(Snapshot(_repo.At("data")), Snapshot(_root.At("dls root's", "runs/1")));
    }

    [Fact]
    public async Task Two_clients_at_once_end_with_the_same_bytes()
    {
        WriteSample("data");
        Oid tree = AddTree("data");

        await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Place($"runs/{i}", tree)));

        string[] expected = Snapshot(_repo.At("data"));
        Assert.All(Enumerable.Range(0, 4), i => Assert.Equal(expected, Snapshot(_root.At("dls root's", $"runs/{i}"))));
        Assert.Empty(Directory.GetFileSystemEntries(Cache + "/stage"));
    }

    [Fact]
    public async Task Bytes_that_are_not_here_are_named_before_anything_is_sent()
    {
        WriteSample("data");
        Oid tree = AddTree("data");
        string[] packs = Directory.GetFiles(StoreRoot(), "*.pack", SearchOption.AllDirectories);
        using ObjectStore other = ObjectStore.Open(_root.At("other"));
        using (ObjectWriter writer = other.BeginWrite(TimeSpan.FromSeconds(5)))
        {
            using ObjectStore store = ObjectStore.Open(StoreRoot());
            TreeClosureNodes(store, tree, writer);
            writer.Commit();
        }

        DlsException error = await Assert.ThrowsAsync<DlsException>(
            () => new HostCache(_shell, other).PlaceAsync("runs/1", [Tree(tree)], null, default));

        Assert.NotEmpty(packs);
        Assert.Equal(ErrorKind.Missing, error.Kind);
        Assert.NotEmpty(error.Items);
        Assert.Empty(Directory.GetDirectories(Cache + "/trees"));
    }

    [Fact]
    public async Task Too_small_a_disk_is_refused_with_numbers()
    {
        HostState state = HostState.Read("disk cache 100000 /data\ndisk place 50 /home\n");

        DlsException error = Assert.Throws<DlsException>(() => state.RequireSpace("gpu", 200_000_000, 10));

        Assert.Contains("200000000 bytes", error.Message, StringComparison.Ordinal);
        Assert.Contains("102400000 are free", error.Message, StringComparison.Ordinal);
        Assert.Contains("'/home'", Assert.Throws<DlsException>(() => state.RequireSpace("gpu", 1, 10)).Message, StringComparison.Ordinal);
        await Task.CompletedTask;
    }

    private string StoreRoot()
    {
        using Repo repo = _repo.Open();
        return repo.Store.Root;
    }

    private static void TreeClosureNodes(ObjectStore store, Oid node, ObjectWriter writer)
    {
        byte[] bytes = store.Read(node);
        writer.AppendNode(node, bytes);
        TreeNode reader = TreeNode.Open(bytes, node);
        List<Oid> below = [];
        while (reader.Next())
        {
            if (reader.Level > 0 || reader.Mode == TreeMode.Directory)
            {
                below.Add(reader.Oid);
            }
        }

        below.ForEach(o => TreeClosureNodes(store, o, writer));
    }

    private Task<HostPlaced> Place(string directory, Oid tree) => PlaceAll(directory, [Tree(tree)]);

    private async Task<HostPlaced> PlaceAll(
        string directory, HostInput[] inputs, IProgress<WorkProgress>? progress = null, CancellationToken cancel = default)
    {
        using Repo repo = _repo.Open();
        return await new HostCache(_shell, repo.Store).PlaceAsync(directory, inputs, progress, cancel);
    }

    private static HostInput Tree(Oid oid) => new(ObjectKind.Tree, oid, "", false);

    private HostInput Blob(string path, string to, bool executable)
    {
        using Repo repo = _repo.Open();
        return new HostInput(ObjectKind.Blob, repo.FindPointer(RelPath.Parse(path))!.Oid, to, executable);
    }

    private Oid AddTree(string path)
    {
        using Repo repo = _repo.Open();
        Add.Run(repo, new AddOptions { Paths = [path], Remove = true }, CancellationToken.None);
        return repo.FindPointer(RelPath.Parse(path))!.Oid;
    }

    private void WriteSample(string directory)
    {
        for (int i = 0; i < 300; i++)
        {
            _repo.Write($"{directory}/img/{i}.bin", Scene.Pattern(500, i));
        }

        _repo.Write($"{directory}/img.b/x", [1]);
        _repo.Write($"{directory}/img-b", [2]);
        _repo.Write($"{directory}/plain", [3]);
        _repo.Write($"{directory}/empty", []);
        _repo.Write($"{directory}/{new string('長', 60)}/{new string('n', 120)}", [4]);
        _repo.Write($"{directory}/-rf ' \" $HOME \\ *", [5]);
        _repo.Write($"{directory}/line\nbreak\\n\t", [6]);
        _repo.Write($"{directory}/run.sh", "#!/bin/sh\n"u8.ToArray());
        File.SetUnixFileMode(_repo.At($"{directory}/run.sh"), (UnixFileMode)0x1ED);
        Directory.CreateDirectory(_repo.At($"{directory}/nothing"));
        File.CreateSymbolicLink(_repo.At($"{directory}/link"), "img/0.bin");
        File.CreateSymbolicLink(_repo.At($"{directory}/long link"), new string('l', 150));
    }

    /// <summary>Paths, kinds, owner's execute bit and bytes of all that is below a directory.</summary>
    private static string[] Snapshot(string directory) =>
    [
        .. new DirectoryInfo(directory).EnumerateFileSystemInfos("*", SearchOption.AllDirectories).Select(item =>
        {
            string name = Path.GetRelativePath(directory, item.FullName);
            return item.LinkTarget is { } link ? $"{name} -> {link}"
                : item is DirectoryInfo ? $"{name}/"
                : $"{name} {item.UnixFileMode.HasFlag(UnixFileMode.UserExecute)} {Oid.Of(File.ReadAllBytes(item.FullName))}";
        }).Order(StringComparer.Ordinal),
    ];

    private static async Task WaitFor(Func<bool> isSo)
    {
        for (Stopwatch clock = Stopwatch.StartNew(); !isSo() && clock.Elapsed < TimeSpan.FromMinutes(5);)
        {
            await Task.Delay(50);
        }

        Assert.True(isSo());
    }

    private sealed class Ticker(Action<WorkProgress> act) : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value) => act(value);
    }
}
