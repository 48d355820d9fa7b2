using System.Globalization;
using DlStore.Git;
using DlStore.Io;
using DlStore.Ssh;

namespace DlStore.Operations.Setup;

/// <summary><c>dls config</c>: shows and sets what may be configured. Keys are an allow-list; none can name a command.</summary>
public static class ConfigSettings
{
    private const string Default = "default";
    private static readonly string[] PathKeys = ["dls.storePath", "dls.sshConfig", "dls.sshKey"];

    /// <summary>Lists the settings in force.</summary>
    /// <param name="repo">The repository.</param>
    /// <returns>By key.</returns>
    public static IReadOnlyList<ConfigLine> List(Repo repo)
    {
        SshSettings ssh = repo.Config.Ssh;
        string Origin(string key) => GitConfig.Find(repo.Config.Committed, key) is null ? Default : RepoConfig.File;
        string Local(string key) => repo.Config.LocalOriginOf(key) ?? Default;
        List<ConfigLine> lines =
        [
            new("core.gitMax", (repo.Config.GitMax ?? repo.Config.PackThreshold).ToString(CultureInfo.InvariantCulture),
                Origin("core.gitmax")),
            new("core.packThreshold", repo.Config.PackThreshold.ToString(CultureInfo.InvariantCulture), Origin("core.packthreshold")),
            new("core.pushRemotes", string.Join(',', repo.Config.PushRemotes),
                repo.Config.LocalOriginOf("dls.pushRemotes") ?? Origin("core.pushremotes")),
            new("core.remote", repo.Config.DefaultRemote ?? "", repo.Config.DefaultOrigin ?? Origin("core.remote")),
            new("core.repoId", repo.Config.RepoId ?? "", Origin("core.repoid")),
            new("dls.hook", repo.Config.IsHookWanted ? "true" : "false", Local("dls.hook")),
            new(LinkModes.Key, LinkModes.Name(repo.Config.Link), Local(LinkModes.Key)),
            new("dls.pushRemotes", repo.Config.LocalOriginOf("dls.pushRemotes") is null ? "" : string.Join(',', repo.Config.PushRemotes),
                Local("dls.pushRemotes")),
            new("dls.remote", repo.Config.LocalValueOf("dls.remote") ?? "", Local("dls.remote")),
            new("dls.ssh", ssh.Client.ToString().ToLowerInvariant(), Local("dls.ssh")),
            new("dls.sshConfig", repo.Config.SshConfig ?? "", Local("dls.sshConfig")),
            new("dls.sshKey", ssh.Key ?? "", Local("dls.sshKey")),
            new("dls.sshPassphrase", ssh.PassphraseVariable ?? "", Local("dls.sshPassphrase")),
            new("dls.storePath", repo.Store.Root, Local("dls.storePath")),
        ];
        lines.AddRange(repo.Config.Hosts.Values.Where(
            static h => !h.IsLocal).Select(static h => new ConfigLine($"host.{h.Name}.ssh", h.Show(), RepoConfig.File)));
        lines.AddRange(repo.Config.Targets.Values.Select(static t => new ConfigLine($"target.{t.Name}.home", t.Home, RepoConfig.File)));
        lines.AddRange(repo.Config.Remotes.Select(r => new ConfigLine(
            $"remote.{r.Key}.url", r.Value, repo.Config.LocalOriginOf($"dls.remote.{r.Key}.url") ?? RepoConfig.File)));
        lines.AddRange(repo.Config.RemoteOptions.Where(static o => o.Value.ReadOnly).Select(o => new ConfigLine(
            $"remote.{o.Key}.readOnly", "true", repo.Config.LocalOriginOf($"dls.remote.{o.Key}.readonly") ?? RepoConfig.File)));
        lines.AddRange(repo.Config.GitRemotes.Select(
            g => new ConfigLine($"dls.git.{g.Key}.remote", g.Value, Local($"dls.git.{g.Key}.remote"))));
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

        if (canonical is LinkModes.Key or "dls.pushremotes")
        {
            SetChecked(repo, canonical, value, dryRun);
            return;
        }

        bool isCommitted = canonical is "core.gitmax" or "core.packthreshold" or "core.remote" or "core.pushremotes";
        SetCommitted(repo, isCommitted ? canonical : throw NotSettable(key, canonical), value, dryRun);
    }

