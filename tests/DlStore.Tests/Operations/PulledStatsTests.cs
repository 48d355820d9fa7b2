using DlStore.Operations.Store;
using DlStore.Operations.Transfers;
using DlStore.TestKit;
using DlStore.WorkTree;

namespace DlStore.Tests.Operations;

/// <summary>What was written out and recorded need not be read again, and what is reported counts large blobs too.</summary>
public sealed class PulledStatsTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly OpenedRepo _made = new();

    public void Dispose() => _made.Dispose();

    [Fact]
    public async Task Status_after_pull_hashes_no_file()
    {
        Random random = new(9);
        for (int i = 0; i < 120; i++)
        {
            _made.Write($"data/d{i % 4}/e{i % 3}/f{i}.bin", Seeded.Bytes(random, 300));
        }

        _made.Write("data/top.bin", Seeded.Bytes(random, 300));
        _made.Write("data/large.bin", Seeded.Bytes(random, 1_200_000));
        _made.AddAndCommit("data");
        using (Repo repo = _made.Open())
        {
            await Push.RunAsync(repo, new PushOptions(), None);
        }

        using OpenedRepo clone = _made.Clone("clone");
        using (Repo repo = clone.Open())
        {
            await Pull.RunAsync(repo, new FetchOptions(), force: false, None);
        }

        using Repo again = clone.Open();
        ManagedPath managed = Assert.Single(again.ListManaged(null));
        WorkTreeState state = WorkTreeState.Read(again);
        using Snapshot snapshot = Snapshot.Take(
            again,
            state,
            new SnapshotRequest(managed.Path, managed.Pointer, state.Base.Find(managed.Path)),
            null,
            null,
            None);

        // Files that were written in the same tick of the clock as the cache may be read once more.
        Assert.InRange(snapshot.Hashed.Files, 0, 12);
        Assert.Equal(managed.Pointer.Oid, snapshot.OnDisk.Oid);
        using StatCache cache = StatCache.Open(again.StatCachePath(managed.Path))!;
        Assert.Equal(17, cache.DirectoryCount);
        Assert.Contains("d0/e0", cache.Blocks.Keys);
    }

    [Fact]
    public void Add_counts_a_large_blob_that_is_new_and_not_one_that_is_there()
    {
        byte[] bytes = Seeded.Bytes(new Random(3), 1_500_000);
        _made.Write("a.bin", bytes);
        _made.Write("b.bin", bytes);
        using Repo repo = _made.Open();

        AddResult first = Add.Run(repo, new AddOptions { Paths = ["a.bin"] }, None);
        AddResult second = Add.Run(repo, new AddOptions { Paths = ["b.bin"] }, None);

        Assert.Equal((1, 1_500_000), (first.ObjectsStored, first.BytesStored));
        Assert.Equal((0, 0), (second.ObjectsStored, second.BytesStored));
    }

    [Fact]
    public async Task Totals_of_progress_count_large_blobs()
    {
        Random random = new(4);
        _made.Write("data/large.bin", Seeded.Bytes(random, 2_000_000));
        _made.Write("data/small.bin", Seeded.Bytes(random, 1000));
        Seen add = new();
        Seen push = new();
        Seen fetch = new();
        Seen write = new();
        Seen verify = new();
        Seen verifyRemote = new();
        using (Repo repo = _made.Open())
        {
            Add.Run(repo, new AddOptions { Paths = ["data"], Progress = add }, None);
            _made.Git("commit", "-qm", "data");
            await Push.RunAsync(repo, new PushOptions { Progress = push }, None);
            await Verify.RunAsync(repo, new VerifyOptions { Progress = verify }, None);
            await Verify.RunAsync(repo, new VerifyOptions { Remote = "lab", Progress = verifyRemote }, None);
        }

        using OpenedRepo clone = _made.Clone("clone");
        using (Repo repo = clone.Open())
        {
            await Fetch.RunAsync(repo, new FetchOptions { Progress = fetch }, None);
            Checkout.Run(repo, new CheckoutOptions { Progress = write }, None);
        }

        foreach (Seen seen in (Seen[])[add, push, fetch, write, verify, verifyRemote])
        {
            WorkProgress last = seen.Last;
            Assert.True(last.BytesTotal >= 2_001_000 && last.Bytes == last.BytesTotal, last.ToString());
            Assert.True(last.ItemsTotal >= 2 && last.Items == last.ItemsTotal, last.ToString());
        }
    }

    private sealed class Seen : IProgress<WorkProgress>
    {
        private readonly Lock _gate = new();

        public WorkProgress Last { get; private set; }

        public void Report(WorkProgress value)
        {
            lock (_gate)
            {
                // Reports of one count may pass each other.
                Last = value.Stage != Last.Stage || value.Bytes + value.Items >= Last.Bytes + Last.Items ? value : Last;
            }
        }
    }
}
