using System.Text;
using DlStore.Git;
using DlStore.Io;
using DlStore.Objects;

namespace DlStore.Operations.Lfs;

/// <summary>Tells which blobs of a history are pointers of git-lfs, and notes where each first comes up. Asks git once a commit.</summary>
/// <param name="repo">The repository.</param>
/// <param name="lfs">The objects of git-lfs.</param>
internal sealed class HistoryBlobs(Repo repo, LfsStore lfs)
{
    private readonly Dictionary<string, LfsPointer> _pointers = new(StringComparer.Ordinal);
    private readonly Dictionary<Oid, LeftLfsFile> _first = [];
    private readonly Dictionary<Oid, LfsPointer> _byOid = [];
    private readonly Dictionary<(string, string), LeftLfsFile> _left = [];

    /// <summary>Gets what the pointers name, each object once.</summary>
    public IReadOnlyCollection<LfsPointer> Objects => _byOid.Values;

    /// <summary>Gets files that stay with git-lfs, with the first commit of each.</summary>
    public IReadOnlyCollection<LeftLfsFile> Left => _left.Values;

    /// <summary>Says where an object first comes up.</summary>
    public LeftLfsFile FirstOf(Oid oid) => _first[oid];

    /// <summary>Looks at the blobs of one commit.</summary>
    public void Look(IEnumerable<HistoryChange> changes)
    {
        string[] names = [
            .. changes.Where(static c => c.IsFile).Select(static c => c.Blob).Distinct().Where(b => !_pointers.ContainsKey(b))];
        if (names.Length == 0)
        {
            return;
        }

        GitObject?[] sizes = repo.Git.CatFile.FindMany(names);
        string[] small = [.. names.Where((_, i) => sizes[i] is { SizeBytes: > 0 and <= LfsPointer.LengthMax })];
        GitObject?[] contents = repo.Git.CatFile.ReadMany(small, LfsPointer.LengthMax);
        for (int i = 0; i < small.Length; i++)
        {
            if (LfsPointer.Find(contents[i]?.Bytes) is { } pointer)
            {
                _pointers[small[i]] = pointer;
            }
        }
    }

    /// <summary>Finds the pointer of a file that gets one of dls.</summary>
    /// <param name="change">The file.</param>
    /// <param name="commit">The commit it is in.</param>
    /// <param name="stays">Whether it is git-lfs's and stays so.</param>
    public LfsPointer? Find(HistoryChange change, string commit, out bool stays)
    {
        stays = false;
        if (!change.IsFile || !_pointers.TryGetValue(change.Blob, out LfsPointer? pointer))
        {
            return null;
        }

        byte[] bytes = Encoding.Latin1.GetBytes(change.Path);
        string text = Encoding.UTF8.GetString(bytes);
        string? why = pointer.Original is not null ? "extensions of git-lfs have to decode it"
            : LfsScan.WhyNoPath(text, out _);
        if (why is not null)
        {
            stays = true;
            _ = _left.TryAdd((change.Path, change.Blob), new LeftLfsFile(EntryName.Show(bytes), why, pointer.Oid) { Commit = commit });
            return null;
        }

        _ = _byOid.TryAdd(pointer.Oid, pointer)
            && _first.TryAdd(pointer.Oid, new LeftLfsFile(text, "", pointer.Oid) { Commit = commit });
        return pointer;
    }

    /// <summary>Reads a text file of a commit, Latin-1; what a pointer of git-lfs stands for, if it is one and is here.</summary>
    public string Text(string blob)
    {
        byte[] bytes = repo.Git.CatFile.Read(blob, 1 << 20)?.Bytes ?? [];
        return Encoding.Latin1.GetString(LfsPointer.Find(bytes) is { } pointer && lfs.Has(pointer) && pointer.Size < 1 << 20
            ? File.ReadAllBytes(lfs.PathOf(pointer.Oid)) : bytes);
    }
}
