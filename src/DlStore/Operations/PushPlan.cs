using DlStore.Git;
using DlStore.Io;
using DlStore.Objects;
using DlStore.Remotes;

namespace DlStore.Operations;

/// <summary>The pointers of one commit.</summary>
/// <param name="Commit">The commit.</param>
/// <param name="Lines">What its pointers name.</param>
internal sealed record CommitPointers(CommitId Commit, IReadOnlyList<PinLine> Lines);

/// <summary>Which objects a push has to send: everything the commits' pointers name that no index of the remote names.</summary>
internal sealed class PushPlan
{
    private readonly Repo _repo;
    private readonly RemoteIndex _index;
    private readonly IRemote _remote;
    private readonly CancellationToken _cancel;
    private readonly HashSet<Oid> _large = [];
    private readonly Dictionary<Oid, PackToSend> _packs = [];
    private readonly List<string> _missing = [];
    private string _where = "";
    private bool _complete;

    private PushPlan(Repo repo, IRemote remote, RemoteIndex index, CancellationToken cancel)
    {
        _repo = repo;
        _remote = remote;
        _cancel = cancel;
        _index = index;
    }

    /// <summary>Gets the local packs with something to send, and which entries.</summary>
    public IEnumerable<PackToSend> Packs => _packs.Values;

    /// <summary>Gets the large blobs to send.</summary>
    public List<(Oid Oid, long Size)> Large { get; } = [];

    /// <summary>Gets the commits whose closure is here or there in full: those may be pinned.</summary>
    public List<CommitPointers> Complete { get; } = [];

    public IReadOnlyList<string> Missing => _missing;

    /// <summary>Gets commits with a pointer that cannot be read, and why: they cannot be pinned, but what else they name is sent.</summary>
    public Dictionary<CommitId, string> Unreadable { get; } = [];

    public long Objects => _packs.Values.Sum(p => (long)p.Count) + Large.Count;

    public long Bytes => _packs.Values.Sum(p => p.WantedBytes) + Large.Sum(l => l.Size);

    /// <summary>Makes the plan. Reads nodes only, never file bytes.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="commits">Oldest first.</param>
    /// <param name="pins">Commits the remote has pins of.</param>
    /// <param name="filter">Which managed paths count.</param>
    /// <param name="oldIsProven">Every parent's closure is pinned or comes earlier in this push.</param>
    /// <param name="remote">The remote.</param>
    /// <param name="index">What the remote names.</param>
    /// <param name="cancel">Stops it.</param>
    public static PushPlan Make(
        Repo repo, IReadOnlyList<CommitId> commits, HashSet<CommitId> pins, Func<RelPath, bool> filter, bool oldIsProven, IRemote remote, RemoteIndex index, CancellationToken cancel)
    {
        PushPlan plan = new(repo, remote, index, cancel);
        TreeClosure closure = new(plan.ReadNode) { Node = plan.Want, Blob = (oid, _) => plan.Want(oid), MissingNode = plan.Lack };
        CommitReader reader = new(repo) { Unreadable = (commit, why) => plan.Unreadable.TryAdd(commit, why) };
        foreach (CommitId commit in commits)
        {
            IReadOnlyList<PinLine> lines = reader.Read(commit);
            Dictionary<RelPath, Oid> before = oldIsProven && plan._missing.Count == 0 ? reader.ReadParent(commit) : [];
            plan._complete = true;
            foreach (PinLine line in lines.Where(l => filter(l.Path)))
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

            if (plan._complete && !pins.Contains(commit) && !plan.Unreadable.ContainsKey(commit))
            {
                plan.Complete.Add(new CommitPointers(commit, lines));
            }
        }

        return plan;
    }

    /// <summary>Reads a listing here, or from the remote if only it has it (a colleague's commit that was never pulled here): without it nothing could be said about what it names.</summary>
    private byte[]? ReadNode(Oid oid) => _repo.Store.Find(oid) is not null ? _repo.Store.Read(oid)
        : _index.Find(oid) is { IsLarge: false } place ? RemoteObject.ReadAsync(_remote, place, _cancel).GetAwaiter().GetResult() : null;

    private void Want(Oid oid)
    {
        if (_index.Find(oid) is not null)
        {
            return;
        }

        if (_repo.Store.Find(oid) is { } packed)
        {
            if (!_packs.TryGetValue(packed.Pack.Id, out PackToSend? pack))
            {
                pack = new PackToSend(packed.Pack);
                _packs[packed.Pack.Id] = pack;
            }

            pack.Add(packed.Entry);
        }
        else if (_repo.Store.Large.Contains(oid))
        {
            if (_large.Add(oid))
            {
                Large.Add((oid, new FileInfo(_repo.Store.Large.PathOf(oid)).Length));
            }
        }
        else
        {
            Lack(oid);
        }
    }

    private void Lack(Oid oid)
    {
        _complete = false;
        _missing.Add($"{oid}: named by {_where}");
    }
}
