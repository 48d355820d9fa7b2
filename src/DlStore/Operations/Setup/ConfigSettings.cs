using System.Globalization;
using DlStore.Git;
using DlStore.Io;
using DlStore.Ssh;

namespace DlStore.Operations.Setup;

/// <summary><c>dls config</c>: shows and sets what may be configured. Keys are an allow-list; none can name a command.</summary>
public static class ConfigSettings
{
    private const string Default = "default";
    private const string Clone = LocalRemotes.Clone;
    private static readonly string[] PathKeys = ["dls.storePath", "dls.sshConfig", "dls.sshKey"];

    /// <summary>Lists the settings in force.</summary>
    /// <param name="repo">The repository.</param>
    /// <returns>By key.</returns>
    public static IReadOnlyList<ConfigLine> List(Repo repo)
    {
        SshSettings ssh = repo.Config.Ssh;
        string Origin(string key) => GitConfig.Find(repo.Config.Committed, key) is null ? Default : RepoConfig.File;
        List<ConfigLine> lines =
        [
            new("core.packThreshold", repo.Config.PackThreshold.ToString(CultureInfo.InvariantCulture), Origin("core.packthreshold")),
            new("core.remote", repo.Config.DefaultRemote ?? "", repo.Config.DefaultOrigin ?? Origin("core.remote")),
            new("core.repoId", repo.Config.RepoId ?? "", Origin("core.repoid")),
            new("dls.hook", repo.Config.IsHookWanted ? "true" : "false", repo.Config.IsHookWanted ? Default : Clone),
            new("dls.ssh", ssh.Client.ToString().ToLowerInvariant(), ssh.Client == SshClientKind.Auto ? Default : Clone),
            new("dls.sshConfig", repo.Config.SshConfig ?? "", repo.Config.SshConfig is null ? Default : Clone),
            new("dls.sshKey", ssh.Key ?? "", ssh.Key is null ? Default : Clone),
            new("dls.sshPassphrase", ssh.PassphraseVariable ?? "", ssh.PassphraseVariable is null ? Default : Clone),
            new("dls.storePath", repo.Store.Root, repo.Config.StorePath is null ? Default : Clone),
        ];
        lines.AddRange(repo.Config.Hosts.Values.Where(
            static h => !h.IsLocal).Select(static h => new ConfigLine($"host.{h.Name}.ssh", h.Show(), RepoConfig.File)));
        lines.AddRange(repo.Config.Targets.Values.Select(static t => new ConfigLine($"target.{t.Name}.home", t.Home, RepoConfig.File)));
        lines.AddRange(repo.Config.Remotes.Select(r => new ConfigLine(
            $"remote.{r.Key}.url", r.Value, repo.Config.LocalRemoteNames.Contains(r.Key) ? Clone : RepoConfig.File)));
        lines.AddRange(repo.Config.GitRemotes.Select(static g => new ConfigLine($"dls.git.{g.Key}.remote", g.Value, Clone)));
        return lines;
    }

    /// <summary>Sets or unsets a value.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="key">One of the keys of <see cref="List"/>, in any letter case, except the repository's id.</param>
    /// <param name="value">The new value; null unsets.</param>
    /// <param name="dryRun">Check only.</param>
    public static void Set(Repo repo, string key, string? value, bool dryRun)
    {
        string canonical = key.ToLowerInvariant();
        if (PathKeys.FirstOrDefault(k => k.Equals(key, StringComparison.OrdinalIgnoreCase)) is { } path)
        {
            SetPath(repo, path, value, dryRun);
            return;
        }

        if (canonical is "dls.ssh" or "dls.sshpassphrase")
        {
            SetSsh(repo, canonical == "dls.ssh" ? "dls.ssh" : "dls.sshPassphrase", value, dryRun);
            return;
        }

        bool isGitRemote = canonical.StartsWith("dls.git.", StringComparison.Ordinal)
            && canonical.EndsWith(".remote", StringComparison.Ordinal);
        if (canonical == "dls.remote" || isGitRemote)
        {
            RequireRemote(repo, key, value);
            SetLocal(repo, key, value, dryRun);
            return;
        }

        if (canonical == "dls.hook")
        {
            SetHook(repo, key, value, dryRun);
            return;
        }

        bool isCommitted = canonical is "core.packthreshold" or "core.remote";
        SetCommitted(repo, isCommitted ? canonical : throw NotSettable(key, canonical), value, dryRun);
    }

