using System.Text;
using DlStore.Git;
using DlStore.Io;

namespace DlStore.Operations.Hooks;

/// <summary>
/// The pre-push hook that dls writes: bytes go first, or git's push stops. It is written only into this repository's own hooks directory,
/// and only where what git runs does
/// not lead to dls yet: two hooks must never call each other. A hook that is there is kept and runs first. Where the directory belongs to
/// somebody else
/// (<c>core.hooksPath</c>), nothing is written, and what to add is said.
/// </summary>
/// <param name="repo">The repository.</param>
/// <param name="program">Absolute path of dls; used when it still exists, else the one on PATH.</param>
internal sealed class HookFile(Repo repo, string program)
{
    private const string Chained = "pre-push.before-dls";

    private string OwnDirectory => repo.Git.CommonDir + "/hooks";

    /// <summary>Tells what <see cref="Install"/> would do.</summary>
    /// <returns>What would be done, and what the user has to do.</returns>
    public (string Done, string? ToDo) Plan()
    {
        HookState state = HookCheck.Look(repo, HooksDirectory.Ask(repo.Git));
        return state.Runs ? ("the pre-push hook is there", null)
            : state.IsOwnDirectory ? ("would install the pre-push hook", null)
            : ("no pre-push hook would be written", ToDo(state));
    }

    /// <summary>Installs or refreshes the hook. One at a time, for all work trees.</summary>
    /// <returns>What was done, or what the user has to do.</returns>
    public (string? Done, string? ToDo) Install()
    {
        using FileLock held = repo.LockShared("hook", TimeSpan.FromSeconds(10));
        HookState state = HookCheck.Look(repo, HooksDirectory.Ask(repo.Git));
        if (state.Runs)
        {
            return (Refresh(state), null);
        }

        if (!state.IsOwnDirectory)
        {
            return (null, ToDo(state));
        }

        AtomicFile.MakeDirectory(OwnDirectory);
        string file = Place(state);
        if (Path.Exists(file) && !HookScript.IsOwn(file) && !Keep(file, $"{OwnDirectory}/{Chained}"))
        {
            return (null, $"'{Chained}' in '{OwnDirectory}' is a hook that was kept earlier, so '{Path.GetFileName(file)}' cannot be; "
                + $"add the line `dls hook pre-push \"$@\"` to '{file}', or move one of them away and run `dls init`");
        }

        Write(file);
        return ("installed the pre-push hook", null);
    }

    /// <summary>
    /// Removes the hook, wherever in this repository's own directory a manager moved it, and puts the one before it back.
    /// </summary>
    /// <returns>What was done, each a line.</returns>
    public IReadOnlyList<string> Remove()
    {
        List<string> done = [];
        foreach (string file in Installed())
        {
            string before = $"{OwnDirectory}/{Chained}";
            if (Path.Exists(before))
            {
                AtomicFile.Rename(before, file, replace: true);
                done.Add("removed the pre-push hook and put the one before it back");
            }
            else
            {
                File.Delete(file);
                done.Add("removed the pre-push hook");
            }

            AtomicFile.FlushDirectory(OwnDirectory);
        }

        return done;
    }

    /// <summary>Lists the hooks that dls wrote here.</summary>
    public IReadOnlyList<string> Installed() => Directory.Exists(OwnDirectory)
        ? [.. Directory.GetFiles(OwnDirectory, "pre-push*")
            .Where(static f => Path.GetFileName(f) is "pre-push" or "pre-push.legacy" && HookScript.IsOwn(f)).Order(StringComparer.Ordinal)]
        : [];

    private static string ToDo(HookState state) => $"git runs hooks from '{Path.GetDirectoryName(state.File)}', which is not this "
        + $"repository's own hooks directory, so no hook was written; {state.Hint("/")}";

