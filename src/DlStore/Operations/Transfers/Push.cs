using DlStore.Git;
using DlStore.Io;
using DlStore.Objects;
using DlStore.Operations.Store;
using DlStore.Remotes;
using DlStore.Remotes.Leases;

namespace DlStore.Operations.Transfers;

/// <summary>
/// <c>dls push</c>: sends what the commits' pointers name and the remote lacks. Order: packs and large blobs, then one index, then the
/// pins; each step is durable before
/// the next begins. Killed anywhere, a rerun sends only what is left: files that are complete stay, packs made for the push wait in the
/// cache. What is noted as damaged there
/// is sent again, and nothing is pinned that rests on it.
/// </summary>
public sealed class Push
{
    private readonly Repo _repo;
    private readonly PushOptions _options;
    private readonly IRemote _remote;
    private readonly RemoteCache _cache;
    private const int BeginningsMax = 3;
    private RelPath[] _paths = [];
    private readonly PushPins _pins;
    private int _restored;
    private readonly PushErased _erased;

    private Push(Repo repo, PushOptions options)
    {
        _repo = repo;
        _options = options;
        _remote = repo.OpenRemote(options.Remote);
        RemoteFormat.RequireWritable(_remote);
        _cache = new RemoteCache(repo.RemoteCacheRoot, _remote.Name, _remote.Location);
        string repoId = repo.Config.RepoId
            ?? throw new DlsException(ErrorKind.Failed, "push: this repository has no id yet", "run `dls init` and commit .dlstore/config");
        _pins = new PushPins(_remote, _cache, repoId, repo.Clock);
        _erased = new PushErased(repo, _remote);
    }

    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="options">What to push.</param>
    /// <param name="cancel">Stops it; nothing that is visible on the remote is incomplete.</param>
    /// <returns>What was done.</returns>
    public static Task<PushResult> RunAsync(
        Repo repo, PushOptions options, CancellationToken cancel) => new Push(repo, options).RunAsync(cancel);

    private async Task<PushResult> RunAsync(CancellationToken cancel)
    {
        _repo.NoteWrite();
        List<CommitId> tips = Tips();
        _paths = PushWords.Resolve(_repo, tips, _options.Paths);
        if (tips.Count == 0 && !_options.Repair)
        {
            return new PushResult { Remote = _remote.Name };
        }

        bool isQuiet = IsPlain && !_options.Repair && _cache.ReadDamage().IsEmpty;
        bool looksAtOne = isQuiet && tips.Count == 1;
        (bool isPinned, bool isThere) = await LookAsync(looksAtOne ? tips[0] : null, cancel);
        if (isPinned)
        {
            return new PushResult { Remote = _remote.Name, AlreadyPinned = tips[0].Hex };
        }

        // Packs made for a push wait in the cache: two pushes of one clone would take them from each other. The second finds what the first
        // has sent.
        using FileLock? held = _options.DryRun ? null : _repo.LockPush(_remote.Name);
        if (!isThere && _cache.IsKnown && !_options.DryRun)
        {
            _cache.Forget();
            _cache.NoteMayCreate();
        }

        if (isQuiet && !looksAtOne && (await CommitsAsync(tips, await _pins.ListAsync(cancel), cancel)).Count == 0)
        {
            return new PushResult { Remote = _remote.Name, AlreadyPinned = tips[0].Hex };
        }

        return await PushUnderLeaseAsync(tips, isThere, cancel);
    }

    /// <summary>Looks for the pin of a commit, and whether there is a remote; both are asked at once.</summary>
    private async Task<(bool IsPinned, bool IsThere)> LookAsync(CommitId? tip, CancellationToken cancel)
    {
        if (tip is { } one && await _pins.IsKnownAsync(one, () => Named(one), cancel))
        {
            return (true, true);
        }

        Task<bool> looking = RemoteFormat.RequireForPushAsync(_remote, _cache, _options.Create, cancel);
        Task<CommitId?> finding = tip is { } commit ? _pins.FindAsync(commit, cancel) : Task.FromResult<CommitId?>(null);
        await Task.WhenAll(looking, finding);
        return (await finding is not null, await looking);
    }

