using DlStore.Objects;

namespace DlStore.WorkTree.Merges;

/// <summary>
/// A three-way merge of directories by their tree nodes: what clashes, and how the merged tree is written. Files are never read. What one
/// side did counts; what both did alike counts once; a file that one side renamed and the other changed gets the change under the new
/// name. Clashes are: both changed or added a path to different things, one deleted what the other changed, a file on one side and a
/// directory on the other, two new names for one file, and a new name for a file that the other side deleted. Ours and theirs are treated
/// alike, so the other order of sides gives the same tree where nothing clashes.
/// </summary>
internal sealed class TreeMergePlan
{
    private readonly Func<Oid, byte[]> _read;
    private readonly PathEntry _before;
    private readonly PathEntry _ours;
    private readonly PathEntry _theirs;
    private readonly SortedDictionary<string, MergeClash> _clashes = new(StringComparer.Ordinal);

    /// <summary>Paths that renames decide: the old name goes, the new one gets the change.</summary>
    private readonly Dictionary<string, PathEntry> _moved = new(StringComparer.Ordinal);

    private TreeMergePlan(Func<Oid, byte[]> read, in PathEntry before, in PathEntry ours, in PathEntry theirs)
    {
        _read = read;
        _before = before;
        _ours = ours;
        _theirs = theirs;
    }

    /// <summary>Gets what clashes, by path.</summary>
    public IReadOnlyCollection<MergeClash> Clashes => _clashes.Values;

    /// <summary>Compares three sides.</summary>
    /// <param name="read">Gives tree nodes.</param>
    /// <param name="before">What both started from, or absent.</param>
    /// <param name="ours">This side.</param>
    /// <param name="theirs">The other side.</param>
    /// <exception cref="DlsException">Kind Missing or Corrupt: a node cannot be read.</exception>
    public static TreeMergePlan Of(Func<Oid, byte[]> read, in PathEntry before, in PathEntry ours, in PathEntry theirs)
    {
        TreeMergePlan plan = new(read, before, ours, theirs);
        MergeWalk walk = new(read);
        walk.Walk(before, ours, theirs);
        foreach (MergeClash clash in walk.Clashes)
        {
            plan._clashes[clash.Path] = clash;
        }

        plan.FollowRenames(walk);
        return plan;
    }

    /// <summary>Writes the merged tree.</summary>
    /// <param name="put">Takes new nodes.</param>
    /// <param name="keep">Decides each clash.</param>
    /// <returns>What the managed path comes to.</returns>
    public PathEntry Write(TreeWriter.NodeSink put, Func<MergeClash, KeptSide> keep)
    {
        Dictionary<string, PathEntry> decided = new(_moved, StringComparer.Ordinal);
        foreach (MergeClash clash in _clashes.Values)
        {
            KeptSide side = keep(clash);
            if (side == KeptSide.Base && clash.From is { } from)
            {
                decided[clash.Path] = default;
                decided[from] = clash.Base!.ToEntry();
                continue;
            }

            ClashSide? kept = side switch
            {
                KeptSide.Ours => clash.Ours,
                KeptSide.Theirs => clash.Theirs,
                KeptSide.Base => clash.Base,
            };
            decided[clash.Path] = kept?.ToEntry() ?? default;
        }

        return new MergedTree(_read, put, decided).Write(_before, _ours, _theirs);
    }

    private void FollowRenames(MergeWalk walk)
    {
        HashSet<Oid> wantedOurs = [];
        HashSet<Oid> wantedTheirs = [];
        foreach (MergeClash clash in walk.Clashes.Where(static c => c.Base is { Files: null }))
        {
            _ = clash.Ours is null && wantedOurs.Add(clash.Base!.Oid);
            _ = clash.Theirs is null && wantedTheirs.Add(clash.Base!.Oid);
        }

        foreach ((_, PathEntry entry) in walk.Gone)
        {
            wantedOurs.Add(entry.Oid);
            wantedTheirs.Add(entry.Oid);
        }

        if (!_before.IsDirectory || !_ours.IsDirectory || !_theirs.IsDirectory)
        {
            return;
        }

        SideRenames ours = SideRenames.Find(_read, _before, _ours, wantedOurs);
        SideRenames theirs = SideRenames.Find(_read, _before, _theirs, wantedTheirs);
        foreach (MergeClash clash in walk.Clashes.Where(static c => c.Base is { Files: null } && (c.Ours is null || c.Theirs is null)))
        {
            FollowChange(clash, clash.Theirs is null ? theirs : ours, clash.Theirs is null ? _ours : _theirs);
        }

        foreach ((string path, PathEntry entry) in walk.Gone)
        {
            TakeNewNames(path, entry, ours.To(path), theirs.To(path));
        }
    }

    /// <summary>One side changed a file, the other renamed it: the change goes to the new name if nothing of the first is there.</summary>
    private void FollowChange(MergeClash clash, SideRenames renames, in PathEntry changedSide)
    {
        if (renames.To(clash.Path) is not { } to || !IsFree(changedSide, to.Path))
        {
            return;
        }

        PathEntry changed = (clash.Ours ?? clash.Theirs)!.ToEntry();
        if (LeafMerge.TryMerge(clash.Base!.ToEntry(), changed, to.Entry, out PathEntry merged))
        {
            _clashes.Remove(clash.Path);
            _moved[clash.Path] = default;
            _moved[to.Path] = merged;
        }
    }

    /// <summary>Both sides have a file no more under its old name: fine if both deleted it, or both renamed it alike.</summary>
    private void TakeNewNames(
        string path, in PathEntry before, (string Path, PathEntry Entry)? ours, (string Path, PathEntry Entry)? theirs)
    {
        if (ours?.Path == theirs?.Path)
        {
            return;
        }

        if (ours is { } o && IsFree(_theirs, o.Path))
        {
            _clashes.TryAdd(o.Path, MergeClash.Of(o.Path, before, o.Entry, default, path));
        }

        if (theirs is { } t && IsFree(_ours, t.Path))
        {
            _clashes.TryAdd(t.Path, MergeClash.Of(t.Path, before, default, t.Entry, path));
        }
    }

    /// <summary>Tells whether a side has neither anything at a path nor a file where a directory above it would have to be.</summary>
    private bool IsFree(in PathEntry side, string path)
    {
        PathEntry at = side;
        foreach (string name in path.Split('/'))
        {
            if (!at.IsDirectory)
            {
                return !at.IsPresent;
            }

            at = TreeLookup.Find(_read, at.Oid, System.Text.Encoding.UTF8.GetBytes(name));
        }

        return !at.IsPresent;
    }
}
