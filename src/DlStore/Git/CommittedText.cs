using DlStore.Io;

namespace DlStore.Git;

/// <summary>
/// The text of a small file that is committed: from the work tree, else from git's index, else from HEAD. A file that is only missing on
/// disk is not a file that does
/// not exist, and must never be made anew over the committed one. No git process is started while the work tree has it.
/// </summary>
/// <param name="Bytes">The text; null if there is none.</param>
/// <param name="Source">Where it is from.</param>
internal sealed record CommittedText(byte[]? Bytes, TextSource Source)
{
    private const int LengthMax = 1024 * 1024;

    /// <summary>Reads a file.</summary>
    /// <param name="repo">The work tree.</param>
    /// <param name="path">From the top of the work tree, <c>/</c> between names.</param>
    /// <returns>What was found.</returns>
    /// <exception cref="DlsException">Kind Failed: it is no regular file, too large, or unreadable.</exception>
    public static CommittedText Read(GitRepo repo, string path) =>
        SmallFile.Find($"{repo.WorkTree}/{path}", path, LengthMax) is { } bytes
            ? new CommittedText(bytes, TextSource.WorkTree) : ReadCommitted(repo, path);

    /// <summary>
    /// Reads a file that is in the work tree, or that a sparse checkout leaves out of it. One that the user deleted is not there.
    /// </summary>
    /// <param name="repo">The work tree.</param>
    /// <param name="path">From the top of the work tree, <c>/</c> between names.</param>
    /// <returns>What was found.</returns>
    public static CommittedText ReadUnlessDeleted(GitRepo repo, string path) => ReadUnlessDeleted(repo, path, GitIndexFile.Read(repo));

    /// <inheritdoc cref="ReadUnlessDeleted(GitRepo, string)"/>
    /// <param name="repo">The work tree.</param>
    /// <param name="path">From the top of the work tree, <c>/</c> between names.</param>
    /// <param name="index">Git's index.</param>
    public static CommittedText ReadUnlessDeleted(GitRepo repo, string path, GitIndexFile index)
    {
        if (SmallFile.Find($"{repo.WorkTree}/{path}", path, LengthMax) is { } bytes)
        {
            return new CommittedText(bytes, TextSource.WorkTree);
        }

        return index.Find(path).Any(static e => e.IsSkipWorktree) ? ReadCommitted(repo, path) : new CommittedText(null, TextSource.None);
    }

    /// <summary>Reads a file from git alone, whatever the work tree has.</summary>
    /// <param name="repo">The work tree.</param>
    /// <param name="path">From the top of the work tree, <c>/</c> between names.</param>
    /// <returns>What was found; while the file is unmerged, our side.</returns>
    public static CommittedText ReadCommitted(GitRepo repo, string path)
    {
        IReadOnlyList<GitIndexEntry> entries = [.. GitIndexFile.Read(repo).Find(path).Where(static e => e.IsFile && !e.IsIntentToAdd)];
        foreach ((int stage, TextSource source) in (ReadOnlySpan<(int, TextSource)>)[(0, TextSource.Index),
            (2, TextSource.Ours), (3, TextSource.Ours), (1, TextSource.Ours)])
        {
            if (entries.FirstOrDefault(e => e.Stage == stage) is { BlobId: { } id } && ReadBlob(repo, id) is { } staged)
            {
                return new CommittedText(staged, source);
            }
        }

        return ReadBlob(repo, "HEAD:" + path) is { } committed
            ? new CommittedText(committed, TextSource.Head)
            : new CommittedText(null, TextSource.None);
    }

    private static byte[]? ReadBlob(GitRepo repo, string name) => repo.CatFile.Read(name, LengthMax) is { Type: "blob", Bytes: { } bytes }
        ? bytes : null;
}
