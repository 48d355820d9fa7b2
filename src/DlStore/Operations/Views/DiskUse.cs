using DlStore.Git;
using DlStore.Io;
using DlStore.Objects;
using DlStore.Operations.Store;
using DlStore.WorkTree;

namespace DlStore.Operations.Views;

/// <summary>Objects of the local store, and what they take there.</summary>
/// <param name="Objects">How many are here.</param>
/// <param name="Bytes">What they take there, compressed as they are.</param>
public readonly record struct StoredBytes(long Objects, long Bytes)
{
    /// <summary>Counts one more.</summary>
    /// <param name="stored">What it takes; null if it is not here.</param>
    /// <returns>The sum.</returns>
    public StoredBytes Add(long? stored) => stored is { } bytes ? new StoredBytes(Objects + 1, Bytes + bytes) : this;
}

/// <summary>What one managed path needs of the local store.</summary>
/// <param name="Path">The path.</param>
/// <param name="Files">Files that the pointer of the work tree names; 0 if it has none there any more.</param>
/// <param name="Size">Their bytes as they lie on disk.</param>
/// <param name="Now">What it needs as it is now, and no other path does.</param>
/// <param name="Older">What only older versions of this path need, or versions on other branches.</param>
public sealed record PathSpace(RelPath Path, long Files, long Size, StoredBytes Now, StoredBytes Older);

/// <summary>What one version of a path needs of the local store.</summary>
/// <param name="Version">The version.</param>
/// <param name="Own">What no other version of the path needs.</param>
public sealed record VersionSpace(PathVersion Version, StoredBytes Own);

/// <summary>Who needs the space of the local store.</summary>
/// <param name="Paths">One entry a managed path of any version, those that need most first; empty where one path was asked for.</param>
/// <param name="Versions">The versions of the one path that was asked for, newest first.</param>
/// <param name="Shared">What several paths, or several versions of the one path, need.</param>
/// <param name="Absent">Objects that are named and not here.</param>
/// <param name="StoreBytes">What the store takes on disk.</param>
/// <param name="TrashBytes">What the trash takes on disk.</param>
public sealed record DiskUseResult(
    IReadOnlyList<PathSpace> Paths, IReadOnlyList<VersionSpace> Versions,
    StoredBytes Shared, long Absent, long StoreBytes, long TrashBytes);

/// <summary><c>dls du</c>: who needs the space of the local store, by the listings that are here. Contacts nobody and reads no
/// file.</summary>
public static class DiskUse
{
    /// <summary>Sums up by path, over the versions that branches, tags and HEAD reach.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>Who needs what.</returns>
    public static DiskUseResult OfPaths(Repo repo, CancellationToken cancel)
    {
        Dictionary<RelPath, Pointer> now = repo.ListPointers().Managed.ToDictionary(static m => m.Path, static m => m.Pointer);
        List<ManagedPath> older = ListOlder(repo, cancel);
        RelPath[] paths = [.. now.Keys.Concat(older.Select(static m => m.Path)).Distinct()];
        Dictionary<RelPath, int> numbers = paths.Select(static (p, i) => (p, i)).ToDictionary(static p => p.p, static p => p.i);
        SpaceClaims claims = new(repo.Store, cancel);
        foreach ((RelPath path, Pointer pointer) in now)
        {
            claims.Claim(PathEntry.Of(pointer), numbers[path]);
        }

        foreach (ManagedPath version in older)
        {
            claims.Claim(PathEntry.Of(version.Pointer), paths.Length + numbers[version.Path], keepers: paths.Length);
        }

        Dictionary<int, StoredBytes> sums = claims.Sum();
        IEnumerable<PathSpace> spaces = paths.Select((p, i) => new PathSpace(
            p, now.GetValueOrDefault(p)?.Files ?? 0, now.GetValueOrDefault(p)?.Size ?? 0,
            sums.GetValueOrDefault(i), sums.GetValueOrDefault(paths.Length + i)));
        return Told(repo, claims, sums) with
        {
            Paths = [.. spaces.OrderByDescending(static s => s.Now.Bytes + s.Older.Bytes).ThenBy(static s => s.Path)],
        };
    }

    /// <summary>Sums up by version of one path.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="typed">A managed path, or one inside, as typed.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>Who needs what.</returns>
    /// <exception cref="DlsException">Kind Usage: no commit has such a path.</exception>
    public static DiskUseResult OfVersions(Repo repo, string typed, CancellationToken cancel)
    {
        PathVersion[] versions = [.. PathLog.Run(repo, new PathLogOptions { Path = typed, All = true, Verb = "du" }, cancel)];
        SpaceClaims claims = new(repo.Store, cancel);
        Dictionary<Oid, int> first = [];
        for (int i = 0; i < versions.Length; i++)
        {
            // A path that went back to what it was is one version: neither commit alone needs it.
            if (versions[i].Oid is { } oid && first.TryAdd(oid, i))
            {
                claims.Claim(new PathEntry(ModeOf(repo, oid), oid, versions[i].Size, versions[i].Files), i);
            }
        }

        Dictionary<int, StoredBytes> sums = claims.Sum();
        return Told(repo, claims, sums) with
        {
            Versions = [.. versions.Select((v, i) => new VersionSpace(v, sums.GetValueOrDefault(v.Oid is { } oid ? first[oid] : i)))],
        };
    }

    private static DiskUseResult Told(Repo repo, SpaceClaims claims, Dictionary<int, StoredBytes> sums) => new(
        [], [], sums.GetValueOrDefault(SpaceClaims.Shared), claims.Absent, BytesBelow(repo.Store.Root, "packs", "blobs", "index"),
        BytesBelow(repo.CommonDirectory, "trash"));

    /// <summary>A listing in the store says itself what it is; nothing else begins as one does.</summary>
    private static TreeMode ModeOf(Repo repo, Oid oid)
    {
        if (repo.Store.Find(oid) is null)
        {
            return TreeMode.File;
        }

        try
        {
            _ = TreeNode.Open(repo.Store.Read(oid), oid);
            return TreeMode.Directory;
        }
        catch (DlsException)
        {
            return TreeMode.File;
        }
    }

    private static List<ManagedPath> ListOlder(Repo repo, CancellationToken cancel)
    {
        CommitId[] tips = [.. repo.Git.AllRefs().Select(static r => r.Commit).Distinct()];
        CommitReader reader = new(repo) { Unreadable = (_, why) => repo.Note(why) };
        HashSet<(RelPath, Oid)> seen = [];
        List<ManagedPath> found = [];
        foreach (CommitId commit in repo.Git.Pointers.List(tips, []))
        {
            cancel.ThrowIfCancellationRequested();
            found.AddRange(reader.ReadManaged(commit).Where(m => seen.Add((m.Path, m.Pointer.Oid))));
        }

        return found;
    }

    private static long BytesBelow(string root, params string[] directories) => directories.Select(d => new DirectoryInfo($"{root}/{d}"))
        .Where(static d => d.Exists).Sum(static d => d.EnumerateFiles("*", SearchOption.AllDirectories).Sum(static f => f.Length));
}
