using System.Text;

namespace DlStore.Git;

/// <summary>
/// Settings in git's config syntax: what one file, or this clone's own config, says. Includes of a file are never followed; those of this
/// clone's config are, because its owner wrote them. Plain files are read directly, others by git.
/// </summary>
internal static class GitConfig
{
    private const int LengthMax = 1024 * 1024;

    /// <summary>Reads a file such as <c>.dlstore/config</c>; one that does not exist is empty.</summary>
    /// <param name="git">Git, for files that are not plain.</param>
    /// <param name="file">Absolute path.</param>
    /// <returns>All its entries in order; a key may occur several times, and then git takes the last.</returns>
    /// <exception cref="DlsException">Kind Failed: the file cannot be read, is larger than 1 MiB, or git finds an error in it.</exception>
    public static IReadOnlyList<ConfigEntry> ReadFile(GitProcess git, string file)
    {
        byte[] bytes = ReadBytes(file);
        return PlainConfig.TryParse(bytes, out List<ConfigEntry>? entries)
            ? entries
            : ParseList(git.RunChecked(["config", "--file", file, "--no-includes", "--null", "--list"]).Output);
    }

    /// <summary>Reads text in git's config syntax.</summary>
    /// <param name="git">Git, for text that is not plain.</param>
    /// <param name="bytes">The text.</param>
    /// <param name="name">What it is, for messages.</param>
    /// <returns>All its entries in order.</returns>
    /// <exception cref="DlsException">Kind Failed: git finds an error in it.</exception>
    public static IReadOnlyList<ConfigEntry> ReadText(GitProcess git, byte[] bytes, string name)
    {
        if (PlainConfig.TryParse(bytes, out List<ConfigEntry>? entries))
        {
            return entries;
        }

        GitResult result = git.Run(["config", "--file", "-", "--no-includes", "--null", "--list"], bytes);
        return result.ExitCode == 0
            ? ParseList(result.Output)
            : throw new DlsException(ErrorKind.Failed,
                $"read '{name}': {result.Error.Split('\n')[0].Replace("standard input", "the file", StringComparison.Ordinal)}",
                "correct it with an editor");
    }

    /// <summary>Reads what this clone's own config says about dls: <c>dls.*</c> and <c>core.hooksPath</c>.</summary>
    /// <param name="repo">The work tree.</param>
    /// <returns>Those entries alone; those of a per-work-tree config come last, so they win.</returns>
    /// <exception cref="DlsException">Kind Failed: the config cannot be read.</exception>
    public static IReadOnlyList<ConfigEntry> ReadLocal(GitRepo repo)
    {
        if (!PlainConfig.TryParse(ReadBytes(Path.Combine(repo.CommonDir, "config")), out List<ConfigEntry>? entries)
            || entries.Exists(NeedsGit))
        {
            entries = ParseList(repo.Git.RunChecked(["config", "--local", "--includes", "--null", "--list"]).Output);
            if (entries.Exists(entry => entry.Key == "extensions.worktreeconfig")
                && File.Exists(Path.Combine(repo.GitDir, "config.worktree")))
            {
                entries.AddRange(ParseList(repo.Git.RunChecked(["config", "--worktree", "--includes", "--null", "--list"]).Output));
            }
        }

        return entries.FindAll(entry => entry.Key.StartsWith("dls.", StringComparison.Ordinal) || entry.Key == "core.hookspath");
    }

    /// <summary>Sets a key of this clone's own config, in place of all its values.</summary>
    /// <param name="git">Git in the repository.</param>
    /// <param name="key">Such as <c>dls.storePath</c>.</param>
    /// <param name="value">The value, as it is.</param>
    public static void SetLocal(
        GitProcess git, string key, string value) => git.RunChecked(["config", "--local", "--replace-all", key, value]);

    /// <summary>Removes a key from this clone's own config, if it is there.</summary>
    /// <param name="git">Git in the repository.</param>
    /// <param name="key">Such as <c>dls.storePath</c>.</param>
    public static void UnsetLocal(GitProcess git, string key) => Unset(git, ["config", "--local", "--unset-all", key]);

