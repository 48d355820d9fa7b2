using DlStore.Operations.Collect;
using DlStore.Operations.Transfers;
using DlStore.Remotes;
using DlStore.TestKit;

namespace DlStore.Tests.Operations;

/// <summary>What killed pushes and collections leave on a remote, and how it goes before its time: by hand, or by the clone that left it.</summary>
public sealed class LeaseTests(TransferRepo template) : IClassFixture<TransferRepo>
{
    private const string Lease = "0123456789abcdef0123456789abcdef";
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_lease_is_noted_here_before_it_is_written_there_and_struck_out_with_it()
    {
        using OpenedRepo made = template.MakeRepo();
        string seen = "";
        using Repo repo = made.Open(remote => new FaultyRemote(remote)
        {
            Before = (call, name) =>
            {
                if (call == RemoteCall.Put && name.StartsWith("leases/", StringComparison.Ordinal))
                {
                    seen = File.ReadAllText(Own(made)) + name;
                }
            },
        });

        Assert.Equal(2, (await Push.RunAsync(repo, new PushOptions(), None)).Pinned.Count);

        Assert.Equal($"dls-own-leases 1\nlease {seen[^32..]}\nleases/{seen[^32..]}", seen);
        Assert.False(File.Exists(Own(made)));
        Assert.Empty(TransferRepo.Files(made, "leases"));
    }

    [Fact]
    public async Task The_next_push_of_a_clone_gives_back_what_a_killed_one_left()
    {
        using OpenedRepo made = await template.MakePushedRepoAsync();
        LeaveLease(made, isOwn: true);
        made.Write("more.bin", Seeded.Bytes(new Random(1), 3000));
        made.AddAndCommit("more.bin");
        using Repo repo = made.Open();

        Assert.Single((await Push.RunAsync(repo, new PushOptions(), None)).Pinned);

        Assert.Empty(TransferRepo.Files(made, "leases"));
        Assert.Empty(TransferRepo.Files(made, "pending"));
        Assert.False(File.Exists(Own(made)));
        await TransferRepo.AssertPinsHoldAsync(made);
    }

    [Fact]
    public async Task The_next_gc_of_the_clone_waits_for_no_push_of_its_own_that_was_killed_and_takes_its_own_lock()
    {
        using OpenedRepo made = await MakeGarbageAsync();
        LeaveLease(made, isOwn: true);
        LeaveLock(made, isOwn: true);
        using Repo repo = made.Open();

        CollectResult result = await CollectRemote.RunAsync(repo, new CollectOptions(), None);

        Assert.Empty(result.Waiting);
        Assert.Equal(1, result.Blobs);
        Assert.False(File.Exists(Own(made)));
        Assert.Empty(TransferRepo.Files(made, "leases"));
        Assert.Empty(TransferRepo.Files(made, "pending"));
        Assert.Equal("8", Path.GetFileName(Assert.Single(TransferRepo.Files(made, "gc/lock"))));
        await TransferRepo.AssertPinsHoldAsync(made);
    }

    [Fact]
    public async Task What_another_clone_holds_is_waited_for_and_dropped_only_by_hand()
    {
        using OpenedRepo made = await MakeGarbageAsync();
        LeaveLease(made, isOwn: false);
        using Repo repo = made.Open();

        CollectResult waits = await CollectRemote.RunAsync(repo, new CollectOptions(), None);

        string line = Assert.Single(waits.Waiting);
        Assert.Contains("pid 1 on far", line, StringComparison.Ordinal);
        Assert.Contains(Lease, line, StringComparison.Ordinal);
        Assert.Matches("last renewed [0-9]+ s ago$", line);
        DlsException wrong = await Assert.ThrowsAsync<DlsException>(
            () => CollectRemote.RunAsync(repo, new CollectOptions { DropLeases = ["01234567", "ffffffff"] }, None));
        Assert.Equal((ErrorKind.Usage, Lease), (wrong.Kind, Assert.Single(wrong.Items)));
        Assert.NotEmpty(TransferRepo.Files(made, "leases"));

        CollectResult done = await CollectRemote.RunAsync(repo, new CollectOptions { DropLeases = [Lease[..8]] }, None);

        Assert.Equal($"pid 1 on far, lease '{Lease}'", Assert.Single(done.Dropped));
        Assert.True(done.IsComplete);
        Assert.Equal(1, done.Blobs);
        Assert.Empty(TransferRepo.Files(made, "leases"));
        Assert.Empty(TransferRepo.Files(made, "pending"));
        await TransferRepo.AssertPinsHoldAsync(made);
    }