    /// <summary>What is read from here on is relied on, so it is read under a lease; a push that was taken for dead begins anew.</summary>
    private async Task<PushResult> PushUnderLeaseAsync(List<CommitId> tips, bool isThere, CancellationToken cancel)
    {
        for (int beginning = 1; ; beginning++)
        {
            if (!isThere && !_options.DryRun)
            {
                await RemoteFormat.CreateAsync(_remote, _cache, cancel);
                isThere = true;
            }

            await using PushLease? lease =
                _options.DryRun ? null : await PushLease.TakeAsync(_remote, _cache, _repo.Holder, _repo.Clock, cancel);
            try
            {
                Task beside = _erased.ListAsync(cancel);
                using PushReading read = await PushReading.ReadAsync(_remote, _cache, _pins, _options, lease, beside, cancel);
                HashSet<CommitId> pins = read.Pins;
                IReadOnlyList<CommitId> commits = await CommitsAsync(tips, pins, cancel);
                _restored = read.Restored;
                await read.LookAsync(mayPin: _options.Repair || commits.Any(c => !pins.Contains(c)), Note, cancel);
                return await SendAsync(commits, pins, read.Index, lease, cancel);
            }
            catch (LeaseLostException) when (beginning < BeginningsMax)
            {
                continue;
            }
            catch (LeaseLostException)
            {
                throw new DlsException(ErrorKind.Locked,
                    $"push to remote '{_remote.Name}': it took longer than its lease, {BeginningsMax} times; nothing was pinned",
                    $"run `dls push --remote {_remote.Name}` again: what was sent is there");
            }
        }
    }

    private bool IsPlain => !_options.All && _options.Paths.Count == 0;

    private DamageNote Note => new("push", _repo.Clock.GetUtcNow());

    /// <summary>Reads what a commit's pointers name; null if one of them cannot be read.</summary>
    private IReadOnlyList<PinLine>? Named(CommitId commit)
    {
        bool isReadable = true;
        IReadOnlyList<PinLine> lines = new CommitReader(_repo) { Unreadable = (_, _) => isReadable = false }.Read(commit);
        return isReadable ? lines : null;
    }

    private async Task<PushResult> SendAsync(
        IReadOnlyList<CommitId> commits, HashSet<CommitId> pins, RemoteIndex index, PushLease? lease, CancellationToken cancel)
    {
        LocalFaults faults = new();
        _erased.HoldBackPacks(faults);
        PushSender sender = new(_repo, _remote, _cache, _options)
        {
            Lease = lease,
            Beside = (plan, token) => _options.Paths.Count > 0 ? Task.CompletedTask : _pins.PrepareAsync(plan.Complete, lease!, token),
        };
        HashSet<Oid> asked = [];
        while (true)
        {
            bool isTrusted = IsPlain && !_options.Tip && !_options.Repair && index.Damage.IsEmpty && index.Problems.Count == 0;
            PushScope scope = new(
                commits, pins, p => _paths.Length == 0 || _paths.Any(p.IsAtOrBelow), isTrusted, Repairs: _options.Paths.Count == 0)
            { Erased = _erased.All };
            PushPlan plan = PushPlan.Make(_repo, scope, _remote, index, faults, cancel);
            if (await RemoteInventory.NoteBlobsAsync(_remote, index, plan.ReliedBlobs.Where(b => asked.Add(b.Oid)), Note, cancel))
            {
                continue;
            }

            PushResult result = Describe(plan, index, commits) with { Erased = await _erased.DescribeAsync(plan.Erased, cancel) };
            if (_options.DryRun)
            {
                return Foretell(result, plan);
            }

            index.Damage.Save();
            if (await sender.SendAsync(plan, index, faults, cancel))
            {
                return await FinishAsync(sender, plan, index, result, cancel);
            }
        }
    }

