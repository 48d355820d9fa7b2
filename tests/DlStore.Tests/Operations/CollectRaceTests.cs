using System.Diagnostics;
using System.Globalization;
using DlStore.Objects;
using DlStore.Operations.Collect;
using DlStore.Operations.Transfers;
using DlStore.Remotes;
using DlStore.Remotes.Sftp;
using DlStore.TestKit;
using DlStore.Tests.Ssh;
using Xunit.Abstractions;

namespace DlStore.Tests.Operations;

/// <summary>
/// Two clones push and a third collects, at the same time and in an order of chance; pins are released in between, and days pass. DLS_RACE_SECONDS
/// in the environment makes it go on with further seeds for that long.
/// </summary>
public class CollectRaceTests(ITestOutputHelper output)
{
    private const int Rounds = 4;
    private static readonly CancellationToken None = CancellationToken.None;
    private int _pushes;
    private int _collections;
    private int _released;
    private long _checked;
    private Func<IRemote, IRemote>? _over;

    /// <summary>Gets how many seeds are tried at least.</summary>
    protected virtual int SeedsMin => 2;

    [Fact]
    public async Task Whatever_is_pinned_is_there_after_each_round()
    {
        int seconds = int.TryParse(Environment.GetEnvironmentVariable("DLS_RACE_SECONDS"), CultureInfo.InvariantCulture, out int n) ? n : 0;
        Stopwatch watch = Stopwatch.StartNew();
        int seed = 1;
        for (; seed <= SeedsMin || watch.Elapsed.TotalSeconds < seconds; seed++)
        {
            await RunAsync(seed);
        }

        output.WriteLine($"{seed - 1} seeds, {_pushes} pushes, {_collections} collections, {_released} pins released, {_checked} pinned objects looked for");
    }

    /// <summary>Gives what carries the bytes to that directory; null for the file system.</summary>
    protected virtual Func<IRemote, IRemote>? Over(string path) => null;

    private async Task RunAsync(int seed)
    {
        Random random = new(seed);
        using OpenedRepo first = new();
        first.Write("data/base.bin", Seeded.Bytes(random, 5_000));
        first.AddAndCommit("data");
        _over = Over(first.RemotePath);
        using (Repo repo = first.Open(_over))
        {
            await Push.RunAsync(repo, new PushOptions { Create = true }, None);
        }

        using OpenedRepo second = first.Clone("second");
        using OpenedRepo third = first.Clone("third");
        using (Repo repo = second.Open(_over))
        {
            await Fetch.RunAsync(repo, new FetchOptions(), None);
        }

        for (int round = 0; round < Rounds; round++)
        {
            Change(first, "ours", random, seed);
            Change(second, "theirs", random, seed);
            int[] delays = [random.Next(60), random.Next(60), random.Next(60)];
            Release(first, second, random);
            await Task.WhenAll(
                Task.Run(() => PushAsync(first, delays[0])), Task.Run(() => PushAsync(second, delays[1])),
                Task.Run(() => CollectAsync(third, delays[2])));
            await CheckAsync(third, seed, round);
            Age(first, random.Next(3) * 4);
        }
    }

    /// <summary>Contents come back: a large blob of a few, under names of a few, and small files that are new.</summary>
    private static void Change(OpenedRepo made, string directory, Random random, int seed)
    {
        made.Write($"{directory}/large{random.Next(2)}.bin", Seeded.Bytes(new Random((100 * seed) + random.Next(4)), 1_100_000));
        made.Write($"{directory}/small{random.Next(5)}.bin", Seeded.Bytes(random, 4_000));
        made.AddAndCommit(directory);
    }

    private void Release(OpenedRepo first, OpenedRepo second, Random random)
    {
        string[] tips = [first.Git("rev-parse", "HEAD").Trim(), second.Git("rev-parse", "HEAD").Trim()];
        foreach (string pin in TransferRepo.Files(first, "pins").Order().Where(p => !tips.Contains(Path.GetFileName(p))))
        {
            if (random.Next(3) > 0)
            {
                File.Delete(pin);
                _released++;
            }
        }
    }

    private async Task PushAsync(OpenedRepo made, int delay)
    {
        await Task.Delay(delay);
        using Repo repo = made.Open(_over);
        PushResult result = await Push.RunAsync(repo, new PushOptions { Tip = true }, None);
        Assert.Empty(result.Missing);
        Interlocked.Increment(ref _pushes);
    }

    private async Task CollectAsync(OpenedRepo made, int delay)
    {
        await Task.Delay(delay);
        using Repo repo = made.Open(_over);
        CollectResult result = await CollectRemote.RunAsync(repo, new CollectOptions { Wait = TimeSpan.FromSeconds(20) }, None);
        Assert.Empty(result.Waiting);
        _collections += result.Collection > 0 ? 1 : 0;
    }

    private async Task CheckAsync(OpenedRepo made, int seed, int round)
    {
        using Repo repo = made.Open(_over);
        IRemote remote = repo.OpenRemote("lab");
        RemoteCache cache = new(repo.RemoteCacheRoot, remote.Name, remote.Location);
        StorePlaces places = await StorePlaces.ListAsync(remote, None);
        using RemoteMark mark = await RemoteMark.ReadAsync(repo, remote, cache, null, None);
        CollectCandidates chosen = CollectCandidates.Choose(mark, places.Packs.ContainsKey);
        Oid[] lost = [
            .. mark.Live.Where(o => !chosen.Placed.Contains(o)
                && !(places.Blobs.ContainsKey(o) && mark.Index.Indexes.Any(i => i.ContainsBlob(o))))];
        Assert.True(lost.Length == 0, $"seed {seed}, round {round}: {string.Join(' ', lost)} pinned and not there\n{Listing.Of(made.RemotePath)}");
        _checked += mark.Live.Count;
    }

    private static void Age(OpenedRepo made, int days)
    {
        foreach (string file in TransferRepo.Files(made, ""))
        {
            File.SetLastWriteTimeUtc(file, File.GetLastWriteTimeUtc(file).AddDays(-days));
        }
    }
}

/// <summary>The same with connections of their own to a real sshd.</summary>
public sealed class SshCollectRaceTests(SshFixture ssh, ITestOutputHelper output) : CollectRaceTests(output), IClassFixture<SshFixture>
{
    protected override int SeedsMin => 1;

    protected override Func<IRemote, IRemote> Over(string path)
    {
        SshUrl url = (SshUrl)RemoteUrl.Parse($"ssh://t{path}", "/");
        RemoteSurroundings around = new("/", ssh.Server.Environment, ssh.Server.ConfigPath, TimeProvider.System);
        return _ => new RetryingRemote(new SshRemote("lab", url, new RemoteOptions(), around), TimeSpan.FromMilliseconds(100));
    }
}