    /// <summary>
    /// The pre-commit framework takes its own place back whenever it is installed, and runs what lies beside it as .legacy: so dls goes
    /// there.
    /// </summary>
    private string Place(HookState state)
    {
        string legacy = OwnDirectory + "/pre-push.legacy";
        bool isPreCommit = state.Answer == HookAnswer.Foreign
            && HookScript.ReadText(state.File) is { } text && HookScript.IsPreCommit(text);
        return isPreCommit && !Path.Exists(legacy) ? legacy : state.File;
    }

    private string? Refresh(HookState state)
    {
        if (state.Via is null
            || !Installed().Contains(state.Via) || (HookScript.ReadText(state.Via) == Text() && HookScript.IsExecutable(state.Via)))
        {
            return null;
        }

        Write(state.Via);
        return "renewed the pre-push hook";
    }

    /// <summary>
    /// Keeps the hook that is there under another name. It stays in place until the new one replaces it, so that git never finds none.
    /// </summary>
    /// <param name="file">The hook, absolute.</param>
    /// <param name="before">Its other name, in the same directory.</param>
    /// <returns>False if another one is kept already.</returns>
    internal static bool Keep(string file, string before)
    {
        if (Path.Exists(before))
        {
            return CanKeep(file, before);
        }

        if (!Sys.TryStat(file, out FileStat stat) || !stat.IsFile)
        {
            // A link keeps leading where it led.
            return AtomicFile.Rename(file, before, replace: false);
        }

        WriteExecutable(before, File.ReadAllBytes(file), stat.Mode & Permissions.Mask);
        return true;
    }

    /// <summary>Tells whether the other name is free, or has this very hook since a command that was killed.</summary>
    internal static bool CanKeep(string file, string before) =>
        !Path.Exists(before) || (HookScript.ReadText(before) is { } kept && kept == HookScript.ReadText(file));

    private void Write(string file) => WriteExecutable(file, Encoding.UTF8.GetBytes(Text()), Permissions.Program);

    /// <summary>Never there without its mode: git passes over a hook that is not executable.</summary>
    internal static void WriteExecutable(string file, byte[] text, uint mode)
    {
        string directory = Path.GetDirectoryName(file)!;
        AtomicFile.MakeDirectory(directory);
        string temp = $"{directory}/.dls-tmp-{TempName.Next()}";
        AtomicFile.WriteFlushed(temp, text);
        _ = Sys.ChangeModeAt(Posix.AtFdCwd, Encoding.UTF8.GetBytes(temp), mode);
        AtomicFile.Rename(temp, file, replace: true);
        AtomicFile.FlushDirectory(directory);
    }

    private string Text()
    {
        string quoted = "'" + program.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
        return $$"""
            #!/bin/sh
            {{HookScript.Mark}}: stored bytes go to the dls remote before git's push; `dls uninstall` removes it.
            refs=$(cat)
            say() { [ -z "$refs" ] || printf '%s\n' "$refs"; }
            # A hook that leads back here is called with the same words while the first call is still at work, and that one does it.
            call=$(printf '%s\n' "$*" "$refs" | cksum)
            [ "${DLS_PRE_PUSH% *}" != "$call" ] || ! kill -0 "${DLS_PRE_PUSH##* }" 2>/dev/null || exit 0
            here=$(dirname -- "$0")
            before=$here/{{Chained}}
            # A manager that was kept here and has since taken the place of this hook runs anyway.
            if [ "${0##*/}" != pre-push ]; then
                ! cmp -s "$before" "$here/pre-push" || before=
                [ -z "${PRE_COMMIT_RUNNING_LEGACY-}" ] || ! grep -qs pre_commit "$before" || before=
            fi
            if [ -n "$before" ] && [ -x "$before" ]; then
                say | DLS_PRE_PUSH="$call $$" "$before" "$@" || exit $?
            fi
            dls={{quoted}}
            [ -x "$dls" ] || dls=$(command -v dls) || {
                echo "error: dls is not installed, so stored bytes cannot be pushed first; install it, or push with --no-verify" >&2
                exit 1
            }
            say | "$dls" hook pre-push "$@"

            """;
    }
}