    private PushResult Foretell(PushResult result, PushPlan plan)
    {
        return result with
        {
            BytesSent = plan.Bytes,
            Repaired = plan.Repair.Count,
            Pinned = IsPlain
            ? [.. plan.Complete.Select(c => c.Commit.Hex)] : []
        };
    }

    private async Task<PushResult> FinishAsync(
        PushSender sender, PushPlan plan, RemoteIndex index, PushResult result, CancellationToken cancel)
    {
        await _erased.SendAsync(plan.Erased.Keys, cancel);
        IReadOnlyList<string> written = _options.Paths.Count == 0 ? await _pins.WriteAsync(plan.Complete, sender, cancel) : [];
        plan.Repair.StrikeOut();
        sender.ForgetOutgoing();
        if (index.IsPublished && (written.Count > 0 || sender.FilesSent > 0))
        {
            await PublishedLists.WriteAsync(_remote, [_repo.Config.RepoId!], cancel);
        }

        return result with
        {
            FilesSent = sender.FilesSent,
            BytesSent = sender.BytesSent,
            Pinned = written,
            Repaired = plan.Repair.Count + _restored,
            IsDurable = sender.IsDurable,
        };
    }

    private PushResult Describe(PushPlan plan, RemoteIndex index, IReadOnlyList<CommitId> commits)
    {
        Dictionary<Oid, List<string>> users = plan.Unrepaired.Count == 0
            ? [] : ObjectUsers.Find(_repo, [.. plan.Unrepaired], CancellationToken.None);
        return new PushResult
        {
            Remote = _remote.Name,
            Objects = plan.Objects,
            Missing = plan.Missing,
            Unreadable = [.. plan.Unreadable.Where(u => commits.Contains(u.Key)).Select(static u => u.Value)],
            IsOfPaths = _options.Paths.Count > 0,
            IsTipUnreadable = Tips().Exists(plan.Unreadable.ContainsKey),
            IsRepair = _options.Repair,
            Problems = [.. index.Problems.Select(p => $"{p.Name}: {p.Wrong}")],
            Unrepaired = [.. plan.Unrepaired.Select(o =>
                $"{o}: {(users.TryGetValue(o, out List<string>? by) ? $"named by {by[0]}" : "named by no commit that is known here")}")],
            AlreadyPinned = commits.Count == 0
                && plan.Repair.Count == 0 && plan.Unrepaired.Count == 0 && !_options.Repair && Tips() is [var tip, ..] ? tip.Hex : null,
        };
    }

    /// <summary>The newest commits that change a pointer, for each thing that is to be pushed.</summary>
    private List<CommitId> Tips()
    {
        if (_options.Commits is null && !_options.All)
        {
            return _repo.Git.Pointers.Newest() is { } newest ? [newest] : [];
        }

        IEnumerable<CommitId> heads = _options.Commits ?? _repo.Git.AllRefs().Select(r => r.Commit).Distinct();
        return [.. heads.Select(h => _repo.Git.Pointers.Newest(h)).OfType<CommitId>().Distinct()];
    }

    private async Task<IReadOnlyList<CommitId>> CommitsAsync(List<CommitId> tips, HashSet<CommitId> pins, CancellationToken cancel)
    {
        if (_options.Repair)
        {
            CommitId[] pinned = [.. pins.Concat(
                _pins.Damaged).Where(c => _repo.Git.CatFile.Read(c.Hex) is not null).OrderBy(c => c.Hex, StringComparer.Ordinal)];
            foreach (CommitId commit in pinned)
            {
                if (await _pins.FindAsync(commit, cancel) is null)
                {
                    pins.Remove(commit);
                }
            }

            return pinned;
        }

        if (_options.Tip || _options.Paths.Count > 0)
        {
            return tips;
        }

        IReadOnlyList<CommitId> commits = _repo.Git.Pointers.List(tips, _options.All ? [] : [.. pins]);
        return [.. commits.Where(c => !pins.Contains(c)).Reverse()];
    }
}
