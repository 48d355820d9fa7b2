using DlStore.Objects;
using DlStore.Operations.Collect;
using DlStore.Operations.Erasing;
using DlStore.Remotes;
using DlStore.TestKit;

namespace DlStore.Tests.Operations;

/// <summary>What an erase takes and what it leaves, and that it can be broken off anywhere.</summary>
public sealed class ErasePlanTests(TransferRepo template) : IClassFixture<TransferRepo>
{
    private const string Changed = "data/d1/f1.bin";
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_plan_names_what_names_it_and_changes_nothing()
    {
        using OpenedRepo made = await template.MakePushedRepoAsync();
        string before = Everything(made);

        EraseResult plan = await RunAsync(made, new EraseOptions { What = [Changed], Reason = "x", DryRun = true });

        ErasedObject o = Assert.Single(plan.Objects);
        Assert.Contains(o.NamedBy, static n => n.StartsWith($"{Changed} at commit ", StringComparison.Ordinal));
        Assert.Equal([Changed], plan.Files);
        Assert.Equal(1, plan.OtherVersions);
        Assert.Equal((1, 0), (plan.Remotes[0].Held, plan.Remotes[0].Listed));
        Assert.False(plan.IsApplied);
        Assert.Equal(before, Everything(made));
    }

    [Fact]
    public async Task Other_versions_go_when_they_are_meant_or_named_by_their_commit()
    {
        using OpenedRepo made = await template.MakePushedRepoAsync();
        EraseResult old = await RunAsync(made, new EraseOptions { What = [Changed], Reason = "x", Rev = "HEAD~1", DryRun = true });
        EraseResult both = await RunAsync(made, new EraseOptions { What = [Changed], Reason = "x", AllVersions = true });

        Assert.Equal((2, 0), (both.Objects.Count, both.OtherVersions));
        Assert.Contains(Assert.Single(old.Objects).Oid, both.Objects.Select(static o => o.Oid));
        Assert.Equal(2, TransferRepo.Files(made, "erased").Length);
    }

    [Fact]
    public async Task Of_a_directory_what_others_name_stays_and_the_empty_file_always_does()
    {
        using OpenedRepo made = template.MakeRepo();
        made.Write("pictures/one.bin", [1, 2, 3]);
        made.Write("pictures/two.bin", [4, 5, 6]);
        made.Write("pictures/empty.bin", []);
        made.Write("copy.bin", [4, 5, 6]);
        made.AddAndCommit("pictures", "copy.bin");

        EraseResult some = await RunAsync(made, new EraseOptions { What = ["pictures"], Reason = "x", DryRun = true });
        Assert.Equal(Oid.Of([1, 2, 3]), Assert.Single(some.Objects).Oid);
        Assert.Equal(Oid.Of([4, 5, 6]), Assert.Single(some.Shared).Oid);
        EraseResult all = await RunAsync(made, new EraseOptions { What = ["pictures"], Reason = "x", DryRun = true, Shared = true });
        Assert.Equal((2, 0), (all.Objects.Count, all.Shared.Count));
        DlsException e = await Assert.ThrowsAsync<DlsException>(
            () => RunAsync(made, new EraseOptions { What = ["pictures/empty.bin"], Reason = "x" }));
        Assert.Equal(ErrorKind.Usage, e.Kind);
    }

