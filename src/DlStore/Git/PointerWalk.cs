using System.Text;
using DlStore.Io;

namespace DlStore.Git;

/// <summary>
/// Lists the pointers of commits and reads their text. What is equal in several commits (a directory, a pointer) is read and listed once,
/// so walking a thousand commits that differ in one file each costs little more than walking one. Not thread safe.
/// </summary>
/// <param name="catFile">The object reader; stays the caller's.</param>
internal sealed class PointerWalk(CatFile catFile)
{
    /// <summary>A pointer has at most 1,024 bytes; a blob with more than this is not even looked at.</summary>
    public const int PointerBytesMax = 64 * 1024;

    // What is remembered is forgotten when it has grown to about 100 MiB: entries of directories, and pointers.
    private const int RememberedMax = 500_000;
    private const int DepthMax = 1_024;

    // A few small trees can name each other so often that they unfold to billions of directories.
    private const int DirectoriesMax = 2_000_000;

    private readonly Dictionary<(string Tree, string Prefix), Listing> _listings = [];
    private readonly Dictionary<string, byte[]> _pointers = [];
    private readonly HashSet<RefusedName> _refused = [];
    private int _remembered;

    /// <summary>
    /// Gets the <c>.dls</c> files met so far whose paths dls does not work with (not UTF-8, control characters, <c>.git</c>).
    /// </summary>
    public IReadOnlyCollection<RefusedName> Refused => _refused;

    /// <summary>
    /// Lists the pointer files of a commit: regular files whose names end in <c>.dls</c>. Names that are refused go to
    /// <see cref="Refused"/>.
    /// </summary>
    /// <param name="commit">The commit.</param>
    /// <returns>Pointers in the order of git's tree.</returns>
    /// <exception cref="DlsException">Kind Missing: the commit or one of its directories is not here (a partial clone, or
    /// damage).</exception>
    public IReadOnlyList<CommittedPointer> ListPointers(CommitId commit)
    {
        Forget();
        GitObject root = catFile.FindMany([commit.Hex + "^{tree}"])[0]
            ?? throw new DlsException(ErrorKind.Missing, $"cannot read commit '{commit}': it is not in this repository", "run `git fetch`");
        List<CommittedPointer> pointers = [];
        Collect(Load(root.Id), pointers);
        return pointers;
    }

    /// <summary>Reads the text of a pointer.</summary>
    /// <param name="blobId">From <see cref="CommittedPointer.BlobId"/>.</param>
    /// <returns>Its bytes, not checked.</returns>
    /// <exception cref="DlsException">Kind Missing: the blob is not here. Kind Corrupt: it is far too large for a pointer.</exception>
    public byte[] ReadPointerBytes(string blobId)
    {
        if (!_pointers.ContainsKey(blobId))
        {
            ReadPointers([blobId]);
        }

        return _pointers[blobId];
    }

    /// <summary>Reads the texts of many pointers at once, so that <see cref="ReadPointerBytes"/> has them at hand.</summary>
    /// <param name="pointers">Pointers of one commit or of many; may repeat.</param>
    /// <exception cref="DlsException">As <see cref="ReadPointerBytes"/>.</exception>
    public void Prefetch(IReadOnlyList<CommittedPointer> pointers)
    {
        HashSet<string> unknown = [];
        foreach (CommittedPointer pointer in pointers)
        {
            if (!_pointers.ContainsKey(pointer.BlobId))
            {
                unknown.Add(pointer.BlobId);
            }
        }

        ReadPointers([.. unknown]);
    }

    private Listing Load(string rootId)
    {
        Listing root = new(rootId, []);
        bool whole = false;
        try
        {
            FillBelow(root);
            whole = true;
            return root;
        }
        finally
        {
            if (!whole)
            {
                _listings.Clear(); // some of them were not filled
            }
        }
    }

    // Breadth first, so that all directories of one depth are asked for together.
    private void FillBelow(Listing root)
    {
        List<Listing> level = [root];
        int directories = 0;
        for (int depth = 0; level.Count > 0; depth++)
        {
            directories += level.Count;
            if (depth > DepthMax || directories > DirectoriesMax)
            {
                throw new DlsException(ErrorKind.Corrupt,
                    $"refuse git tree '{root.TreeId}': it is deeper than {DepthMax} or has more than {DirectoriesMax} directories");
            }

            List<Listing> next = [];
            GitObject?[] trees = catFile.ReadMany(level.ConvertAll(listing => listing.TreeId));
            for (int i = 0; i < trees.Length; i++)
            {
                if (trees[i] is not { Type: "tree", Bytes: not null } tree)
                {
                    throw new DlsException(
                        ErrorKind.Missing, $"cannot read git tree '{level[i].TreeId}': it is not in this repository", "run `git fsck`");
                }

                Fill(level[i], TreeEntry.ReadAll(tree), next);
            }

            level = next;
        }
    }

    private void Fill(Listing listing, List<TreeEntry> entries, List<Listing> unread)
    {
        _remembered += entries.Count + 1;
        foreach (TreeEntry entry in entries)
        {
            byte[] path = [.. listing.Path, .. entry.Name];
            if (entry.IsTree)
            {
                listing.Items.Add(Below(entry.Id, [.. path, (byte)'/'], unread));
            }
            else if (PointerName.TryRead(path, out RelPath target, out RefusedName? refused))
            {
                listing.Items.Add(new CommittedPointer(target, entry.Id));
            }
            else
            {
                _refused.Add(refused);
            }
        }
    }

    // The same directory at the same place in another commit is the same listing.
    private Listing Below(string treeId, byte[] path, List<Listing> unread)
    {
        (string, string) key = (treeId, Encoding.Latin1.GetString(path));
        if (!_listings.TryGetValue(key, out Listing? listing))
        {
            listing = new Listing(treeId, path);
            _listings.Add(key, listing);
            unread.Add(listing);
        }

        return listing;
    }

    private static void Collect(Listing listing, List<CommittedPointer> pointers)
    {
        int before = pointers.Count;
        foreach (object item in listing.Items)
        {
            if (item is CommittedPointer pointer)
            {
                pointers.Add(pointer);
            }
            else if (item is Listing { IsBarren: false } below)
            {
                Collect(below, pointers);
            }
        }

        listing.IsBarren = pointers.Count == before;
    }

    private void ReadPointers(IReadOnlyList<string> blobIds)
    {
        GitObject?[] blobs = catFile.ReadMany(blobIds, PointerBytesMax);
        for (int i = 0; i < blobs.Length; i++)
        {
            GitObject blob = blobs[i]
                ?? throw new DlsException(
                    ErrorKind.Missing, $"cannot read git blob '{blobIds[i]}': it is not in this repository", "run `git fsck`");
            _pointers[blobIds[i]] = blob is { Type: "blob", Bytes: { } bytes }
                ? bytes
                : throw new DlsException(ErrorKind.Corrupt, $"refuse git blob '{blob.Id}' as a pointer: it has {blob.SizeBytes} bytes");
        }

        _remembered += blobs.Length;
    }

    private void Forget()
    {
        if (_remembered > RememberedMax)
        {
            _listings.Clear();
            _pointers.Clear();
            _remembered = 0;
        }
    }

    /// <summary>
    /// What lies below one directory: <see cref="CommittedPointer"/> and further <see cref="Listing"/>, in the order of the tree.
    /// </summary>
    private sealed class Listing(string treeId, byte[] path)
    {
        public string TreeId => treeId;

        public byte[] Path => path;

        public List<object> Items { get; } = [];

        /// <summary>Known to have no pointer at any depth: most directories of a repository of code.</summary>
        public bool IsBarren { get; set; }
    }
}
