namespace DlStore.WorkTree;

/// <summary>
/// Collects the paths that forbid an add: the pointer has moved on there, and taking the disk's bytes would silently undo that.
/// </summary>
/// <param name="prefix">Path of the walk's root, for people.</param>
internal sealed class StaleFinder(string prefix) : ThreeWayVisitor
{
    private const int ItemsMax = 1000;
    private readonly List<string> _stale = [];
    private long _count;

    public override void Visit(string path, in PathEntry wasOut, in PathEntry pointer, in PathEntry disk)
    {
        PathState state = PathStates.Of(wasOut, pointer, disk);
        if (state is PathState.Stale or PathState.Conflict && ++_count <= ItemsMax)
        {
            string what = state == PathState.Stale
                ? "the pointer names another version" : "changed here, and the pointer names another version";
            _stale.Add($"{(path.Length == 0 ? prefix : $"{prefix}/{path}")}: {what}");
        }
    }

    /// <summary>Refuses if anything was found.</summary>
    /// <param name="path">The managed path.</param>
    /// <param name="typed">The same as the user would type it.</param>
    public void Throw(Io.RelPath path, string typed)
    {
        if (_count > 0)
        {
            throw new DlsException(ErrorKind.Failed,
                $"add '{path}': {CountWords.Of(_count, "path is", "paths are")}"
                    + " stale: the pointer changed after the files were written out (git checkout or pull)",
                $"run `dls checkout {typed}` to bring the files up to date, then add your changes; what was changed on both sides "
                + $"goes to the trash with `dls checkout --force {typed}`, and `dls trash restore ID --to DIR` gives it back")
            {
                Items = _stale,
            };
        }
    }
}
