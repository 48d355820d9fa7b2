using DlStore.Data.Names;
using DlStore.Io;
using DlStore.Operations.Store;
using DlStore.Targets;

namespace DlStore.Operations.Deploys;

/// <summary>
/// Copies of a target's journal in the repository, <c>.dlstore/deploys/TARGET/SEQ-ID.json</c>: one file an entry, so that two people's
/// copies never conflict in git.
/// </summary>
internal static class DeployCopies
{
    /// <summary>Writes the entries that are missing here and stages them. An entry that is here already is never written over.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="journal">The target's journal.</param>
    /// <param name="notes">Told of copies that are not what the target has.</param>
    /// <returns>The files that were written, from the top of the work tree.</returns>
    public static IReadOnlyList<string> Take(Repo repo, TargetJournal journal, List<string> notes)
    {
        string directory = Deployment.DirectoryOf(PortableName.Parse(journal.Target, "target"));
        List<string> written = [];
        List<string> staged = [];
        using FileLock held = repo.LockWorkTree();
        foreach (Deployment entry in journal.Entries)
        {
            string file = $"{directory}/{entry.FileName()}";
            byte[] bytes = journal.BytesOf(entry);
            if (SmallFile.Find($"{repo.WorkTree}/{file}", file, Deployment.LengthMax) is not { } known)
            {
                KnownFiles.RequireRealParents(repo, file);
                repo.Files.Write(file, bytes);
                written.Add(file);
                staged.Add(file);
            }
            else if (!known.AsSpan().SequenceEqual(bytes))
            {
                notes.Add($"'{file}' is not what the journal of target '{journal.Target}' has; it was left as it is");
            }
            else
            {
                // A client that died may have written it and not staged it.
                staged.Add(file);
            }
        }

        CrashPoint.Hit("deploy.copied");
        repo.Git.Stage(staged);
        return written;
    }
}
