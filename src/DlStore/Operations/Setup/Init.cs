using System.Security.Cryptography;
using DlStore.Git;
using DlStore.Ignoring;
using DlStore.Io;
using DlStore.Operations.Hooks;

namespace DlStore.Operations.Setup;

/// <summary>What init did.</summary>
/// <param name="RepoId">The repository's id.</param>
/// <param name="IsNewId">It was made now and has to be committed.</param>
/// <param name="Done">What was written, each a line.</param>
/// <param name="ToDo">What the user has to do by hand, each a line.</param>
public sealed record InitResult(string RepoId, bool IsNewId, IReadOnlyList<string> Done, IReadOnlyList<string> ToDo);

/// <summary>
/// <c>dls init</c>: the committed configuration with the repository's id, attributes for pointers, the pre-push hook and the merge driver.
/// Safe to repeat.
/// </summary>
public static class Init
{
    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="program">Absolute path of the running dls, for the hook.</param>
    /// <param name="dryRun">Plan only.</param>
    /// <param name="follows">Install the hooks too that have the files follow git.</param>
    /// <returns>What was done.</returns>
    public static InitResult Run(Repo repo, string program, bool dryRun, bool follows = false)
    {
        InitResult result = Run(repo, program, dryRun);
        if (!follows)
        {
            return result;
        }

        (IReadOnlyList<string> done, IReadOnlyList<string> toDo) = new FollowHooks(repo, program).Install(dryRun);
        return result with { Done = [.. result.Done, .. done], ToDo = [.. result.ToDo, .. toDo] };
    }

    private static InitResult Run(Repo repo, string program, bool dryRun)
    {
        List<string> done = [];
        string? committed = repo.Config.RepoId ?? CommittedConfig.FindCommittedId(repo.Git);
        bool isNew = committed is null;
        string id = committed ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        done.AddRange(repo.Config.RepoId is not null && Where(repo.Config.Source) is { } where
            ? [$"{RepoConfig.File} is committed and not in this work tree: its id and settings are read from {where}"] : []);
        HookFile hook = new(repo, program);
        DriverConfig driver = new(repo, program);
        if (dryRun)
        {
            return Plan(repo, new InitResult(id, isNew, done, []), hook, driver);
        }

        using FileLock held = repo.LockWorkTree();
        AtomicFile.MakeDirectory(repo.CommonDirectory);
        if (repo.Config.RepoId is null)
        {
            CommittedConfig.Edit(repo.Git, file => GitConfig.SetFile(repo.Git.Git, file, "core.repoId", id));
            repo.ForgetConfig();
            done.Add(isNew ? $"wrote {RepoConfig.File}" : $"wrote the committed repository id into {RepoConfig.File}");
        }

        List<string> written = [.. AttributesFile.Write(repo) ? [AttributesFile.Name] : Array.Empty<string>()];
        written.AddRange(IgnoreDefaults.Write(repo) ? [IgnoreFile.Name] : []);
        done.AddRange(written.Select(static w => $"wrote {w}"));
        repo.Git.Stage([.. written.Select(RelPath.Parse)]);
        WantHook(repo);

        (string? hookDone, string? toDo) = hook.Install();
        done.AddRange(hookDone is null ? [] : [hookDone]);
        done.AddRange(driver.Register() is { } registered ? [registered] : []);
        return new InitResult(id, isNew, done, toDo is null ? [] : [toDo]);
    }

    private static InitResult Plan(Repo repo, InitResult known, HookFile hook, DriverConfig driver)
    {
        List<string> done = [.. known.Done];
        bool isNew = known.IsNewId;
        done.AddRange(isNew ? [$"would write {RepoConfig.File} with a new repository id"] : []);
        done.AddRange(!isNew && repo.Config.RepoId is null ? [$"would write the committed repository id into {RepoConfig.File}"] : []);
        (string would, string? needed) = hook.Plan();
        done.AddRange([would, driver.IsCurrent ? "the merge and diff drivers are there" : "would register the merge and diff drivers"]);
        return known with { Done = done, ToDo = needed is null ? [] : [needed] };
    }

    private static void WantHook(Repo repo)
    {
        if (!repo.Config.IsHookWanted)
        {
            // Whoever runs init wants the hook, whatever uninstall noted.
            GitConfig.UnsetLocal(repo.Git.Git, "dls.hook");
            repo.ForgetConfig();
        }
    }

    private static string? Where(TextSource source) => source switch
    {
        TextSource.WorkTree or TextSource.None => null,
        TextSource.Index => "git's index",
        TextSource.Ours => "our side of the merge that is not finished",
        TextSource.Head => "HEAD",
        _ => throw new InvalidOperationException($"no text for {source}"),
    };
}
