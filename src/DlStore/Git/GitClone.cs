using DlStore.Io;

namespace DlStore.Git;

/// <summary><c>git clone</c> as the user would type it: git asks and talks for itself, with the user's own configuration.</summary>
internal static class GitClone
{
    private static readonly string[] OfARepository =
        ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY", "GIT_NAMESPACE", "GIT_PREFIX"];

    /// <summary>Names the directory that git would make for a URL.</summary>
    /// <param name="url">As git takes it.</param>
    /// <returns>The last part of the path without <c>.git</c> or <c>.bundle</c>; empty if there is none.</returns>
    public static string DirectoryOf(string url)
    {
        int scheme = url.IndexOf("://", StringComparison.Ordinal);
        string path = (scheme < 0 ? url : url[(scheme + 3)..]).TrimEnd('/', ' ');
        path = path.EndsWith("/.git", StringComparison.Ordinal) ? path[..^5].TrimEnd('/') : path;
        if (scheme >= 0 && !path.Contains('/', StringComparison.Ordinal))
        {
            return "";
        }

        string last = path[(path.LastIndexOfAny(['/', ':']) + 1)..];
        string name = last.EndsWith(".git", StringComparison.Ordinal) ? last[..^4]
            : last.EndsWith(".bundle", StringComparison.Ordinal) ? last[..^7] : last;
        return name is "." or ".." || name.Any(char.IsControl) ? "" : name;
    }

    /// <summary>Runs it.</summary>
    /// <param name="url">As git takes it; never taken for an option.</param>
    /// <param name="directory">The new directory.</param>
    /// <param name="quiet">Git says errors only.</param>
    /// <param name="start">Where relative paths start; absolute.</param>
    /// <param name="environment">The user's environment.</param>
    /// <exception cref="DlsException">Kind Failed: git failed, and has said why. Kind Missing: there is no git.</exception>
    public static void Run(
        string url, string directory, bool quiet, string start, IReadOnlyDictionary<string, string> environment)
    {
        int code = ChildProcess.RunBefore(new ChildCommand
        {
            Program = "git",
            Arguments = ["clone", .. quiet ? ["--quiet"] : (string[])[], "--", url, directory],
            Environment = environment.Where(static v => !OfARepository.Contains(v.Key)).ToDictionary(StringComparer.Ordinal),
            WorkingDirectory = start,
        });
        if (code != 0)
        {
            // The URL may hold a password; git has named it without.
            throw new DlsException(ErrorKind.Failed, $"clone into '{directory}': git clone ended with exit code {code}",
                "git's own message stands above; nothing was fetched");
        }
    }
}
