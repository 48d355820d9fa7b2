using DlStore.Ssh;
using DlStore.Ssh.Builtin;

namespace DlStore.Remotes.Sftp;

/// <summary>How an ssh remote reaches its host: by the system's ssh, or by the built-in client where there is none.</summary>
/// <param name="Open">Connects to its SFTP.</param>
/// <param name="RunScript">Runs a script in its shell.</param>
internal sealed record SftpClients(Func<CancellationToken, Task<ISftp>> Open, ScriptRunner RunScript)
{
    /// <summary>Chooses; nothing is contacted yet.</summary>
    /// <param name="host">The host.</param>
    /// <param name="around">What is configured, and PATH.</param>
    public static SftpClients Choose(HostAddress host, RemoteSurroundings around)
    {
        if (around.Ssh.UsesBuiltin(around.Environment))
        {
            BuiltinClient client = new(host, around.Ssh, around.Environment, around.SshConfig);
            return new SftpClients(cancel => BuiltinSftp.OpenAsync(client, cancel), new BuiltinShell(client, host.Root).RunAsync);
        }

        return new SftpClients(
            cancel => SftpSession.OpenAsync(host, SshCommand.Subsystem(host, around.Environment, around.SshConfig, "sftp"), cancel),
            new HostShell(host, around.Environment, around.SshConfig).StreamAsync);
    }
}
