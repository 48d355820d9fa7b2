using System.Text;
using DlStore.Git;
using DlStore.Io;

namespace DlStore.Operations.Hooks;

/// <summary>
/// The hooks that follow git, for who asks for them (<c>dls init --hooks</c>): after a checkout, merge or rebase the files go where the
/// pointers went, and before a commit what is staged is looked at. As with the pre-push hook, one that is there is kept and runs first,
/// and nothing is written into a directory that is somebody else's.
/// </summary>
/// <param name="repo">The repository.</param>
/// <param name="program">Absolute path of dls; used when it still exists, else the one on PATH.</param>
internal sealed class FollowHooks(Repo repo, string program)
{
    private const string Mark = "# dls hook, by `dls init --hooks`";
    private const string Kept = ".before-dls";

    /// <summary>The hooks, by git's names.</summary>
    public static IReadOnlyList<string> Names { get; } = ["post-checkout", "post-merge", "post-rewrite", "pre-commit"];

    private string OwnDirectory => repo.Git.CommonDir + "/hooks";

    /// <summary>Installs or renews them.</summary>
    /// <param name="dryRun">Say what would be done.</param>
    /// <returns>What was done, and what the user has to do, each a line.</returns>
    public (IReadOnlyList<string> Done, IReadOnlyList<string> ToDo) Install(bool dryRun)
    {
        HooksDirectory directory = HooksDirectory.Ask(repo.Git);
        if (!directory.IsOwn)
        {
            return ([], [
                .. Names.Where(n => !(HookScript.ReadText($"{directory.Path}/{n}") ?? "").Contains($"hook {n}", StringComparison.Ordinal))
                    .Select(n => $"git runs hooks from '{directory.Path}', so none was written; add the line `dls hook {n} \"$@\"` to "
                        + $"'{directory.Path}/{n}'"),
            ]);
        }

        using FileLock? held = dryRun ? null : repo.LockShared("hook", TimeSpan.FromSeconds(10));
        List<string> done = [];
        List<string> toDo = [];
        foreach (string name in Names)
        {
            string file = $"{OwnDirectory}/{name}";
            if (HookScript.ReadText(file) == Text(name) && HookScript.IsExecutable(file))
            {
                continue;
            }

            bool isForeign = Path.Exists(file) && !IsOwn(HookScript.ReadText(file));
            if (isForeign && !(dryRun ? HookFile.CanKeep(file, file + Kept) : HookFile.Keep(file, file + Kept)))
            {
                toDo.Add($"'{name}{Kept}' is a hook that was kept earlier, so '{name}' cannot be; "
                    + $"add the line `dls hook {name} \"$@\"` to it");
                continue;
            }

            done.Add($"{(dryRun ? "would install" : "installed")} the {name} hook{(isForeign ? ", after the one that is there" : "")}");
            if (!dryRun)
            {
                HookFile.WriteExecutable(file, Encoding.UTF8.GetBytes(Text(name)), Permissions.Program);
            }
        }

        return (done, toDo);
    }

    /// <summary>Lists those that dls wrote here.</summary>
    public IReadOnlyList<string> Installed() => [.. Names.Where(n => IsOwn(HookScript.ReadText($"{OwnDirectory}/{n}")))];

    /// <summary>Removes them, and puts those before them back.</summary>
    /// <returns>What was done, each a line.</returns>
    public IReadOnlyList<string> Remove()
    {
        List<string> done = [];
        foreach (string name in Installed())
        {
            string file = $"{OwnDirectory}/{name}";
            bool wasKept = Path.Exists(file + Kept);
            if (wasKept)
            {
                AtomicFile.Rename(file + Kept, file, replace: true);
            }
            else
            {
                File.Delete(file);
            }

            done.Add($"removed the {name} hook{(wasKept ? " and put the one before it back" : "")}");
            AtomicFile.FlushDirectory(OwnDirectory);
        }

        return done;
    }

    private static bool IsOwn(string? text) => text?.Contains("\n" + Mark, StringComparison.Ordinal) ?? false;

    private string Text(string name)
    {
        string quoted = "'" + program.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
        bool mayStop = name == "pre-commit";
        string absent = mayStop
            ? "{ echo \"error: dls is not installed, so what is staged cannot be checked; install it, or commit with --no-verify\" >&2; "
                + "exit 1; }"
            : "exit 0";
        string input = name == "post-rewrite" ? "lines=$(cat)\n" : "";
        string first = name == "post-rewrite" ? "printf '%s\\n' \"$lines\" | " : "";
        return $"""
            #!/bin/sh
            {Mark}; `dls uninstall` removes it.
            {input}before=$(dirname -- "$0")/{name}{Kept}
            if [ -x "$before" ]; then
                {first}"$before" "$@" || exit $?
            fi
            dls={quoted}
            [ -x "$dls" ] || dls=$(command -v dls) || {absent}
            "$dls" hook {name} "$@"

            """;
    }
}
