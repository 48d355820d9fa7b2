using DlStore.Io;
using DlStore.Objects;
using DlStore.Operations.Store;
using DlStore.Operations.Words;
using DlStore.WorkTree;

namespace DlStore.Operations.Moves;

/// <summary>
/// Finds what a move comes to, and refuses what cannot be moved, before anything is touched. What a killed move, or the user's own
/// <c>mv</c>, has done already is taken as done.
/// </summary>
internal sealed class MovePlan : IDisposable
{
    private readonly Repo _repo;
    private readonly WorkTreeChange _change;
    private readonly PointerLookup _lookup;
    private readonly TreeMerge _trees;
    private readonly MoveOptions _options;
    private readonly TypedDirectories _known = new();
    private readonly List<MovePart> _parts = [];

    public MovePlan(Repo repo, WorkTreeChange change, MoveOptions options)
    {
        _repo = repo;
        _change = change;
        _options = options;
        _lookup = new PointerLookup(repo);
        _trees = new TreeMerge(repo.Store.Read, static (_, _) => { });
    }

    /// <summary>Makes the plan.</summary>
    /// <exception cref="DlsException">Kind Usage: a word names nothing. Kind Failed: something is in the way.</exception>
    public IReadOnlyList<MovePart> Make()
    {
        bool isTop = _repo.RelativeOf(_options.Destination, _known) == ".";
        RelPath? to = isTop ? null : _repo.ToRelPath(_options.Destination, _known);
        bool isInto = isTop || _options.Destination.EndsWith('/') || (IsDirectory(to!.Value) && !IsDone(to.Value));
        if (!isInto && _options.Sources.Count > 1)
        {
            throw new DlsException(ErrorKind.Usage, $"mv: '{to}' is no directory, and several paths are to go there",
                $"end it with '/' to make it one: `{_repo.ToTyped(to!.Value.Value)}/`");
        }

        foreach (string word in _options.Sources)
        {
            RelPath from = _repo.ToRelPath(word, _known);
            Take(word, from, isInto ? Below(to, from.Name) : to!.Value);
        }

        if (_parts.GroupBy(static p => p.To.Path).FirstOrDefault(static g => g.Count() > 1) is { } twice)
        {
            throw new DlsException(ErrorKind.Usage, $"mv: two of the paths would be '{twice.Key}'", "move them one by one")
            {
                Items = [.. twice.Select(static p => p.From.Path.Value)],
            };
        }

        return _parts;
    }

    public void Dispose() => _lookup.Dispose();

    private static RelPath Below(RelPath? directory, string name) =>
        RelPath.ParseInside(directory is { } above ? $"{above}/{name}" : name);

    private bool IsDirectory(RelPath path) => _lookup.TryStat(path, out FileStat stat)
        ? stat.IsDirectory
        : _lookup.FindManaged(path) is { } managed && NameIn(managed, managed.ScopeOf(path)).IsDirectory;

    /// <summary>
    /// A directory is the new name, and none to move into, where the one source was written out here and is gone, or where a killed move
    /// has written the pointer and not staged it.
    /// </summary>
    private bool IsDone(RelPath to)
    {
        if (_options.Sources.Count > 1 || _repo.ToRelPath(_options.Sources[0], _known) is var from && _lookup.TryStat(from, out _))
        {
            return false;
        }

        if (_lookup.Find(to) is not null)
        {
            return !_change.IsStaged(to);
        }

        if (_lookup.FindManaged(from) is not { } managed || _lookup.TryStat(Below(to, from.Name), out _))
        {
            return false;
        }

        string scope = managed.ScopeOf(from);
        return _trees.Find(Snapshot.EntryOf(_change.State.Base.Find(managed.Path)), scope).IsDirectory
            || (!NameIn(managed, scope).IsPresent
                && HalfRemoved.Names(_repo, _change.State, new CheckoutTarget(managed, scope, false)));
    }

    private void Take(string word, RelPath from, RelPath to)
    {
        ManagedPath? managed = _lookup.FindManaged(from) ?? HalfRemoved.Find(_repo, _change.State, from);
        if (managed is not null)
        {
            _parts.Add(Plan(managed, from, to));
            return;
        }

        PointerListing listing = _repo.ListPointers(_change.State);
        ManagedPath[] below = [.. listing.Managed.Where(m => m.Path.IsAtOrBelow(from))];
        if (below.Length == 0)
        {
            throw PathWords.WithoutPointer(_repo, "mv", from, listing) ?? UnknownWord.Error(_repo, "mv", word);
        }

        string[] others = [.. _change.State.Index.FindTrackedBelow(from, int.MaxValue).Where(f => !below.Any(m => m.PointerFile == f))];
        if (others.Length > 0)
        {
            throw new DlsException(
                ErrorKind.Failed, $"mv '{from}': {CountWords.Of(others.Length, "file in it is", "files in it are")} git's own",
                $"run `git mv {_repo.ToTyped(from.Value)} {ShellWord.Of(_options.Destination)}`, which takes the pointers along, and then "
                + "`dls checkout`")
            {
                Items = [.. others.Take(10)],
            };
        }

        _parts.AddRange(below.Select(m => Plan(m, m.Path, RelPath.ParseInside(to.Value + m.Path.Value[from.Value.Length..]))));
    }

