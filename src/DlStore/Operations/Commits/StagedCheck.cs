using DlStore.Git;
using DlStore.Objects;
using DlStore.Operations.Store;

namespace DlStore.Operations.Commits;

/// <summary>Something staged that should not be committed.</summary>
/// <param name="Path">The file.</param>
/// <param name="Why">What is wrong with it, fits after a colon.</param>
/// <param name="Hint">What to type.</param>
public sealed record StagedFault(string Path, string Why, string Hint);

/// <summary>
/// <c>dls hook pre-commit</c>: looks at what a commit would add to HEAD: no large file goes into git unmanaged, and no pointer is committed
/// that cannot be read or whose bytes are stored neither here nor, as far as is known, on a remote. Contacts nobody.
/// </summary>
public sealed class StagedCheck
{
    private const long TextMax = 64 * 1024;
    private readonly Repo _repo;
    private readonly long _sizeMax;
    private readonly List<StagedFault> _faults = [];
    private IReadOnlyList<RemoteKnowledge>? _remotes;

    private StagedCheck(Repo repo, long? sizeMax)
    {
        _repo = repo;
        _sizeMax = sizeMax ?? repo.Config.GitMax ?? repo.Config.PackThreshold;
    }

    /// <summary>Runs the check.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="sizeMax">The most bytes of a file that git may take; null for <c>core.gitMax</c>, else
    /// <c>core.packThreshold</c>.</param>
    /// <returns>What is wrong; empty if the commit may go on.</returns>
    public static IReadOnlyList<StagedFault> Run(Repo repo, long? sizeMax)
    {
        StagedCheck check = new(repo, sizeMax);
        check.Look();
        return check._faults;
    }

    private void Look()
    {
        string head = _repo.Git.Head() is { } commit ? commit.Hex : _repo.Git.Git.Run(["hash-object", "-t", "tree", "/dev/null"]).Text();
        IReadOnlyList<(string Path, string Before, string After)> changes = ListChanges(head);
        GitObject?[] infos = _repo.Git.CatFile.FindMany([.. changes.Select(static c => c.After)]);
        for (int i = 0; i < changes.Count; i++)
        {
            (string path, string before, string after) = changes[i];
            long size = infos[i]?.SizeBytes ?? 0;
            if (path.EndsWith(Pointer.Suffix, StringComparison.Ordinal) && size <= TextMax
                && _repo.Git.CatFile.Read(after)?.Bytes is { } bytes && (Pointer.LooksLike(bytes) || IsConflict(bytes)))
            {
                LookAtPointer(path, before, bytes);
            }
            else if (size > _sizeMax)
            {
                string typed = _repo.ToTyped(path);
                _faults.Add(new StagedFault(path, $"it has {CountWords.Of(size, "byte")}, and git would keep them in every clone for ever",
                    $"git rm --cached {typed} && dls add {typed}"));
            }
        }
    }

    /// <summary>Lists regular files that were added or changed.</summary>
    private IReadOnlyList<(string Path, string Before, string After)> ListChanges(string head)
    {
        string[] parts = _repo.Git.Git.Run(
            ["diff-index", "--cached", "--no-renames", "--diff-filter=AMT", "-z", "--full-index", head]).Text().Split('\0');
        List<(string, string, string)> found = [];
        for (int i = 0; i + 1 < parts.Length; i += 2)
        {
            string[] words = parts[i].Split(' ');
            if (words.Length == 5 && words[1].StartsWith("100", StringComparison.Ordinal))
            {
                found.Add((parts[i + 1], words[2], words[3]));
            }
        }

        return found;
    }

    private static bool IsConflict(byte[] bytes) => bytes.AsSpan().StartsWith("<<<<<<< "u8);

    private void LookAtPointer(string path, string before, byte[] bytes)
    {
        Pointer pointer;
        try
        {
            pointer = Pointer.Parse(bytes, path);
        }
        catch (DlsException e) when (e.Kind == ErrorKind.Corrupt)
        {
            _faults.Add(new StagedFault(path, e.Message, "dls status"));
            return;
        }

        long lacking = 0;
        void Look(Oid oid) => lacking += _repo.Store.Contains(oid) || IsKnown(oid) ? 0 : 1;
        if (pointer.Kind == ObjectKind.Tree)
        {
            TreeClosure closure = new(oid => _repo.Store.Find(oid) is null ? null : _repo.Store.Read(oid))
            {
                Node = Look,
                MissingNode = Look,
                Blob = (oid, _) => Look(oid),
            };
            closure.Walk(pointer.Oid, OidBefore(before));
        }
        else
        {
            Look(pointer.Oid);
        }

        if (lacking > 0)
        {
            string typed = _repo.ToTyped(path[..^Pointer.Suffix.Length]);
            _faults.Add(new StagedFault(
                path, $"{CountWords.Of(lacking, "object that it names is", "objects that it names are")} stored neither "
                + "here nor, as far as is known, on a remote", $"dls status {typed}"));
        }
    }

    /// <summary>The tree that HEAD names at the path: what both have is no matter of this commit.</summary>
    private Oid? OidBefore(string blob)
    {
        if (blob.All(static c => c == '0') || _repo.Git.CatFile.Read(blob, TextMax)?.Bytes is not { } bytes || !Pointer.LooksLike(bytes))
        {
            return null;
        }

        try
        {
            return Pointer.Parse(bytes, "HEAD") is { Kind: ObjectKind.Tree } pointer && _repo.Store.Find(pointer.Oid) is not null
                ? pointer.Oid : null;
        }
        catch (DlsException e) when (e.Kind == ErrorKind.Corrupt)
        {
            return null;
        }
    }

    private bool IsKnown(Oid oid)
    {
        _remotes ??= [.. _repo.Config.Remotes.Select(r => RemoteKnowledge.Open(_repo, r.Key, r.Value))];
        return _remotes.Any(r => r.EvidenceOf(oid).Kind is Remotes.EvidenceKind.Indexed or Remotes.EvidenceKind.Pinned);
    }
}
