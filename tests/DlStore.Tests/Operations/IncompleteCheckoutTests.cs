using DlStore.Operations.Store;
using DlStore.Operations.Transfers;
using DlStore.TestKit;

namespace DlStore.Tests.Operations;

/// <summary>A checkout that cannot find all bytes must not make the next add undo what others did.</summary>
public sealed class IncompleteCheckoutTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData(null)]
    [InlineData("data")]
    [InlineData("data/d")]
    [InlineData("data/d/a.bin")]
    public async Task A_file_whose_new_bytes_are_not_here_stays_stale(string? path)
    {
        using OpenedRepo made = new();
        made.Write("data/d/a.bin", "first"u8.ToArray());
        made.Write("data/d/b.bin", "same"u8.ToArray());
        made.AddAndCommit("data");
        await PushAsync(made);
        using OpenedRepo clone = made.Clone("clone");
        using (Repo repo = clone.Open())
        {
            await Fetch.RunAsync(repo, new FetchOptions(), None);
            Assert.True(Checkout.Run(repo, new CheckoutOptions(), None).IsComplete);
        }

        made.Write("data/d/a.bin", "second"u8.ToArray());
        made.AddAndCommit("data");
        await PushAsync(made);
        clone.Git("pull", "-q");
        await FetchNodesOnlyAsync(clone);
        using (Repo repo = clone.Open())
        {
            Assert.Equal(1, Changes(repo).Stale);

            CheckoutResult result = Checkout.Run(repo, new CheckoutOptions { Paths = path is null ? [] : [path] }, None);

            Assert.False(result.IsComplete);
            Assert.Equal(new StateCounts(0, 0, 0, 1, 0, 0), Changes(repo));
            Assert.Contains("stale", Assert.Throws<DlsException>(() => Add.Run(repo, new AddOptions { Paths = ["data"] }, None)).Message,
                StringComparison.Ordinal);
        }

        using (Repo repo = clone.Open())
        {
            await Fetch.RunAsync(repo, new FetchOptions(), None);
            Assert.True(Checkout.Run(repo, new CheckoutOptions(), None).IsComplete);
            Assert.Equal(new StateCounts(0, 0, 0, 0, 0, 0), Changes(repo));
        }

        Assert.Equal("second"u8.ToArray(), File.ReadAllBytes(clone.At("data/d/a.bin")));
    }

    private static StateCounts Changes(Repo repo) => Assert.Single(Status.Run(repo, new StatusOptions(), None).Pointers).Counts;

    private static async Task PushAsync(OpenedRepo made)
    {
        using Repo repo = made.Open();
        await Push.RunAsync(repo, new PushOptions(), None);
    }

    /// <summary>Brings the listing and none of the bytes, as an interrupted fetch does: nodes come first, in packs of their own.</summary>
    private static async Task FetchNodesOnlyAsync(OpenedRepo clone)
    {
        using Repo repo = clone.Open(r => new FaultyRemote(r, new PlannedFault(RemoteCall.Download, 2, RemoteFault.Error, "packs/"),
            new PlannedFault(RemoteCall.ReadRange, 1, RemoteFault.Error)));
        await Assert.ThrowsAsync<DlsException>(() => Fetch.RunAsync(repo, new FetchOptions(), None));
    }
}
