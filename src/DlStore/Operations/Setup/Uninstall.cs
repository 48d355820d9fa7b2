using DlStore.Git;
using DlStore.Io;
using DlStore.Operations.Hooks;

namespace DlStore.Operations.Setup;

/// <summary>
/// <c>dls uninstall</c>: takes back what init did outside the repository's files. Stored bytes, pointers and configuration stay. This clone
/// remembers it (<c>dls.hook</c>), so that later commands do not install the hook again.
/// </summary>
public static class Uninstall
{
    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="dryRun">Plan only.</param>
    /// <returns>What was done, each a line.</returns>
    public static IReadOnlyList<string> Run(Repo repo, bool dryRun)
    {
        HookFile hook = new(repo, "");
        FollowHooks follow = new(repo, "");
        DriverConfig driver = new(repo, "");
        List<string> done = [];
        string attributes = repo.WorkTree + "/.gitattributes";
        string[] lines = File.Exists(attributes) ? File.ReadAllText(attributes).Split('\n') : [];
        bool hasLine = AttributesFile.HasOwn(lines);
        if (dryRun)
        {
            done.AddRange(hook.Installed().Select(static _ => "would remove the pre-push hook"));
            done.AddRange(follow.Installed().Select(static n => $"would remove the {n} hook"));
            done.AddRange(driver.IsOwn() ? ["would remove the merge and diff drivers"] : []);
            done.AddRange(hasLine ? ["would remove the lines of dls from .gitattributes"] : []);
            return done;
        }

        // Noted first: no command that writes may bring the hook back.
        GitConfig.SetLocal(repo.Git.Git, "dls.hook", "false");
        repo.ForgetConfig();
        done.AddRange(hook.Remove());
        done.AddRange(follow.Remove());
        if (HookCheck.Look(repo) is { Runs: true } state)
        {
            done.Add($"to do: {state.Describe(repo.WorkTree)}; that line is not dls's to remove");
        }

        done.AddRange(driver.Remove() ? ["removed the merge and diff drivers"] : []);
        if (hasLine)
        {
            RemoveLines(repo, lines);
            done.Add("removed the lines of dls from .gitattributes");
        }

        return done;
    }

    private static void RemoveLines(Repo repo, string[] lines)
    {
        string rest = string.Join('\n', lines.Where(static l => !AttributesFile.IsOwn(l)));
        if (rest.Trim().Length == 0)
        {
            repo.Files.DeleteFile(".gitattributes");
        }
        else
        {
            repo.Files.Write(".gitattributes", rest);
        }

        repo.Git.Stage([RelPath.Parse(".gitattributes")]);
    }
}
