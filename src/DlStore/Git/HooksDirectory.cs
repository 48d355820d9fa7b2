using System.Text;
using DlStore.Io;

namespace DlStore.Git;

/// <summary>The directory from which git runs hooks here.</summary>
/// <param name="Path">Absolute path; it need not exist.</param>
/// <param name="IsOwn">It is this repository's own directory, where dls may write. False if <c>core.hooksPath</c> or a symlink leads to
/// somebody else's.</param>
internal sealed record HooksDirectory(string Path, bool IsOwn)
{
    private const int ConfigLengthMax = 1024 * 1024;
    private const string Key = "core.hookspath";

    /// <summary>
    /// Finds the directory without git where no configuration speaks of hooks or includes, or does so plainly; else git is asked. What
    /// counts is what the user's own git
    /// would do: its system, global, local, work tree and given configuration.
    /// </summary>
    /// <param name="repo">The work tree.</param>
    /// <returns>The directory in force.</returns>
    public static HooksDirectory Find(GitRepo repo)
    {
        if (!TryReadSetting(repo, out string? setting) || setting is "" || setting?[0] is '~' or '%')
        {
            return Ask(repo);
        }

        return setting is null ? At(repo, repo.CommonDir + "/hooks") : At(repo, System.IO.Path.GetFullPath(setting, repo.WorkTree));
    }

    /// <summary>Asks git (<c>git rev-parse --git-path hooks</c>).</summary>
    /// <param name="repo">The work tree.</param>
    /// <returns>The directory in force.</returns>
    public static HooksDirectory Ask(GitRepo repo)
    {
        string path = repo.GitPath("hooks");

        // An empty setting switches hooks off; git's answer then is the directory it stands in.
        bool isOff = path == repo.WorkTree
            && repo.Git.RunAsUser(["config", "--get", Key]) is { ExitCode: 0 } said && said.Text().Length == 0;
        return isOff ? new HooksDirectory("/dev/null", false) : At(repo, path);
    }

    private static HooksDirectory At(GitRepo repo, string path)
    {
        string own = RealPath.Of(repo.CommonDir) + "/hooks";
        return new HooksDirectory(System.IO.Path.TrimEndingDirectorySeparator(path), RealPath.Of(path) == own);
    }

    // False if git has to be asked. Order: the last one wins.
    private static bool TryReadSetting(GitRepo repo, out string? setting)
    {
        setting = null;
        if (repo.Environment.Any(static v => v.Key.StartsWith("GIT_CONFIG", StringComparison.Ordinal) && IsAbout(v.Value)))
        {
            return false;
        }

        foreach (string file in Files(repo))
        {
            if (!TryReadFile(file, ref setting))
            {
                return false;
            }
        }

        return true;
    }

    private static IEnumerable<string> Files(GitRepo repo)
    {
        string? Value(string name) => repo.Environment.TryGetValue(name, out string? value) && value.Length > 0 ? value : null;
        if (Value("GIT_CONFIG_NOSYSTEM") is null or "0" or "false")
        {
            yield return Value("GIT_CONFIG_SYSTEM") ?? "/etc/gitconfig";

            // A git that was installed elsewhere (conda, /usr/local, brew) has its system configuration there.
            ChildCommand git = new() { Program = "git", Arguments = [], Environment = repo.Environment };
            if (git.FindProgram() is { } program
                && System.IO.Path.GetDirectoryName(System.IO.Path.GetDirectoryName(program)) is { Length: > 1 } prefix and not "/usr")
            {
                yield return prefix + "/etc/gitconfig";
            }
        }

        if (Value("GIT_CONFIG_GLOBAL") is { } global)
        {
            yield return global;
        }
        else if (Value("HOME") is { } home)
        {
            yield return $"{Value("XDG_CONFIG_HOME") ?? home + "/.config"}/git/config";
            yield return home + "/.gitconfig";
        }

        yield return repo.CommonDir + "/config";
        yield return repo.GitDir + "/config.worktree";
    }

    private static bool TryReadFile(string file, ref string? setting)
    {
        byte[] bytes;
        try
        {
            bytes = new FileInfo(file) is { Exists: true, Length: <= ConfigLengthMax } ? File.ReadAllBytes(file) : [];
            if (bytes.Length == 0)
            {
                return !new FileInfo(file).Exists || new FileInfo(file).Length == 0;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }

        if (!IsAbout(Encoding.Latin1.GetString(bytes)))
        {
            return true;
        }

        // Whether a work tree's own file counts is for git to say.
        if (file.EndsWith("/config.worktree", StringComparison.Ordinal) || !PlainConfig.TryParse(bytes, out List<ConfigEntry>? entries)
            || entries.Exists(static e => e.Key.StartsWith("include", StringComparison.Ordinal)))
        {
            return false;
        }

        setting = GitConfig.Find(entries, Key) ?? setting;
        return true;
    }

    private static bool IsAbout(string text) => text.Contains("hookspath", StringComparison.OrdinalIgnoreCase)
        || text.Contains("include", StringComparison.OrdinalIgnoreCase);
}