    /// <summary>Sets or unsets a value for all clones of the user, in his own file.</summary>
    /// <param name="repo">The repository: what is set has to be right for it too.</param>
    /// <param name="key">A key that begins with <c>dls.</c>, but those of one clone.</param>
    /// <param name="value">The new value; null unsets.</param>
    /// <param name="dryRun">Check only.</param>
    /// <returns>The file.</returns>
    public static string SetForUser(Repo repo, string key, string? value, bool dryRun)
    {
        string file = repo.Config.UserFile ?? throw new DlsException(
            ErrorKind.Failed, $"set '{key}' for all of your clones: HOME names no directory", "set HOME");
        if (UserConfig.WhyRefused(key) is { } why)
        {
            throw new DlsException(ErrorKind.Usage, $"set '{key}' for all of your clones: {why}", "run `dls config --help` for the keys");
        }

        RequireGood(key.ToLowerInvariant(), value);
        if (dryRun)
        {
            return file;
        }

        AtomicFile.MakeDirectory(Path.GetDirectoryName(file)!);
        if (value is not null)
        {
            GitConfig.SetFile(repo.Git.Git, file, key, value);
        }
        else if (File.Exists(file))
        {
            GitConfig.UnsetFile(repo.Git.Git, file, key);
        }

        repo.ForgetConfig();
        return file;
    }

    /// <summary>Refuses a value that every later command would refuse. Which remotes there are is each clone's own matter.</summary>
    private static void RequireGood(string key, string? value)
    {
        string[] parts = key.Split('.');
        string? why = value is null ? null
            : key is "dls.sshconfig" or "dls.sshkey" ? Path.IsPathRooted(value) ? null : "it is not an absolute path"
            : key == LinkModes.Key ? LinkModes.WhyRefused(value)
            : key == "dls.ssh" ? SshSettings.TryParse(value, out _) ? null : "it is none of auto, system, builtin"
            : key == "dls.sshpassphrase" ? SshSettings.IsVariable(value) ? null : "the value is no environment variable's name"
            : key == "dls.pushremotes"
                ? value.Split(',', StringSplitOptions.TrimEntries).All(RepoConfig.IsRemoteName) ? null : "it is no list of remotes' names"
            : key == "dls.remote" || parts[1] == "git" ? RepoConfig.IsRemoteName(value) ? null : "it is not a remote's name"
            : parts[^1] == "url" ? null
            : new Remotes.RemoteOptions().With(parts[^1], value, out string? wrong) is null ? "there is no such key" : wrong;
        if (why is not null)
        {
            throw new DlsException(ErrorKind.Usage,
                $"set '{key}' to '{EntryName.Show(System.Text.Encoding.UTF8.GetBytes(value!))}': {why}",
                "run `dls config --help` for the keys");
        }
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
                string written = canonical == "core.remote" ? "core.remote" : canonical == "core.pushremotes" ? "core.pushRemotes"
                    : canonical == "core.gitmax" ? "core.gitMax" : "core.packThreshold";
                GitConfig.SetFile(repo.Git.Git, file, written, value);
            }
        });
        repo.ForgetConfig();
    }

    private static DlsException NotSettable(string key, string canonical)
    {
        string hint = canonical == "core.link" ? "links are each person's own choice: `dls config dls.link hard` is for this clone, "
            + "`dls config --user dls.link hard` for all of yours"
            : canonical.StartsWith("remote.", StringComparison.Ordinal) ? "use `dls remote add` and `dls remote remove`"
            : canonical.StartsWith("host.", StringComparison.Ordinal) || canonical.StartsWith("target.", StringComparison.Ordinal)
                ? "use `dls host add` and `dls target add`"
            : "run `dls config` to see the keys";
        return new DlsException(ErrorKind.Usage, $"set '{key}': it is not a key that can be set here", hint);
    }

    private static void SetChecked(Repo repo, string canonical, string? value, bool dryRun)
    {
        if (canonical == LinkModes.Key)
        {
            LinkModes.Require(value);
        }
        else
        {
            RepoConfig.RequireValid("core.pushremotes", value, repo.Config.Remotes);
        }

        SetLocal(repo, canonical == LinkModes.Key ? LinkModes.Key : "dls.pushRemotes", value, dryRun);
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
