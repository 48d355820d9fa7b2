using DlStore.Objects;
using DlStore.Operations.Collect;
using DlStore.Operations.Transfers;
using DlStore.Remotes;
using DlStore.TestKit;

namespace DlStore.Tests.Operations;

/// <summary>A collection on a shared store: what is pinned stays, what is not goes in its time, and pushes beside it lose nothing.</summary>
public sealed class CollectTests(TransferRepo template) : IClassFixture<TransferRepo>
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task What_no_pin_needs_goes_to_quarantine_and_is_erased_a_week_later()
    {
        using OpenedRepo made = await template.MakePushedRepoAsync();
        ReleaseTip(made);

        CollectResult first = await CollectAsync(made);

        Assert.Equal(1, first.Collection);
        Assert.Equal(1, first.Blobs);
        Assert.True(first.BytesMoved > 1_100_000, $"{first}");
        Assert.Single(TransferRepo.Files(made, "blobs"));
        Assert.NotEmpty(TransferRepo.Files(made, "quarantine"));
        await TransferRepo.AssertPinsHoldAsync(made);
        await CloneIsWholeAsync(made, "HEAD~1");

        Assert.Equal(0, (await CollectAsync(made)).BytesFreed);
        Age(made, days: 8);
        CollectResult later = await CollectAsync(made);

        Assert.Equal(first.BytesMoved, later.BytesFreed);
        Assert.Empty(TransferRepo.Files(made, "quarantine"));
        await TransferRepo.AssertPinsHoldAsync(made);
        Assert.Equal(0, (await CollectAsync(made)).Collection);
    }

    [Fact]
    public async Task A_dry_run_says_the_same_and_changes_nothing()
    {
        using OpenedRepo made = await template.MakePushedRepoAsync();
        ReleaseTip(made);
        string before = string.Join('\n', TransferRepo.Files(made, "").Order());

        using Repo repo = made.Open();
        CollectResult planned = await CollectRemote.RunAsync(repo, new CollectOptions { DryRun = true }, None);

        Assert.Equal(1, planned.Blobs);
        Assert.Equal(before, string.Join('\n', TransferRepo.Files(made, "").Order()));
    }

    [Fact]
    public async Task A_push_that_began_before_is_waited_for_and_one_that_died_is_not()
    {
        using OpenedRepo made = await template.MakePushedRepoAsync();
        ReleaseTip(made);
        string lease = PutLease(made);

        CollectResult waits = await CollectAsync(made);

        Assert.Contains("somebody", Assert.Single(waits.Waiting), StringComparison.Ordinal);
        Assert.Equal(2, TransferRepo.Files(made, "blobs").Length);

        File.SetLastWriteTimeUtc(lease, DateTime.UtcNow.AddHours(-73));
        CollectResult goesOn = await CollectAsync(made);

        Assert.Equal(1, goesOn.Collection);
        Assert.Empty(goesOn.Waiting);
        Assert.False(File.Exists(lease));
        Assert.Single(TransferRepo.Files(made, "blobs"));
        await TransferRepo.AssertPinsHoldAsync(made);
    }

    [Fact]
    public async Task A_push_during_a_collection_rescues_what_it_needs()
    {
        using OpenedRepo made = await template.MakePushedRepoAsync();
        ReleaseTip(made);
        string lease = PutLease(made);
        Assert.Single((await CollectAsync(made)).Waiting);

        using (Repo repo = made.Open())
        {
            Assert.Single((await Push.RunAsync(repo, new PushOptions(), None)).Pinned);
        }

        File.Delete(lease);
        CollectResult result = await CollectAsync(made);

        Assert.Empty(result.Waiting);
        Assert.Equal(0, result.Blobs);
        Assert.Equal(2, TransferRepo.Files(made, "blobs").Length);
        await TransferRepo.AssertPinsHoldAsync(made);
        await TransferRepo.AssertCloneIsWholeAsync(made, null);
    }

    [Fact]
    public async Task A_blob_that_went_is_sent_again_and_an_index_names_it()
    {
        using OpenedRepo made = await template.MakePushedRepoAsync();
        ReleaseTip(made);
        await CollectAsync(made);

        using (Repo repo = made.Open())
        {
            Assert.Single((await Push.RunAsync(repo, new PushOptions(), None)).Pinned);
        }

        await TransferRepo.AssertPinsHoldAsync(made);
        await TransferRepo.AssertCloneIsWholeAsync(made, null);
    }

    [Fact]
    public async Task Who_collects_keeps_others_from_it_until_his_lock_is_dead()
    {
        using OpenedRepo made = await template.MakePushedRepoAsync();
        ReleaseTip(made);
        string held = Path.Combine(made.RemotePath, "gc/lock/1");
        Directory.CreateDirectory(Path.GetDirectoryName(held)!);
        await File.WriteAllTextAsync(held, "dls-gc-lock 1\nid 00\nholder somebody\nstate held\nrenewed 1\n");

        DlsException e = await Assert.ThrowsAsync<DlsException>(() => CollectAsync(made));
        Assert.Equal(ErrorKind.Locked, e.Kind);
        Assert.Contains("somebody", e.Message, StringComparison.Ordinal);

        File.SetLastWriteTimeUtc(held, DateTime.UtcNow.AddHours(-73));
        Assert.Equal(1, (await CollectAsync(made)).Blobs);
    }

    [Fact]
    public async Task A_store_of_an_older_dls_is_closed_to_it_and_collected_three_days_later()
    {
        using OpenedRepo made = await template.MakePushedRepoAsync();
        ReleaseTip(made);
        string format = Path.Combine(made.RemotePath, "format.json");
        File.Delete(format);
        await File.WriteAllTextAsync(format, "{\"format\":1,\"requires\":[]}\n");

        CollectResult first = await CollectAsync(made);

        Assert.NotNull(first.NotBefore);
        Assert.Contains("\"leases\"", await File.ReadAllTextAsync(format), StringComparison.Ordinal);
        Assert.Equal(2, TransferRepo.Files(made, "blobs").Length);
        Age(made, days: 4);
        Assert.Equal(1, (await CollectAsync(made)).Blobs);
    }

    [Fact]
    public async Task Explain_names_the_pins_and_the_places()
    {
        using OpenedRepo made = await template.MakePushedRepoAsync();
        using Repo repo = made.Open();
        Oid weights = Pointer.Parse(await File.ReadAllBytesAsync(made.At("weights.bin.dls")), "weights.bin.dls").Oid;

        ExplainResult why = await CollectExplain.RunAsync(repo, null, weights, None);

        Assert.Contains("in 'weights.bin'", Assert.Single(why.KeptBy), StringComparison.Ordinal);
        Assert.Equal([RemoteLayout.Blob(weights)], why.Places);
        ReleaseTip(made);
        Assert.Empty((await CollectExplain.RunAsync(repo, null, weights, None)).KeptBy);
    }

    [Fact]
    public async Task Keep_days_releases_only_old_pins_that_nothing_reaches()
    {
        using OpenedRepo made = await template.MakePushedRepoAsync();
        string tip = made.Git("rev-parse", "HEAD").Trim();
        Age(made, days: 100);
        Assert.Empty((await CollectAsync(made, keepDays: 30)).Released);

        made.Git("reset", "-q", "--hard", "HEAD~1");
        made.Git("reflog", "expire", "--expire=now", "--all");
        made.Git("update-ref", "-d", "ORIG_HEAD");
        Assert.Empty((await CollectAsync(made, keepDays: 101)).Released);
        CollectResult result = await CollectAsync(made, keepDays: 30);

        Assert.Equal([tip], result.Released);
        Assert.Equal(1, result.Blobs);
        Assert.Single(TransferRepo.Files(made, "pins"));
        await TransferRepo.AssertPinsHoldAsync(made);
    }

    public static TheoryData<int> Faults => [.. Enumerable.Range(1, 60)];

    /// <summary>An error and a lost answer at each call of a gc: what is pinned is there, and the next gc ends it.</summary>
    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_collection_that_fails_anywhere_loses_nothing(int nth)
    {
        using OpenedRepo made = await template.MakePushedRepoAsync();
        ReleaseTip(made);
        foreach (RemoteFault what in (RemoteFault[])[RemoteFault.Error, RemoteFault.ErrorAfter])
        {
            using (Repo repo = made.Open(r => new FaultyRemote(r, new PlannedFault(RemoteCall.Any, nth, what))))
            {
                try
                {
                    await CollectRemote.RunAsync(repo, new CollectOptions(), None);
                }
                catch (DlsException e)
                {
                    Assert.Equal(ErrorKind.Failed, e.Kind);
                }
            }

            await TransferRepo.AssertPinsHoldAsync(made);
            Age(made, days: 4);
        }

        Assert.Empty((await CollectAsync(made)).Waiting);
        Assert.Single(TransferRepo.Files(made, "blobs"));
        await TransferRepo.AssertPinsHoldAsync(made);
        await CloneIsWholeAsync(made, "HEAD~1");
    }

    private static async Task<CollectResult> CollectAsync(OpenedRepo made, int? keepDays = null)
    {
        using Repo repo = made.Open();
        return await CollectRemote.RunAsync(repo, new CollectOptions { KeepDays = keepDays }, None);
    }

    /// <summary>Takes the pin of the newest commit away, as retention would.</summary>
    private static void ReleaseTip(OpenedRepo made) =>
        File.Delete(Assert.Single(TransferRepo.Files(made, "pins"), p => Path.GetFileName(p) == made.Git("rev-parse", "HEAD").Trim()));

    private static string PutLease(OpenedRepo made)
    {
        string lease = Path.Combine(made.RemotePath, "leases/0123456789abcdef0123456789abcdef");
        Directory.CreateDirectory(Path.GetDirectoryName(lease)!);
        File.WriteAllText(lease, "dls-lease 1\nepoch 0\nholder somebody\nrenewed 0\n");
        return lease;
    }

    /// <summary>Makes everything there as old as if it had lain for days.</summary>
    private static void Age(OpenedRepo made, int days)
    {
        foreach (string file in TransferRepo.Files(made, ""))
        {
            File.SetLastWriteTimeUtc(file, File.GetLastWriteTimeUtc(file).AddDays(-days));
        }
    }

    private static async Task CloneIsWholeAsync(OpenedRepo made, string commit)
    {
        using OpenedRepo clone = made.Clone("whole-" + Path.GetRandomFileName());
        clone.Git("checkout", "-q", commit);
        using Repo repo = clone.Open();
        Assert.Empty((await Fetch.RunAsync(repo, new FetchOptions(), None)).Missing);
    }
}