    /// <summary>Sets a key of a file, in place of all its values; makes the file if need be.</summary>
    /// <param name="git">Git in the repository.</param>
    /// <param name="file">Absolute path; its directory exists.</param>
    /// <param name="key">Such as <c>remote.lab.url</c>.</param>
    /// <param name="value">The value, as it is.</param>
    public static void SetFile(GitProcess git, string file, string key, string value)
        => git.RunChecked(["config", "--file", file, "--replace-all", key, value]);

    /// <summary>Removes a key from a file, if it is there.</summary>
    /// <param name="git">Git in the repository.</param>
    /// <param name="file">Absolute path.</param>
    /// <param name="key">Such as <c>remote.lab.url</c>.</param>
    public static void UnsetFile(GitProcess git, string file, string key) => Unset(git, ["config", "--file", file, "--unset-all", key]);

    /// <summary>Removes a whole section from a file, if it is there.</summary>
    /// <param name="git">Git in the repository.</param>
    /// <param name="file">Absolute path.</param>
    /// <param name="section">Such as <c>remote.lab</c>.</param>
    public static void RemoveFileSection(GitProcess git, string file, string section) =>
        RemoveSection(git, ["config", "--file", file, "--remove-section", section]);

    /// <summary>Removes a whole section from this clone's own config, if it is there.</summary>
    /// <param name="git">Git in the repository.</param>
    /// <param name="section">Such as <c>dls.remote.lab</c>.</param>
    public static void RemoveLocalSection(GitProcess git, string section) =>
        RemoveSection(git, ["config", "--local", "--remove-section", section]);

    private static void RemoveSection(GitProcess git, string[] arguments)
    {
        GitResult result = git.Run(arguments);
        if (result.ExitCode != 0 && !result.Error.Contains("no such section", StringComparison.OrdinalIgnoreCase))
        {
            throw git.Failed(arguments, result);
        }
    }

    // `git config --null --list`: "key\nvalue\0", and "key\0" for a key without "=", which means true.
    /// <summary>Gives the value in force of a key: the last one, as git takes it.</summary>
    /// <param name="entries">What was read.</param>
    /// <param name="key">As git prints it.</param>
    /// <returns>The value, or null if the key is not there.</returns>
    public static string? Find(IReadOnlyList<ConfigEntry> entries, string key)
    {
        for (int i = entries.Count - 1; i >= 0; i--)
        {
            if (entries[i].Key == key)
            {
                return entries[i].Value ?? "true";
            }
        }

        return null;
    }

    private static List<ConfigEntry> ParseList(byte[] output)
    {
        List<ConfigEntry> entries = [];
        foreach (string item in Encoding.UTF8.GetString(output).Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            int newline = item.IndexOf('\n');
            entries.Add(newline < 0 ? new ConfigEntry(item, "true") : new ConfigEntry(item[..newline], item[(newline + 1)..]));
        }

        return entries;
    }

    private static bool NeedsGit(ConfigEntry entry)
        => entry.Key is "include.path" or "extensions.worktreeconfig" || entry.Key.StartsWith("includeif.", StringComparison.Ordinal);

    // Exit code 5 says that the key is not there.
    private static void Unset(GitProcess git, string[] arguments)
    {
        GitResult result = git.Run(arguments);
        if (result.ExitCode is not (0 or 5))
        {
            throw git.Failed(arguments, result);
        }
    }

    private static byte[] ReadBytes(string file)
    {
        try
        {
            return new FileInfo(file) is { Exists: true, Length: > LengthMax }
                ? throw new DlsException(ErrorKind.Failed, $"refuse config '{file}': it is larger than {LengthMax} bytes")
                : File.ReadAllBytes(file);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DlsException(ErrorKind.Failed, $"cannot read config '{file}': {e.Message}", null, e);
        }
    }
}
