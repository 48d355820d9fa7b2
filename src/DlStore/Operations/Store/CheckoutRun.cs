using DlStore.Io;
using DlStore.Objects;
using DlStore.WorkTree;

namespace DlStore.Operations.Store;

/// <summary>
/// Carries out what was planned for all pointers of a checkout together: one journal, one trash entry, one extractor, one flush, one
/// base. Order: journal, trash, what a killed
/// checkout left, deletions, writes, flush; then base, end of journal and stat caches (<see cref="WorkTreeChange"/>).
/// </summary>
/// <param name="repo">The repository.</param>
/// <param name="change">Holds the work tree lock; commits the base.</param>
/// <param name="units">What was planned; nothing is in the way.</param>
/// <param name="options">What was asked for.</param>
internal sealed class CheckoutRun(Repo repo, WorkTreeChange change, IReadOnlyList<CheckoutUnit> units, CheckoutOptions options)
{
    private readonly WorkDir _root = repo.Files;

    /// <summary>Gets what went to the trash, or null.</summary>
    public TrashEntry? Trashed { get; private set; }

    /// <summary>Gets the ignore lines that were taken away, each told in a line.</summary>
    public IReadOnlyList<string> Freed { get; private set; } = [];

    /// <summary>Gets how many files became links of sealed objects.</summary>
    public long Linked { get; private set; }

    /// <summary>Gets the files that should have become links and are copies, each with why.</summary>
    public IReadOnlyList<RefusedPath> NotLinked { get; private set; } = [];

    /// <summary>Does it. Durable when it returns.</summary>
    /// <param name="isEverything">Whether these are all managed paths.</param>
    /// <param name="cancel">Stops between files; the journal tells of it then.</param>
    public void Apply(bool isEverything, CancellationToken cancel)
    {
        IReadOnlyDictionary<RelPath, InterruptedCheckout> begun = Begin();
        Trashed = MoveToTrash();
        DiskFlush flush = new(_root);
        RemoveLeftovers(flush);
        foreach (CheckoutUnit unit in units)
        {
            unit.Delete(_root, flush);
        }

        Dictionary<string, DirListing> written = Extract(begun, flush, cancel);
        CrashPoint.Hit("checkout.extracted");

        // The base says that disk and pointer agree. It must not outlive, in a loss of power, the bytes it speaks of: an empty file would
        // pass for the user's.
        flush.Run();
        CrashPoint.Hit("checkout.synced");
        Freed = IgnoreLines.Remove(repo, change.State, [.. units.Where(static u => u.IsGone).Select(static u => u.Target)]);
        Record(new WrittenDirectories(written, written.Count > 0 ? repo.FileSystemNow() : 0), cancel);
        foreach (CheckoutUnit unit in units.Where(static u => u.IsUnderWay))
        {
            change.End(unit.Managed.Path);
        }

        if (isEverything)
        {
            change.EndAll();
        }

        change.Commit(stages: false);
    }

    private IReadOnlyDictionary<RelPath, InterruptedCheckout> Begin()
    {
        Dictionary<RelPath, Oid> targets = [];
        foreach (CheckoutUnit unit in units.Where(static u => !u.Planned.IsEmpty))
        {
            targets[unit.Managed.Path] = unit.Managed.Pointer.Oid;
        }

        return targets.Count == 0 ? new Dictionary<RelPath, InterruptedCheckout>() : change.State.Journal.Begin(targets);
    }

    private TrashEntry? MoveToTrash()
    {
        string[] paths = [.. units.SelectMany(static u => u.Planned.ToTrash)];
        return paths.Length == 0 ? null : repo.Trash.Move(repo.WorkTree, paths, options.FromPull ? "dls pull" : "dls checkout");
    }

    /// <summary>
    /// Removes the temp files of checkouts that were killed: each directory is searched once, however many single files in it were under
    /// way.
    /// </summary>
    private void RemoveLeftovers(DiskFlush flush)
    {
        HashSet<(string Directory, bool IsTree, string Prefix)> places = [];
        foreach (CheckoutUnit unit in units)
        {
            if (unit.Interrupted is { } interrupted)
            {
                bool isTree = unit.Managed.Pointer.Kind == ObjectKind.Tree;
                _ = places.Add((isTree ? unit.Managed.Path.Value : unit.Managed.Path.Directory, isTree, interrupted.TempPrefix));
            }
        }

        foreach ((string directory, bool isTree, string prefix) in places)
        {
            string below = $"{repo.WorkTree}/{directory}";
            EnumerationOptions how = new() { RecurseSubdirectories = isTree, AttributesToSkip = FileAttributes.ReparsePoint };
            foreach (string file in Directory.Exists(below) ? Directory.EnumerateFiles(below, prefix + "*", how) : [])
            {
                string relative = Path.GetRelativePath(repo.WorkTree, file);
                if (_root.TryStat(relative, out FileStat seen) && _root.Delete(relative, seen))
                {
                    flush.Directory(WorkDir.Split(relative).Directory);
                }
            }
        }
    }

    private Dictionary<string, DirListing> Extract(
        IReadOnlyDictionary<RelPath, InterruptedCheckout> begun,
        DiskFlush flush,
        CancellationToken cancel)
    {
        Extractor extractor = new(_root, repo.Store, flush, repo.Threads, options.Progress)
        {
            Links = options.Links ?? repo.Config.Link,
            ItemsTotal = units.Sum(static u => u.Planned.Files),
            BytesTotal = units.Sum(static u => u.Planned.Bytes),
        };
        try
        {
            foreach (CheckoutUnit unit in units.Where(u => begun.ContainsKey(u.Managed.Path)))
            {
                unit.Extract(extractor, _root, flush, begun[unit.Managed.Path].TempPrefix, cancel);
            }

            Dictionary<string, DirListing> written = extractor.Finish(cancel);
            Tell(extractor.NotHere);
            Linked = extractor.Linked;
            NotLinked = [.. extractor.NotLinked.OrderBy(static n => n.Path, StringComparer.Ordinal)];
            return written;
        }
        catch
        {
            extractor.Abandon();
            throw;
        }
    }

    /// <summary>Tells each unit which of its files were not written.</summary>
    private void Tell(List<NotHere> files)
    {
        Dictionary<string, CheckoutUnit> byPath = units.ToDictionary(static u => u.Target.Value, StringComparer.Ordinal);
        foreach (NotHere file in files)
        {
            for (string at = file.Path; at.Length > 0; at = at.LastIndexOf('/') is var slash and > 0 ? at[..slash] : "")
            {
                if (byPath.TryGetValue(at, out CheckoutUnit? unit))
                {
                    unit.Lacks(file);
                    break;
                }
            }
        }
    }

    private void Record(WrittenDirectories written, CancellationToken cancel)
    {
        ObjectWriter? writer = null;
        try
        {
            // Most checkouts write everything, and then there is no listing of their own to store.
            NodeBuffer nodes = new(repo.Store, () => writer ??= repo.BeginWrite());
            foreach (CheckoutUnit unit in units)
            {
                unit.Record(change, written, nodes, cancel);
            }

            writer?.Commit();
        }
        finally
        {
            writer?.Dispose();
        }
    }
}
