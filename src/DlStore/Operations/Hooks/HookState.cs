using DlStore.Io;

namespace DlStore.Operations.Hooks;

/// <summary>What git would run before a push.</summary>
/// <param name="Answer">Whether that leads to dls.</param>
/// <param name="File">The hook git looks for, absolute.</param>
/// <param name="IsOwnDirectory">It lies in this repository's own hooks directory, where dls may write.</param>
/// <param name="Via">The file in which dls is called, absolute, or the key of git's configuration that does; null if none does.</param>
public sealed record HookState(HookAnswer Answer, string File, bool IsOwnDirectory, string? Via)
{
    /// <summary>Gets why a hook that leads to dls is of no use; null unless it is broken.</summary>
    public string? Fault { get; init; }

    /// <summary>Gets a value indicating whether bytes go first when git pushes.</summary>
    public bool Runs => Answer == HookAnswer.Runs;

    /// <summary>Says what is so.</summary>
    /// <param name="workTree">Absolute path of the work tree, from which paths are shown.</param>
    /// <returns>One sentence without a full stop.</returns>
    public string Describe(string workTree) => Answer switch
    {
        HookAnswer.Runs when Via == File || Via is null => $"git runs the pre-push hook '{Show(File, workTree)}', which calls dls",
        HookAnswer.Runs => $"git runs the pre-push hook '{Show(File, workTree)}', which leads to dls by '{Show(Via, workTree)}'",
        HookAnswer.Missing => $"git runs no pre-push hook: there is no '{Show(File, workTree)}'{Elsewhere}",
        HookAnswer.NotExecutable => $"git passes over the pre-push hook '{Show(File, workTree)}': it is not executable{Elsewhere}",
        HookAnswer.Broken => $"the pre-push hook '{Show(File, workTree)}' is of no use: {Fault}{Elsewhere}",
        HookAnswer.Foreign => $"git runs the pre-push hook '{Show(File, workTree)}', which does not call dls{Elsewhere}",
        _ => throw new InvalidOperationException($"no text for {Answer}"),
    };

    /// <summary>Says what to do so that bytes go first.</summary>
    /// <param name="workTree">Absolute path of the work tree, where the commands are typed.</param>
    /// <returns>What to type; null if nothing is to be done.</returns>
    public string? Hint(string workTree)
    {
        if (Runs)
        {
            return null;
        }

        if (Answer == HookAnswer.Broken)
        {
            return $"correct {ShellWord.Of(Show(File, workTree))}: it begins with `#!/bin/sh`, its lines end in LF, and `dls "
                + "hook pre-push \"$@\" || exit 1` stops the push where bytes cannot go; `dls doctor --try` runs it";
        }

        if (IsOwnDirectory)
        {
            return "run `dls init`";
        }

        if (Answer == HookAnswer.NotExecutable && Via is not null)
        {
            return $"run `chmod +x {ShellWord.Of(Show(File, workTree))}`";
        }

        if (System.IO.File.Exists(Path.GetDirectoryName(File)))
        {
            return "hooks are switched off: `git config --show-origin --get core.hooksPath` says where; "
                + "take that back and run `dls init`, or run `dls push` before each `git push`";
        }

        string target = Show(Target(), workTree);
        return System.IO.File.Exists(Target())
            ? $"add the line `dls hook pre-push \"$@\"` where '{target}' always comes to it"
                + $"{(Answer == HookAnswer.NotExecutable ? $", and run `chmod +x {ShellWord.Of(target)}`" : "")}"
            : $"run `mkdir -p {ShellWord.Of(Path.GetDirectoryName(target) is { Length: > 0 } d ? d : ".")} && printf "
                + $"'#!/bin/sh\\nexec dls hook pre-push \"$@\"\\n' >{ShellWord.Of(target)} && chmod +x {ShellWord.Of(target)}`";
    }

    // core.hooksPath is '.husky/_' with husky 9, which makes the files in it anew and runs those one directory up.
    private string Target()
    {
        string directory = Path.GetDirectoryName(File)!;
        return System.IO.File.Exists(directory + "/h") && Path.GetFileName(directory) == "_"
            ? $"{Path.GetDirectoryName(directory)}/pre-push" : File;
    }

    private string Elsewhere => IsOwnDirectory ? "" : " (core.hooksPath)";

    private static string Show(string file, string workTree) =>
        EntryName.Show(System.Text.Encoding.UTF8.GetBytes(
            file.StartsWith(workTree + "/", StringComparison.Ordinal) ? file[(workTree.Length + 1)..] : file));
}
