namespace DlStore.Git;

/// <summary>
/// The repositories inside a work tree: submodules, checked out or not, and other work trees. Git stages nothing there, so dls must write
/// nothing there either.
/// </summary>
/// <param name="git">The work tree.</param>
internal sealed class InnerRepos(GitRepo git)
{
    private HashSet<string>? _submodules;

    /// <summary>Finds the repository in which a path lies, or whose top it is.</summary>
    /// <param name="relative">From the top of the work tree, <c>/</c> between names.</param>
    /// <param name="plain">Remembers directories that are in none, for paths that are looked up together; or null.</param>
    /// <returns>The first one from the top, or null.</returns>
    public InnerRepo? Find(string relative, HashSet<string>? plain = null)
    {
        for (int end = relative.IndexOf('/'); ; end = relative.IndexOf('/', end + 1))
        {
            string at = end < 0 ? relative : relative[..end];
            if (end >= 0 && plain is not null && plain.Contains(at))
            {
                continue;
            }

            bool isTop = GitLocation.IsTop($"{git.WorkTree}/{at}");
            _submodules ??= [.. GitIndexFile.Read(git).ListSubmodules()];
            if (isTop || _submodules.Contains(at))
            {
                return new InnerRepo(at, _submodules.Contains(at), isTop);
            }

            if (end < 0)
            {
                return null;
            }

            _ = plain?.Add(at);
        }
    }
}
