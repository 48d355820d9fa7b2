using System.Globalization;
using DlStore.Operations.Collect;
using DlStore.Operations.Store;
using DlStore.Operations.Transfers;
using DlStore.Remotes;
using DlStore.TestKit;
using Xunit.Abstractions;

namespace DlStore.Tests.Operations;

/// <summary>
/// A push, a fetch and a collection over one transport, of which one call fails or does its work and loses its answer: whatever is pinned
/// is there, and the next run ends the work. DLS_SWEEP=all in the environment tries each call; otherwise some, spread over the run.
/// </summary>
public abstract class EveryCallContract(TransferRepo template, ITestOutputHelper output)
{
    private const int CallsMax = 2_000;
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly RemoteFault[] Faults = [RemoteFault.Error, RemoteFault.ErrorAfter];

    private static bool TriesAll => Environment.GetEnvironmentVariable("DLS_SWEEP") == "all";

    [Fact]
    public async Task A_push_loses_nothing() => await SweepAsync("push", 7, async fault =>
    {
        Func<IRemote> place = NewPlace();
        using OpenedRepo made = template.MakeRepo();
        int struck = await StrikeAsync(made, place, fault, repo => Push.RunAsync(repo, new PushOptions { Create = true }, None));
        await TransferRepo.AssertPinsHoldAsync(made, _ => place());
        using (Repo repo = made.Open(_ => place()))
        {
            Assert.Empty((await Push.RunAsync(repo, new PushOptions { Create = true }, None)).Missing);
            Assert.NotNull((await Push.RunAsync(repo, new PushOptions { Create = true }, None)).AlreadyPinned);
        }

        await TransferRepo.AssertPinsHoldAsync(made, _ => place());
        await TransferRepo.AssertCloneIsWholeAsync(made, _ => place());
        return struck;
    });

    [Fact]
    public async Task A_fetch_completes_or_is_run_again()
    {
        Func<IRemote> place = NewPlace();
        using OpenedRepo made = template.MakeRepo();
        using (Repo repo = made.Open(_ => place()))
        {
            await Push.RunAsync(repo, new PushOptions { Create = true }, None);
        }

        await SweepAsync("fetch", 5, async fault =>
        {
            using OpenedRepo clone = made.Clone("c" + Path.GetRandomFileName());
            int struck = await StrikeAsync(clone, place, fault, repo => Fetch.RunAsync(repo, new FetchOptions { All = true }, None));
            using (Repo repo = clone.Open(_ => place()))
            {
                Assert.Empty((await Verify.RunAsync(repo, new VerifyOptions(), None)).Damaged);
                Assert.Empty((await Fetch.RunAsync(repo, new FetchOptions { All = true }, None)).Missing);
            }

            await TransferRepo.AssertWholeAsync(clone, fetch: false, made);
            return struck;
        });
    }

    [Fact]
    public async Task A_collection_loses_nothing() => await SweepAsync("gc", 19, async fault =>
    {
        Func<IRemote> place = NewPlace();
        using OpenedRepo made = template.MakeRepo();
        using (Repo repo = made.Open(_ => place()))
        {
            await Push.RunAsync(repo, new PushOptions { Create = true }, None);
        }

        await ReleaseTipAsync(made, place);
        int struck = await StrikeAsync(made, place, fault, repo => CollectRemote.RunAsync(repo, new CollectOptions(), None));
        await TransferRepo.AssertPinsHoldAsync(made, _ => place());
        using (Repo repo = made.Open(_ => place()))
        {
            try
            {
                Assert.Empty((await CollectRemote.RunAsync(repo, new CollectOptions(), None)).Waiting);
            }
            catch (DlsException e) when (e.Kind == ErrorKind.Locked)
            {
                // The answer to the taking of the lock was lost: it is his who died, for a while.
            }

            await TransferRepo.AssertPinsHoldAsync(made, _ => place());
            try
            {
                Assert.Empty((await Push.RunAsync(repo, new PushOptions { Tip = true, Create = true }, None)).Missing);
            }
            catch (DlsException e) when (e.Kind == ErrorKind.Locked)
            {
                // The collection that he left is about to move what this push needs.
            }
        }

        await TransferRepo.AssertPinsHoldAsync(made, _ => place());
        return struck;
    });

    /// <summary>Gives a way to open a place where nothing is yet; each call opens it anew.</summary>
    protected abstract Func<IRemote> NewPlace();

    /// <summary>Lets one call fail after the other, or each so many.</summary>
    private async Task SweepAsync(string what, int stride, Func<PlannedFault, Task<int>> run)
    {
        int tried = 0;
        bool ended = false;
        for (int nth = 1; !ended; nth += TriesAll ? 1 : stride)
        {
            Assert.True(nth < CallsMax, $"{what} has no end");
            foreach (RemoteFault fault in TriesAll ? Faults : [Faults[tried % Faults.Length]])
            {
                ended = await run(new PlannedFault(RemoteCall.Any, nth, fault)) == 0;
                tried += ended ? 0 : 1;
            }
        }

        Assert.True(tried > 0, "nothing failed");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {tried} runs in which one call failed"));
    }

    private static async Task<int> StrikeAsync(OpenedRepo made, Func<IRemote> place, PlannedFault fault, Func<Repo, Task> run)
    {
        FaultyRemote? faulty = null;
        using Repo repo = made.Open(_ => faulty = new FaultyRemote(place(), fault));
        try
        {
            await run(repo);
        }
        catch (DlsException e)
        {
            Assert.True(e.Kind is ErrorKind.Failed or ErrorKind.Missing, $"{fault}: {e}");
        }

        return faulty?.Struck ?? 0;
    }

    private static async Task ReleaseTipAsync(OpenedRepo made, Func<IRemote> place)
    {
        using IRemote remote = place();
        List<string> pins = await TransferRepo.PinsAsync(remote);
        string tip = made.Git("rev-parse", "HEAD").Trim();
        await remote.RemoveAsync(Assert.Single(pins, p => p.EndsWith("/" + tip, StringComparison.Ordinal)), None);
    }
}
