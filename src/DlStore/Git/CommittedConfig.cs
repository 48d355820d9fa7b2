using DlStore.Io;

namespace DlStore.Git;

/// <summary>
/// <c>.dlstore/config</c> as it is committed: read from the work tree, else from git's index, else from HEAD, and changed as a whole, so
/// that the repository's id and
/// settings are never made anew over committed ones.
/// </summary>
internal static class CommittedConfig
{
    /// <summary>Gets its path from the top of the work tree.</summary>
    public const string File = RepoConfig.File;

    /// <summary>Reads the entries.</summary>
    /// <param name="git">The work tree.</param>
    /// <param name="source">Where they are from.</param>
    /// <returns>All entries in order.</returns>
    /// <exception cref="DlsException">Kind Failed: the file cannot be read, or git finds an error in it.</exception>
    public static IReadOnlyList<ConfigEntry> Read(GitRepo git, out TextSource source)
    {
        CommittedText text = CommittedText.Read(git, File);
        if (text is { Source: TextSource.WorkTree, Bytes: { } bytes }
            && HasConflict(bytes) && CommittedText.ReadCommitted(git, File) is { Source: TextSource.Ours } ours)
        {
            text = ours;
        }

        source = text.Source;
        return text.Bytes is null ? [] : GitConfig.ReadText(git.Git, text.Bytes, File);
    }

    /// <summary>Finds the repository's id in git, for a work tree whose own file has none.</summary>
    /// <param name="git">The work tree.</param>
    /// <returns>The id, or null if none was ever staged or committed.</returns>
    public static string? FindCommittedId(GitRepo git)
    {
        CommittedText text = CommittedText.ReadCommitted(git, File);
        string? id = text.Bytes is null ? null : GitConfig.Find(GitConfig.ReadText(git.Git, text.Bytes, File), "core.repoid");
        return id is { Length: 32 } && id.All(char.IsAsciiHexDigitLower) ? id : null;
    }

    /// <summary>Changes the file and stages it. If only git has it, its committed text is written out first.</summary>
    /// <param name="git">The work tree; its lock is held.</param>
    /// <param name="change">Gets the absolute path of the file.</param>
    /// <exception cref="DlsException">Kind Failed: the file is unmerged, or cannot be written.</exception>
    public static void Edit(GitRepo git, Action<string> change)
    {
        string file = $"{git.WorkTree}/{File}";
        CommittedText text = CommittedText.Read(git, File);
        if (text.Source == TextSource.Ours || (text.Bytes is { } bytes && HasConflict(bytes)))
        {
            throw new DlsException(ErrorKind.Failed,
                $"change '{File}': it is unmerged", $"put it right with an editor, run `git add {File}`, then the command again");
        }

        AtomicFile.MakeDirectory(git.WorkTree + "/.dlstore");
        if (text is { Bytes: { } committed, Source: not TextSource.WorkTree })
        {
            AtomicFile.Write(file, committed);
        }

        change(file);
        git.StageConfig();
    }

    // Markers stand at the beginning of a line, where no section, key or comment can look like them.
    private static bool HasConflict(byte[] bytes) => bytes.AsSpan().StartsWith("<<<<<<< "u8) || bytes.AsSpan().IndexOf("\n<<<<<<< "u8) >= 0;
}
