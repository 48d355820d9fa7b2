using DlStore.Git;
using DlStore.Io;
using DlStore.Objects;
using DlStore.Operations.Store;
using DlStore.Operations.Words;

namespace DlStore.Operations.Transfers;

/// <summary>
/// The words of <c>dls push</c>: it sends what commits name, so a word has to be a managed path of the commits that are pushed.
/// </summary>
internal static class PushWords
{
    /// <summary>Turns words into paths of which whole pointers are sent.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="tips">The newest commits that change a pointer.</param>
    /// <param name="typed">Managed paths, or directories above some.</param>
    /// <returns>The paths; empty if there are no words.</returns>
    /// <exception cref="DlsException">Kind Usage: a word names nothing that is committed.</exception>
    public static RelPath[] Resolve(Repo repo, IReadOnlyList<CommitId> tips, IReadOnlyList<string> typed)
    {
        if (typed.Count == 0)
        {
            return [];
        }

        CommitReader reader = new(repo) { Unreadable = static (_, _) => { } };
        HashSet<RelPath> committed = [.. tips.SelectMany(reader.Read).Select(static l => l.Path)];
        return [.. typed.Select(word => One(repo, committed, word))];
    }

    private static RelPath One(Repo repo, HashSet<RelPath> committed, string word)
    {
        RelPath path = repo.ToRelPath(word);
        if (committed.Any(c => c.IsAtOrBelow(path)))
        {
            return path;
        }

        RelPath? around = committed.Where(c => path.IsAtOrBelow(c)).Select(static c => (RelPath?)c).FirstOrDefault();
        if (around is { } whole && PathWords.Resolve(repo, "push", [word], repo.ListPointers()) is [{ Scope.Length: > 0 }])
        {
            throw new DlsException(ErrorKind.Usage,
                $"push '{path}': it is inside the pointer '{whole}{Pointer.Suffix}', and push sends what whole pointers name",
                $"run `dls push {repo.ToTyped(whole.Value)}`");
        }

        throw repo.FindManaged(path) is { } managed
            ? new DlsException(ErrorKind.Usage, $"push '{path}': its pointer is not committed yet, and only committed pointers are pushed",
                $"run `git commit -- {repo.ToTyped(managed.PointerFile)}`, then push")
            : UnknownWord.Error(repo, "push", word);
    }
}
