using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Renci.SshNet.Common;

namespace DlStore.Ssh.Builtin;

/// <summary>
/// Says why the built-in client could not connect and what to do: the words of <see cref="HostFailure"/>, without the programs of OpenSSH.
/// </summary>
/// <param name="address">The host.</param>
/// <param name="host">Its name or address alone.</param>
/// <param name="port">Its port.</param>
/// <param name="sshConfig">The ssh configuration file that is not obeyed.</param>
internal sealed class BuiltinFailure(HostAddress address, string host, int port, string sshConfig)
{
    private const string Limits = "the built-in client has no agent, no ssh_config, no ProxyJump and no security keys";

    /// <summary>Makes the error for a host key that is not known to be the host's.</summary>
    public DlsException Stranger(string what, HostKeyVerdict verdict, KnownHostLine? line, ShownHostKey shown)
    {
        string name = KnownHosts.NameOf(host, port);
        string type = KnownHostLine.TypeOf(shown.Key);
        string print = "SHA256:" + Convert.ToBase64String(SHA256.HashData(shown.Key)).TrimEnd('=');
        string compare = $"compare {type} {print} with what its owner says";
        string add = $"mkdir -p ~/.ssh && echo '{name} {type} {Convert.ToBase64String(shown.Key)}' >>~/.ssh/known_hosts";
        (string why, string hint) = verdict switch
        {
            HostKeyVerdict.Changed => ($"the host key of {name} has changed: '{line?.Place}' has another",
                $"its key is not the one known here: somebody may be in between; {compare}, and only then remove the old key by "
                    + $"`sed -i {Number(line)}d {File(line)}` and run `{add}`"),
            HostKeyVerdict.Revoked => ($"the host key of {name} is revoked by '{line?.Place}'",
                "do not connect; ask its owner for the key that it is to have"),
            HostKeyVerdict.BadCertificate => ($"the certificate of {name}, signed by the authority of '{line?.Place}', is not for it",
                $"it is for: {string.Join(", ", shown.Certificate!.Names.Take(5).Select(Show))}; use such a name, or ask its owner"),
            _ => ($"no {type} key is known for {name}", $"its key is not known here; {compare}, then run `{add}`"),
        };
        return Make(what, $"Host key verification failed: {why}", hint);
    }

    /// <summary>Makes the error for a host that does not let us in.</summary>
    public DlsException Refused(string what, string user, int keys, IReadOnlyList<string> notes, Exception refused)
    {
        string offered = keys == 0 ? "no key was offered" : $"{keys} {(keys == 1 ? "key was" : "keys were")} offered";
        string skipped = notes.Count == 0 ? "" : "; " + string.Join("; ", notes);
        string hint = address.Askpass
            ? "the password or key was refused; SSH_ASKPASS must name a program that prints the password"
            : $"add your public key to ~/.ssh/authorized_keys of '{user}' there, or name another by `dls config dls.sshKey PATH`";
        return Make(what, $"Permission denied: {Clean(refused.Message)} ({offered}{skipped})", hint, refused);
    }

    /// <summary>Makes the error for a connection that did not come about, or was lost.</summary>
    public DlsException Lost(string what, Exception lost)
    {
        string said = Clean(lost.Message);
        SocketError? code = (lost as SocketException ?? lost.InnerException as SocketException)?.SocketErrorCode;
        return code switch
        {
            SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => Make(
                what, $"Could not resolve hostname {host}",
                $"the name is unknown; correct '{address.Key ?? "host." + address.Name + ".ssh"}' in .dlstore/config: "
                    + "the built-in client knows no aliases",
                lost),
            SocketError.ConnectionRefused => Make(
                what, $"Connection refused by {host} port {port}", "is the machine up and is its port right?", lost),
            _ when lost is SshOperationTimeoutException => Make(
                what, $"{host} port {port} timed out", "is the machine up and is its port right?", lost),
            _ when said.Contains("subsystem", StringComparison.OrdinalIgnoreCase) => new DlsException(
                ErrorKind.Failed, $"{what} on host '{address.Name}': it offers no SFTP",
                "its sshd_config needs a line `Subsystem sftp internal-sftp`", lost),
            _ => Make(what, said, "the connection ended; run the command again", lost),
        };
    }

    private DlsException Make(string what, string why, string hint, Exception? inner = null)
    {
        string more = SshConfigFile.Mentions(sshConfig, host)
            ? $"; {Limits}, and '{sshConfig}' has settings for '{host}': with an ssh program in PATH they are obeyed"
            : why.StartsWith("Permission", StringComparison.Ordinal) ? $"; {Limits}" : "";
        return new DlsException(ErrorKind.Failed, $"{what} on host '{address.Name}' ({address.Show()}): {why}", hint + more, inner);
    }

    private static string Number(KnownHostLine? line) => line?.Place[(line.Place.LastIndexOf(':') + 1)..] ?? "";

    private static string File(KnownHostLine? line) => ShellQuote.Quote(line?.Place[..line.Place.LastIndexOf(':')] ?? "");

    private static string Clean(string said) => Show(said.Length > 300 ? said[..300] : said).TrimEnd('.');

    private static string Show(string text) => Io.EntryName.Show(Encoding.UTF8.GetBytes(text));
}
