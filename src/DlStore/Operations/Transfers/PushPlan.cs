using DlStore.Git;
using DlStore.Io;
using DlStore.Objects;
using DlStore.Operations.Store;
using DlStore.Remotes;

namespace DlStore.Operations.Transfers;

/// <summary>The pointers of one commit.</summary>
/// <param name="Commit">The commit.</param>
/// <param name="Lines">What its pointers name.</param>
internal sealed record CommitPointers(CommitId Commit, IReadOnlyList<PinLine> Lines);

/// <summary>What a push is about.</summary>
/// <param name="Commits">Oldest first.</param>
/// <param name="Pins">Commits the remote has pins of.</param>
/// <param name="Filter">Which managed paths count.</param>
/// <param name="OldIsProven">Every parent's closure is pinned or comes earlier in this push, and nothing is known to be damaged
/// there.</param>
/// <param name="Repairs">What is noted as damaged is sent again.</param>
internal sealed record PushScope(
    IReadOnlyList<CommitId> Commits, HashSet<CommitId> Pins, Func<RelPath, bool> Filter, bool OldIsProven, bool Repairs)
{
    /// <summary>Gets objects that were erased: they are not sent, and a commit that names one is whole without it.</summary>
    public IReadOnlySet<Oid> Erased { get; init; } = new HashSet<Oid>();
}

/// <summary>
/// Which objects a push has to send: everything the commits' pointers name that no index of the remote names in a place that is not noted
/// as damaged.
/// </summary>
internal sealed class PushPlan
{
    private readonly Repo _repo;
    private readonly RemoteIndex _index;
    private readonly IRemote _remote;
    private readonly LocalFaults _faults;
    private readonly CancellationToken _cancel;
    private readonly HashSet<Oid> _large = [];
    private readonly Dictionary<Oid, long> _relied = [];
    private readonly Dictionary<Oid, PackToSend> _packs = [];
    private readonly List<string> _missing = [];
    private readonly HashSet<Oid> _lacking = [];
    private IReadOnlySet<Oid> _erased = new HashSet<Oid>();
    private string _where = "";
    private bool _complete;

    private PushPlan(Repo repo, IRemote remote, RemoteIndex index, LocalFaults faults, bool repairs, CancellationToken cancel)
    {
        _repo = repo;
        _remote = remote;
        _cancel = cancel;
        _index = index;
        _faults = faults;
        Repair = new PushRepair(repo, index, faults, repairs);
    }

    /// <summary>Gets what is done about places that are noted as damaged.</summary>
    public PushRepair Repair { get; }

    /// <summary>Gets the local packs with something to send, and which entries.</summary>
    public IEnumerable<PackToSend> Packs => _packs.Values;

    /// <summary>Gets the large blobs to send.</summary>
    public List<(Oid Oid, long Size)> Large { get; } = [];

    /// <summary>Gets large blobs that are not sent because an index names them.</summary>
    public IEnumerable<(Oid Oid, long Size)> ReliedBlobs => _relied.Select(r => (r.Key, r.Value));

    /// <summary>Gets the commits whose closure is here or there in full: those may be pinned.</summary>
    public List<CommitPointers> Complete { get; } = [];

    public IReadOnlyList<string> Missing => _missing;

    /// <summary>Gets erased objects that the commits name, each with the first place.</summary>
    public Dictionary<Oid, string> Erased { get; } = [];

    /// <summary>Gets commits with a pointer that cannot be read, and why: they cannot be pinned, but what else they name is sent.</summary>
    public Dictionary<CommitId, string> Unreadable { get; } = [];

    /// <summary>Gets noted objects that are not here either and that no commit of this push needs.</summary>
    public IReadOnlyCollection<Oid> Unrepaired => [.. Repair.NotHere.Where(o => !_lacking.Contains(o))];

    public long Objects => _packs.Values.Sum(p => (long)p.Count) + Large.Count + Repair.WholeCount;

    public long Bytes => _packs.Values.Sum(p => p.WantedBytes) + Large.Sum(l => l.Size) + Repair.WholeBytes;