    [Fact]
    public async Task A_digest_that_nobody_knows_and_a_listing_that_is_not_here_are_refused()
    {
        using OpenedRepo made = await template.MakePushedRepoAsync();
        Oid unknown = Oid.Of([9, 9, 9]);
        DlsException e = await Assert.ThrowsAsync<DlsException>(
            () => RunAsync(made, new EraseOptions { What = [unknown.ToString()], Reason = "x" }));
        Assert.Equal(ErrorKind.Missing, e.Kind);
        Oid tree = Pointer.Parse(await File.ReadAllBytesAsync(made.At("data.dls")), "data.dls").Oid;
        using OpenedRepo clone = made.Clone("clone");

        e = await Assert.ThrowsAsync<DlsException>(() => RunAsync(clone, new EraseOptions { What = [tree.ToString()], Reason = "x" }));

        Assert.Equal(ErrorKind.Missing, e.Kind);
        Assert.Empty(TransferRepo.Files(made, "erased"));
        EraseResult files = await RunAsync(made, new EraseOptions { What = [tree.ToString()], Reason = "x", DryRun = true, Shared = true });
        Assert.Equal(41, files.Objects.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("two\nlines")]
    public async Task A_reason_is_one_line(string reason)
    {
        using OpenedRepo made = template.MakeRepo();
        DlsException e = await Assert.ThrowsAsync<DlsException>(
            () => RunAsync(made, new EraseOptions { What = [Changed], Reason = reason }));
        Assert.Equal(ErrorKind.Usage, e.Kind);
    }

    [Fact]
    public async Task Trash_and_work_tree_lose_it_when_asked()
    {
        using OpenedRepo made = await template.MakePushedRepoAsync();
        byte[] bytes = await File.ReadAllBytesAsync(made.At(Changed));
        made.Write("stray/copy.bin", bytes);
        using (Repo repo = made.Open())
        {
            repo.Trash.Move(repo.WorkTree, ["stray/copy.bin"], "a test");
        }

        EraseResult result = await RunAsync(made, new EraseOptions { What = [Changed], Reason = "x", WorkTree = true });

        Assert.Equal((1, 0), (result.TrashDeleted, result.Files.Count));
        Assert.Equal([Changed], result.FilesDeleted);
        Assert.False(EraseTests.IsBelow(made.Path, bytes));
        using Repo after = made.Open();
        Assert.Empty(after.Trash.List());
    }

    [Fact]
    public async Task What_was_in_quarantine_before_leaves_it_at_once()
    {
        using OpenedRepo made = await template.MakePushedRepoAsync();
        byte[] large = await File.ReadAllBytesAsync(made.At("weights.bin"));
        byte[] small = await File.ReadAllBytesAsync(made.At(Changed));
        File.Delete(Assert.Single(TransferRepo.Files(made, "pins"), p => Path.GetFileName(p) == made.Git("rev-parse", "HEAD").Trim()));
        await CollectAsync(made);
        Assert.True(EraseTests.IsBelow(Path.Combine(made.RemotePath, "quarantine"), large));

        await RunAsync(made, new EraseOptions { What = ["weights.bin", Changed], Reason = "x" });
        CollectResult result = await CollectAsync(made);

        Assert.True(result.IsComplete && result.BytesFreed >= large.Length, $"{result}");
        Assert.False(EraseTests.IsBelow(made.RemotePath, large) || EraseTests.IsBelow(made.RemotePath, small));
        Assert.Equal(0, (await CollectAsync(made)).Collection);
    }

    public static TheoryData<int> Faults => [.. Enumerable.Range(1, 3)];

    /// <summary>A remote that fails anywhere: the others and the store here are done, and running it again finishes.</summary>
    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Running_it_again_finishes(int nth)
    {
        using OpenedRepo made = await template.MakePushedRepoAsync();
        byte[] bytes = await File.ReadAllBytesAsync(made.At(Changed));
        EraseOptions options = new() { What = [Changed], Reason = "x", AllVersions = true };
        using (Repo repo = made.Open(r => new FailingPut(r, nth)))
        {
            EraseResult broken = await Erase.RunAsync(repo, options, None);
            Assert.Equal(nth <= 2, !broken.IsComplete);
        }

        Assert.False(EraseTests.IsBelow(made.At(".git/dls"), bytes));
        Assert.True((await RunAsync(made, options)).IsComplete);
        Assert.Equal(2, TransferRepo.Files(made, "erased").Length);
        await CollectAsync(made);
        Assert.False(EraseTests.IsBelow(made.RemotePath, bytes));
    }

    private static async Task<EraseResult> RunAsync(OpenedRepo made, EraseOptions options)
    {
        using Repo repo = made.Open();
        return await Erase.RunAsync(repo, options, None);
    }

    private static async Task<CollectResult> CollectAsync(OpenedRepo made)
    {
        using Repo repo = made.Open();
        return await CollectRemote.RunAsync(repo, new CollectOptions(), None);
    }

    private static string Everything(OpenedRepo made) => string.Join('\n', TransferRepo.Files(made, "")
        .Concat(Directory.GetFiles(made.At(".git/dls"), "*", SearchOption.AllDirectories).Where(static f => !f.Contains("sqlite", StringComparison.Ordinal)))
        .Order(StringComparer.Ordinal));

    private sealed class FailingPut(IRemote inner, int nth) : WrappedRemote(inner)
    {
        private int _calls;

        public override Task<PutResult> PutAsync(string name, ReadOnlyMemory<byte> bytes, bool replace, CancellationToken cancel) =>
            Interlocked.Increment(ref _calls) == nth
                ? throw new DlsException(ErrorKind.Failed, "the line was cut") : Inner.PutAsync(name, bytes, replace, cancel);
    }
}
