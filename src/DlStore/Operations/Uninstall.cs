using DlStore.Io;

namespace DlStore.Operations;

/// <summary><c>dls uninstall</c>: takes back what init did outside the repository's files. Stored bytes, pointers and configuration stay.</summary>
public static class Uninstall
{
    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="dryRun">Plan only.</param>
    /// <returns>What was done, each a line.</returns>
    public static IReadOnlyList<string> Run(Repo repo, bool dryRun)
    {
        HookFile hook = new(repo, "");
        List<string> done = [];
        string attributes = repo.WorkTree + "/.gitattributes";
        string[] lines = File.Exists(attributes) ? File.ReadAllText(attributes).Split('\n') : [];
        bool hasLine = lines.Contains(Init.AttributesLine, StringComparer.Ordinal);
        if (dryRun)
        {
            done.AddRange(hook.IsInstalled ? ["would remove the pre-push hook"] : []);
            done.AddRange(hasLine ? ["would remove the line for pointers from .gitattributes"] : []);
            return done;
        }

        if (hook.Remove() is { } removed)
        {
            done.Add(removed);
        }

        if (hasLine)
        {
            string rest = string.Join('\n', lines.Where(l => l != Init.AttributesLine));
            if (rest.Trim().Length == 0)
            {
                repo.Files.DeleteFile(".gitattributes");
            }
            else
            {
                repo.Files.Write(".gitattributes", rest);
            }

            repo.Git.Stage([RelPath.Parse(".gitattributes")]);
            done.Add("removed the line for pointers from .gitattributes");
        }

        return done;
    }
}
