using DlStore.Objects;

namespace DlStore.Operations.Collect;

/// <summary>
/// Which packs hold something live that has no other place. Of an object with several places one counts, if possible in a pack that is
/// needed
/// anyway.
/// </summary>
internal sealed class CollectCandidates
{
    private const int WorthwhilePart = 4;
    private readonly RemoteMark _mark;
    private readonly Func<Oid, bool> _stays;
    private readonly Dictionary<Oid, long> _dead = [];

    private CollectCandidates(RemoteMark mark, Func<Oid, bool> stays)
    {
        _mark = mark;
        _stays = stays;
    }

    /// <summary>Gets the packs that are needed.</summary>
    public HashSet<Oid> Needed { get; } = [];

    /// <summary>Gets the live objects that have a place in a pack that stays.</summary>
    public HashSet<Oid> Placed { get; } = [];

    /// <summary>Chooses.</summary>
    /// <param name="mark">What is live.</param>
    /// <param name="stays">Tells whether a pack is there and may be relied on.</param>
    public static CollectCandidates Choose(RemoteMark mark, Func<Oid, bool> stays)
    {
        CollectCandidates chosen = new(mark, stays);
        Dictionary<Oid, Oid> only = [];
        HashSet<Oid> several = [];
        foreach ((Oid pack, PackEntry entry) in chosen.Rows())
        {
            if (!only.TryAdd(entry.Oid, pack) && only[entry.Oid] != pack)
            {
                several.Add(entry.Oid);
            }
        }

        chosen.Needed.UnionWith(only.Where(o => !several.Contains(o.Key)).Select(static o => o.Value));
        chosen.Placed.UnionWith(only.Keys);
        several.ExceptWith(chosen.Rows().Where(r => chosen.Needed.Contains(r.Pack)).Select(static r => r.Entry.Oid));
        foreach ((Oid pack, PackEntry entry) in chosen.Rows())
        {
            if (several.Remove(entry.Oid))
            {
                chosen.Needed.Add(pack);
                several.ExceptWith(mark.Index.EntriesOf(pack).Select(static e => e.Oid));
            }
        }

        // A place that was found damaged is better than none.
        chosen.Needed.UnionWith(chosen.Rows(evenDamaged: true).Where(r => !chosen.Placed.Contains(r.Entry.Oid)).Select(static r => r.Pack));
        return chosen;
    }

    /// <summary>Lists needed packs of which a quarter is dead, or that hold what was erased.</summary>
    public IReadOnlyList<Oid> ListWasteful()
    {
        HashSet<(Oid, uint)> seen = [];
        HashSet<Oid> erased = [];
        foreach ((Oid pack, PackEntry entry) in _mark.Index.Indexes.SelectMany(static i => i.Rows()))
        {
            if (Needed.Contains(pack) && !_mark.Live.Contains(entry.Oid) && seen.Add((pack, entry.Offset)))
            {
                _dead[pack] = _dead.GetValueOrDefault(pack) + PackFormat.EntryHeaderLength + entry.Stored + PackFormat.RowLength;
                _ = _mark.Erased.Contains(entry.Oid) && erased.Add(pack);
            }
        }

        Dictionary<Oid, long> sizes = _mark.Index.Indexes.SelectMany(static i => i.Packs).DistinctBy(static p => p.Id)
            .ToDictionary(static p => p.Id, static p => p.Size);
        return [.. _dead.Where(d => d.Value * WorthwhilePart >= sizes[d.Key] || erased.Contains(d.Key)).Select(static d => d.Key).Order()];
    }

    private IEnumerable<(Oid Pack, PackEntry Entry)> Rows(bool evenDamaged = false)
    {
        foreach (PackIndex index in _mark.Index.Indexes)
        {
            HashSet<Oid> usable = [.. index.Packs.Where(p => _stays(p.Id)).Select(static p => p.Id)];
            foreach ((Oid pack, PackEntry entry) in index.Rows())
            {
                if (usable.Contains(pack) && _mark.Live.Contains(entry.Oid)
                    && (evenDamaged || !_mark.Index.Damage.Has(pack, entry.Oid)))
                {
                    yield return (pack, entry);
                }
            }
        }
    }
}
