using DlStore.Objects;
using DlStore.Remotes;
using DlStore.Remotes.Leases;

namespace DlStore.Operations.Collect;

/// <summary>What a collection condemns. The listing of files comes before the marks, and both before anybody hears of it.</summary>
internal sealed class CollectPlan
{
    private long _bytes;
    private long _gone;

    private CollectPlan()
    {
    }

    public CondemnedList Condemned { get; } = new() { Id = GcLayout.NewId() };

    public long PacksRewritten { get; private set; }

    public IReadOnlyList<string> Released { get; private set; } = [];

    public long Pins { get; private set; }

    public long ErasedHeld { get; private set; }

    public long Live { get; private set; }

    /// <summary>Makes the plan.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="remote">The remote.</param>
    /// <param name="cache">What is known of it here.</param>
    /// <param name="options">What to collect.</param>
    /// <param name="gcLock">The lock; null to plan only: nothing is sent and no pin is released.</param>
    /// <param name="cancel">Stops it.</param>
    public static async Task<CollectPlan> MakeAsync(
        Repo repo, IRemote remote, RemoteCache cache, CollectOptions options, GcLock? gcLock, CancellationToken cancel)
    {
        CollectPlan plan = new();
        if (options.KeepDays is { } days)
        {
            plan.Released = await new PinRetention(repo, remote, days).ReleaseAsync(gcLock, cancel);
        }

        await plan.ListGoneAsync(remote, gcLock, cancel);
        StorePlaces places = await StorePlaces.ListAsync(remote, cancel);
        using RemoteMark mark = await RemoteMark.ReadAsync(repo, remote, cache, null, cancel);
        plan.Pins = mark.Pins;
        plan.Live = mark.Live.Count;
        CollectCandidates chosen = CollectCandidates.Choose(mark, places.Packs.ContainsKey);
        IReadOnlyList<Oid> wasteful = chosen.ListWasteful();
        CollectRewrite rewrite = new(repo, remote, cache, mark);
        IReadOnlyList<Oid> moved = gcLock is null ? wasteful : await rewrite.RunAsync(wasteful, cancel);
        plan.PacksRewritten = moved.Count;
        plan.ErasedHeld = wasteful.Except(moved).Count(ErasedFiles.Of(mark).MayHold);
        HashSet<Oid> needed = [.. chosen.Needed.Except(moved)];
        foreach ((Oid pack, long size) in places.Packs.Where(p => !needed.Contains(p.Key)))
        {
            plan.Condemned.Packs.Add(pack);
            plan._bytes += size;
        }

        foreach ((Oid blob, long size) in places.Blobs.Where(b => !mark.Live.Contains(b.Key)))
        {
            plan.Condemned.Blobs.Add(blob);
            plan._bytes += size;
        }

        return plan;
    }

    public CollectResult Describe(CollectResult result) => result with
    {
        Pins = Pins,
        Live = Live,
        Packs = Condemned.Packs.Count,
        Blobs = Condemned.Blobs.Count,
        PacksRewritten = PacksRewritten,
        ErasedHeld = ErasedHeld,
        BytesMoved = _bytes,
        BytesFreed = _gone,
        Released = Released,
    };

    private static int NumberOf(RemoteFile quarantined) => GcLayout.Number(Path.GetDirectoryName(quarantined.Name)!);

    /// <summary>Lists what lies in quarantine since a collection that ended long enough ago, by the remote's own clock.</summary>
    private async Task ListGoneAsync(IRemote remote, GcLock? gcLock, CancellationToken cancel)
    {
        if (gcLock is null)
        {
            return;
        }

        DateTimeOffset now = await gcLock.NowAsync(cancel);
        GcState state = await gcLock.CheckAsync(cancel);
        int old = 0;
        for (int n = state.Epoch; n > 0 && old == 0; n--)
        {
            old = state.Find(GcLayout.Done(n)) is { } done && now - done.Changed >= GcLayout.Grace ? n : 0;
        }

        List<RemoteFile> quarantine = [];
        await foreach (RemoteFile file in RemoteListing.ListAsync(remote, GcLayout.QuarantineDirectory, RemoteListing.FilesMax, cancel))
        {
            quarantine.AddRange(file.Name.Split('/').Length == 3 && NumberOf(file) > 0 ? [file] : []);
        }

        IReadOnlyList<RemoteFile> erased = await ErasedFiles.FindQuarantinedAsync(remote, state, quarantine, cancel);
        foreach (RemoteFile file in quarantine.Where(f => NumberOf(f) <= old).Concat(erased))
        {
            _gone += Condemned.Gone.Add(file.Name) ? file.Size : 0;
        }
    }
}