    private MovePart Plan(ManagedPath managed, RelPath from, RelPath to)
    {
        MoveEnd source = new(managed.Path, managed.ScopeOf(from), managed.Pointer);
        if (!_change.State.Journal.IsEmpty && _change.State.Journal.Find(managed.Path) is not null)
        {
            throw new DlsException(ErrorKind.Failed, $"mv '{from}': a checkout of '{managed.Path}' was interrupted here",
                $"run `dls checkout {_repo.ToTyped(managed.Path.Value)}` first, it finishes the work");
        }

        if (to.IsAtOrBelow(from))
        {
            throw new DlsException(
                ErrorKind.Usage, $"mv '{from}': '{to}' is {(to == from ? "the same path" : "inside it")}", "give another name");
        }

        ManagedPath? around = _lookup.FindManaged(to);
        MoveEnd target = around is null ? new MoveEnd(to, "", null) : new MoveEnd(around.Path, around.ScopeOf(to), around.Pointer);
        bool isHere = _lookup.TryStat(from, out _);
        bool isThere = _lookup.TryStat(to, out FileStat there);
        PathEntry entry = EntryOf(managed, source, around, target, !isHere && isThere);
        RefuseTaken(source, target, entry, isHere, isThere);
        RefusePlace(from, to, entry, target, isThere ? there : null);
        return new MovePart(source, target, entry, isHere ? MoveOnDisk.Renamed : isThere ? MoveOnDisk.MovedBefore : MoveOnDisk.NotThere);
    }

    private PathEntry EntryOf(ManagedPath managed, MoveEnd source, ManagedPath? around, MoveEnd target, bool movedBefore)
    {
        PathEntry entry = NameIn(managed, source.Scope);
        if (!entry.IsPresent && movedBefore && around is not null
            && HalfRemoved.Names(_repo, _change.State, new CheckoutTarget(managed, source.Scope, false)))
        {
            entry = NameIn(around, target.Scope);
        }

        return entry.IsPresent ? entry : throw new DlsException(
            ErrorKind.Usage, $"mv '{source.Path}': the pointer '{managed.PointerFile}' does not name it",
            $"run `dls ls {_repo.ToTyped(managed.Path.Value)}` to see what it names; a file that was never added is moved with `mv`");
    }

    private PathEntry NameIn(ManagedPath managed, string scope) => _trees.Find(PathEntry.Of(managed.Pointer), scope);

    /// <summary>Refuses a name that something else has, on disk or in a pointer.</summary>
    private void RefuseTaken(MoveEnd source, MoveEnd target, in PathEntry entry, bool isHere, bool isThere)
    {
        if (isHere && isThere)
        {
            throw Taken(source, target, "it is there already, on disk");
        }

        PathEntry named = target.Pointer is { } pointer ? _trees.Find(PathEntry.Of(pointer), target.Scope) : default;
        bool isDone = named.Same(entry) && !isHere && (target.IsInside ? isThere : !_change.IsStaged(target.Root));
        if (named.IsPresent && !isDone)
        {
            throw Taken(source, target, "it is managed already");
        }

        if (target.Pointer is null && _change.State.Index.FindTrackedBelow(target.Root, 1).Count > 0)
        {
            throw Taken(source, target, "git itself tracks files there");
        }
    }

    private static DlsException Taken(MoveEnd source, MoveEnd target, string why) => new(
        ErrorKind.Failed, $"mv '{source.Path}' to '{target.Path}': {why}", "choose another name, or move what is there away first");

    /// <summary>Refuses a place where the path could not be managed.</summary>
    private void RefusePlace(RelPath from, RelPath to, in PathEntry entry, MoveEnd target, FileStat? there)
    {
        string? above = (target.IsInside ? FileInside(target) : _lookup.FindFileAbove(to)) ?? _repo.Files.FindParentInTheWay(to.Value);
        string? why = above is not null ? $"'{above}' is a file, and no directory"
            : there is { } stat && stat.IsDirectory != entry.IsDirectory ? $"'{to}' is a {stat.Describe()}"
            : target.IsInside ? null
            : to.HasControl ? "its name holds a control character, and pointers are named in files of lines"
            : entry.Mode == TreeMode.Symlink ? "it is a symlink, and those are stored only inside a directory"
            : to.Value.EndsWith(Pointer.Suffix, StringComparison.Ordinal) ? $"names that end in '{Pointer.Suffix}' are those of pointers"
            : null;
        if (why is not null)
        {
            throw new DlsException(ErrorKind.Failed, $"mv '{from}' to '{to}': {why}", "choose another place");
        }
    }

    private string? FileInside(MoveEnd target)
    {
        for (int slash = target.Scope.IndexOf('/', StringComparison.Ordinal); slash > 0; slash = target.Scope.IndexOf('/', slash + 1))
        {
            PathEntry at = _trees.Find(PathEntry.Of(target.Pointer), target.Scope[..slash]);
            if (at.IsPresent && !at.IsDirectory)
            {
                return $"{target.Root}/{target.Scope[..slash]}";
            }
        }

        return null;
    }
}
