using System.Text;

namespace DlStore.Git;

/// <summary>The commits that changed pointers, as git's history has them.</summary>
/// <param name="git">The repository.</param>
internal sealed class PointerHistory(GitRepo git)
{
    private const string Pathspec = "*.dls";

    /// <summary>Finds the newest commit that changed a pointer (<c>git rev-list -1 HEAD -- '*.dls'</c>).</summary>
    /// <param name="head">Where to look from.</param>
    /// <returns>The commit itself or an ancestor, or null if no pointer was ever committed.</returns>
    public CommitId? Newest(CommitId head)
    {
        string text = git.Git.RunChecked(["rev-list", "-1", head.Hex, "--", Pathspec]).Text();
        return text.Length == 0 ? null : CommitId.Parse(text);
    }

    /// <summary>Finds the newest commit from HEAD that changed a pointer, with one git process.</summary>
    /// <returns>The commit, or null if no pointer was ever committed, or nothing at all.</returns>
    public CommitId? Newest()
    {
        GitResult result = git.Git.Run(["rev-list", "-1", "HEAD", "--", Pathspec]);
        string text = result.ExitCode == 0 ? result.Text() : "";
        return text.Length > 0
            ? CommitId.Parse(text) : result.ExitCode == 0 || git.Head() is null ? null : throw git.Git.Failed(["rev-list", "HEAD"], result);
    }

    /// <summary>Tells whether a commit has pointer changes that a remote of git's is not known to have.</summary>
    /// <param name="head">Where to look from.</param>
    /// <param name="gitRemote">Name of the remote; one without tracking branches (a URL) is not known to have anything.</param>
    /// <returns>True if there is at least one.</returns>
    public bool HasBeyond(CommitId head, string? gitRemote)
    {
        bool isName = gitRemote is { Length: > 0 }
            && gitRemote.All(static c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.' or '/') && gitRemote[0] != '-';
        string[] known = isName ? ["--not", $"--remotes={gitRemote}"] : [];
        return git.Git.RunChecked(["rev-list", "-1", head.Hex, .. known, "--", Pathspec]).Text().Length > 0;
    }

    /// <summary>Lists commits that changed a pointer, on all sides of merges.</summary>
    /// <param name="tips">Where to look from.</param>
    /// <param name="exclude">Commits to leave out together with their ancestors; those that do not exist here are ignored.</param>
    /// <returns>Commits, newest first: none comes before one of its descendants.</returns>
    public IReadOnlyList<CommitId> List(IReadOnlyList<CommitId> tips, IReadOnlyList<CommitId> exclude)
    {
        if (tips.Count == 0)
        {
            return [];
        }

        StringBuilder input = new();
        foreach (CommitId tip in tips)
        {
            input.Append(tip.Hex).Append('\n');
        }

        GitObject?[] known = git.CatFile.FindMany([.. exclude.Select(id => id.Hex)]);
        for (int i = 0; i < known.Length; i++)
        {
            if (known[i]?.Type == "commit")
            {
                input.Append('^').Append(exclude[i].Hex).Append('\n');
            }
        }

        input.Append("--\n").Append(Pathspec).Append('\n');
        GitResult result = git.Git.RunChecked(
            ["rev-list", "--full-history", "--topo-order", "--stdin"], Encoding.UTF8.GetBytes(input.ToString()));
        return [.. result.Lines().Select(CommitId.Parse)];
    }
}
