using DlStore.Objects;
using DlStore.Remotes;

namespace DlStore.Operations.Transfers;

/// <summary>
/// What a fetch wants of a remote, pack by pack. Holds offsets only, so that a million objects cost some twenty megabytes; rows are read
/// back from the remote's index where
/// ranges are needed.
/// </summary>
/// <param name="index">What the remote names.</param>
/// <param name="found">Places that this fetch has found damaged: not tried again. Those noted earlier are tried last, because they may have
/// been mended since.</param>
internal sealed class FetchPlan(RemoteIndex index, RemoteDamage found)
{
    private readonly Dictionary<Oid, Wanted> _packs = [];
    private readonly HashSet<Oid> _absent = [];
    private readonly Dictionary<Oid, long> _large = [];

    /// <summary>Gets objects that the remote does not name.</summary>
    public IReadOnlyCollection<Oid> Absent => _absent;

    public IReadOnlyDictionary<Oid, long> Large => _large;

    public IReadOnlyCollection<Wanted> Packs => _packs.Values;

    public long Objects => _large.Count + _packs.Values.Sum(p => (long)p.Offsets.Count);

    /// <summary>A pack and the entries that are wanted of it.</summary>
    internal sealed class Wanted(IndexedPack pack)
    {
        public IndexedPack Pack => pack;

        public HashSet<uint> Offsets { get; } = [];

        public long Bytes { get; set; }

        /// <summary>Gets or sets what the wanted entries unfold to.</summary>
        public long Plain { get; set; }
    }

    public void Want(Oid oid)
    {
        if (FindPlace(oid) is not { } place)
        {
            _absent.Add(oid);
        }
        else if (place.IsLarge)
        {
            _large[oid] = place.BlobSize;
        }
        else
        {
            if (!_packs.TryGetValue(place.Pack.Id, out Wanted? wanted))
            {
                _packs[place.Pack.Id] = wanted = new Wanted(place.Pack);
            }

            if (wanted.Offsets.Add(place.Entry.Offset))
            {
                wanted.Bytes += PackFormat.EntryHeaderLength + place.Entry.Stored;
                wanted.Plain += place.Entry.Plain;
            }
        }
    }

    /// <summary>What has come is wanted no more; otherwise the same would come for ever.</summary>
    /// <param name="before">What this gave for the plan before.</param>
    /// <exception cref="DlsException">Kind Corrupt: this plan wants the same of the same places.</exception>
    public string RequireOtherThan(string before) => Mark() is var mark && mark != before ? mark : throw new DlsException(
        ErrorKind.Corrupt, "fetch: what has come is not found in the local store", "run `dls verify`, then the command again");

    private string Mark()
    {
        HashCode mark = default;
        foreach (Wanted wanted in _packs.Values.OrderBy(static w => w.Pack.Id))
        {
            mark.Add(wanted.Pack.Id);
            mark.Add(wanted.Bytes);
            mark.Add(wanted.Offsets.Aggregate(0L, static (sum, offset) => sum + offset));
        }

        foreach (Oid oid in _large.Keys.Concat(_absent).Order())
        {
            mark.Add(oid);
        }

        return $"{Objects} {_absent.Count} {mark.ToHashCode()}";
    }

    private RemotePlace? FindPlace(Oid oid) => index.Find(oid) is { } good && !good.IsNoted(found) ? good : index.Find(oid, found);

    /// <summary>Reads the wanted rows of a pack, in the order they lie in.</summary>
    public List<PackEntry> EntriesOf(Wanted wanted) =>
    [
        .. index.EntriesOf(wanted.Pack.Id).Where(e => wanted.Offsets.Contains(e.Offset))
            .DistinctBy(static e => e.Offset).Take(wanted.Offsets.Count).OrderBy(static e => e.Offset),
    ];
}
