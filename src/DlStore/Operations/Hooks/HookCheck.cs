using DlStore.Git;

namespace DlStore.Operations.Hooks;

/// <summary>
/// Asks what git would run before a push, and whether that leads to dls. Reads a few small files; git is asked only where the configuration
/// is not plain, or where the
/// answer is no.
/// </summary>
public static class HookCheck
{
    private static readonly Version _configuredHooks = new(2, 54);

    /// <summary>Looks at the hook in force.</summary>
    /// <param name="repo">The repository.</param>
    /// <returns>What git would do.</returns>
    public static HookState Look(Repo repo) => Look(repo, HooksDirectory.Find(repo.Git));

    /// <summary>Says in one line that git would publish pointers without their bytes.</summary>
    /// <param name="repo">The repository.</param>
    /// <returns>The line and what to type; null if git runs the hook, nothing is at stake, or the user took the hook out.</returns>
    public static HookWarning? Warn(Repo repo)
    {
        if (!repo.Config.IsHookWanted || Look(repo) is not { Runs: false } state || !IsAtStake(repo))
        {
            return null;
        }

        return new HookWarning(
            $"`git push` would publish pointers without their bytes: {state.Describe(repo.WorkTree)}", state.Hint(repo.WorkTree)!);
    }

    internal static HookState Look(Repo repo, HooksDirectory directory)
    {
        string file = directory.Path + "/pre-push";
        bool isThere = File.Exists(file);
        bool isExecutable = isThere && HookScript.IsExecutable(file);
        string? via = isThere ? new HookScript(repo.WorkTree).Follow(file) : null;
        if (via is null || !isExecutable)
        {
            via = Configured(repo) is { } configured ? configured : via;
            isExecutable |= via is not null && !via.StartsWith('/');
        }

        string? fault = via is not null && isExecutable && isThere ? HookScript.FindFault(file) : null;
        HookAnswer answer = fault is not null ? HookAnswer.Broken : via is not null && isExecutable
            ? HookAnswer.Runs : !isThere ? HookAnswer.Missing : !isExecutable ? HookAnswer.NotExecutable : HookAnswer.Foreign;
        return new HookState(answer, file, directory.IsOwn, via) { Fault = fault };
    }

    /// <summary>Pointers that could be published.</summary>
    internal static bool IsAtStake(Repo repo) => repo.Config.RepoId is not null && GitIndexFile.Read(repo.Git).ListPointers().Count > 0;

    /// <summary>
    /// Git 2.54 and newer also run hooks that its configuration names: <c>hook.NAME.command</c> with <c>hook.NAME.event</c>.
    /// </summary>
    private static string? Configured(Repo repo)
    {
        GitResult result = repo.Git.Git.RunAsUser(["config", "--null", "--get-regexp", @"^hook\..*\.(command|event|enabled)$"]);
        if (result.ExitCode != 0)
        {
            return null;
        }

        Dictionary<string, string> commands = [];
        HashSet<string> prePush = [];
        HashSet<string> disabled = [];
        foreach (string[] entry in System.Text.Encoding.UTF8.GetString(result.Output)
            .Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(static e => e.Split('\n', 2)).Where(static e => e.Length == 2))
        {
            string name = entry[0][..entry[0].LastIndexOf('.')];
            _ = entry[0][(name.Length + 1)..] switch
            {
                "command" => commands[name] = entry[1],
                "event" when entry[1] == "pre-push" => prePush.Add(name) ? "" : "",
                "enabled" when entry[1] is "false" or "no" or "off" or "0" => disabled.Add(name) ? "" : "",
                _ => "",
            };
        }

        return commands.Where(c => prePush.Contains(c.Key) && !disabled.Contains(c.Key) && HookScript.IsCall(c.Value) && IsNew(repo))
            .Select(static c => c.Key + ".command").FirstOrDefault();
    }

    private static bool IsNew(Repo repo)
    {
        string[] words = repo.Git.Git.Run(["--version"]).Text().Split(' ');
        return words.Length > 2
            && Version.TryParse(string.Join('.', words[2].Split('.').Take(2)), out Version? version) && version >= _configuredHooks;
    }
}
