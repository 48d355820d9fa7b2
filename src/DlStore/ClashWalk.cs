using DlStore.Git;
using DlStore.Io;
using DlStore.Objects;
using DlStore.WorkTree;
using DlStore.WorkTree.Merges;

namespace DlStore;

/// <summary>
/// Says what clashes in an unmerged pointer and how much does not, by tree nodes; equal subtrees are passed over, no file is read. What
/// <c>dls resolve</c> was told to do with a clash counts as decided.
/// </summary>
internal sealed class ClashWalk
{
    private const int ClashesMax = 1000;
    private readonly Repo _repo;
    private readonly RelPath _path;
    private readonly List<string> _clashes = [];
    private long _clashCount;
    private long _ours;
    private long _theirs;

    private ClashWalk(Repo repo, RelPath path)
    {
        _repo = repo;
        _path = path;
    }

    /// <summary>Compares the sides of one pointer.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="unmerged">The pointer.</param>
    /// <param name="hint">What to do about it.</param>
    public static PointerClash Compare(
        Repo repo, UnmergedPointer unmerged, string hint) => new ClashWalk(repo, unmerged.Path).Compare(unmerged, hint);

    private PointerClash Compare(UnmergedPointer unmerged, string hint)
    {
        string? unknown = null;
        int decided = 0;
        try
        {
            Pointer? before = Side(unmerged.BaseId);
            Pointer? ours = Side(unmerged.OursId);
            Pointer? theirs = Side(unmerged.TheirsId);
            decided = TakeClashes(PointerMerge.Of(_repo.Store.Read, before, ours, theirs), Note(unmerged));
            Walk("", PathEntry.Of(before), PathEntry.Of(ours), PathEntry.Of(theirs), 0);
        }
        catch (DlsException e) when (e.Kind is ErrorKind.Missing or ErrorKind.Corrupt)
        {
            unknown = $"which paths clash is not known: {e.Message}; `dls fetch --all --listings` gets the listings of all branches";
        }

        return new PointerClash(_path, _clashes, _clashCount, _ours, _theirs, unknown, hint) { DecidedCount = decided };
    }

    private int TakeClashes(PointerMerge merge, MergeNote? note)
    {
        IReadOnlyDictionary<string, MergeChoice> decisions = note?.Decisions() ?? new Dictionary<string, MergeChoice>();
        HashSet<string> keys = [.. note?.Keys.Where(static k => k.Decided is not null).Select(static k => k.Key) ?? []];
        string[] paths = [.. merge.Clashes.Select(static c => c.Path).Where(p => !decisions.ContainsKey(p))];
        string[] openKeys = [.. merge.Keys.Select(static k => k.Key).Where(k => !keys.Contains(k))];
        _clashCount = paths.Length + openKeys.Length;
        _clashes.AddRange(paths.Select(p => p.Length == 0 ? _path.Value : $"{_path}/{p}")
            .Concat(openKeys.Select(k => $"{_path}{Pointer.Suffix}, key {k}")).Take(ClashesMax));
        return merge.Clashes.Count + merge.Keys.Count - paths.Length - openKeys.Length;
    }

    private MergeNote? Note(UnmergedPointer unmerged) => MergeNote.Find(_repo.StateDirectory, _path) is { } note
        && note.IsAbout(Bytes(unmerged.BaseId), Bytes(unmerged.OursId), Bytes(unmerged.TheirsId)) ? note : null;

    private byte[]? Bytes(string? blobId) => blobId is null ? null : _repo.Git.CatFile.Read(blobId, PointerWalk.PointerBytesMax)?.Bytes;

    private Pointer? Side(string? blobId) =>
        Bytes(blobId) is { Length: > 0 } bytes ? Pointer.Parse(bytes, _path.Value + Pointer.Suffix) : null;

    private void Walk(string path, in PathEntry before, in PathEntry ours, in PathEntry theirs, int depth)
    {
        TreeNode.RequireDepth(depth, path);
        if (ours.Same(theirs))
        {
            return;
        }

        if (ours.IsDirectory || theirs.IsDirectory || before.IsDirectory)
        {
            WalkNames(path, before, ours, theirs, depth);
            return;
        }

        Count(before, ours, theirs);
    }

    private void WalkNames(string path, in PathEntry before, in PathEntry ours, in PathEntry theirs, int depth)
    {
        if (!before.AsLeaf().Same(ours.AsLeaf()) || !before.AsLeaf().Same(theirs.AsLeaf()))
        {
            Count(before.AsLeaf(), ours.AsLeaf(), theirs.AsLeaf());
        }

        EntrySide? b = EntrySide.OfTree(_repo.Store.Read, before);
        EntrySide? o = EntrySide.OfTree(_repo.Store.Read, ours);
        EntrySide? t = EntrySide.OfTree(_repo.Store.Read, theirs);
        byte[] name = new byte[EntryName.LengthMax];
        while (ThreeWay.TryNext(b, o, t, name, out int length))
        {
            PathEntry eb = ThreeWay.Take(b, name.AsSpan(0, length));
            PathEntry eo = ThreeWay.Take(o, name.AsSpan(0, length));
            PathEntry et = ThreeWay.Take(t, name.AsSpan(0, length));
            string text = System.Text.Encoding.UTF8.GetString(name, 0, length);
            Walk(path.Length == 0 ? text : $"{path}/{text}", eb, eo, et, depth + 1);
        }
    }

    private void Count(in PathEntry before, in PathEntry ours, in PathEntry theirs)
    {
        if (ours.Same(theirs))
        {
            return;
        }

        if (ours.Same(before))
        {
            _theirs++;
        }
        else if (theirs.Same(before))
        {
            _ours++;
        }
    }
}
