using System.Globalization;
using System.Text;

namespace DlStore.Git;

/// <summary>
/// Lists what commits added or changed. Whatever content a path had at any commit was added or changed by one of its ancestors (merges are
/// compared with each parent, root
/// commits with nothing), so the union over a history names every version of every file once and a walk of each commit's tree is not
/// needed.
/// </summary>
/// <param name="git">Runs git.</param>
internal sealed class HistoryScan(GitProcess git)
{
    /// <summary>So many commits are asked for at once: what git answers has to fit into memory.</summary>
    private const int CommitsAtOnce = 4_000;

    /// <summary>Lists commits that are reachable.</summary>
    /// <param name="arguments">Options of <c>git rev-list</c>, such as <c>--all</c>.</param>
    /// <param name="tips">Where to look from; those that do not exist here fail.</param>
    /// <param name="exclude">Commits to leave out together with their ancestors.</param>
    /// <returns>Commits with committer times, newest first.</returns>
    public IReadOnlyList<(CommitId Commit, long At)> ListCommits(
        IReadOnlyList<string> arguments, IEnumerable<string> tips, IEnumerable<string> exclude)
    {
        StringBuilder input = new();
        foreach (string tip in tips)
        {
            input.Append(tip).Append('\n');
        }

        foreach (string old in exclude)
        {
            input.Append('^').Append(old).Append('\n');
        }

        if (input.Length == 0 && arguments.Count == 0)
        {
            return [];
        }

        List<(CommitId, long)> found = [];
        foreach (string line in git.RunChecked(
            ["rev-list", "--timestamp", .. arguments, "--stdin"], Encoding.UTF8.GetBytes(input.ToString())).Lines())
        {
            string[] parts = line.Split(' ');
            found.Add((CommitId.Parse(parts[1]), long.Parse(parts[0], CultureInfo.InvariantCulture)));
        }

        return found;
    }

    /// <summary>Lists the files that commits added or changed.</summary>
    /// <param name="commits">From <see cref="ListCommits"/>.</param>
    /// <param name="pathspecs">Which paths count.</param>
    /// <returns>Regular files only; a merge may name the same file more than once.</returns>
    public IEnumerable<ChangedFile> ListChanges(IReadOnlyList<(CommitId Commit, long At)> commits, IReadOnlyList<string> pathspecs)
    {
        foreach ((CommitId Commit, long At)[] chunk in commits.Chunk(CommitsAtOnce))
        {
            Dictionary<string, long> times = chunk.DistinctBy(
                static c => c.Commit).ToDictionary(static c => c.Commit.Hex, static c => c.At, StringComparer.Ordinal);
            byte[] input = Encoding.ASCII.GetBytes(string.Concat(chunk.Select(static c => c.Commit.Hex + "\n")));
            byte[] output = git.RunChecked(["diff-tree",
                "--stdin", "-r", "-m", "--root", "-z", "--raw", "--no-renames", "--no-abbrev", "--", .. pathspecs], input).Output;
            foreach (ChangedFile file in Parse(output, times))
            {
                yield return file;
            }
        }
    }

    /// <summary>Each commit's id, then pairs of <c>:MODE MODE ID ID STATUS</c> and a path, everything ended by NUL.</summary>
    private static List<ChangedFile> Parse(ReadOnlySpan<byte> output, Dictionary<string, long> times)
    {
        List<ChangedFile> found = [];
        CommitId commit = default;
        string? meta = null;
        while (output.IndexOf((byte)0) is var end and >= 0)
        {
            ReadOnlySpan<byte> token = output[..end];
            output = output[(end + 1)..];
            if (meta is not null)
            {
                string[] parts = meta.Split(' ');
                if (parts is [_, "100644" or "100755" or "100664", _, string id, _])
                {
                    found.Add(new ChangedFile(commit, times.GetValueOrDefault(commit.Hex), Encoding.UTF8.GetString(token), id));
                }

                meta = null;
            }
            else if (token.StartsWith(":"u8))
            {
                meta = Encoding.ASCII.GetString(token);
            }
            else
            {
                commit = CommitId.Parse(Encoding.ASCII.GetString(token));
            }
        }

        return found;
    }
}
