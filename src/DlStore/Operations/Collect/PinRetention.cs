using System.Text.RegularExpressions;
using DlStore.Git;
using DlStore.Learning.Records;
using DlStore.Remotes;
using DlStore.Remotes.Leases;
using DlStore.Targets;

namespace DlStore.Operations.Collect;

/// <summary>
/// Releases pins of this repository whose commit nothing in this clone reaches and no task or deployment of any commit names. What other
/// clones
/// reach counts only as far as it was fetched here.
/// </summary>
internal sealed partial class PinRetention(Repo repo, IRemote remote, int days)
{
    /// <summary>Moves the pins to quarantine.</summary>
    /// <param name="gcLock">The lock; null to say only which.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The commits.</returns>
    public async Task<IReadOnlyList<string>> ReleaseAsync(GcLock? gcLock, CancellationToken cancel)
    {
        string repoId = repo.Config.RepoId ?? throw new DlsException(ErrorKind.Failed, "use --keep-days: this repository has no id yet");
        RequireWholeHistory();
        DateTimeOffset now = gcLock is null ? repo.Clock.GetUtcNow() : await gcLock.NowAsync(cancel);
        List<(string Name, string Commit)> old = [];
        await foreach (RemoteFile file in RemoteListing.ListAsync(remote, RemoteLayout.Pins(repoId), RemoteListing.PinsMax, cancel))
        {
            if (now - file.Changed >= TimeSpan.FromDays(days) && CommitId.TryParse(Path.GetFileName(file.Name), out CommitId commit))
            {
                old.Add((file.Name, commit.Hex));
            }
        }

        HashSet<string> kept = old.Count == 0 ? [] : Kept();
        List<string> released = [];
        foreach ((string name, string commit) in old.Where(o => !kept.Contains(o.Commit)))
        {
            if (gcLock is not null)
            {
                int epoch = Math.Max(1, (await gcLock.CheckAsync(cancel)).Epoch + 1);
                await remote.MoveAsync(name, GcLayout.Quarantine(epoch, name), cancel);
            }

            released.Add(commit);
        }

        return released;
    }

    private void RequireWholeHistory()
    {
        if (repo.Git.Git.RunChecked(["rev-parse", "--is-shallow-repository"]).Text().Trim() != "false")
        {
            throw new DlsException(
                ErrorKind.Failed, "use --keep-days: this clone is shallow, so it does not know which commits are reached",
                "run `git fetch --unshallow`, or collect from a whole clone");
        }
    }

    /// <summary>
    /// Everything that refs, reflogs, stashes and other work trees reach, and every commit id that a record ever had in it.
    /// </summary>
    private HashSet<string> Kept()
    {
        HashSet<string> kept = [
            .. repo.Git.Git.RunChecked(["rev-list", "--all", "--reflog", .. GitTips.Read(repo.Git).Ids])
                .Text().Split('\n', StringSplitOptions.RemoveEmptyEntries)];
        string records = repo.Git.Git.RunChecked(
            ["log", "--all", "--reflog", "-p", "-U0", "--no-color", "--no-ext-diff", "--format=", "--",
                TaskRecord.Root, Deployment.Root]).Text();
        kept.UnionWith(CommitText().Matches(records).Select(static m => m.Value));
        foreach (string directory in (string[])[TaskRecord.Root, Deployment.Root])
        {
            string path = Path.Combine(repo.WorkTree, directory);
            string[] files = Directory.Exists(path) ? Directory.GetFiles(path, "*.json", SearchOption.AllDirectories) : [];
            foreach (string file in files)
            {
                kept.UnionWith(CommitText().Matches(File.ReadAllText(file)).Select(static m => m.Value));
            }
        }

        return kept;
    }

    [GeneratedRegex("(?<![0-9a-f])(?:[0-9a-f]{64}|[0-9a-f]{40})(?![0-9a-f])")]
    private static partial Regex CommitText();
}
