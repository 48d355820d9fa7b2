using DlStore.Operations.Store;
using DlStore.Operations.Transfers;
using DlStore.Remotes;
using DlStore.TestKit;

namespace DlStore.Tests.Operations;

/// <summary>
/// A fetch from a remote that fails or lies: an error that names the file, nothing wrong stored, and a rerun that completes.
/// </summary>
public sealed class FaultyFetchTests(TransferRepo template) : IClassFixture<TransferRepo>
{
    private static readonly CancellationToken None = CancellationToken.None;

    public static TheoryData<RemoteCall, int, RemoteFault, string> FetchFaults()
    {
        TheoryData<RemoteCall, int, RemoteFault, string> data = [];
        data.Add(RemoteCall.Exists, 1, RemoteFault.Error, "");
        data.Add(RemoteCall.Read, 1, RemoteFault.Error, "format.json");
        data.Add(RemoteCall.Read, 1, RemoteFault.Truncated, "format.json");
        data.Add(RemoteCall.List, 1, RemoteFault.Error, "index");
        foreach (RemoteFault what in (RemoteFault[])[RemoteFault.Error, RemoteFault.ErrorAfter])
        {
            AddDownloads(data, what);
        }

        return data;
    }

    public static TheoryData<RemoteCall, int, RemoteFault, string> Damages()
    {
        TheoryData<RemoteCall, int, RemoteFault, string> data = [];
        AddDownloads(data, RemoteFault.Truncated);
        AddDownloads(data, RemoteFault.FlippedBit);
        return data;
    }

    [Theory]
    [MemberData(nameof(FetchFaults))]
    public async Task A_fetch_that_fails_stores_nothing_wrong_and_a_rerun_completes(RemoteCall call, int nth, RemoteFault what, string name)
    {
        using OpenedRepo made = await template.MakePushedRepoAsync();

        using OpenedRepo clone = made.Clone("clone");
        FaultyRemote? faulty = null;
        using (Repo repo = clone.Open(r => faulty = new FaultyRemote(r, new PlannedFault(call, nth, what, name))))
        {
            DlsException e = await Assert.ThrowsAsync<DlsException>(() => Fetch.RunAsync(repo, new FetchOptions(), None));

            Assert.Equal(1, faulty!.Struck);
            Assert.Contains(name, e.Message, StringComparison.Ordinal);
            Assert.Contains("'lab'", e.Message, StringComparison.Ordinal);
            Assert.Contains(e.Kind, new[] { ErrorKind.Failed, ErrorKind.Corrupt });
        }

        await TransferRepo.AssertWholeAsync(clone, fetch: true, made);
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task Damage_is_told_and_everything_else_comes(RemoteCall call, int nth, RemoteFault what, string name)
    {
        using OpenedRepo made = await template.MakePushedRepoAsync();
        using OpenedRepo clone = made.Clone("clone");
        FaultyRemote? faulty = null;
        using (Repo repo = clone.Open(r => faulty = new FaultyRemote(r, new PlannedFault(call, nth, what, name))))
        {
            FetchResult result = await Fetch.RunAsync(repo, new FetchOptions(), None);

            Assert.Equal(1, faulty!.Struck);
            IEnumerable<string> told = [.. result.Missing, .. result.Problems, .. result.Lost.Select(l => l.Reason)];
            bool isNoted = !new RemoteCache(repo.RemoteCacheRoot, "lab", "../lab").ReadDamage().IsEmpty;
            bool isWhole = (await Fetch.RunAsync(repo, new FetchOptions(), None)).FilesRead == 0;
            Assert.True(isNoted || isWhole || told.Any(t => t.Contains(name, StringComparison.Ordinal)), string.Join('\n', told));
            Assert.Empty((await Verify.RunAsync(repo, new VerifyOptions(), None)).Damaged);
        }

        await TransferRepo.AssertWholeAsync(clone, fetch: true, made);
    }

    [Theory]
    [InlineData(RemoteFault.Error)]
    [InlineData(RemoteFault.Truncated)]
    [InlineData(RemoteFault.FlippedBit)]
    public async Task A_ranged_fetch_that_fails_stores_nothing_wrong(RemoteFault what)
    {
        using OpenedRepo made = await template.MakePushedRepoAsync();

        using OpenedRepo clone = made.Clone("clone");
        FaultyRemote? faulty = null;
        FetchOptions one = new() { Paths = ["data/d3/f3.bin"] };
        using (Repo repo = clone.Open(r => faulty = new FaultyRemote(r, new PlannedFault(RemoteCall.ReadRange, 1, what))))
        {
            if (what == RemoteFault.Error)
            {
                DlsException e = await Assert.ThrowsAsync<DlsException>(() => Fetch.RunAsync(repo, one, None));
                Assert.Contains("packs/", e.Message, StringComparison.Ordinal);
            }
            else
            {
                FetchResult partial = await Fetch.RunAsync(repo, one, None);
                Assert.Contains("packs/", Assert.Single(partial.Missing), StringComparison.Ordinal);
            }
        }

        Assert.Equal(1, faulty!.Struck);
        using (Repo repo = clone.Open())
        {
            FetchResult result = await Fetch.RunAsync(repo, one, None);
            Assert.Empty(result.Missing);
            VerifyResult verified = await Verify.RunAsync(repo, new VerifyOptions(), None);
            Assert.Empty(verified.Damaged);
        }

        await TransferRepo.AssertWholeAsync(clone, fetch: true, made);
    }

    [Fact]
    public async Task A_pack_that_vanished_from_the_remote_is_named()
    {
        using OpenedRepo made = await template.MakePushedRepoAsync();

        Array.ForEach(TransferRepo.Files(made, "packs"), File.Delete);
        using OpenedRepo clone = made.Clone("clone");
        using Repo opened = clone.Open();

        FetchResult result = await Fetch.RunAsync(opened, new FetchOptions(), None);

        Assert.All(result.Missing, m => Assert.Contains("is not there", m, StringComparison.Ordinal));
        Assert.Equal(
            ["data/", "weights.bin"], result.Lost.Select(l => l.Path).Append("weights.bin").Distinct().Order(StringComparer.Ordinal));
    }

    private static void AddDownloads(TheoryData<RemoteCall, int, RemoteFault, string> data, RemoteFault what)
    {
        data.Add(RemoteCall.Download, 1, what, "index/");
        data.Add(RemoteCall.Download, 1, what, "packs/");
        data.Add(RemoteCall.Download, 2, what, "packs/");
        data.Add(RemoteCall.Download, 1, what, "blobs/");
        data.Add(RemoteCall.Download, 2, what, "blobs/");
    }
}
