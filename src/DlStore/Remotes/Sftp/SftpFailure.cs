using DlStore.Ssh;

namespace DlStore.Remotes.Sftp;

/// <summary>Says what went wrong at an ssh remote, and what to do about it.</summary>
/// <param name="remote">The remote's name.</param>
/// <param name="host">Its host.</param>
/// <param name="directory">Its directory, as SFTP takes it.</param>
internal sealed class SftpFailure(string remote, HostAddress host, string directory)
{
    private const long NearlyFull = 16 << 20;

    private string Place => $"{host.Show()}:{directory}";

    private string Look => $"look at '{Place}' with `sftp {host.SshDestination}`";

    /// <summary>Explains that a connection could not be made, or was lost.</summary>
    /// <param name="host">Where to.</param>
    /// <param name="what">What was to be done.</param>
    /// <param name="exitCode">How ssh ended.</param>
    /// <param name="said">What it said; not trusted.</param>
    /// <param name="inner">What was noticed here.</param>
    public static DlsException OfConnection(HostAddress host, string what, int exitCode, string said, Exception inner)
    {
        const int sshFailed = 255;
        HostReply reply = new(exitCode, [], said.Length > 0 ? said : inner.Message);
        bool isRefused = said.Contains("subsystem request failed", StringComparison.OrdinalIgnoreCase);
        return exitCode == sshFailed && !isRefused
            ? HostFailure.Explain(host, what, reply, inner)
            : new DlsException(ErrorKind.Failed, $"{what} on host '{host.Name}': {(isRefused ? "it offers no SFTP" : reply.Why())}",
                isRefused ? $"its sshd_config needs a line `Subsystem sftp internal-sftp`; `sftp {host.SshDestination}` must work"
                    : $"`sftp {host.SshDestination}` must work; then run the command again", inner);
    }

    /// <summary>Explains a call that failed.</summary>
    /// <param name="doing">A verb: read, send, list, move, remove, look for.</param>
    /// <param name="name">The file; empty for the remote itself.</param>
    /// <param name="sftp">The connection.</param>
    /// <param name="e">What was thrown.</param>
    public DlsException Explain(string doing, string name, ISftp sftp, Exception e)
    {
        string what = name.Length == 0 ? $"{doing} remote '{remote}'" : $"{doing} '{name}' of remote '{remote}'";
        if (e is not SftpException refused)
        {
            DlsException lost = sftp.Explain(what, e);
            return new DlsException(lost.Kind, lost.Message, lost.Hint, e) { Remote = remote, IsPassing = true };
        }

        string right = doing is "send" or "move" or "remove" ? "write" : "read";
        (string why, string hint) = refused.Status switch
        {
            SftpStatus.PermissionDenied => ("permission denied", $"the user there needs the right to {right} in '{Place}'"),
            SftpStatus.NoSuchFile => ("a directory on the way is not there", Look),
            SftpStatus.Failure when doing is "send" => FullOrFailed(sftp, refused.Said),
            _ => (refused.Said, Look),
        };
        return new DlsException(ErrorKind.Failed, $"{what}: {why}", hint, e) { Remote = remote };
    }

    /// <summary>SFTP has no word for a full disk: asks how much is free.</summary>
    private (string Why, string Hint) FullOrFailed(ISftp sftp, string said)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(10));
        long? free = null;
        try
        {
            free = sftp.FindFreeAsync(directory, limit.Token).GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is SftpException or SftpLostException or OperationCanceledException)
        {
            // What is not known is not said.
        }

        return free < NearlyFull
            ? ($"the disk there is full ({free} bytes are free)", $"make room for '{Place}', then push again; it goes on")
            : (said, Look);
    }
}
