using System.Globalization;
using System.Text;

namespace DlStore.TestKit;

/// <summary>
/// A real git repository of one test: its own HOME, no system config, nothing signed, branch main, a user, and commit times that count up
/// from 2024-01-01, so that equal steps give equal commits. Disposing removes it.
/// </summary>
public sealed class TempRepo : IDisposable
{
    private readonly TempDir _directory;
    private readonly Dictionary<string, string> _environment;
    private int _seconds;

    /// <summary>Makes a repository with no commit.</summary>
    /// <param name="initOptions">More options for <c>git init</c>.</param>
    public TempRepo(params string[] initOptions)
    {
        _directory = new TempDir();
        _environment = SealedEnvironment(_directory.MakeDirectory("home"));
        Path = _directory.MakeDirectory("repo");
        Git(["init", "-q", "-b", "main", .. initOptions]);
    }

    /// <summary>Gets the absolute path of the work tree.</summary>
    public string Path { get; }

    /// <summary>Gets a directory beside the work tree, for clones, remotes, work trees.</summary>
    public string Beside(string name) => _directory.At(name);

    /// <summary>Gets what git and dls are given as their environment in this test.</summary>
    public IReadOnlyDictionary<string, string> Environment => _environment;

    /// <summary>Makes an environment that nothing of the user's reaches: PATH, HOME and git's settings for tests.</summary>
    public static Dictionary<string, string> SealedEnvironment(string home) => new()
    {
        ["PATH"] = System.Environment.GetEnvironmentVariable("PATH") ?? "/usr/local/bin:/usr/bin:/bin",
        ["HOME"] = home,
        ["LC_ALL"] = "C.UTF-8",
        ["GIT_CONFIG_NOSYSTEM"] = "1",
        ["GIT_TERMINAL_PROMPT"] = "0",
        ["GIT_AUTHOR_NAME"] = "A U Thor",
        ["GIT_AUTHOR_EMAIL"] = "author@example.com",
        ["GIT_COMMITTER_NAME"] = "C O Mitter",
        ["GIT_COMMITTER_EMAIL"] = "committer@example.com",
        ["GIT_CONFIG_COUNT"] = "4",
        ["GIT_CONFIG_KEY_0"] = "commit.gpgSign",
        ["GIT_CONFIG_VALUE_0"] = "false",
        ["GIT_CONFIG_KEY_1"] = "tag.gpgSign",
        ["GIT_CONFIG_VALUE_1"] = "false",
        ["GIT_CONFIG_KEY_2"] = "protocol.file.allow",
        ["GIT_CONFIG_VALUE_2"] = "always",
        ["GIT_CONFIG_KEY_3"] = "gc.auto",
        ["GIT_CONFIG_VALUE_3"] = "0",
    };

    /// <summary>Runs git in the work tree; fails the test if git does.</summary>
    /// <returns>Standard output without its last newline.</returns>
    public string Git(params string[] arguments) => GitIn(Path, arguments);

    /// <summary>Runs git in some directory; fails the test if git does.</summary>
    /// <returns>Standard output without its last newline.</returns>
    public string GitIn(string directory, params string[] arguments)
    {
        RunResult result = TryGit(directory, arguments);
        return result.ExitCode == 0 ? result.Output.TrimEnd('\n') : throw new InvalidOperationException(result.ToString());
    }

    /// <summary>Runs git in some directory and gives whatever came of it.</summary>
    public RunResult TryGit(string directory, IReadOnlyList<string> arguments, byte[]? input = null)
        => RunningProgram.Run("git", arguments, directory, WithTime(), input);

    /// <summary>Gives the path of something in the work tree.</summary>
    public string At(string relative) => System.IO.Path.Combine(Path, relative);

    /// <summary>Writes a file of the work tree, with its parents.</summary>
    public string Write(string relative, string text) => Write(relative, Encoding.UTF8.GetBytes(text));

    /// <summary>Writes a file of the work tree, with its parents.</summary>
    public string Write(string relative, byte[] bytes)
    {
        string file = At(relative);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, bytes);
        return file;
    }

    /// <summary>Stages everything and commits, a second after the last commit; an empty commit is made too.</summary>
    /// <returns>The commit's id.</returns>
    public string Commit(string message)
    {
        _seconds++;
        Git("add", "-A");
        Git("commit", "-q", "--allow-empty", "-m", message);
        return Git("rev-parse", "HEAD");
    }

    public void Dispose() => _directory.Dispose();

    private Dictionary<string, string> WithTime()
    {
        DateTime time = new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(_seconds);
        string text = time.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        return new Dictionary<string, string>(_environment) { ["GIT_AUTHOR_DATE"] = text, ["GIT_COMMITTER_DATE"] = text };
    }
}
