using System.Text;
using DlStore.Git;
using DlStore.Io;

namespace DlStore.Operations.Deploys;

/// <summary>
/// <c>dls target add|list</c>: the targets in the committed configuration. A target is a directory on a host from which weights are used.
/// </summary>
public static class TargetSettings
{
    /// <summary>Adds a target.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="target">Name, host, kinds, home.</param>
    /// <param name="dryRun">Check only.</param>
    /// <returns>The target as configured.</returns>
    /// <exception cref="DlsException">Kind Usage: a part of it is refused, the host is not configured, or there is no such kind. Kind
    /// Failed: the name or the home is taken.</exception>
    public static TargetSetting Add(Repo repo, TargetSetting target, bool dryRun)
    {
        TargetSetting sorted = target with { Kinds = [.. target.Kinds.Distinct().Order(StringComparer.Ordinal)] };
        string? wrong = HostSections.WhyRefused(target.Name) ?? HostSections.WhyTargetRefused(target.Host, target.Kinds, target.Home);
        if (wrong is not null)
        {
            throw new DlsException(ErrorKind.Usage, $"add target '{EntryName.Show(Encoding.UTF8.GetBytes(target.Name))}': {wrong}",
                "run `dls target add --help` for an example");
        }

        _ = repo.OpenHost(target.Host);
        if (repo.Config.Targets.TryGetValue(target.Name, out TargetSetting? there) && !Same(there, sorted))
        {
            throw new DlsException(
                ErrorKind.Failed, $"add target '{target.Name}': it is configured already, as '{there.Home}' on host '{there.Host}'",
                $"edit {RepoConfig.File}, or choose another name");
        }

        TargetFaults.RequireKinds(repo, sorted);
        TargetFaults.RequireOwnHome(repo, sorted, "add");
        if (!dryRun)
        {
            Write(repo, sorted);
        }

        return sorted;
    }

    /// <summary>Takes a target out of the configuration. What is live there stays live, with its journal.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="name">Its name.</param>
    /// <param name="dryRun">Check only.</param>
    /// <returns>The target as it was configured.</returns>
    /// <exception cref="DlsException">Kind Usage: no such target is configured.</exception>
    public static TargetSetting Remove(Repo repo, string name, bool dryRun)
    {
        TargetSetting target = repo.Config.Targets.TryGetValue(name, out TargetSetting? there) ? there : throw new DlsException(
            ErrorKind.Usage, $"remove target '{name}': no such target is configured", "run `dls target list` to see them");
        if (!dryRun)
        {
            using FileLock held = repo.LockWorkTree();
            CommittedConfig.Edit(repo.Git, file => GitConfig.RemoveFileSection(repo.Git.Git, file, $"target.{name}"));
            repo.ForgetConfig();
        }

        return target;
    }

    /// <summary>Lists the targets.</summary>
    /// <param name="repo">The repository.</param>
    /// <returns>By name.</returns>
    public static IReadOnlyList<TargetSetting> List(Repo repo) => [.. repo.Config.Targets.Values];

    internal static TargetSetting Get(Repo repo, string name) => repo.Config.Targets.TryGetValue(name, out TargetSetting? target)
        ? target
        : throw new DlsException(ErrorKind.Usage, $"use target '{name}': no such target is configured",
            "run `dls target list` to see them, or `dls target add NAME --host HOST --kind KIND --home PATH`");

    private static bool Same(TargetSetting a, TargetSetting b) => a.Host == b.Host && a.Home == b.Home && a.Kinds.SequenceEqual(b.Kinds);

    private static void Write(Repo repo, TargetSetting target)
    {
        using FileLock held = repo.LockWorkTree();
        CommittedConfig.Edit(repo.Git, file =>
        {
            GitConfig.SetFile(repo.Git.Git, file, $"target.{target.Name}.host", target.Host);
            GitConfig.SetFile(repo.Git.Git, file, $"target.{target.Name}.kind", string.Join(',', target.Kinds));
            GitConfig.SetFile(repo.Git.Git, file, $"target.{target.Name}.home", target.Home);
        });
        repo.ForgetConfig();
    }
}
