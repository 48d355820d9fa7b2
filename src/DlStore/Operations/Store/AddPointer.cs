using DlStore.Io;
using DlStore.Objects;
using DlStore.WorkTree;

namespace DlStore.Operations.Store;

/// <summary>
/// Turns the snapshots of one pointer into its new value and writes it, under the work tree lock. Pointer and base are read again here, so
/// that two adds into the same
/// directory pointer both count.
/// </summary>
internal sealed class AddPointer
{
    private readonly Repo _repo;
    private readonly AddOptions _options;
    private readonly RelPath _path;
    private readonly Base _base;
    private readonly Pointer? _before;
    private readonly TreeMerge _merge;
    private readonly NodeBuffer _nodes;
    private PathEntry _named;
    private PathEntry _wasOut;
    private Snapshot? _whole;

    public AddPointer(Repo repo, AddOptions options, WorkTreeState state, RelPath path, Pointer? before, ObjectWriter? writer)
    {
        _repo = repo;
        _options = options;
        _path = path;
        _base = state.Base;
        _before = before;
        _nodes = new NodeBuffer(repo.Store, writer);
        _merge = new TreeMerge(_nodes.Read, _nodes.Put);
        _named = Snapshot.EntryOf(_before);
        _wasOut = Snapshot.EntryOf(_base.Find(path));
    }

    /// <summary>Takes one target's snapshot in.</summary>
    public void Take(AddTarget target, Snapshot snapshot)
    {
        if (target.Scope.Length > 0)
        {
            TakeScope(target.Scope, snapshot);
            return;
        }

        _whole = snapshot;
        if (snapshot.OnDisk.IsDirectory)
        {
            TakeTree(snapshot);
        }
        else if (snapshot.OnDisk.IsPresent)
        {
            RefuseStale(_path.Value, _wasOut.AsLeaf(), _named.AsLeaf(), snapshot.OnDisk);
            _named = _wasOut = snapshot.OnDisk;
        }
        else
        {
            throw new DlsException(ErrorKind.Failed, $"add '{_path}': it is not on disk",
                $"run `dls pull {_repo.ToTyped(_path.Value)}` to get it, or `dls rm {_repo.ToTyped(_path.Value)}` to stop managing it");
        }
    }

    /// <summary>Says what the pointer comes to. New nodes of its trees are with the writer then, and not yet durable.</summary>
    public AddedPath Settle()
    {
        Pointer pointer = ToPointer();
        bool changed = _before is null || (pointer != _before && !pointer.ToBytes().AsSpan().SequenceEqual(_before.ToBytes()));
        long notPulled = pointer.Kind == ObjectKind.Tree && _wasOut.IsDirectory ? Math.Max(0, pointer.Files - _wasOut.Files) : 0;
        return new AddedPath(_path, pointer, _before is null, changed, notPulled);
    }

    /// <summary>
    /// Hands over ignore line, pointer, base and stat cache if they say something else than before. All that the pointer names is
    /// durable.
    /// </summary>
    /// <param name="added">What <see cref="Settle"/> said.</param>
    /// <param name="change">Writes it.</param>
    public void Write(AddedPath added, WorkTreeChange change)
    {
        // Staged in any case: somebody may have taken it out of the index.
        change.Stage(_path.Value + Pointer.Suffix);
        if (change.Ignore(_path) || added.IsChanged || !change.IsStaged(_path))
        {
            // An add that was killed before it staged a new pointer has not staged the ignore line either.
            change.StageIgnoreFile(_path);
        }

        if (added.IsChanged)
        {
            change.Point(_path, added.Pointer);
        }

        WriteBase(change);
        if (_whole is { Disk: not null } whole)
        {
            change.Cache(() => whole.WriteCache(_repo));
        }
    }

    private void TakeTree(Snapshot snapshot)
    {
        if (_named.IsPresent && !_named.IsDirectory)
        {
            // A file became a directory: there is nothing below the old pointer to keep.
            _named = _wasOut = default;
        }

        // Where disk and pointer agree there is nothing to merge, and the listing need not be here: an add puts back what a store has lost.
        if (_named.IsDirectory && !_named.Same(snapshot.OnDisk) && (!_wasOut.IsDirectory || _wasOut.Oid != _named.Oid))
        {
            StaleFinder finder = new(_path.Value);
            new ThreeWay(_nodes.Read, snapshot.Disk).Walk(_wasOut, _named, finder);
            finder.Throw(_path, _repo.ToTyped(_path.Value));
            if (!_options.Remove)
            {
                TreeTotals merged = _merge.Recorded(_wasOut, _named, snapshot.Disk!);
                _named = PathEntry.OfDirectory(merged);
                _wasOut = snapshot.OnDisk;
                return;
            }
        }

        _named = _wasOut = snapshot.OnDisk;
    }

