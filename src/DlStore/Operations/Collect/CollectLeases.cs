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
            else if (await EpochAsync(id, cancel) is (var seen, var holder) && seen < epoch)
            {
                waiting.Add($"{holder}, lease '{id}' renewed {last.UtcDateTime.ToString("u", CultureInfo.InvariantCulture)}");
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

    private async Task<(int Epoch, string Holder)?> EpochAsync(string id, CancellationToken cancel)
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
