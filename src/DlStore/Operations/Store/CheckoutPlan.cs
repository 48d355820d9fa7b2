using DlStore.Io;
using DlStore.Objects;
using DlStore.WorkTree;

namespace DlStore.Operations.Store;

/// <summary>What a checkout of one pointer, or of a path inside it, will do. Paths are relative to the work tree.</summary>
internal sealed class CheckoutPlan
{
    public List<(string Path, PathEntry Entry, bool Replace)> Writes { get; } = [];

    public List<(string Path, PathEntry Tree)> Trees { get; } = [];

    public List<(string Path, FileStat Seen)> Deletes { get; } = [];

    public List<string> EmptyDirectories { get; } = [];

    public List<(string Path, bool Executable)> Modes { get; } = [];

    /// <summary>Gets local bytes the store does not hold that have to go: only with --force, and to the trash.</summary>
    public List<string> ToTrash { get; } = [];

    /// <summary>Gets local changes that are not in the way and stay.</summary>
    public List<string> Kept { get; } = [];

    /// <summary>Gets files that were deleted here and stay deleted.</summary>
    public List<string> KeptDeleted { get; } = [];

    /// <summary>Gets what forbids the checkout, each with a reason.</summary>
    public List<string> Blocked { get; } = [];

    public bool IsEmpty => Writes.Count + Trees.Count + Deletes.Count + EmptyDirectories.Count + Modes.Count + ToTrash.Count == 0;

    public long Files => Writes.Count + Trees.Sum(t => t.Tree.Files);

    public long Bytes => Writes.Sum(w => w.Entry.Size) + Trees.Sum(t => t.Tree.Size);
}

/// <summary>How the planner may treat local bytes.</summary>
/// <param name="IsNamed">The user named this path: local changes are to be undone, not kept.</param>
/// <param name="IsForced">Local bytes that the store does not hold may go to the trash.</param>
/// <param name="KeepsDeletions">Files that were written out and are gone stay gone: nobody asked for them.</param>
/// <param name="Links">What large files that hold the right bytes should become; null leaves them as they are.</param>
internal readonly record struct CheckoutRules(bool IsNamed, bool IsForced, bool KeepsDeletions, LinkMode? Links);