    private void TakeScope(string scope, Snapshot snapshot)
    {
        PathEntry named = _merge.Find(_named, scope);
        PathEntry wasOut = _merge.Find(_wasOut, scope);
        PathEntry entry = snapshot.OnDisk;
        if (snapshot.OnDisk.IsDirectory && named.IsDirectory)
        {
            StaleFinder finder = new($"{_path}/{scope}");
            new ThreeWay(_nodes.Read, snapshot.Disk).Walk(wasOut, named, finder);
            finder.Throw(_path, _repo.ToTyped(_path.Value));
            entry = _options.Remove ? entry : PathEntry.OfDirectory(_merge.Recorded(wasOut, named, snapshot.Disk!));
        }
        else if (!snapshot.OnDisk.IsPresent && !named.IsPresent && !wasOut.IsPresent)
        {
            throw new DlsException(ErrorKind.Usage,
                $"add '{_path}/{scope}': no such file or directory, and the pointer '{_path}{Pointer.Suffix}' does not name it",
                $"run `dls ls {_repo.ToTyped(_path.Value)}` to see what it names");
        }
        else if (!snapshot.OnDisk.IsPresent && !wasOut.IsPresent && !_options.Remove)
        {
            throw new DlsException(ErrorKind.Failed, $"add '{_path}/{scope}': it is not on disk and was never written out here",
                $"run `dls pull {_repo.ToTyped($"{_path}/{scope}")}` to get it, or "
                + $"`dls rm {_repo.ToTyped($"{_path}/{scope}")}` to drop it");
        }
        else
        {
            RefuseStale($"{_path}/{scope}", wasOut, named, snapshot.OnDisk);
        }

        _named = PathEntry.OfDirectory(_merge.Set(_named, scope, entry));
        _wasOut = PathEntry.OfDirectory(_merge.Set(_wasOut, scope, snapshot.OnDisk));
    }

    private void RefuseStale(string path, in PathEntry wasOut, in PathEntry named, in PathEntry disk)
    {
        if (PathStates.Of(wasOut, named, disk) is PathState.Stale or PathState.Conflict)
        {
            StaleFinder finder = new(path);
            finder.Visit("", wasOut, named, disk);
            finder.Throw(_path, _repo.ToTyped(_path.Value));
        }
    }

    private Pointer ToPointer()
    {
        bool isTree = _named.IsDirectory;
        Pointer fresh = new() { Kind = isTree ? ObjectKind.Tree : ObjectKind.Blob, Oid = _named.Oid, Size = _named.Size };
        return fresh with
        {
            Files = isTree ? _named.Files : 1,
            Exec = _named.Mode == TreeMode.Executable,
            Demand = _options.Demand || (_before?.Demand ?? false),
            Others = OtherKeys(_before?.Others ?? fresh.Others),
        };
    }

    private IReadOnlyDictionary<string, string> OtherKeys(IReadOnlyDictionary<string, string> kept) =>
        _options.Origin is { } origin ? new SortedDictionary<string,
            string>(new Dictionary<string, string>(kept) { ["origin"] = origin }, StringComparer.Ordinal) : kept;

    private void WriteBase(WorkTreeChange change)
    {
        BaseEntry entry = _wasOut.IsDirectory || _whole is null
            ? BaseEntry.OfTree(_wasOut.Oid, _wasOut.Size)
            : _whole.ToBase(_wasOut.Oid, _wasOut.Size);
        BaseEntry? before = _base.Find(_path);
        bool same = before is { } b && b.Kind == entry.Kind
            && b.Oid == entry.Oid && (entry.Kind == ObjectKind.Tree || (b.Stat.SameContentAs(entry.Stat) && b.Stat.Inode != 0));
        if (!same)
        {
            change.Remember(_path, entry);
        }
    }
}
