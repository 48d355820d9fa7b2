using DlStore.Io;
using DlStore.WorkTree;

namespace DlStore.Operations.Collect;

/// <summary>What to delete for good.</summary>
public sealed record TrashEmptyOptions
{
    /// <summary>Gets the entries' names; empty to go by age.</summary>
    public IReadOnlyList<string> Ids { get; init; } = [];

    /// <summary>Gets the age from which on entries go that are not named.</summary>
    public TimeSpan Older { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Gets a value indicating whether to plan only.</summary>
    public bool DryRun { get; init; }
}

/// <summary>What was deleted from the trash.</summary>
/// <param name="Deleted">The entries.</param>
/// <param name="Files">Files in them.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="Left">How many entries stay.</param>
public sealed record TrashEmptyResult(IReadOnlyList<TrashEntry> Deleted, long Files, long Bytes, int Left);

/// <summary>
/// <c>dls trash empty</c>: deletes what commands took out of the way, for good. The trash may hold the only copy, so only what is named or
/// old goes. Killed half-way, an entry is still listed, and the same command again finishes.
/// </summary>
public static class TrashEmpty
{
    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="options">What to delete.</param>
    /// <param name="cancel">Stops it between two entries.</param>
    /// <returns>What was deleted.</returns>
    /// <exception cref="DlsException">Kind Usage: there is no such entry; nothing was deleted.</exception>
    public static TrashEmptyResult Run(Repo repo, TrashEmptyOptions options, CancellationToken cancel)
    {
        using FileLock held = repo.LockWorkTree();
        Trash trash = repo.Trash;
        IReadOnlyList<TrashEntry> all = trash.List();
        DateTimeOffset before = repo.Clock.GetUtcNow() - options.Older;
        TrashEntry[] chosen = options.Ids.Count > 0
            ? [.. options.Ids.Distinct().Select(id => all.FirstOrDefault(e => e.Id == id) ?? throw new DlsException(
                ErrorKind.Usage, $"empty the trash of '{EntryName.Show(id)}': there is no such entry", "run `dls trash list` to see them"))]
            : [.. all.Where(e => e.At <= before)];
        (long files, long bytes) = (0, 0);
        foreach (TrashEntry entry in chosen)
        {
            cancel.ThrowIfCancellationRequested();
            (long Files, long Bytes) inside = trash.Count(entry);
            (files, bytes) = (files + inside.Files, bytes + inside.Bytes);
            if (!options.DryRun)
            {
                trash.Delete(entry);
            }
        }

        return new TrashEmptyResult(chosen, files, bytes, all.Count - chosen.Length);
    }
}
