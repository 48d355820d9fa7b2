using System.Security.Cryptography;
using DlStore.Git;
using DlStore.Io;

namespace DlStore.Operations;

/// <summary>What init did.</summary>
/// <param name="RepoId">The repository's id.</param>
/// <param name="IsNewId">It was made now and has to be committed.</param>
/// <param name="Done">What was written, each a line.</param>
/// <param name="ToDo">What the user has to do by hand, each a line.</param>
public sealed record InitResult(string RepoId, bool IsNewId, IReadOnlyList<string> Done, IReadOnlyList<string> ToDo);

/// <summary><c>dls init</c>: the committed configuration with the repository's id, attributes for pointers, and the pre-push hook. Safe to repeat.</summary>
public static class Init
{
    internal const string AttributesLine = "*.dls text eol=lf";

    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="program">Absolute path of the running dls, for the hook.</param>
    /// <param name="dryRun">Plan only.</param>
    /// <returns>What was done.</returns>
    public static InitResult Run(Repo repo, string program, bool dryRun)
    {
        List<string> done = [];
        List<RelPath> toStage = [];
        string? id = repo.Config.RepoId;
        bool isNew = id is null;
        id ??= Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        if (dryRun)
        {
            done.AddRange(isNew ? [$"would write {RepoConfig.File} with a new repository id"] : []);
            done.Add(new HookFile(repo, program).IsInstalled ? "the pre-push hook is there" : "would install the pre-push hook");
            return new InitResult(id, isNew, done, []);
        }

        using FileLock held = repo.LockWorkTree();
        AtomicFile.MakeDirectory(repo.CommonDirectory);
        if (isNew)
        {
            AtomicFile.MakeDirectory(repo.WorkTree + "/.dlstore");
            GitConfig.SetFile(repo.Git.Git, $"{repo.WorkTree}/{RepoConfig.File}", "core.repoId", id);
            repo.ForgetConfig();
            repo.Git.StageConfig();
            done.Add($"wrote {RepoConfig.File}");
        }

        if (AddAttributes(repo))
        {
            done.Add("wrote .gitattributes");
            toStage.Add(RelPath.Parse(".gitattributes"));
        }

        repo.Git.Stage(toStage);
        (string? hookDone, string? toDo) = new HookFile(repo, program).Install();
        done.AddRange(hookDone is null ? [] : [hookDone]);
        return new InitResult(id, isNew, done, toDo is null ? [] : [toDo]);
    }

    private static bool AddAttributes(Repo repo)
    {
        string file = repo.WorkTree + "/.gitattributes";
        string text = File.Exists(file) ? File.ReadAllText(file) : "";
        if (text.Split('\n').Contains(AttributesLine, StringComparer.Ordinal))
        {
            return false;
        }

        repo.Files.Write(".gitattributes", text + (text.Length == 0 || text.EndsWith('\n') ? "" : "\n") + AttributesLine + "\n");
        return true;
    }
}
