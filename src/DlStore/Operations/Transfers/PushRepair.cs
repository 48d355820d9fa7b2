using DlStore.Objects;
using DlStore.Remotes;

namespace DlStore.Operations.Transfers;

/// <summary>
/// What a push does about places that are noted as damaged on the remote. A pack that is here under the same id goes again as it is and
/// replaces the one there. Of any other
/// damaged pack every object that is here goes into a new pack, and the index that names it leaves those rows out, so that clones that
/// never looked find the good place; what
/// is not here keeps its row. Large blobs replace what lies under their name.
/// </summary>
internal sealed class PushRepair
{
    private readonly Repo _repo;
    private readonly RemoteIndex _index;
    private readonly RemoteDamage _bad;
    private readonly bool _active;
    private readonly HashSet<(Oid Pack, Oid Oid)> _dropped = [];
    private readonly HashSet<Oid> _droppedBlobs = [];
    private readonly List<DamagedPlace> _mended = [];

    public PushRepair(Repo repo, RemoteIndex index, LocalFaults faults, bool isActive)
    {
        _repo = repo;
        _index = index;
        _bad = index.Damage.Copy();
        _active = isActive;
        foreach (Oid pack in isActive ? _bad.List().Select(p => p.Key.Pack).Where(p => !p.IsZero).Distinct() : [])
        {
            if (File.Exists(repo.Store.PackPath(pack))
                && !faults.Packs.Contains(pack) && !repo.Store.Damage.List().Any(d => d.Pack == pack) && IsNamed(pack))
            {
                _bad.RemovePack(pack);
                Whole.Add(pack);
            }
        }
    }

    /// <summary>Gets packs that replace the damaged ones of the same id.</summary>
    public List<Oid> Whole { get; } = [];

    /// <summary>Gets noted objects that are not here either.</summary>
    public List<Oid> NotHere { get; } = [];

    public long WholeBytes => Whole.Sum(p => new FileInfo(_repo.Store.PackPath(p)).Length);

    public long WholeCount { get; private set; }

    /// <summary>Gets a value indicating whether rows have to be left out of the remote's indexes.</summary>
    public bool DropsRows => _dropped.Count + _droppedBlobs.Count > 0;

    /// <summary>Gets how many noted places the push mends.</summary>
    public int Count { get; private set; }

    /// <summary>Finds an object in a place that will be good after this push, apart from what it sends.</summary>
    public RemotePlace? FindGood(Oid oid) => _index.Find(oid, _bad, lasts: true);

    /// <summary>Wants everything that is noted.</summary>
    /// <param name="want">Adds an object to the push, even if the remote has it; false if it is neither there nor here.</param>
    public void Take(Func<Oid, bool, bool> want)
    {
        if (!_active)
        {
            return;
        }

        Count = Whole.Count;
        foreach (Oid pack in Whole)
        {
            using PackTable table = PackTable.Open(_repo.Store.PackPath(pack), pack);
            WholeCount += table.Count;
        }

        foreach (IGrouping<Oid,
            DamagedPlace> pack in _bad.List().Select(p => p.Key).Where(p => !p.Pack.IsZero).GroupBy(p => p.Pack).ToArray())
        {
            TakePack(pack.Key, [.. pack], want);
        }

        foreach (DamagedPlace place in _bad.List().Select(p => p.Key).Where(p => p.Kind is DamagedKind.Blob or DamagedKind.Lost))
        {
            if (want(place.Oid, false))
            {
                Mended(place);
                if (place.Kind == DamagedKind.Blob && !_repo.Store.Large.Contains(place.Oid))
                {
                    _droppedBlobs.Add(place.Oid);
                }
            }
            else
            {
                NotHere.Add(place.Oid);
            }
        }
    }

    /// <summary>Tells whether an index has a row that must not be believed any more.</summary>
    public bool Contradicts(PackIndex index) => _droppedBlobs.Any(index.ContainsBlob)
        || (_dropped.Count > 0 && index.Rows().Any(r => _dropped.Contains((r.Pack, r.Entry.Oid))));

    /// <summary>Takes an older index over into the new one, without the rows that must not be believed.</summary>
    public void AddIndex(PackIndexWriter writer, PackIndex index)
    {
        HashSet<Oid> kept = _dropped.Count == 0
            ? [] : [.. index.Rows().Where(r => !_dropped.Contains((r.Pack, r.Entry.Oid))).Select(static r => r.Pack)];
        writer.AddIndex(
            index, p => _dropped.Count == 0 || kept.Contains(p), (p, o) => !_dropped.Contains((p, o)), o => !_droppedBlobs.Contains(o));
    }

    /// <summary>After everything is durable there: strikes out what was mended.</summary>
    public void StrikeOut()
    {
        Whole.ForEach(_index.Damage.RemovePack);
        _mended.ForEach(_index.Damage.Remove);
        _index.Damage.Save();
    }

    private bool IsNamed(Oid pack) => _index.Indexes.Any(i => i.Packs.Any(p => p.Id == pack));

    private void TakePack(Oid pack, DamagedPlace[] noted, Func<Oid, bool, bool> want)
    {
        bool isLost = noted.Any(p => p.Kind == DamagedKind.Pack);
        HashSet<Oid> bad = [.. noted.Where(p => p.Kind == DamagedKind.Object).Select(p => p.Oid)];
        bool all = true;
        HashSet<Oid> named = [.. _index.EntriesOf(pack).Select(static e => e.Oid)];
        foreach (Oid oid in named)
        {
            bool isBad = isLost || bad.Contains(oid);

            // What is whole in there is moved too if it can be: then nothing names the damaged file any more.
            if (want(oid, !isBad))
            {
                _dropped.Add((pack, oid));
                Mended(new DamagedPlace(DamagedKind.Object, pack, oid), counts: isBad);
            }
            else if (isBad)
            {
                all = false;
                NotHere.Add(oid);
            }
        }

        // What no index names in that pack any more was mended by somebody else.
        _mended.AddRange(noted.Where(p => p.Kind == DamagedKind.Object && !named.Contains(p.Oid)));
        if (isLost && all)
        {
            _mended.Add(new DamagedPlace(DamagedKind.Pack, pack, default));
        }
    }

    private void Mended(DamagedPlace place, bool counts = true)
    {
        _mended.Add(place);
        Count += counts ? 1 : 0;
    }
}
