using System.Text;
using DlStore.Git;
using DlStore.Io;
using DlStore.Objects;
using DlStore.Remotes;

namespace DlStore.Operations.Store;

/// <summary>
/// Reads what the pointers of commits name, through git's objects. Pointers that cannot be read (one that was committed with conflict
/// markers in it) stop the command, unless it
/// asks to be told of them instead: a pin must not leave them out.
/// </summary>
/// <param name="repo">The repository.</param>
internal sealed class CommitReader(Repo repo)
{
    /// <summary>Gets who is told of a pointer that cannot be read, a sentence that names it with its commit; null to fail.</summary>
    public Action<CommitId, string>? Unreadable { get; init; }

    private readonly PointerWalk _walk = new(repo.Git.CatFile);
    private readonly Dictionary<string, Pointer?> _pointers = new(StringComparer.Ordinal);

    /// <summary>Reads a commit's pointers.</summary>
    /// <exception cref="DlsException">Kind Corrupt: a pointer of the commit is not valid.</exception>
    public IReadOnlyList<PinLine> Read(
        CommitId commit) => [.. ReadManaged(commit).Select(m => new PinLine(m.Pointer.Kind, m.Pointer.Oid, m.Pointer.Size, m.Path))];

    /// <summary>Reads a commit's pointers whole.</summary>
    public IReadOnlyList<ManagedPath> ReadManaged(CommitId commit)
    {
        List<ManagedPath> found = [];
        IReadOnlyList<CommittedPointer> files = _walk.ListPointers(commit);
        _walk.Prefetch(files);
        foreach (CommittedPointer file in files)
        {
            try
            {
                if (Parse(file, commit) is { } pointer)
                {
                    found.Add(new ManagedPath(file.Path, pointer));
                }
            }
            catch (DlsException e) when (e.Kind == ErrorKind.Corrupt && Unreadable is not null)
            {
                Unreadable(commit, e.Message);
            }
        }

        return found;
    }

    /// <summary>Reads what the first parent's pointers name; empty for a root commit.</summary>
    public Dictionary<RelPath, Oid> ReadParent(CommitId commit)
    {
        byte[]? bytes = repo.Git.CatFile.Read(commit.Hex)?.Bytes;
        string? line = bytes is null
            ? null : Encoding.UTF8.GetString(bytes).Split('\n').FirstOrDefault(l => l.StartsWith("parent ", StringComparison.Ordinal));
        return line is not null && CommitId.TryParse(line[7..], out CommitId parent) && repo.Git.CatFile.Read(parent.Hex) is not null
            ? Read(parent).ToDictionary(l => l.Path, l => l.Oid)
            : [];
    }

    private Pointer? Parse(CommittedPointer file, CommitId commit)
    {
        if (!_pointers.TryGetValue(file.BlobId, out Pointer? pointer))
        {
            byte[] bytes = _walk.ReadPointerBytes(file.BlobId);
            pointer = Pointer.LooksLike(bytes) ? Pointer.Parse(bytes, $"{file.Path}{Pointer.Suffix} at commit {commit.ToShort()}") : null;
            _pointers[file.BlobId] = pointer;
        }

        return pointer;
    }
}
