using System.Globalization;
using System.Text;
using DlStore.Git;
using DlStore.Lineage;

namespace DlStore.Operations;

/// <summary>Brings the SQLite index up to date with git: reads the commits it does not have. The index is derived data, so nothing else ever writes to it.</summary>
internal static class IndexCatchUp
{
    /// <summary>Opens the index, up to date.</summary>
    public static LineageIndex Open(Repo repo, CancellationToken cancel)
    {
        LineageIndex index = LineageIndex.Open(repo.IndexPath);
        try
        {
            CatchUp(repo, index, cancel);
            return index;
        }
        catch
        {
            index.Dispose();
            throw;
        }
    }

    /// <summary>Lists the commits of all refs and HEAD that change a pointer.</summary>
    public static IReadOnlyList<CommitId> PointerCommits(Repo repo)
    {
        IEnumerable<CommitId> tips = repo.Git.AllRefs().Select(r => r.Commit);
        return repo.Git.PointerCommits([.. (repo.Git.Head() is { } head ? tips.Append(head) : tips).Distinct()], []);
    }

    private static void CatchUp(Repo repo, LineageIndex index, CancellationToken cancel)
    {
        HashSet<string> known = index.ListCommits();
        CommitReader reader = new(repo);
        List<PointerUse> uses = [];
        foreach (CommitId commit in PointerCommits(repo).Where(c => !known.Contains(c.Hex)))
        {
            cancel.ThrowIfCancellationRequested();
            long at = TimeOf(repo, commit);
            uses.AddRange(reader.ReadManaged(commit).Select(m => new PointerUse(commit.Hex, at, m.Path.Value, m.Pointer.Kind, m.Pointer.Oid, m.Pointer.Size, m.Pointer.Files)));
        }

        if (uses.Count > 0)
        {
            index.Add(uses);
        }
    }

    private static long TimeOf(Repo repo, CommitId commit)
    {
        byte[] bytes = repo.Git.CatFile.Read(commit.Hex)?.Bytes ?? [];
        string? line = Encoding.UTF8.GetString(bytes).Split('\n').FirstOrDefault(l => l.StartsWith("committer ", StringComparison.Ordinal));
        string[] parts = line?.Split(' ') ?? [];
        return parts.Length > 2 && long.TryParse(parts[^2], NumberStyles.None, CultureInfo.InvariantCulture, out long at) ? at : 0;
    }
}
