using DlStore.Git;
using DlStore.Io;
using DlStore.Objects;
using DlStore.WorkTree;

namespace DlStore;

/// <summary>Compares the three sides of an unmerged pointer by their tree nodes; equal subtrees are passed over, no file is read.</summary>
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
        try
        {
            Walk("", Side(unmerged.BaseId), Side(unmerged.OursId), Side(unmerged.TheirsId), 0);
        }
        catch (DlsException e) when (e.Kind is ErrorKind.Missing or ErrorKind.Corrupt)
        {
            unknown = $"which paths clash is not known: {e.Message}; `dls fetch --all --listings` gets the listings of all branches";
        }

        return new PointerClash(_path, _clashes, _clashCount, _ours, _theirs, unknown, hint);
    }

    private PathEntry Side(string? blobId) => blobId is not null
        && _repo.Git.CatFile.Read(blobId, PointerWalk.PointerBytesMax)?.Bytes is { } bytes
        ? PathEntry.Of(Pointer.Parse(bytes, _path.Value + Pointer.Suffix))
        : default;

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

        Take(path, before, ours, theirs);
    }

    private void WalkNames(string path, in PathEntry before, in PathEntry ours, in PathEntry theirs, int depth)
    {
        if (!before.AsLeaf().Same(ours.AsLeaf()) || !before.AsLeaf().Same(theirs.AsLeaf()))
        {
            Take(path, before.AsLeaf(), ours.AsLeaf(), theirs.AsLeaf());
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

    private void Take(string path, in PathEntry before, in PathEntry ours, in PathEntry theirs)
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
        else if (++_clashCount <= ClashesMax)
        {
            _clashes.Add(path.Length == 0 ? _path.Value : $"{_path}/{path}");
        }
    }
}
