using DlStore.Objects;
using DlStore.Operations.Store;
using DlStore.Operations.Transfers;
using DlStore.TestKit;
using Xunit.Abstractions;

namespace DlStore.Tests.Lineage;

/// <summary>Gc never removes what anything names (promise 4, R75), and does remove the rest.</summary>
public sealed class GcTests(ITestOutputHelper output) : IDisposable
{
    private const int Rounds = 6;
    private const int Steps = 14;
    private readonly OpenedRepo _opened = new();

    public void Dispose() => _opened.Dispose();

    [Fact]
    public void What_nothing_names_goes_and_its_bytes_are_freed()
    {
        byte[] kept = Seeded.Bytes(new Random(1), 3000);
        byte[] gone = Seeded.Bytes(new Random(2), 3000);
        byte[] large = Seeded.Bytes(new Random(3), 1_200_000);
        _opened.Write("data/kept", kept);
        _opened.AddAndCommit("data");
        _opened.Write("loose/gone", gone);
        _opened.Write("loose/large", large);
        Add("loose");
        Forget("loose");
        long before = StoreBytes();

        GcResult plan = Collect(dryRun: true);
        Assert.Equal(before, StoreBytes());
        GcResult done = Collect();

        Assert.Equal(plan with { }, done);
        Assert.Equal(1, done.DeadBlobs);
        Assert.True(done.BytesFreed >= large.Length + gone.Length, $"freed {done.BytesFreed}");
        Assert.True(StoreBytes() <= before - large.Length - gone.Length, "the bytes are still there");
        Assert.True(Has(Oid.Of(kept)));
        Assert.False(Has(Oid.Of(gone)));
        Assert.False(Has(Oid.Of(large)));
        Assert.Equal(0, Collect().Dead);
    }

    [Fact]
    public async Task A_pack_that_is_dead_in_part_is_written_anew()
    {
        for (int i = 0; i < 20; i++)
        {
            _opened.Write($"data/{i:00}", Seeded.Bytes(new Random(i), 4000));
        }

        Add("data");
        for (int i = 0; i < 15; i++)
        {
            File.Delete(_opened.At($"data/{i:00}"));
        }

        using (Repo repo = _opened.Open())
        {
            _ = DlStore.Operations.Store.Add.Run(
                repo, new AddOptions { Paths = [_opened.At("data")], Remove = true }, CancellationToken.None);
        }

        _opened.Git("commit", "-q", "-m", "five left");
        long before = StoreBytes();

        GcResult done = Collect();

        Assert.True(done.PacksRewritten >= 1, done.ToString());
        Assert.True(StoreBytes() < before - (14 * 4000), $"{before} to {StoreBytes()}");
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(i >= 15, Has(Oid.Of(Seeded.Bytes(new Random(i), 4000))));
        }

