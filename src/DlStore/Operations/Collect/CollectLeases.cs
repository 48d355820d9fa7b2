using System.Globalization;
using System.Text;
using DlStore.Remotes;
using DlStore.Remotes.Leases;

namespace DlStore.Operations.Collect;

/// <summary>The pushes under way, as a collection sees them: it waits for the living and fences the dead.</summary>
internal sealed class CollectLeases(IRemote remote, GcLock gcLock, int epoch, TimeProvider clock)
{
    private const int LengthMax = 64 * 1024;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);

    /// <summary>Waits until no push is left that does not know what this collection condemns.</summary>
    /// <param name="wait">How long.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <returns>The pushes that are left, a line each.</returns>
    public async Task<IReadOnlyList<string>> WaitAsync(TimeSpan wait, CancellationToken cancel)
    {
        long start = clock.GetTimestamp();
        while (true)
        {
            List<string> waiting = await FenceAsync(cancel);
            if (waiting.Count == 0)
            {
                await FencePendingAsync(cancel);
                return [];
            }

            if (clock.GetElapsedTime(start) >= wait)
            {
                return waiting;
            }

            await Task.Delay(Poll, clock, cancel);
        }
    }

    /// <summary>Takes leases away whatever their age: somebody knows that their pushes were killed.</summary>
    /// <param name="remote">The remote.</param>
    /// <param name="words">Ids, or at least their first eight digits.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The leases, a line each.</returns>
    /// <exception cref="DlsException">Kind Usage: a word is no lease there, or several.</exception>
    public static async Task<IReadOnlyList<string>> DropAsync(IRemote remote, IReadOnlyList<string> words, CancellationToken cancel)
    {
        List<string> there = [];
        await foreach (RemoteFile file in RemoteListing.ListAsync(remote, GcLayout.Leases, RemoteListing.PinsMax, cancel))
        {
            string id = GcLayout.LeaseOf(file.Name, out bool isBeat);
            there.AddRange(isBeat ? [] : [id]);
        }

        // All words first: a misspelt one is told before anything is taken away.
        string[] ids = [.. words.Select(w => Choose(remote, there, w)).Distinct()];
        List<string> dropped = [];
        foreach (string id in ids)
        {
            string holder = await ReadAsync(remote, id, cancel) is (_, var who) ? who : "a push that has ended";
            await OwnLeases.DropAsync(remote, id, cancel);
            dropped.Add($"{holder}, lease '{id}'");
        }

        return dropped;
    }

    private static string Choose(IRemote remote, List<string> there, string word)
    {
        string[] meant = [.. word.Length < 8 ? [] : there.Where(id => id.StartsWith(word, StringComparison.Ordinal))];
        return meant is [string id] ? id : throw new DlsException(ErrorKind.Usage,
            $"drop lease '{word}' of remote '{remote.Name}': {(meant.Length > 1 ? "several begin so" : "there is none")}",
            $"run `dls gc --remote {remote.Name}`, which names those that it waits for")
        { Items = there };
    }

    /// <summary>Removes leases that are dead, and names those that live.</summary>
    private async Task<List<string>> FenceAsync(CancellationToken cancel)
    {
        Dictionary<string, DateTimeOffset> leases = new(StringComparer.Ordinal);
        Dictionary<string, DateTimeOffset> beats = new(StringComparer.Ordinal);
        await foreach (RemoteFile file in RemoteListing.ListAsync(remote, GcLayout.Leases, RemoteListing.PinsMax, cancel))
        {
            string id = GcLayout.LeaseOf(file.Name, out bool isBeat);
            (isBeat ? beats : leases)[id] = file.Changed;
        }

        List<string> waiting = [];
        DateTimeOffset now = leases.Count == 0 ? default : await gcLock.NowAsync(cancel);
        foreach ((string id, DateTimeOffset written) in leases)
        {
            DateTimeOffset last = beats.TryGetValue(id, out DateTimeOffset beat) && beat > written ? beat : written;
            bool isDead = now - last >= GcLayout.DeadAfter;
            if (isDead)
            {
                await remote.RemoveAsync(GcLayout.Lease(id), cancel);
            }
            else if (await ReadAsync(remote, id, cancel) is (var seen, var holder) && seen < epoch)
            {
                waiting.Add($"{holder}, lease '{id}' of {written.UtcDateTime.ToString("u", CultureInfo.InvariantCulture)}, "
                    + $"last renewed {GcLock.Ago(now - last)}");
            }
        }

        foreach (string id in beats.Keys.Where(b => !leases.ContainsKey(b)))
        {
            await remote.RemoveAsync(GcLayout.Beat(id), cancel);
        }

        return waiting;
    }

    /// <summary>
    /// Removes pins that a push without a lease was about to write: also of one whose lease another collector removed before it was killed.
    /// </summary>
    private async Task FencePendingAsync(CancellationToken cancel)
    {
        HashSet<string> pending = new(StringComparer.Ordinal);
        await foreach (RemoteFile file in RemoteListing.ListAsync(remote, GcLayout.Pending, RemoteListing.PinsMax, cancel))
        {
            pending.Add(file.Name);
        }

        foreach (IGrouping<string, string> push in pending.GroupBy(static p => p.Split('/')[1], StringComparer.Ordinal))
        {
            if (await remote.ReadAsync(GcLayout.Lease(push.Key), LengthMax, cancel) is null)
            {
                foreach (string name in push)
                {
                    await remote.RemoveAsync(name, cancel);
                }
            }
        }
    }

    private static async Task<(int Epoch, string Holder)?> ReadAsync(IRemote remote, string id, CancellationToken cancel)
    {
        byte[]? beat = await remote.ReadAsync(GcLayout.Beat(id), LengthMax, cancel);
        byte[]? bytes = beat ?? await remote.ReadAsync(GcLayout.Lease(id), LengthMax, cancel);
        if (bytes is null)
        {
            // It has ended since the listing.
            return null;
        }

        string[] lines = Encoding.UTF8.GetString(bytes).Split('\n');
        string Value(string key) => lines.FirstOrDefault(l => l.StartsWith(key + " ", StringComparison.Ordinal))?[(key.Length + 1)..] ?? "";
        return (int.TryParse(Value("epoch"), NumberStyles.None, CultureInfo.InvariantCulture, out int n) ? n : 0, Value("holder"));
    }
}
