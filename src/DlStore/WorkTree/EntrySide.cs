using DlStore.Objects;

namespace DlStore.WorkTree;

/// <summary>One side of a walk over directories in step: entries in name order, from tree nodes or from a listing of the disk.</summary>
internal abstract class EntrySide
{
    public bool HasCurrent { get; protected set; }

    public abstract ReadOnlySpan<byte> Name { get; }

    public abstract PathEntry Entry { get; }

    public abstract void Step();

    public static EntrySide? OfTree(Func<Oid, byte[]> read, in PathEntry directory) =>
        directory.IsDirectory ? new TreeSide(read, directory.Oid) : null;

    public static EntrySide? OfDisk(DirListing? listing) => listing is null ? null : new DiskSide(listing);

    private sealed class TreeSide : EntrySide
    {
        private readonly TreeCursor _cursor;

        public TreeSide(Func<Oid, byte[]> read, Oid root)
        {
            _cursor = new TreeCursor(read, root);
            Step();
        }

        public override ReadOnlySpan<byte> Name => _cursor.Name;

        public override PathEntry Entry => new(_cursor.Mode, _cursor.Oid, _cursor.Size, _cursor.Files);

        public override void Step() => HasCurrent = _cursor.Next();
    }

    private sealed class DiskSide : EntrySide
    {
        private readonly DirListing _listing;
        private int _at = -1;

        public DiskSide(DirListing listing)
        {
            _listing = listing;
            Step();
        }

        public override ReadOnlySpan<byte> Name => _listing.NameOf(_at);

        public override PathEntry Entry
        {
            get
            {
                ref DiskEntry e = ref _listing.Entries[_at];
                return new PathEntry(e.Mode, e.Oid, e.Size, e.Files);
            }
        }

        public override void Step() => HasCurrent = ++_at < _listing.Count;
    }
}