/// <summary>
/// Decides, path by path, what a checkout does. Touches only what differs; bytes that the store does not hold are never overwritten.
/// </summary>
/// <param name="prefix">Path of the walk's root, relative to the work tree.</param>
/// <param name="plan">Filled.</param>
/// <param name="rules">How to treat local bytes.</param>
/// <param name="holds">Tells whether the store has an object.</param>
/// <param name="halfWritten">Tells whether a file on disk is what an interrupted checkout left of it.</param>
/// <param name="stat">Gives the stat that was seen of a path below the walk's root.</param>
internal sealed class CheckoutPlanner(
    string prefix, CheckoutPlan plan, CheckoutRules rules,
        Func<Oid, bool> holds, Func<string, PathEntry, bool> halfWritten, Func<string, FileStat> stat) : ThreeWayVisitor
{
    private readonly HashSet<string> _writesOverDirectories = new(StringComparer.Ordinal);
    private readonly Stack<string> _vanishing = new();
    private string? _leafInTheWay;

    public override void Visit(string path, in PathEntry wasOut, in PathEntry pointer, in PathEntry disk)
    {
        PathState state = PathStates.Of(wasOut, pointer, disk);
        if (!disk.IsPresent)
        {
            if (state == PathState.Deleted && rules.KeepsDeletions)
            {
                plan.KeptDeleted.Add(Full(path));
            }
            else if (pointer.IsPresent)
            {
                plan.Writes.Add((Full(path), pointer, false));
                _writesOverDirectories.Add(path);
            }

            return;
        }

        if (state == PathState.Added)
        {
            KeepAdded(path, disk);
            return;
        }

        bool sameBytes = pointer.Oid == disk.Oid
            && pointer.Mode is TreeMode.File or TreeMode.Executable && disk.Mode is TreeMode.File or TreeMode.Executable;
        bool isLocalChange = state == PathState.Modified && wasOut.IsPresent;
        if (isLocalChange && !rules.IsNamed && !rules.IsForced && !halfWritten(path, disk))
        {
            plan.Kept.Add(Full(path));
        }
        else if (sameBytes)
        {
            SetMode(path, pointer);
        }
        else
        {
            Replace(path, pointer, disk, state);
        }
    }

    /// <summary>The mode of a link is the mode of the object: such a file is written anew.</summary>
    private void SetMode(string path, in PathEntry pointer)
    {
        if (rules.Links == LinkMode.Hard || stat(path).Links > 1)
        {
            plan.Writes.Add((Full(path), pointer, true));
        }
        else
        {
            plan.Modes.Add((Full(path), pointer.Mode == TreeMode.Executable));
        }
    }

    public override bool Enter(string path, in PathEntry wasOut, in PathEntry pointer, in PathEntry disk)
    {
        if (disk.IsDirectory && _writesOverDirectories.Contains(path))
        {
            _vanishing.Push(path);
        }

        if (rules.KeepsDeletions
            && pointer.IsDirectory && pointer.Files == 0 && !disk.IsPresent && wasOut.Same(pointer) && _leafInTheWay != path)
        {
            plan.KeptDeleted.Add(Full(path));
            return false;
        }

        if (!pointer.IsDirectory || disk.IsDirectory || (rules.KeepsDeletions && wasOut.IsDirectory && _leafInTheWay != path))
        {
            return true;
        }

        if (_leafInTheWay == path)
        {
            Evict(path, "a local file is where a directory belongs");
        }

        plan.Trees.Add((Full(path), pointer));
        return false;
    }

    public override void Leave(string path, in PathEntry wasOut, in PathEntry pointer, in PathEntry disk)
    {
        if (disk.IsDirectory && !pointer.IsDirectory && (wasOut.IsDirectory || _vanishing.Count > 0))
        {
            plan.EmptyDirectories.Add(Full(path));
        }

        if (_vanishing.TryPeek(out string? last) && last == path)
        {
            _vanishing.Pop();
        }
    }

    /// <summary>
    /// Takes what cannot be stored (a pipe, a socket, a directory nobody may list) out of the way of writes. The walk does not see such
    /// things, so a write over one would
    /// fail half-way; where nothing is to be written they are left alone.
    /// </summary>
    /// <param name="unstorable">Paths from the walk's root.</param>
    public void EvictUnstorable(IReadOnlyList<RefusedPath> unstorable)
    {
        foreach (RefusedPath refused in unstorable)
        {
            string full = Full(refused.Path);
            bool isInTheWay = plan.Writes.Any(w => IsAtOrBelow(w.Path, full)) || plan.Trees.Any(t => IsAtOrBelow(t.Path, full))
                || plan.EmptyDirectories.Any(d => IsAtOrBelow(full, d));
            if (!isInTheWay)
            {
                continue;
            }

            if (stat(refused.Path).Inode != 0)
            {
                Evict(refused.Path, refused.Reason);
            }
            else
            {
                // Its name is shown escaped: it cannot be moved by that.
                plan.Blocked.Add($"{full}: {refused.Reason}; move it away by hand");
            }
        }
    }

    private static bool IsAtOrBelow(string path, string top) => path == top || path.StartsWith(top + "/", StringComparison.Ordinal);

    private void KeepAdded(string path, in PathEntry disk)
    {
        _leafInTheWay = path;
        if (_vanishing.Count > 0)
        {
            if (holds(disk.Oid))
            {
                plan.Deletes.Add((Full(path), stat(path)));
            }
            else
            {
                Evict(path, "a local file is in a directory that has to become a file");
            }
        }
    }

    /// <summary>
    /// Replaces or deletes a file. What the user changed after it was written out is not replaced in passing, even if the store happens to
    /// hold it.
    /// </summary>
    private void Replace(string path, in PathEntry pointer, in PathEntry disk, PathState state)
    {
        bool held = holds(disk.Oid);
        bool free = halfWritten(path, disk) || (held && state == PathState.Stale);
        if (!free && held && (rules.IsNamed || state == PathState.Modified))
        {
            // In the store, but perhaps from an add that was killed: no pointer need name it, so it goes to the trash all the same.
            plan.ToTrash.Add(Full(path));
        }
        else if (!free)
        {
            Evict(path, state == PathState.Conflict
                ? "it was changed here, and the pointer names another version" : "its bytes are not in the store");
        }

        if (pointer.IsPresent)
        {
            plan.Writes.Add((Full(path), pointer, free));
        }
        else if (free)
        {
            plan.Deletes.Add((Full(path), stat(path)));
        }
    }

    private void Evict(string path, string reason)
    {
        if (rules.IsForced)
        {
            plan.ToTrash.Add(Full(path));
        }
        else
        {
            plan.Blocked.Add($"{Full(path)}: {reason}");
        }
    }

    private string Full(string path) => path.Length == 0 ? prefix : $"{prefix}/{path}";
}