    [Fact]
    public async Task A_lock_of_another_names_its_holder_and_is_taken_by_its_number_only()
    {
        using OpenedRepo made = await MakeGarbageAsync();
        LeaveLock(made, isOwn: false);
        using Repo repo = made.Open();

        DlsException held = await Assert.ThrowsAsync<DlsException>(() => CollectRemote.RunAsync(repo, new CollectOptions(), None));

        Assert.Equal(ErrorKind.Locked, held.Kind);
        Assert.Matches("pid 2 on far does so already \\(lock 7, last renewed [0-9]+ s ago\\)$", held.Message);
        Assert.Contains("--take-lock 7", held.Hint, StringComparison.Ordinal);
        DlsException other = await Assert.ThrowsAsync<DlsException>(
            () => CollectRemote.RunAsync(repo, new CollectOptions { TakeLock = 6 }, None));
        Assert.Contains(other.Kind, (ErrorKind[])[ErrorKind.Usage, ErrorKind.Locked]);

        CollectResult done = await CollectRemote.RunAsync(repo, new CollectOptions { TakeLock = 7 }, None);

        Assert.True(done.IsComplete);
        Assert.Equal(1, done.Blobs);
        Assert.Equal(
            ErrorKind.Usage,
            (await Assert.ThrowsAsync<DlsException>(() => CollectRemote.RunAsync(repo, new CollectOptions { TakeLock = 8 }, None))).Kind);
        await TransferRepo.AssertPinsHoldAsync(made);
    }

    [Fact]
    public async Task A_push_that_lives_and_loses_its_lease_to_a_hand_begins_anew()
    {
        using OpenedRepo made = await MakeGarbageAsync();
        made.Write("more.bin", Seeded.Bytes(new Random(1), 3000));
        made.AddAndCommit("more.bin");
        int dropped = 0;
        using Repo repo = made.Open(remote => new FaultyRemote(remote)
        {
            Before = (call, name) =>
            {
                if (call == RemoteCall.Move && dropped++ == 0)
                {
                    // Between its look at the lease and the first move.
#pragma warning disable CA2025 // It is waited for.
                    DropAsync(made).GetAwaiter().GetResult();
#pragma warning restore CA2025
                }
            },
        });

        PushResult pushed = await Push.RunAsync(repo, new PushOptions(), None);

        Assert.NotEmpty(pushed.Pinned);
        Assert.True(dropped > 1, "the push did not begin anew");
        Assert.Empty(TransferRepo.Files(made, "leases"));
        Assert.False(File.Exists(Own(made)));
        await TransferRepo.AssertPinsHoldAsync(made);
    }

    private static async Task DropAsync(OpenedRepo made)
    {
        using OpenedRepo clone = made.Clone("other");
        using Repo other = clone.Open();
        string id = Path.GetFileName(Assert.Single(TransferRepo.Files(made, "leases")));
        CollectResult gone = await CollectRemote.RunAsync(other, new CollectOptions { DropLeases = [id] }, None);
        Assert.Single(gone.Dropped);
    }

    private static string Own(OpenedRepo made)
    {
        using Repo repo = made.Open();
        IRemote remote = repo.OpenRemote("lab");
        return Path.Combine(new RemoteCache(repo.RemoteCacheRoot, "lab", remote.Location).Directory, "leases");
    }

    /// <summary>A pushed repository of which the newest pin is gone, so that a blob is garbage.</summary>
    private async Task<OpenedRepo> MakeGarbageAsync()
    {
        OpenedRepo made = await template.MakePushedRepoAsync();
        string tip = made.Git("rev-parse", "HEAD").Trim();
        File.Delete(TransferRepo.Files(made, "pins").Single(p => Path.GetFileName(p) == tip));
        return made;
    }

    private static void LeaveLease(OpenedRepo made, bool isOwn)
    {
        string pin = TransferRepo.Files(made, "pins")[0];
        string pending = $"pending/{Lease}/{Path.GetFileName(Path.GetDirectoryName(pin))}-{new string('a', 40)}";
        Leave(made, $"leases/{Lease}", "dls-lease 1\nepoch 0\nholder pid 1 on far\nrenewed 0\n");
        Leave(made, pending, File.ReadAllText(pin));
        Note(made, isOwn, $"lease {Lease}");
    }

    private static void LeaveLock(OpenedRepo made, bool isOwn)
    {
        Leave(made, "gc/lock/7", $"dls-gc-lock 1\nid {Lease}\nholder pid 2 on far\nstate held\nrenewed 1\n");
        Note(made, isOwn, $"lock {Lease}");
    }

    private static void Leave(OpenedRepo made, string name, string text)
    {
        string path = Path.Combine(made.RemotePath, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private static void Note(OpenedRepo made, bool isOwn, string line)
    {
        if (isOwn)
        {
            string before = File.Exists(Own(made)) ? File.ReadAllText(Own(made)) : "dls-own-leases 1\n";
            File.WriteAllText(Own(made), $"{before}{line}\n");
        }
    }
}
