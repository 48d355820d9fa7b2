using DlStore.Io;

namespace DlStore.Git;

/// <summary>A pointer that git could not merge: the blob of each side, null where that side has none.</summary>
/// <param name="Path">The managed path.</param>
/// <param name="BaseId">What both sides started from.</param>
/// <param name="OursId">What was checked out when the merge began.</param>
/// <param name="TheirsId">What is being merged in.</param>
internal sealed record UnmergedPointer(RelPath Path, string? BaseId, string? OursId, string? TheirsId)
{
    /// <summary>Lists the pointers that git's index holds in more than one stage.</summary>
    /// <param name="index">Git's index.</param>
    /// <returns>By path.</returns>
    public static IReadOnlyList<UnmergedPointer> List(GitIndexFile index) =>
    [
        .. index.ListPointers().Where(static p => p.Stage > 0).GroupBy(static p => p.Path)
            .Select(static g => new UnmergedPointer(g.Key, IdOf(g, 1), IdOf(g, 2), IdOf(g, 3))),
    ];

    private static string? IdOf(IEnumerable<StagedPointer> stages, int stage) => stages.FirstOrDefault(p => p.Stage == stage)?.BlobId;
}
