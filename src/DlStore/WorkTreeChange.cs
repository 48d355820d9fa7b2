using DlStore.Io;
using DlStore.Objects;
using DlStore.WorkTree;

namespace DlStore;

/// <summary>
/// One command's change of pointers and of what goes with them: ignore lines, base, journal, git's index. Opened once, under the work
/// tree lock; each path hands in what it comes
/// to; committed once, so that what it costs to be durable does not grow with the number of pointers. What the files below a pointer hold
/// is written and flushed before.
/// </summary>
/// <remarks>
/// The order is the crash rule (docs/design.md section 5): ignore lines, so that git never sees bytes that a pointer has just claimed;
/// pointers, new ones and removals; lines that
/// nothing needs any more; then the base, which says that disk and pointer agree, so it may be certain only after both are; journal and
/// caches; git's index. Each step is durable
/// before the next begins. A kill leaves every pointer old or new, and the same command again finishes.
/// </remarks>
internal sealed class WorkTreeChange : IDisposable
{
    private readonly Repo _repo;
    private readonly FileLock _held;
    private readonly IgnoreEdits _ignored;
    private readonly List<(RelPath Path, string Line)> _unignored = [];
    private readonly FileReplacements _pointers;
    private readonly HashSet<string> _toStage = new(StringComparer.Ordinal);
    private readonly List<byte[]> _contents = [];
    private readonly List<RelPath> _ended = [];
    private readonly List<Action> _caches = [];
    private HashSet<RelPath>? _staged;
    private bool _isAll;

    private WorkTreeChange(Repo repo, FileLock held)
    {
        _repo = repo;
        _held = held;
        State = WorkTreeState.Read(repo);
        _ignored = new IgnoreEdits(repo, () => State.Index);
        _pointers = new FileReplacements(repo.Files);
    }

    /// <summary>
    /// Gets the state as it is under the lock. Its base is changed by <see cref="Remember"/>, in memory until <see cref="Commit"/>.
    /// </summary>
    public WorkTreeState State { get; }

    /// <summary>Takes the work tree lock and reads the state.</summary>
    /// <param name="repo">The repository.</param>
    /// <exception cref="DlsException">Kind Locked: names the holder.</exception>
    public static WorkTreeChange Open(Repo repo)
    {
        FileLock held = repo.LockWorkTree();
        try
        {
            return new WorkTreeChange(repo, held);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Writes or rewrites a pointer; all it names is durable.</summary>
    public void Point(RelPath path, Pointer pointer)
    {
        byte[] bytes = pointer.ToBytes();
        _pointers.Put(path.Value + Pointer.Suffix, bytes);
        _contents.Add(bytes);
        Stage(path.Value + Pointer.Suffix);
    }

    /// <summary>Removes a pointer.</summary>
    public void Unpoint(RelPath path)
    {
        _pointers.Remove(path.Value + Pointer.Suffix);
        Stage(path.Value + Pointer.Suffix);
    }

    /// <summary>Sees to it that git ignores a path, by the line that add writes.</summary>
    /// <returns>True if the line was missing.</returns>
    public bool Ignore(RelPath path) => _ignored.Add(path);

    /// <summary>Takes the line of a path away once its pointer is gone.</summary>
    public void Unignore(RelPath path) => Unignore(path, IgnoreEdits.LineOf(path));

    /// <summary>Takes a line that another program wrote away from the ignore file of a path.</summary>
    public void Unignore(RelPath path, string line) => _unignored.Add((path, line));

    /// <summary>Writes or replaces a small file that goes with the pointers, and stages it.</summary>
    /// <param name="file">From the top of the work tree.</param>
    /// <param name="content">All of it.</param>
    public void Put(string file, byte[] content)
    {
        _pointers.Put(file, content);
        Stage(file);
    }

    /// <summary>Removes a small file that the pointers take the place of, once they are there, and stages that.</summary>
    /// <param name="file">From the top of the work tree.</param>
    public void Remove(string file)
    {
        _pointers.Remove(file);
        Stage(file);
    }

    /// <summary>Stages the ignore file of a path.</summary>
    public void StageIgnoreFile(RelPath path) => Stage(IgnoreEdits.PathOf(path));

    /// <summary>Stages a file as it is on disk once everything is written; one that is gone is taken out of git's index.</summary>
    /// <param name="file">From the top of the work tree.</param>
    public void Stage(string file) => _toStage.Add(file);

    /// <summary>Tells whether git's index has a pointer of a path.</summary>
    public bool IsStaged(RelPath path) => (_staged ??= [.. State.Index.ListPointers().Select(static p => p.Path)]).Contains(path);

    /// <summary>Sets what was last written out at a path; null: nothing is there any more that dls wrote.</summary>
    public void Remember(RelPath path, BaseEntry? entry) => State.Base.Set(path, entry);

    /// <summary>Ends the checkout of a path that was begun in the journal, now or by a command that was killed.</summary>
    public void End(RelPath path) => _ended.Add(path);

    /// <summary>Notes that every managed path was checked out: nothing that a damaged journal might have named is left.</summary>
    public void EndAll() => _isAll = true;

    /// <summary>Writes something that only saves time, after all that counts.</summary>
    /// <param name="write">Fails without harm.</param>
    public void Cache(Action write) => _caches.Add(write);

    /// <summary>Writes all that was handed in. Durable when it returns; what is handed in after that belongs to another commit.</summary>
    /// <param name="stages">Whether git's index is written.</param>
    /// <exception cref="DlsException">Kind Failed: the disk is full or failing, or git refuses a path. Kind Locked: somebody holds git's
    /// index. The same command again finishes.</exception>
    public void Commit(bool stages = true)
    {
        _ignored.Write("change.ignored", "change.ignored");
        _pointers.Apply("change.pointed", "change.unpointed");
        RemoveIgnoreLines();
        State.Base.Write();
        CrashPoint.Hit("change.based");
        State.Journal.End(_ended, _isAll);
        _ended.Clear();
        _caches.ForEach(static write => write());
        _caches.Clear();
        CrashPoint.Hit("change.cached");
        if (stages)
        {
            _repo.Git.Stage([.. _toStage], _contents);
            CrashPoint.Hit("change.staged");
            State.ForgetIndex();
            _staged = null;
        }

        _toStage.Clear();
        _contents.Clear();
    }

    /// <inheritdoc/>
    public void Dispose() => _held.Dispose();

    private void RemoveIgnoreLines()
    {
        if (_unignored.Count > 0)
        {
            IgnoreEdits edits = new(_repo, () => State.Index);
            _unignored.ForEach(p => edits.Remove(p.Path, p.Line));
            _unignored.Clear();
            edits.Write("change.unignored", "change.unignored");
        }
    }
}
