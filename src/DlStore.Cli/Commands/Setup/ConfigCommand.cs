using CommandLine;
using DlStore.Operations.Setup;

namespace DlStore.Cli.Commands.Setup;

/// <summary><c>dls config [KEY [VALUE]]</c>.</summary>
[Details("Without a key: all settings with their origin. With a key: its value. With a value: sets it, in .dlstore/config or, "
    + "for keys that begin with dls., in this clone's git configuration. Only the keys that are listed exist. "
    + "dls.ssh says which client carries ssh remotes: system is the ssh program, builtin needs none, and auto takes the program if "
    + "there is one in PATH. The built-in client takes keys from ~/.ssh/id_ed25519, id_ecdsa and id_rsa or from dls.sshKey, a "
    + "passphrase from the environment variable that dls.sshPassphrase names, and host keys from known_hosts; "
    + "it has no agent, no ssh_config and no ProxyJump. dls.remote names the default remote of this clone, the variable DLS_REMOTE "
    + "that of one process; dls.git.NAME.remote names the remote that takes the bytes of what `git push NAME` publishes.")]
[Example("dls config", "all settings and where they come from")]
[Example("dls config core.packThreshold 262144", "store blobs from 256 KiB up as files of their own")]
[Example("dls config dls.storePath /data/dls-store", "share one store between clones on this machine")]
[Example("dls config dls.git.fork.remote mine", "a push to the fork takes its bytes to the remote mine")]
[Exits(ExitCode.NoRepository)]
internal sealed class ConfigCommand : Command
{
    [Value(0, MetaName = "KEY", HelpText = "the setting")]
    public string? Key { get; set; }

    [Value(1, MetaName = "VALUE", HelpText = "its new value")]
    public string? Value { get; set; }

    [Option("unset", HelpText = "go back to the default")]
    public bool Unset { get; set; }

    [Option("dry-run", HelpText = "check the value and write nothing")]
    public bool DryRun { get; set; }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
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
            session.Terminal.Result(lines[0].Value);
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
}
