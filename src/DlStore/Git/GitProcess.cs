using DlStore.Io;

namespace DlStore.Git;

/// <summary>
/// The one place that starts git. Every run names its repository and work tree, starts in the work tree's top directory, speaks the C
/// locale,
/// asks nothing on a terminal, takes no optional locks, runs no file system monitor, and sees objects as they are (no replacements).
/// Thread safe: every run is a process of its own.
/// </summary>
/// <param name="environment">The user's environment; its <c>GIT_*</c> variables are left out.</param>
/// <param name="gitDir">Absolute path of the git directory.</param>
/// <param name="workTree">Absolute path of the work tree's top.</param>
/// <param name="indexFile">Absolute path of the index to work with, or null for the work tree's own.</param>
internal sealed class GitProcess(IReadOnlyDictionary<string, string> environment, string gitDir, string workTree, string? indexFile = null)
{
    private const int ErrorLinesMax = 5;

    private readonly Dictionary<string, string> _environment = Seal(environment, indexFile);

    /// <summary>Gets the absolute path of the index to work with, or null for the work tree's own.</summary>
    public string? IndexFile => indexFile;

    /// <summary>Runs git to its end.</summary>
    /// <param name="arguments">Subcommand, options, operands.</param>
    /// <param name="input">Its whole standard input; empty for none.</param>
    /// <returns>The result, whatever the exit code.</returns>
    /// <exception cref="DlsException">Git is not installed or cannot be started.</exception>
    public GitResult Run(IReadOnlyList<string> arguments, ReadOnlySpan<byte> input = default)
    {
        ChildCommand command = Command(arguments);
        try
        {
            ChildResult result = ChildProcess.RunToEnd(command, input);
            return new GitResult(result.ExitCode, result.Output, result.Error);
        }
        catch (DlsException e) when (e.Kind == ErrorKind.Missing)
        {
            throw NotInstalled(e);
        }
    }

    /// <summary>Runs git to its end and fails when git does.</summary>
    /// <param name="arguments">Subcommand, options, operands.</param>
    /// <param name="input">Its whole standard input; empty for none.</param>
    /// <returns>The result; its exit code is 0.</returns>
    /// <exception cref="DlsException">Kind Failed: git failed; the first lines of what it said are in the message.</exception>
    public GitResult RunChecked(IReadOnlyList<string> arguments, ReadOnlySpan<byte> input = default)
    {
        GitResult result = Run(arguments, input);
        return result.ExitCode == 0 ? result : throw Failed(arguments, result);
    }

    /// <summary>Starts a git that is talked to.</summary>
    /// <param name="arguments">Subcommand, options, operands.</param>
    /// <param name="more">Variables for this run alone.</param>
    /// <returns>The running process; dispose it.</returns>
    /// <exception cref="DlsException">Git is not installed or cannot be started.</exception>
    public ChildProcess Start(IReadOnlyList<string> arguments, params IReadOnlyList<KeyValuePair<string, string>> more)
    {
        try
        {
            ChildCommand command = Command(arguments);
            return ChildProcess.Start(more.Count == 0 ? command : command with
            {
                Environment = new Dictionary<string, string>(command.Environment.Concat(more)),
            });
        }
        catch (DlsException e) when (e.Kind == ErrorKind.Missing)
        {
            throw NotInstalled(e);
        }
    }

    /// <summary>Lets git itself find the repository, so that it applies its rules on repositories of other users.</summary>
    /// <exception cref="DlsException">Kind Failed: git does not work here, with its reason.</exception>
    public void RequireTrust()
    {
        string[] arguments = ["rev-parse", "--git-dir"];
        ChildResult result = ChildProcess.RunToEnd(Command([]) with { Arguments = arguments });
        if (result.ExitCode != 0)
        {
            string said = result.Error.Split('\n')[0];
            throw new DlsException(
                ErrorKind.Failed,
                $"refuse '{workTree}': somebody else owns it, and git says: {said}",
                $"if you trust whoever owns it: git config --global --add safe.directory '{workTree}'");
        }
    }

    /// <summary>
    /// Runs git as the user would type it in the work tree's top: it finds the repository by itself, and configuration that is given by the
    /// environment counts
    /// (<c>GIT_CONFIG_GLOBAL</c>, <c>git -c</c>). For questions about what the user's own git would do.
    /// </summary>
    /// <param name="arguments">Subcommand, options, operands.</param>
    /// <param name="more">Variables on top of the user's.</param>
    /// <returns>The result, whatever the exit code.</returns>
    /// <exception cref="DlsException">Git is not installed or cannot be started.</exception>
    public GitResult RunAsUser(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? more = null)
    {
        Dictionary<string, string> kept = [];
        foreach ((string name, string value) in environment)
        {
            if (!name.StartsWith("GIT_", StringComparison.Ordinal) || name.StartsWith("GIT_CONFIG", StringComparison.Ordinal))
            {
                kept[name] = value;
            }
        }

        foreach ((string name, string value) in more ?? new Dictionary<string, string>())
        {
            kept[name] = value;
        }

        try
        {
            ChildResult result = ChildProcess.RunToEnd(Command([]) with { Arguments = arguments, Environment = kept });
            return new GitResult(result.ExitCode, result.Output, result.Error);
        }
        catch (DlsException e) when (e.Kind == ErrorKind.Missing)
        {
            throw NotInstalled(e);
        }
    }

    /// <summary>Makes the error for a run that failed.</summary>
    /// <param name="arguments">What was run.</param>
    /// <param name="result">How it ended.</param>
    /// <returns>An exception of kind Failed.</returns>
    public DlsException Failed(IReadOnlyList<string> arguments, GitResult result)
    {
        string[] lines = result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        string said = lines.Length == 0 ? $"exit code {result.ExitCode}" : string.Join("; ", lines.Take(ErrorLinesMax));
        return new DlsException(ErrorKind.Failed, $"cannot run 'git {string.Join(' ', arguments)}' in '{workTree}': {said}");
    }

    private static Dictionary<string, string> Seal(IReadOnlyDictionary<string, string> environment, string? indexFile)
    {
        Dictionary<string, string> kept = [];
        foreach ((string name, string value) in environment)
        {
            if (!name.StartsWith("GIT_", StringComparison.Ordinal))
            {
                kept[name] = value;
            }
        }

        if (indexFile is not null)
        {
            kept["GIT_INDEX_FILE"] = indexFile;
        }

        kept["LC_ALL"] = "C";
        kept["GIT_OPTIONAL_LOCKS"] = "0";
        kept["GIT_TERMINAL_PROMPT"] = "0";
        // A pin must list what a commit really names, as every other clone sees it.
        kept["GIT_NO_REPLACE_OBJECTS"] = "1";
        return kept;
    }

    private static DlsException NotInstalled(DlsException cause)
        => new(ErrorKind.Failed,
            "cannot run 'git': it is not installed", "install it with `apt install git` (or your system's way), 2.36 or newer", cause);

    private ChildCommand Command(IReadOnlyList<string> arguments) => new()
    {
        Program = "git",
        Arguments = [
            $"--git-dir={gitDir}", $"--work-tree={workTree}", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false", .. arguments],
        Environment = _environment,
        WorkingDirectory = workTree,
    };
}
