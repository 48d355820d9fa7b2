using DlStore.Objects;

namespace DlStore.WorkTree.Merges;

/// <summary>
/// A three-way merge of pointers: the trees file by file, the other keys key by key. What comes of it is always a valid pointer, whatever
/// clashes.
/// </summary>
internal sealed class PointerMerge
{
    private readonly Pointer? _ours;
    private readonly Pointer? _theirs;
    private readonly bool _isDemand;
    private readonly SortedDictionary<string, string> _others = new(StringComparer.Ordinal);
    private readonly List<KeyClash> _keys = [];
    private readonly TreeMergePlan? _plan;

    private PointerMerge(Func<Oid, byte[]> read, Pointer? before, Pointer? ours, Pointer? theirs)
    {
        _ours = ours;
        _theirs = theirs;
        if (ours is null || theirs is null)
        {
            // Whether a pointer is there at all is one decision, not one for each file.
            Clashes = [MergeClash.Of("", PathEntry.Of(before), PathEntry.Of(ours), PathEntry.Of(theirs))];
            return;
        }

        _plan = TreeMergePlan.Of(read, PathEntry.Of(before), PathEntry.Of(ours), PathEntry.Of(theirs));
        Clashes = [.. _plan.Clashes];
        // Of two that differ one has what the base has.
        _isDemand = ours.Demand == (before?.Demand ?? false) ? theirs.Demand : ours.Demand;
        foreach (string key in (before?.Others.Keys ?? []).Concat(ours.Others.Keys).Concat(theirs.Others.Keys).Distinct().Order())
        {
            MergeKey(key, before?.Others.GetValueOrDefault(key), ours.Others.GetValueOrDefault(key), theirs.Others.GetValueOrDefault(key));
        }
    }

    /// <summary>Gets the paths that clash, by path.</summary>
    public IReadOnlyList<MergeClash> Clashes { get; }

    /// <summary>Gets the other keys of the pointer that clash.</summary>
    public IReadOnlyList<KeyClash> Keys => _keys;

    /// <summary>Compares three sides; null where one has no pointer.</summary>
    /// <param name="read">Gives tree nodes.</param>
    /// <param name="before">What both started from.</param>
    /// <param name="ours">This side.</param>
    /// <param name="theirs">The other side.</param>
    /// <exception cref="DlsException">Kind Missing or Corrupt: a node cannot be read.</exception>
    public static PointerMerge Of(Func<Oid, byte[]> read, Pointer? before, Pointer? ours, Pointer? theirs) =>
        new(read, before, ours, theirs);

    /// <summary>Writes what the pointer comes to.</summary>
    /// <param name="put">Takes new nodes.</param>
    /// <param name="keep">Decides each path that clashes.</param>
    /// <param name="keepKey">Decides each key that clashes.</param>
    /// <param name="more">Changes the merged tree further; null for nothing.</param>
    /// <returns>The pointer; null if the managed path is to be managed no more.</returns>
    public Pointer? Write(
        TreeWriter.NodeSink put, Func<MergeClash, KeptSide> keep, Func<KeyClash, KeptSide> keepKey, Func<PathEntry, PathEntry>? more = null)
    {
        if (_plan is null)
        {
            return keep(Clashes[0]) == KeptSide.Theirs ? _theirs : _ours;
        }

        PathEntry entry = _plan.Write(put, keep);
        if (!entry.IsPresent)
        {
            // Only where ancestors are merged that both made the pointer: they have no base, and the caller writes none.
            return null;
        }

        entry = more is null ? entry : more(entry);
        return ToPointer(entry) with { Others = OthersWith(keepKey) };
    }

    private Pointer ToPointer(in PathEntry entry) => new()
    {
        Kind = entry.IsDirectory ? ObjectKind.Tree : ObjectKind.Blob,
        Oid = entry.Oid,
        Size = entry.Size,
        Files = entry.IsDirectory ? entry.Files : 1,
        Exec = entry.Mode == TreeMode.Executable,
        Demand = _isDemand,
    };

    private SortedDictionary<string, string> OthersWith(Func<KeyClash, KeptSide> keepKey)
    {
        SortedDictionary<string, string> others = new(_others, StringComparer.Ordinal);
        foreach (KeyClash clash in _keys)
        {
            string? kept = keepKey(clash) switch
            {
                KeptSide.Ours => clash.Ours,
                KeptSide.Theirs => clash.Theirs,
                KeptSide.Base => clash.Base,
            };
            if (kept is not null)
            {
                others[clash.Key] = kept;
            }
        }

        return others;
    }

    private void MergeKey(string key, string? before, string? ours, string? theirs)
    {
        if (ours != theirs && ours != before && theirs != before)
        {
            _keys.Add(new KeyClash(key, before, ours, theirs));
        }
        else if ((ours == before ? theirs : ours) is { } value)
        {
            _others[key] = value;
        }
    }
}