    private static void SetCommitted(Repo repo, string canonical, string? value, bool dryRun)
    {
        RepoConfig.RequireValid(canonical, value, repo.Config.Remotes);
        if (dryRun)
        {
            return;
        }

        using FileLock held = repo.LockWorkTree();
        CommittedConfig.Edit(repo.Git, file =>
        {
            if (value is null)
            {
                GitConfig.UnsetFile(repo.Git.Git, file, canonical);
            }
            else
            {
                GitConfig.SetFile(repo.Git.Git, file, canonical == "core.remote" ? "core.remote" : "core.packThreshold", value);
            }
        });
        repo.ForgetConfig();
    }

    private static DlsException NotSettable(string key, string canonical)
    {
        string hint = canonical.StartsWith("remote.", StringComparison.Ordinal) ? "use `dls remote add` and `dls remote remove`"
            : canonical.StartsWith("host.", StringComparison.Ordinal) || canonical.StartsWith("target.", StringComparison.Ordinal)
                ? "use `dls host add` and `dls target add`"
            : "run `dls config` to see the keys";
        return new DlsException(ErrorKind.Usage, $"set '{key}': it is not a key that can be set here", hint);
    }

    private static void RequireRemote(Repo repo, string key, string? value)
    {
        if (value is not null && !repo.Config.Remotes.ContainsKey(value))
        {
            throw new DlsException(
                ErrorKind.Usage, $"set '{key}' to '{value}': no such remote is configured", "run `dls remote list` to see them");
        }
    }

    private static void SetHook(Repo repo, string key, string? value, bool dryRun)
    {
        if (value is not (null or "true" or "false"))
        {
            throw new DlsException(ErrorKind.Usage,
                $"set '{key}' to '{EntryName.Show(System.Text.Encoding.UTF8.GetBytes(value))}': it is neither true nor false",
                "run `dls config dls.hook false` to have dls leave the hook alone in this clone");
        }

        if (dryRun)
        {
            return;
        }

        if (value == "false")
        {
            GitConfig.SetLocal(repo.Git.Git, "dls.hook", value);
        }
        else
        {
            GitConfig.UnsetLocal(repo.Git.Git, "dls.hook");
        }

        repo.ForgetConfig();
    }

    private static void SetPath(Repo repo, string key, string? value, bool dryRun)
    {
        if (value is not null && !Path.IsPathRooted(value))
        {
            throw new DlsException(ErrorKind.Usage, $"set '{key}' to '{value}': it is not an absolute path", key == "dls.storePath"
                ? "give an absolute path; the store that is there now is not moved" : "give an absolute path");
        }

        SetLocal(repo, key, value, dryRun);
    }

    private static void SetSsh(Repo repo, string key, string? value, bool dryRun)
    {
        bool isGood = value is null || (key == "dls.ssh" ? SshSettings.TryParse(value, out _) : SshSettings.IsVariable(value));
        if (!isGood)
        {
            string shown = EntryName.Show(System.Text.Encoding.UTF8.GetBytes(value!));
            throw key == "dls.ssh"
                ? new DlsException(
                    ErrorKind.Usage, $"set 'dls.ssh' to '{shown}': it is none of auto, system, builtin", "run `dls config dls.ssh auto`")
                : new DlsException(
                    ErrorKind.Usage, "set 'dls.sshPassphrase': the value is no environment variable's name",
                    "give the variable's name, never the passphrase itself: `dls config dls.sshPassphrase SSH_PASSPHRASE`");
        }

        SetLocal(repo, key, value, dryRun);
    }

    private static void SetLocal(Repo repo, string key, string? value, bool dryRun)
    {
        if (dryRun)
        {
            return;
        }

        if (value is null)
        {
            GitConfig.UnsetLocal(repo.Git.Git, key);
        }
        else
        {
            GitConfig.SetLocal(repo.Git.Git, key, value);
        }

        repo.ForgetConfig();
    }
}