    /// <summary>Makes the plan. Reads nodes only, never file bytes.</summary>
    public static PushPlan Make(Repo repo, PushScope scope, IRemote remote, RemoteIndex index, LocalFaults faults, CancellationToken cancel)
    {
        PushPlan plan = new(repo, remote, index, faults, scope.Repairs, cancel) { _erased = scope.Erased };
        TreeClosure closure = new(plan.ReadNode) { Node = o => plan.Want(o), Blob = (oid, _) => plan.Want(oid), MissingNode = plan.Lack };
        CommitReader reader = new(repo) { Unreadable = (commit, why) => plan.Unreadable.TryAdd(commit, why) };
        foreach (CommitId commit in scope.Commits)
        {
            IReadOnlyList<PinLine> lines = reader.Read(commit);
            Dictionary<RelPath, Oid> before = scope.OldIsProven && plan._missing.Count == 0 ? reader.ReadParent(commit) : [];
            plan._complete = true;
            foreach (PinLine line in lines.Where(l => scope.Filter(l.Path)))
            {
                plan._where = $"{line.Path} at commit {commit.ToShort()}";
                Oid? proven = before.TryGetValue(line.Path, out Oid old) ? old : null;
                if (line.Kind == ObjectKind.Tree)
                {
                    closure.Walk(line.Oid, proven);
                }
                else if (line.Oid != proven)
                {
                    plan.Want(line.Oid);
                }
            }

            // A tree that an earlier commit of this push walked is not walked again: what it lacks is lacking here too.
            if (plan._complete && (plan._lacking.Count == 0 || plan.IsWhole(lines))
                && !scope.Pins.Contains(commit) && !plan.Unreadable.ContainsKey(commit))
            {
                plan.Complete.Add(new CommitPointers(commit, lines));
            }
        }

        plan.Repair.Take((oid, evenIfThere) => plan._erased.Contains(oid) || plan.TryWant(oid, evenIfThere));
        return plan;
    }

    /// <summary>Walks a commit on its own: none of the lacking objects may be below it.</summary>
    private bool IsWhole(IReadOnlyList<PinLine> lines)
    {
        bool whole = true;
        TreeClosure closure = new(ReadNode)
        {
            Blob = (oid, _) => whole &= !_lacking.Contains(oid),
            Node = oid => whole &= !_lacking.Contains(oid),
            MissingNode = _ => whole = false
        };
        foreach (PinLine line in lines)
        {
            if (line.Kind == ObjectKind.Tree)
            {
                closure.Walk(line.Oid, null);
            }
            else
            {
                whole &= !_lacking.Contains(line.Oid);
            }
        }

        return whole;
    }

    /// <summary>
    /// Reads a listing here, or from the remote if only it has it (a colleague's commit that was never pulled here): without it nothing
    /// could be said about what it names.
    /// </summary>
    private byte[]? ReadNode(Oid oid)
    {
        if (_repo.Store.Find(oid) is not null && !_faults.Objects.Contains(oid))
        {
            try
            {
                return _repo.Store.Read(oid);
            }
            catch (DlsException e) when (e.Kind == ErrorKind.Corrupt)
            {
                _faults.Objects.Add(oid);
            }
        }

        if (_index.Find(oid) is not { IsLarge: false } place)
        {
            return null;
        }

        byte[]? bytes = RemoteObject.TryReadAsync(_remote, place, _cancel).GetAwaiter().GetResult();
        if (bytes is null && !_index.IsCondemned(place))
        {
            // Only the remote has it, and there it is damaged: noted, and from here on it counts as not there.
            _index.Damage.Add(place.Place, new DamageNote("push", _repo.Clock.GetUtcNow()));
        }

        return bytes;
    }

    private void Want(Oid oid)
    {
        if (_erased.Contains(oid))
        {
            _ = Erased.TryAdd(oid, _where);
        }
        else if (!TryWant(oid, evenIfThere: false))
        {
            Lack(oid);
        }
    }

    private bool TryWant(Oid oid, bool evenIfThere)
    {
        if (!evenIfThere && Repair.FindGood(oid) is { } place)
        {
            if (place.IsLarge)
            {
                _relied[oid] = place.BlobSize;
            }

            return true;
        }

        if (_faults.Objects.Contains(oid))
        {
            return false;
        }

        if (_repo.Store.Find(oid) is { } packed)
        {
            if (!_packs.TryGetValue(packed.Pack.Id, out PackToSend? pack))
            {
                bool mayGoWhole = !_faults.Packs.Contains(packed.Pack.Id) && !_index.Condemned.Packs.Contains(packed.Pack.Id);
                pack = new PackToSend(packed.Pack, mayGoWhole);
                _packs[packed.Pack.Id] = pack;
            }

            pack.Add(packed.Entry);
            return true;
        }

        if (_repo.Store.Large.Contains(oid))
        {
            WantLarge(oid);

            return true;
        }

        return false;
    }

    private void WantLarge(Oid oid)
    {
        if (_large.Add(oid))
        {
            Large.Add((oid, new FileInfo(_repo.Store.Large.PathOf(oid)).Length));
        }
    }

    private void Lack(Oid oid)
    {
        _complete = false;
        if (_lacking.Add(oid))
        {
            _missing.Add($"{oid}: named by {_where}");
        }
    }
}
