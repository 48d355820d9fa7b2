using DlStore.Io;
using DlStore.Objects;
using DlStore.WorkTree;

namespace DlStore.Operations.Moves;

/// <summary>
/// <c>dls mv</c>: gives managed paths other names, or takes them into a managed directory or out of one. Pointers, bases, ignore lines and
/// the files on disk move together; no byte is read, so a file that was changed is still one that was changed. Order: listings, files on
/// disk, then pointers as every command writes them. Killed anywhere, the same command again finishes.
/// </summary>
public sealed class Move
{
    private readonly Repo _repo;
    private readonly WorkTreeChange _change;
    private readonly Dictionary<RelPath, Side> _sides = [];

    private Move(Repo repo, WorkTreeChange change)
    {
        _repo = repo;
        _change = change;
    }

    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="options">What to move where.</param>
    /// <returns>What was moved, in the order of the words.</returns>
    /// <exception cref="DlsException">Kind Usage: a word names nothing. Kind Failed: something is in the way; nothing was
    /// moved.</exception>
    public static IReadOnlyList<MovedPath> Run(Repo repo, MoveOptions options)
    {
        using WorkTreeChange change = WorkTreeChange.Open(repo);
        using MovePlan plan = new(repo, change, options);
        IReadOnlyList<MovePart> parts = plan.Make();
        if (!options.DryRun)
        {
            new Move(repo, change).Apply(parts, !options.NoGit);
        }

        return [.. parts.Select(static p => p.ToMoved())];
    }

    private void Apply(IReadOnlyList<MovePart> parts, bool stages)
    {
        using (ObjectWriter writer = _repo.BeginWrite())
        {
            NodeBuffer nodes = new(_repo.Store, writer);
            TreeMerge trees = new(nodes.Read, nodes.Put);
            foreach (MovePart part in parts)
            {
                Take(trees, part);
            }

            writer.Commit();
        }

        RenameOnDisk(parts);
        foreach (MovePart part in parts)
        {
            Point(part);
        }

        foreach ((RelPath root, Side side) in _sides)
        {
            _change.Point(root, side.Pointer with { Oid = side.Named.Oid, Size = side.Named.Size, Files = side.Named.Files });
            _change.Remember(root, side.WasOut.IsPresent ? BaseEntry.OfTree(side.WasOut.Oid, side.WasOut.Size) : null);
        }

        _change.Commit(stages);
    }

    /// <summary>Takes a path out of the directory that it lies in, and into the one that it goes to.</summary>
    private void Take(TreeMerge trees, MovePart part)
    {
        BaseEntry? whole = _change.State.Base.Find(part.From.Root);
        PathEntry wasOut = part.From.IsInside
            ? trees.Find(SideOf(part.From).WasOut, part.From.Scope)
            : whole is { } e
                ? Snapshot.EntryOf(whole) with { Mode = e.Kind == ObjectKind.Blob ? part.Entry.Mode : TreeMode.Directory } : default;
        if (part.From.IsInside)
        {
            SideOf(part.From).Set(trees, part.From.Scope, default, default);
        }

        if (part.To.IsInside)
        {
            SideOf(part.To).Set(trees, part.To.Scope, part.Entry, wasOut);
        }
        else
        {
            BaseEntry? entry = !part.From.IsInside ? whole
                : !wasOut.IsPresent ? null
                : wasOut.IsDirectory ? BaseEntry.OfTree(wasOut.Oid, wasOut.Size)
                : new BaseEntry(ObjectKind.Blob, wasOut.Oid, wasOut.Size, default, 0);
            _change.Remember(part.To.Root, entry ?? _change.State.Base.Find(part.To.Root));
        }
    }

    private Side SideOf(MoveEnd end)
    {
        if (!_sides.TryGetValue(end.Root, out Side? side))
        {
            _sides[end.Root] = side = new Side(end.Pointer!, Snapshot.EntryOf(_change.State.Base.Find(end.Root)));
        }

        return side;
    }

    private void RenameOnDisk(IReadOnlyList<MovePart> parts)
    {
        WorkDir files = _repo.Files;
        DiskFlush flush = new(files);
        foreach (MovePart part in parts.Where(static p => p.OnDisk == MoveOnDisk.Renamed))
        {
            files.Move(part.From.Path.Value, files, part.To.Path.Value, flush);
            flush.Directory(part.To.Path.Directory);
            flush.Directory(part.From.Path.Directory);
            CrashPoint.Hit("mv.renamed");
        }

        flush.Run();
    }

    private void Point(MovePart part)
    {
        if (!part.To.IsInside)
        {
            _ = _change.Ignore(part.To.Root);
            _change.StageIgnoreFile(part.To.Root);
            _change.Point(part.To.Root, part.From.IsInside ? PointerOf(part.Entry) : part.From.Pointer!);
        }

        if (!part.From.IsInside)
        {
            _change.Unpoint(part.From.Root);
            _change.Unignore(part.From.Root);
            _change.StageIgnoreFile(part.From.Root);
            _change.Remember(part.From.Root, null);
            _change.Cache(() => _repo.ForgetStats(part.From.Root));
        }
    }

    private static Pointer PointerOf(in PathEntry entry) => new()
    {
        Kind = entry.IsDirectory ? ObjectKind.Tree : ObjectKind.Blob,
        Oid = entry.Oid,
        Size = entry.Size,
        Files = entry.IsDirectory ? entry.Files : 1,
        Exec = entry.Mode == TreeMode.Executable,
    };

    /// <summary>A managed directory that something is taken out of or into: what its pointer names, and what was written out.</summary>
    private sealed class Side(Pointer pointer, PathEntry wasOut)
    {
        public Pointer Pointer => pointer;

        public PathEntry Named { get; private set; } = PathEntry.Of(pointer);

        public PathEntry WasOut { get; private set; } = wasOut;

        public void Set(TreeMerge trees, string scope, in PathEntry named, in PathEntry written)
        {
            Named = PathEntry.OfDirectory(trees.Set(Named, scope, named));
            if (WasOut.IsPresent || written.IsPresent)
            {
                WasOut = PathEntry.OfDirectory(trees.Set(WasOut, scope, written));
            }
        }
    }
}