        await AssertWhole();
    }

    [Fact]
    public void What_is_new_stays_within_the_grace()
    {
        _opened.Write("loose/new", Seeded.Bytes(new Random(2), 3000));
        Add("loose");
        Forget("loose");

        using Repo repo = _opened.Open();
        GcResult done = Gc.Run(repo, new GcOptions(), CancellationToken.None);

        Assert.Equal(0, done.Dead);
        Assert.True(done.Kept > 0);
        Assert.True(Has(Oid.Of(Seeded.Bytes(new Random(2), 3000))));
    }

    [Fact]
    public void A_digest_that_only_a_record_names_keeps_its_object()
    {
        MadeAttempt made;
        using (Repo repo = _opened.Open())
        {
            made = new TaskStory(repo).Attempt("first");
        }

        // The pointers are gone, from disk and from git's index; the record still says what there was.
        foreach (string pointer in (string[])["source", "outputs"])
        {
            File.Delete(_opened.At($"tasks/first/attempts/1/{pointer}.dls"));
        }

        Directory.Delete(_opened.At("tasks/first/attempts/1/outputs"), recursive: true);
        File.Delete(_opened.At(".git/dls/base"));
        _opened.Git("rm", "-q", "--cached", "tasks/first/attempts/1/source.dls", "tasks/first/attempts/1/outputs.dls");
        _opened.Git("add", "tasks/first/task.json", "tasks/first/attempts/1/attempt.json");
        _opened.Git("commit", "-q", "-m", "records only");
        _opened.Git("rm", "-rq", "tasks");
        _opened.Git("commit", "-q", "-m", "not even those");

        Collect();

        Assert.True(Has(made.Weights));
        Assert.All(made.Start.StoredObjects(), o => Assert.True(Has(o), o.ToString()));
    }

    [Fact]
    public async Task An_unknown_listing_stops_it_and_one_that_a_remote_has_does_not()
    {
        _opened.Write("data/a", Seeded.Bytes(new Random(1), 3000));
        _opened.AddAndCommit("data");
        using (Repo repo = _opened.Open())
        {
            _ = await Push.RunAsync(repo, new PushOptions(), CancellationToken.None);
        }

        OpenedRepo clone = _opened.Clone("clone");
        clone.Write("mine", Seeded.Bytes(new Random(9), 3000));
        using (Repo repo = clone.Open())
        {
            _ = DlStore.Operations.Store.Add.Run(repo, new AddOptions { Paths = [clone.At("mine")] }, CancellationToken.None);
        }

        using (Repo repo = clone.Open())
        {
            DlsException refused = Assert.Throws<DlsException>(
                () => Gc.Run(repo, new GcOptions { Grace = TimeSpan.Zero }, CancellationToken.None));
            Assert.Equal(ErrorKind.Missing, refused.Kind);
            Assert.Contains("data", Assert.Single(refused.Items), StringComparison.Ordinal);
            Assert.True(repo.Store.Contains(Oid.Of(Seeded.Bytes(new Random(9), 3000))));
        }

        using (Repo repo = clone.Open())
        {
            _ = await Fetch.RunAsync(repo, new FetchOptions { Listings = true }, CancellationToken.None);
            GcResult done = Gc.Run(repo, new GcOptions { Grace = TimeSpan.Zero }, CancellationToken.None);
            Assert.Equal(0, done.Dead);
        }
    }

    [Fact]
    public void A_damaged_listing_stops_it()
    {
        _opened.Write("data/a", Seeded.Bytes(new Random(1), 3000));
        _opened.AddAndCommit("data");
        Forget("nothing");
        string pack = Directory.GetFiles(_opened.At(".git/dls/packs")).Single(p => File.ReadAllBytes(p)[5] == 2);
        File.SetUnixFileMode(pack, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        byte[] bytes = File.ReadAllBytes(pack);
        bytes[90] ^= 1;
        File.WriteAllBytes(pack, bytes);

        using Repo repo = _opened.Open();
        DlsException refused = Assert.Throws<DlsException>(
            () => Gc.Run(repo, new GcOptions { Grace = TimeSpan.Zero }, CancellationToken.None));

        Assert.Equal(ErrorKind.Corrupt, refused.Kind);
        Assert.True(repo.Store.Contains(Oid.Of(Seeded.Bytes(new Random(1), 3000))));
    }

    [Fact]
    public void A_store_of_several_repositories_and_a_work_tree_that_is_away_are_refused()
    {
        _opened.Write("a", [1, 2, 3]);
        _opened.AddAndCommit("a");
        _opened.Git("worktree", "add", "-q", "--detach", _opened.At("../away"));
        Directory.Move(_opened.At("../away"), _opened.At("../moved"));
        using (Repo repo = _opened.Open())
        {
            Assert.Contains("away",
                Assert.Throws<DlsException>(() => Gc.Run(repo, new GcOptions(), CancellationToken.None)).Message, StringComparison.Ordinal);
        }

        _opened.Git("config", "dls.storePath", _opened.At("../store"));
        using (Repo repo = _opened.Open())
        {
            Assert.Contains("storePath",
                Assert.Throws<DlsException>(() => Gc.Run(repo, new GcOptions(), CancellationToken.None)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_add_that_looked_at_the_store_before_a_gc_stores_again_what_it_deleted()
    {
        byte[] small = Seeded.Bytes(new Random(5), 2000);
        byte[] large = Seeded.Bytes(new Random(6), 1_200_000);
        _opened.Write("loose/small", small);
        _opened.Write("loose/large", large);
        Add("loose");
        Forget("loose");
        using Repo repo = _opened.Open();
        Assert.True(repo.Store.Contains(Oid.Of(small)) && repo.Store.Contains(Oid.Of(large)));

        Assert.Equal(1, Collect().DeadBlobs);
        _ = DlStore.Operations.Store.Add.Run(repo, new AddOptions { Paths = [_opened.At("loose")] }, CancellationToken.None);

        Assert.True(Has(Oid.Of(small)) && Has(Oid.Of(large)));
        await AssertWhole();
    }

    /// <summary>Random histories with everything that can hold a pointer; a model remembers which bytes something names.</summary>
    [Fact]
    public void R75_random_histories_never_lose_what_is_named_and_free_what_is_not()
    {
        Random random = Seeded.Start(output);
        int checkedPointers = 0;
        for (int round = 0; round < Rounds; round++)
        {
            using OpenedRepo repo = new(_opened);
            RandomHistory history = new(repo, random);
            for (int step = 0; step < Steps; step++)
            {
                history.Step();
            }

            Dictionary<string, Pointer> named = history.Named();
            using Repo opened = repo.Open();
            _ = Gc.Run(opened, new GcOptions { Grace = TimeSpan.Zero }, CancellationToken.None);
            foreach ((string where, Pointer pointer) in named)
            {
                TreeClosure closure = new(opened.Store.Read)
                {
                    Blob = (oid, _) => Assert.True(
                    opened.Store.Contains(oid), $"{where}: {oid} is lost after {history}")
                };
                Assert.True(opened.Store.Contains(pointer.Oid), $"{where}: {pointer.Oid} is lost after {history}");
                if (pointer.Kind == ObjectKind.Tree)
                {
                    closure.Walk(pointer.Oid, null);
                }
            }

            history.ForgetEverything();
            GcResult all = Gc.Run(opened, new GcOptions { Grace = TimeSpan.Zero }, CancellationToken.None);
            Assert.True(all.Live == 0, $"{all} after {history}");
            Assert.Empty(opened.Store.OpenTables());
            Assert.Empty(opened.Store.Large.ListAll());
            checkedPointers += named.Count;
        }

        Assert.True(checkedPointers > Rounds, $"only {checkedPointers} pointers were looked at");
    }

    private void Add(string path)
    {
        using Repo repo = _opened.Open();
        _ = DlStore.Operations.Store.Add.Run(repo, new AddOptions { Paths = [_opened.At(path)] }, CancellationToken.None);
    }

    /// <summary>Takes a pointer out of everything that names it; the store keeps the bytes.</summary>
    private void Forget(string path)
    {
        _opened.Git("rm", "-q", "--cached", "--ignore-unmatch", path + ".dls");
        File.Delete(_opened.At(path + ".dls"));
        File.Delete(_opened.At(".git/dls/base"));
    }

    private GcResult Collect(bool dryRun = false)
    {
        using Repo repo = _opened.Open();
        return Gc.Run(repo, new GcOptions { Grace = TimeSpan.Zero, DryRun = dryRun }, CancellationToken.None);
    }

    private bool Has(Oid oid)
    {
        using Repo repo = _opened.Open();
        return repo.Store.Contains(oid);
    }

    private async Task AssertWhole()
    {
        using Repo repo = _opened.Open();
        VerifyResult verified = await Verify.RunAsync(repo, new VerifyOptions(), CancellationToken.None);
        Assert.Empty(verified.Damaged);
        Assert.True(Status.Run(repo, new StatusOptions(), CancellationToken.None).IsClean);
    }

    private long StoreBytes() => new[] { "packs", "blobs" }.Select(d => _opened.At(".git/dls/" + d)).Where(Directory.Exists)
        .Sum(d => Directory.EnumerateFiles(d, "*", SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length));
}
