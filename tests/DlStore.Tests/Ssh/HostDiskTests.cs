using DlStore.Io;
using DlStore.Objects;
using DlStore.Operations.Store;
using DlStore.Ssh;
using DlStore.TestKit;

namespace DlStore.Tests.Ssh;

/// <summary>A host's disk that is too small, or fills up under a transfer.</summary>
public sealed class HostDiskTests : IDisposable
{
    private readonly OpenedRepo _repo = new();
    private readonly TempDir _root = new();
    private readonly Dictionary<string, string> _environment = TempRepo.SealedEnvironment("/");
    private readonly Oid _tree;
    private string? _mounted;

    public HostDiskTests()
    {
        _repo.Write("data/a", Scene.Pattern(20_000_000, 1));
        _repo.Write("data/b", Scene.Pattern(20_000_000, 2));
        using Repo repo = _repo.Open();
        Add.Run(repo, new AddOptions { Paths = ["data"] }, CancellationToken.None);
        _tree = repo.FindPointer(RelPath.Parse("data"))!.Oid;
    }

    public void Dispose()
    {
        if (_mounted is not null)
        {
            RunningProgram.Run("umount", [_mounted], "/", _environment);
        }

        _repo.Dispose();
        _root.Dispose();
    }

    [SkippableMountFact]
    public async Task A_disk_that_is_too_small_is_refused_before_anything_is_sent()
    {
        string disk = Mount("120m");

        DlsException error = await Assert.ThrowsAsync<DlsException>(() => Place(disk, null));

        Assert.Contains("80000000 bytes", error.Message, StringComparison.Ordinal);
        Assert.Contains(disk, error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(disk + "/cache/stage"));
        Assert.Empty(Directory.GetFileSystemEntries(disk + "/cache/trees"));
    }

    [SkippableMountFact]
    public async Task A_disk_that_fills_up_on_the_way_leaves_nothing_and_a_rerun_finishes()
    {
        string disk = Mount("200m");
        string filler = disk + "/filler";
        Ticker fill = new(p =>
        {
            if (p.Bytes is > 1_000_000 and < 30_000_000 && !File.Exists(filler))
            {
                RunningProgram.Run("dd", ["if=/dev/zero", "of=" + filler, "bs=1M", "count=180"], "/", _environment);
            }
        });

        DlsException error = await Assert.ThrowsAsync<DlsException>(() => Place(disk, fill));

        Assert.Contains("No space left", error.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(Directory.GetFileSystemEntries(disk + "/cache/stage"));
        Assert.Empty(Directory.GetFileSystemEntries(disk + "/cache/trees"));
        File.Delete(filler);
        Assert.Equal(2, (await Place(disk, null)).FilesSent);
        Assert.Equal(await File.ReadAllBytesAsync(_repo.At("data/b")), await File.ReadAllBytesAsync(disk + "/runs/1/b"));
    }

    private async Task<HostPlaced> Place(string root, IProgress<WorkProgress>? progress)
    {
        using Repo repo = _repo.Open();
        HostShell shell = new(HostAddress.Local with { Root = root }, _environment, null);
        return await new HostCache(
            shell, repo.Store).PlaceAsync("runs/1", [new HostInput(ObjectKind.Tree, _tree, "", false)], progress, default);
    }

    private string Mount(string size)
    {
        string directory = _root.MakeDirectory("disk");
        RunningProgram.Run("mount", ["-t", "tmpfs", "-o", $"size={size}", "tmpfs", directory], "/", _environment).Expect(0);
        return _mounted = directory;
    }

    private sealed class Ticker(Action<WorkProgress> act) : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value) => act(value);
    }
}
