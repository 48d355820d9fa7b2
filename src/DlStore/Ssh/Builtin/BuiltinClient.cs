using System.Net.Sockets;
using Renci.SshNet;
using Renci.SshNet.Common;

namespace DlStore.Ssh.Builtin;

/// <summary>
/// Connects to a host where there is no ssh program, by SSH.NET (docs/decisions/0028-ssh-net.md). It knows keys, user certificates,
/// passwords from SSH_ASKPASS, and known_hosts; no agent, no ssh_config, no ProxyJump, no security keys, and the errors say so. The library
/// would take any host key: <see cref="KnownHosts"/> decides.
/// </summary>
internal sealed class BuiltinClient
{
    private const string SystemKnownHosts = "/etc/ssh/ssh_known_hosts";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly HostAddress _address;
    private readonly BuiltinFailure _failure;
    private readonly BuiltinKeys _keys;
    private readonly Lazy<string?> _password;
    private readonly string _user;
    private readonly string _host;
    private readonly int _port;

    /// <summary>Makes a client; nothing is contacted or read yet.</summary>
    /// <param name="address">The host; not this machine.</param>
    /// <param name="settings">What this machine's configuration says.</param>
    /// <param name="environment">The process environment: HOME, SSH_ASKPASS.</param>
    /// <param name="sshConfig">ssh's configuration file, if configured: it is not obeyed, and errors say so.</param>
    public BuiltinClient(HostAddress address, SshSettings settings, IReadOnlyDictionary<string, string> environment, string? sshConfig)
    {
        _address = address;
        string destination = address.SshDestination;
        int at = destination.LastIndexOf('@');
        _user = at < 0 ? Environment.UserName : destination[..at];
        _host = destination[(at + 1)..];
        _port = address.Port ?? 22;
        _keys = new BuiltinKeys(settings, environment, address.Askpass);
        _failure = new BuiltinFailure(address, _host, _port, sshConfig ?? $"{_keys.Directory}/config");
        _password = new Lazy<string?>(() => address.Askpass ? Askpass.Ask(environment, $"{_user}@{_host}'s password: ") : null);
    }

    /// <summary>Gets how failures are told.</summary>
    public BuiltinFailure Failure => _failure;

    /// <summary>Connects and proves who both sides are.</summary>
    /// <typeparam name="T">The kind of client.</typeparam>
    /// <param name="what">What it is for: a verb and its object.</param>
    /// <param name="make">Makes the library's client.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The connected client; dispose it.</returns>
    /// <exception cref="DlsException">Kind Failed: the host cannot be reached, is not who it should be, or does not let us in.</exception>
    public async Task<T> ConnectAsync<T>(string what, Func<ConnectionInfo, T> make, CancellationToken cancel)
        where T : BaseClient
    {
        IPrivateKeySource[] keys = [.. _keys.Load(out IReadOnlyList<string> notes)];
        KnownHosts known = KnownHosts.Read($"{_keys.Directory}/known_hosts", SystemKnownHosts);
        Exception refused = new SshAuthenticationException("there is no key to offer");
        try
        {
            if (keys.Length > 0)
            {
                return await ConnectAsync(what, make, known, [new PrivateKeyAuthenticationMethod(_user, keys)], cancel);
            }
        }
        catch (SshAuthenticationException e)
        {
            refused = e;
        }

        if (_password.Value is not { } password)
        {
            throw _failure.Refused(what, _user, keys.Length, notes, refused);
        }

        try
        {
            return await ConnectAsync(what, make, known, MethodsWith(keys, password), cancel);
        }
        catch (SshAuthenticationException e)
        {
            throw _failure.Refused(what, _user, keys.Length, notes, e);
        }
    }

    private AuthenticationMethod[] MethodsWith(IPrivateKeySource[] keys, string password)
    {
        KeyboardInteractiveAuthenticationMethod questions = new(_user);
        questions.AuthenticationPrompt += (_, e) =>
        {
            foreach (AuthenticationPrompt prompt in e.Prompts)
            {
                prompt.Response = password;
            }
        };
        AuthenticationMethod[] passwords = [new PasswordAuthenticationMethod(_user, password), questions];
        return keys.Length == 0 ? passwords : [new PrivateKeyAuthenticationMethod(_user, keys), .. passwords];
    }

    private async Task<T> ConnectAsync<T>(
        string what, Func<ConnectionInfo, T> make, KnownHosts known, AuthenticationMethod[] methods, CancellationToken cancel)
        where T : BaseClient
    {
        ConnectionInfo info = new(_host, _port, _user, methods) { Timeout = Limit };
        BuiltinAlgorithms.Choose(info, known, _host, _port);
        T client = make(info);
        DlsException? stranger = null;
        bool asked = false;
        client.HostKeyReceived += (_, e) =>
        {
            // The library goes on unless it is told not to; also when keys are exchanged again.
            e.CanTrust = false;
            asked = true;
            stranger = Judge(what, known, e);
            e.CanTrust = stranger is null;
        };
        try
        {
            await Task.Run(() => client.ConnectAsync(cancel), cancel);
            return asked ? client : throw new SshConnectionException("the server has shown no host key");
        }
        catch (Exception e)
        {
            client.Dispose();
            if (stranger is not null)
            {
                throw stranger;
            }

            if (e is not SshAuthenticationException && IsLost(e))
            {
                throw _failure.Lost(what, e);
            }

            throw;
        }
    }

    /// <summary>Tells whether the library threw because the connection, or the way to the host, is not as it must be.</summary>
    public static bool IsLost(Exception e) =>
        e is SshException or SocketException or ObjectDisposedException or ProxyException
            or System.Security.Cryptography.CryptographicException;

    private DlsException? Judge(string what, KnownHosts known, HostKeyEventArgs shown)
    {
        HostCertificate? certificate = shown.Certificate is { } given
            ? new HostCertificate(
                given.CertificateAuthorityKey, given.Type == Renci.SshNet.Security.Certificate.CertificateType.Host,
                [.. given.ValidPrincipals], given.CriticalOptions.Count > 0)
            : null;
        ShownHostKey key = new(shown.HostKey, certificate);
        (HostKeyVerdict verdict, KnownHostLine? line) = known.Judge(_host, _port, key);
        return verdict == HostKeyVerdict.Known ? null : _failure.Stranger(what, verdict, line, key);
    }
}
