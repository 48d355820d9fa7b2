using DlStore.Objects;
using DlStore.Operations.Store;
using DlStore.Operations.Transfers;
using DlStore.Remotes;
using DlStore.TestKit;

namespace DlStore.Tests.Operations;

/// <summary>A repository with something to push, made once and copied for each test, and what has to be true after any transfer.</summary>
public sealed class TransferRepo : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly OpenedRepo _template = new();

    /// <summary>Two commits: a directory of small files with one large one, then some changes and a large blob of its own.</summary>
    public TransferRepo()
    {
        Random random = new(20240101);
        for (int i = 0; i < 40; i++)
        {
            _template.Write($"data/d{i % 4}/f{i}.bin", Seeded.Bytes(random, 3000));
        }

        _template.Write("data/large.bin", Seeded.Bytes(random, 1_200_000));
        _template.AddAndCommit("data");
        _template.Write("data/d1/f1.bin", Seeded.Bytes(random, 2000));
        _template.Write("weights.bin", Seeded.Bytes(random, 1_100_000));
        _template.AddAndCommit("data", "weights.bin");
    }

    public OpenedRepo MakeRepo() => new(_template);

    public async Task<OpenedRepo> MakePushedRepoAsync()
    {
        OpenedRepo made = MakeRepo();
        using Repo repo = made.Open();
        await Push.RunAsync(repo, new PushOptions(), None);
        return made;
    }

    public void Dispose() => _template.Dispose();

    public static string[] Files(OpenedRepo made, string directory)
    {
        string path = Path.Combine(made.RemotePath, directory);
        return Directory.Exists(path) ? Directory.GetFiles(path, "*", SearchOption.AllDirectories) : [];
    }

    /// <summary>The promise of a pin: everything it names is on the remote, whole.</summary>
    /// <param name="made">A clone of the repository.</param>
    /// <param name="wrap">What carries the bytes; null for the directory.</param>
    public static async Task AssertPinsHoldAsync(OpenedRepo made, Func<IRemote, IRemote>? wrap = null)
    {
        using Repo repo = made.Open(wrap);
        IRemote remote = repo.OpenRemote("lab");
        List<string> pins = await PinsAsync(remote);
        if (pins.Count == 0)
        {
            return;
        }

        VerifyResult result = await Verify.RunAsync(repo, new VerifyOptions { Remote = "lab" }, None);
        Assert.Empty(result.Damaged);
        using RemoteIndex index = await RemoteIndex.SyncAsync(
            remote, new RemoteCache(repo.RemoteCacheRoot, "lab", remote.Location), None);
        foreach (string pin in pins)
        {
            foreach (PinLine line in Pin.Parse((await remote.ReadAsync(pin, Pin.LengthMax, None))!, pin))
            {
                HashSet<Oid> all = [line.Oid];
                if (line.Kind == ObjectKind.Tree)
                {
                    new TreeClosure(repo.Store.Read) { Node = o => all.Add(o), Blob = (o, _) => all.Add(o) }.Walk(line.Oid, null);
                }

                Assert.All(all, o => Assert.NotNull(index.Find(o)));
            }
        }
    }

    /// <summary>Lists the pins on a remote.</summary>
    internal static async Task<List<string>> PinsAsync(IRemote remote)
    {
        List<string> pins = [];
        await foreach (RemoteFile pin in remote.ListAsync("pins", None))
        {
            pins.Add(pin.Name);
        }

        return pins;
    }

    public static async Task AssertCloneIsWholeAsync(OpenedRepo made, Func<IRemote, IRemote>? wrap)
    {
        using OpenedRepo clone = made.Clone("whole");
        using (Repo repo = clone.Open(wrap))
        {
            Assert.Empty((await Fetch.RunAsync(repo, new FetchOptions { All = true }, None)).Missing);
        }

        await AssertWholeAsync(clone, fetch: false, made);
    }

    public static async Task AssertWholeAsync(OpenedRepo clone, bool fetch, OpenedRepo original)
    {
        using Repo repo = clone.Open();
        if (fetch)
        {
            Assert.Empty((await Fetch.RunAsync(repo, new FetchOptions(), None)).Missing);
        }

        Assert.Empty((await Verify.RunAsync(repo, new VerifyOptions(), None)).Damaged);
        Assert.Empty(Directory.GetFiles(repo.Store.TempDirectory));
        Assert.True(Checkout.Run(repo, new CheckoutOptions(), None).IsComplete);
        TreeSnapshot.AssertEqual(TreeSnapshot.Of(original.Path, ".git"), TreeSnapshot.Of(clone.Path, ".git"));
    }
}
