using DlStore.Operations.Transfers;
using DlStore.TestKit;

namespace DlStore.Tests.Operations;

/// <summary>A push to a remote that fails: an error that names the file, no pin before its time, and a rerun that completes.</summary>
public sealed class FaultyPushTests(TransferRepo template) : IClassFixture<TransferRepo>
{
    private static readonly CancellationToken None = CancellationToken.None;

    public static TheoryData<RemoteCall, int, RemoteFault, string> PushFaults()
    {
        TheoryData<RemoteCall, int, RemoteFault, string> data = [];
        foreach (RemoteFault what in (RemoteFault[])[RemoteFault.Error, RemoteFault.ErrorAfter])
        {
            data.Add(RemoteCall.Read, 1, what, "format.json");
            data.Add(RemoteCall.List, 1, what, "pins");
            data.Add(RemoteCall.List, 1, what, "index");
            data.Add(RemoteCall.Put, 1, what, "format.json");
            data.Add(RemoteCall.PutFile, 1, what, "packs/");
            data.Add(RemoteCall.PutFile, 2, what, "packs/");
            data.Add(RemoteCall.PutFile, 1, what, "blobs/");
            data.Add(RemoteCall.PutFile, 2, what, "blobs/");
            data.Add(RemoteCall.PutFile, 1, what, "index/");
            data.Add(RemoteCall.Put, 1, what, "leases/");
            data.Add(RemoteCall.List, 1, what, "gc");
            data.Add(RemoteCall.Put, 1, what, "pending/");
            data.Add(RemoteCall.Put, 2, what, "pending/");
            data.Add(RemoteCall.FindSize, 1, what, "leases/");
            data.Add(RemoteCall.Move, 1, what, "pending/");
            data.Add(RemoteCall.Move, 2, what, "pending/");
            data.Add(RemoteCall.Flush, 1, what, "");
            data.Add(RemoteCall.Flush, 2, what, "");
            data.Add(RemoteCall.Flush, 3, what, "");
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(PushFaults))]
    public async Task A_push_that_fails_pins_nothing_incomplete_and_a_rerun_completes(
        RemoteCall call, int nth, RemoteFault what, string name)
    {
        using OpenedRepo made = template.MakeRepo();
        FaultyRemote? faulty = null;

        DlsException e;
        using (Repo repo = made.Open(r => faulty = new FaultyRemote(r, new PlannedFault(call, nth, what, name))))
        {
            e = await Assert.ThrowsAsync<DlsException>(() => Push.RunAsync(repo, new PushOptions(), None));
        }

        Assert.Equal(1, faulty!.Struck);
        Assert.Contains(name, e.Message, StringComparison.Ordinal);
        Assert.Contains("'lab'", e.Message, StringComparison.Ordinal);
        string[] pins = TransferRepo.Files(made, "pins");
        bool mayHavePins = call == RemoteCall.Move && (nth > 1 || what == RemoteFault.ErrorAfter);
        mayHavePins |= call == RemoteCall.Flush && nth == 3;
        Assert.True(mayHavePins || pins.Length == 0, $"{pins.Length} pins after {e.Message}");
        await TransferRepo.AssertPinsHoldAsync(made);

        using (Repo repo = made.Open())
        {
            PushResult again = await Push.RunAsync(repo, new PushOptions(), None);
            Assert.Empty(again.Missing);
        }

        Assert.Equal(2, TransferRepo.Files(made, "pins").Length);
        Assert.Empty(TransferRepo.Files(made, "tmp"));
        await TransferRepo.AssertPinsHoldAsync(made);
        await TransferRepo.AssertCloneIsWholeAsync(made, null);
    }

    [Fact]
    public async Task A_rerun_sends_only_what_was_left()
    {
        using OpenedRepo made = template.MakeRepo();
        using (Repo repo = made.Open(r => new FaultyRemote(r, new PlannedFault(RemoteCall.PutFile, 1, RemoteFault.Error, "index/"))))
        {
            await Assert.ThrowsAsync<DlsException>(() => Push.RunAsync(repo, new PushOptions(), None));
        }

        using Repo second = made.Open();
        PushResult result = await Push.RunAsync(second, new PushOptions(), None);

        // Only the index is new: packs and blobs are there, made packs were kept.
        Assert.Equal(1, result.FilesSent);
        Assert.Equal(2, result.Pinned.Count);
    }

    [Fact]
    public async Task A_push_with_nothing_new_asks_for_one_file_and_lists_nothing()
    {
        using OpenedRepo made = await template.MakePushedRepoAsync();

        FaultyRemote? counting = null;
        using Repo again = made.Open(r => counting = new FaultyRemote(r));
        PushResult result = await Push.RunAsync(again, new PushOptions(), None);

        Assert.NotNull(result.AlreadyPinned);
        Assert.Equal(RemoteCall.FindSize, Assert.Single(counting!.Calls).Call);
    }

    [Fact]
    public async Task Delays_change_nothing()
    {
        using OpenedRepo made = template.MakeRepo();
        using (Repo repo = made.Open(r => new FaultyRemote(
            r, new PlannedFault(RemoteCall.PutFile, 1, RemoteFault.Delay), new PlannedFault(RemoteCall.Flush, 0, RemoteFault.Delay))))
        {
            Assert.Equal(2, (await Push.RunAsync(repo, new PushOptions(), None)).Pinned.Count);
        }

        await TransferRepo.AssertCloneIsWholeAsync(
            made, r => new FaultyRemote(r, new PlannedFault(RemoteCall.Download, 1, RemoteFault.Delay)));
    }
}
