using DlStore.Lineage;

namespace DlStore.Operations.Index;

/// <summary>What a rebuild made.</summary>
/// <param name="Objects">Packed objects in the new pack index.</param>
/// <param name="Commits">Commits whose records are in the new SQLite index.</param>
/// <param name="Records">Versions of pointers, tasks, data sets, deployments and masters in it.</param>
public sealed record IndexRebuildResult(long Objects, long Commits, long Records);

/// <summary>
/// <c>dls index rebuild</c>: makes the pack index from the packs and the SQLite index from git. Loses no fact, because neither holds one.
/// </summary>
public static class IndexRebuild
{
    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="dryRun">Only count.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>What was made.</returns>
    public static IndexRebuildResult Run(Repo repo, bool dryRun, CancellationToken cancel)
    {
        long objects = 0;
        if (dryRun)
        {
            foreach (Objects.PackTable table in repo.Store.OpenTables())
            {
                using (table)
                {
                    objects += table.Count;
                }
            }

            return new IndexRebuildResult(objects, IndexCatchUp.CountCommits(repo), 0);
        }

        objects = repo.Store.RebuildIndex();
        LineageIndex.OpenEmpty(repo.IndexPath).Dispose();
        (long commits, long records) = IndexCatchUp.Ask(repo, index => new LineageQuery(index, repo.StateDirectory).Count(), cancel);
        return new IndexRebuildResult(objects, commits, records);
    }
}
