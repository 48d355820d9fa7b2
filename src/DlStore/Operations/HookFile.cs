using System.Text;
using DlStore.Io;

namespace DlStore.Operations;

/// <summary>
/// The pre-push hook: bytes go first, or git's push stops. An existing hook is kept beside it and runs first. With <c>core.hooksPath</c> set the hooks belong to somebody
/// else: nothing is written, and the lines to add are given to the user.
/// </summary>
/// <param name="repo">The repository.</param>
/// <param name="program">Absolute path of dls; used when it still exists, else the one on PATH.</param>
internal sealed class HookFile(Repo repo, string program)
{
    private const string Mark = "# dls pre-push hook";
    private const string Chained = "pre-push.before-dls";

    private string Directory => repo.Git.CommonDir + "/hooks";

    private string FilePath => Directory + "/pre-push";

    public bool IsInstalled => File.Exists(FilePath) && File.ReadAllText(FilePath).Contains(Mark, StringComparison.Ordinal);

    /// <summary>Installs or refreshes the hook.</summary>
    /// <returns>What was done, or what the user has to do.</returns>
    public (string? Done, string? ToDo) Install()
    {
        if (Git.GitConfig.Find(Git.GitConfig.ReadLocal(repo.Git), "core.hookspath") is { } elsewhere)
        {
            return (null, $"core.hooksPath is '{elsewhere}', so no hook was written; add this line to its pre-push: exec dls hook pre-push \"$@\"");
        }

        string text = Text();
        if (IsInstalled && File.ReadAllText(FilePath) == text)
        {
            return (null, null);
        }

        AtomicFile.MakeDirectory(Directory);
        if (File.Exists(FilePath) && !IsInstalled)
        {
            AtomicFile.Rename(FilePath, $"{Directory}/{Chained}", replace: true);
        }

        AtomicFile.Write(FilePath, text);
        _ = Sys.ChangeModeAt(Posix.AtFdCwd, Encoding.UTF8.GetBytes(FilePath), 0x1ED);
        return ("installed the pre-push hook", null);
    }

    /// <summary>Removes the hook and puts the one before it back.</summary>
    /// <returns>What was done, or null.</returns>
    public string? Remove()
    {
        if (!IsInstalled)
        {
            return null;
        }

        string before = $"{Directory}/{Chained}";
        if (File.Exists(before))
        {
            AtomicFile.Rename(before, FilePath, replace: true);
            return "removed the pre-push hook and put the one before it back";
        }

        File.Delete(FilePath);
        return "removed the pre-push hook";
    }

    private string Text()
    {
        string quoted = "'" + program.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
        return $"""
            #!/bin/sh
            {Mark}: stored bytes go to the dls remote before git's push; `dls uninstall` removes it.
            refs=$(cat)
            before=$(dirname -- "$0")/{Chained}
            if [ -x "$before" ]; then
                printf '%s\n' "$refs" | "$before" "$@" || exit $?
            fi
            dls={quoted}
            [ -x "$dls" ] || dls=$(command -v dls) || {"{"}
                echo "error: dls is not installed, so stored bytes cannot be pushed first; install it, or push with --no-verify" >&2
                exit 1
            {"}"}
            printf '%s\n' "$refs" | "$dls" hook pre-push "$@"

            """;
    }
}
