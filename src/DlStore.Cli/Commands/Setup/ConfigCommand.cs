using CommandLine;
using DlStore.Operations.Setup;

namespace DlStore.Cli.Commands.Setup;

/// <summary><c>dls config [KEY [VALUE]]</c>.</summary>
[Details("Without a key: all settings with their origin. With a key: its value. With a value: sets it, in .dlstore/config or, "
    + "for keys that begin with dls., in this clone's git configuration, or with --user in your own file, which this clone's settings "
    + "override. Only the keys that are listed exist. "
    + "dls.ssh says which client carries ssh remotes: system is the ssh program, builtin needs none, and auto takes the program if "
    + "there is one in PATH. The built-in client takes keys from ~/.ssh/id_ed25519, id_ecdsa and id_rsa or from dls.sshKey, a "
    + "passphrase from the environment variable that dls.sshPassphrase names, and host keys from known_hosts; "
    + "it has no agent, no ssh_config and no ProxyJump. dls.remote names the default remote of this clone, the variable DLS_REMOTE "
    + "that of one process; core.gitMax is the largest file that `dls hook pre-commit` lets into git (else core.packThreshold); "
    + "dls.link hard makes checkout and pull give large files as hard links of the store's read-only objects, of which there is then "
    + "one copy on the disk; dls.link none, the default, gives copies; "
    + "dls.pushRemotes (for every clone: core.pushRemotes) names several that a push goes to where none is named; "
    + "dls.git.NAME.remote names the remote that takes the bytes of what `git push NAME` publishes.")]
[Example("dls config", "all settings and where they come from")]
[Example("dls config core.packThreshold 262144", "store blobs from 256 KiB up as files of their own")]
[Example("dls config dls.storePath /data/dls-store", "share one store between clones on this machine")]
[Example("dls config --user dls.link hard", "no second copy of large files in any clone of yours, but read-only ones")]
[Example("dls config dls.git.fork.remote mine", "a push to the fork takes its bytes to the remote mine")]
[Example("dls config --user dls.ssh builtin", "for all of your clones, in ~/.config/dls/config")]
[Exits(ExitCode.NoRepository)]
internal sealed class ConfigCommand : Command
{
    [Value(0, MetaName = "KEY", HelpText = "the setting")]
    public string? Key { get; set; }

    [Value(1, MetaName = "VALUE", HelpText = "its new value")]
    public string? Value { get; set; }

    [Option("unset", HelpText = "go back to the default")]
    public bool Unset { get; set; }

    [Option("user", HelpText = "set the key for all of your clones, in ~/.config/dls/config")]
    public bool User { get; set; }

    [Option("show-origin", HelpText = "with a key: say where its value comes from")]
    public bool ShowOrigin { get; set; }

    [Option("dry-run", HelpText = "check the value and write nothing")]
    public bool DryRun { get; set; }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        if (User)
        {
            SetForUser(session);
            return Task.FromResult(ExitCode.Done);
        }

        if (Key is not null && (Value is not null || Unset))
        {
            ConfigSettings.Set(session.Repo, Key, Unset ? null : Value, DryRun);
        }

        ConfigLine[] lines = [
            .. ConfigSettings.List(session.Repo).Where(l => Key is null || string.Equals(l.Key, Key, StringComparison.OrdinalIgnoreCase))];
        if (lines.Length == 0)
        {
            throw new DlsException(ErrorKind.Usage, $"show '{Key}': there is no such setting", "run `dls config` to see them");
        }

        if (Json)
        {
            session.Terminal.WriteJson(lines, ResultJson.Default.IReadOnlyListConfigLine);
        }
        else if (Key is not null)
        {
            session.Terminal.Result(lines[0].Value + (ShowOrigin ? $"  ({lines[0].Origin})" : ""));
        }
        else
        {
            foreach (ConfigLine line in lines)
            {
                session.Terminal.Result($"{line.Key} = {line.Value}  ({line.Origin})");
            }
        }

        return Task.FromResult(ExitCode.Done);
    }

    private void SetForUser(Session session)
    {
        if (Key is not { } key || (Value is null && !Unset))
        {
            throw new DlsException(ErrorKind.Usage, "config: --user sets a key for all of your clones, and none is given",
                "run `dls config` to see what is set, or `dls config --user KEY VALUE`");
        }

        string file = ConfigSettings.SetForUser(session.Repo, key, Unset ? null : Value, DryRun);
        ConfigLine line = new(key, Unset ? "" : Value!, file);
        if (Json)
        {
            session.Terminal.WriteJson([line], ResultJson.Default.IReadOnlyListConfigLine);
        }
        else
        {
            session.Terminal.Result($"{(DryRun ? "would have " : "")}{line.Key} = {line.Value}  ({file})");
        }
    }
}
