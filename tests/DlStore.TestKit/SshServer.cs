using System.Net;
using System.Net.Sockets;

namespace DlStore.TestKit;

/// <summary>
/// A real sshd on 127.0.0.1 with keys of its own, and the client's configuration for it. Host names: <c>t</c>; <c>tm</c> with a control
/// master that stays in the
/// background; <c>tc</c> and <c>tf</c>, whose login shell is csh and fish; <c>tw</c> with a key that is not accepted; <c>tu</c> whose host
/// key is not known; <c>tx</c>
/// whose host key has changed; <c>tp</c> that asks for a password; <c>ts</c> that gives SFTP and no
/// shell; <c>tr</c> that gives SFTP for reading only. Disposing ends it with all its connections.
/// </summary>
public sealed class SshServer : IDisposable
{
    private const string Sshd = "/usr/sbin/sshd";
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);
    private readonly TempDir _directory = new();
    private readonly RunningProgram _server;
    private readonly int[] _ports;

    public SshServer()
    {
        Home = _directory.MakeDirectory("home");
        ClientHome = _directory.MakeDirectory("client");
        _ports = FreePorts(5);
        foreach (string key in (string[])["host", "user", "other", "ca"])
        {
            RunningProgram.Run(
                "ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", key, "-f", At(key)], _directory.Path, Environment).Expect(0);
        }

        RunningProgram.Run(
            "ssh-keygen", ["-q", "-s", At("ca"), "-I", "a host", "-h", "-n", "127.0.0.1,certified.example", At("host.pub")], "/", Environment).Expect(0);
        File.Copy(At("user.pub"), At("authorized_keys"));
        _directory.Write("known_hosts", string.Concat(_ports.Select(p => $"[127.0.0.1]:{p} {KeyOf("host")}\n")));
        _directory.Write("known_none", "");
        _directory.Write("revoked", "");
        _directory.Write("known_other", $"[127.0.0.1]:{_ports[0]} {KeyOf("other")}\n");
        _directory.Write("sshd_config", ServerConfig());
        _directory.Write("ssh_config", ClientConfig());
        if (System.Environment.IsPrivilegedProcess)
        {
            Directory.CreateDirectory("/run/sshd");
        }

        _server = RunningProgram.Start(Sshd, ["-D", "-e", "-f", At("sshd_config")], _directory.Path, Environment);
        WaitUntilUp();
    }

    /// <summary>Gets the home directory that scripts see on the host.</summary>
    public string Home { get; }

    /// <summary>Gets the client's home directory.</summary>
    public string ClientHome { get; }

    /// <summary>Gets the client's configuration, for <c>ssh -F</c>.</summary>
    public string ConfigPath => At("ssh_config");

    /// <summary>Gets the environment for ssh.</summary>
    public Dictionary<string, string> Environment => TempRepo.SealedEnvironment(ClientHome);

    /// <summary>Gets the port of host <c>t</c>.</summary>
    public int Port => _ports[0];

    /// <summary>Gets the port of host <c>ts</c>, which gives SFTP and no shell.</summary>
    public int SftpOnlyPort => _ports[3];

    /// <summary>
    /// Makes a home directory for a client that reads no configuration: <c>.ssh</c> with the accepted key as <c>id_ed25519</c> and the known
    /// host keys.
    /// </summary>
    /// <param name="key">Which key: <c>user</c>, or <c>other</c>, which is not accepted; null for none.</param>
    /// <param name="known">Which known hosts: <c>known_hosts</c>, <c>known_none</c> or <c>known_other</c>.</param>
    /// <returns>Its absolute path.</returns>
    public string MakeClientHome(string? key = "user", string known = "known_hosts")
    {
        string home = _directory.MakeDirectory($"home-{Guid.NewGuid():N}");
        Directory.CreateDirectory($"{home}/.ssh");
        File.Copy(At(known), $"{home}/.ssh/known_hosts");
        if (key is not null)
        {
            File.Copy(At(key), $"{home}/.ssh/id_ed25519");
        }

        return home;
    }

    /// <summary>Makes another key that the server accepts.</summary>
    /// <param name="path">The new file.</param>
    /// <param name="passphrase">Empty for none.</param>
    /// <param name="how">More words for ssh-keygen: <c>-t rsa</c>.</param>
    public void AddUserKey(string path, string passphrase, params string[] how)
    {
        RunningProgram.Run("ssh-keygen", ["-q", "-N", passphrase, "-f", path, .. how], _directory.Path, Environment).Expect(0);
        File.AppendAllText(At("authorized_keys"), File.ReadAllText(path + ".pub"));
    }

    /// <summary>Certifies a key of the user that the server does not know by itself; beside the key lies <c>NAME-cert.pub</c> then.</summary>
    public void Certify(string path) => RunningProgram.Run(
        "ssh-keygen", ["-q", "-s", At("ca"), "-I", "a user", "-n", System.Environment.UserName, path + ".pub"], "/", Environment).Expect(0);

    /// <summary>The user's key is accepted no more.</summary>
    public void Revoke() => File.Copy(At("user.pub"), At("revoked"), overwrite: true);

    /// <summary>Gets a public key: <c>host</c>, <c>user</c>, <c>other</c>, or <c>ca</c>, which certifies users and host <c>127.0.0.1</c>.</summary>
    public string PublicKey(string name) => KeyOf(name);

    /// <summary>Ends every connection at once, as when the host loses power; the server itself goes on.</summary>
    public void KillSessions()
    {
        foreach (string process in Directory.GetDirectories("/proc"))
        {
            // "pid (name) state parent ...": the name may hold blanks, the rest does not.
            string stat = int.TryParse(Path.GetFileName(process), out _) ? Read(process + "/stat") : "";
            string[] rest = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (rest.Length > 1 && rest[1] == $"{_server.Id}")
            {
                RunningProgram.Run("kill", ["-9", Path.GetFileName(process)], "/", Environment);
            }
        }
    }

    public void Dispose()
    {
        RunningProgram.Run("ssh", ["-F", ConfigPath, "-O", "exit", "tm"], "/", Environment);
        KillSessions();
        _server.Dispose();
        _directory.Dispose();
    }

    private string At(string name) => _directory.At(name);

    private string KeyOf(string name) => string.Join(' ', File.ReadAllText(At($"{name}.pub")).Split(' ')[..2]);

    private string ServerConfig()
    {
        string shells = "";
        foreach ((int port, string shell) in ((int, string)[])[(_ports[1], "csh"), (_ports[2], "fish")])
        {
            string wrapper = _directory.Write($"login-{shell}", $"#!/bin/sh\nexec {shell} -c \"$SSH_ORIGINAL_COMMAND\"\n");
            File.SetUnixFileMode(wrapper, (UnixFileMode)0x1ED);
            shells += $"Match LocalPort {port}\n    ForceCommand {wrapper}\n";
        }

        shells += $"Match LocalPort {_ports[3]}\n    ForceCommand internal-sftp\n";
        shells += $"Match LocalPort {_ports[4]}\n    ForceCommand internal-sftp -R\n";
        return $"""
            {string.Join('\n', _ports.Select(static p => $"Port {p}"))}
            ListenAddress 127.0.0.1
            HostKey {At("host")}
            HostCertificate {At("host-cert.pub")}
            TrustedUserCAKeys {At("ca.pub")}
            AuthorizedKeysFile {At("authorized_keys")}
            RevokedKeys {At("revoked")}
            StrictModes no
            UsePAM no
            PasswordAuthentication yes
            KbdInteractiveAuthentication no
            PermitRootLogin yes
            PidFile none
            MaxSessions 100
            MaxStartups 100
            SetEnv HOME={Home}
            Subsystem sftp internal-sftp
            {shells}
            """;
    }

    private string ClientConfig()
    {
        string Entry(string names, int port, string key, string known, string more = "") => $"""
            Host {names}
                HostName 127.0.0.1
                Port {port}
                User {System.Environment.UserName}
                IdentityFile {At(key)}
                IdentitiesOnly yes
                IdentityAgent none
                UserKnownHostsFile {At(known)}
                GlobalKnownHostsFile /dev/null
                {more}

            """;
        string master = $"ControlMaster auto\n    ControlPath {At("cm")}\n    ControlPersist 3600";
        return Entry("t", _ports[0], "user", "known_hosts") + Entry("tm", _ports[0], "user", "known_hosts", master)
            + Entry("tc", _ports[1], "user", "known_hosts") + Entry("tf", _ports[2], "user", "known_hosts")
            + Entry("tw", _ports[0], "other", "known_hosts") + Entry(
                "tu", _ports[0], "user", "known_none") + Entry("tx", _ports[0], "user", "known_other")
            + Entry("ts", _ports[3], "user", "known_hosts") + Entry("tr", _ports[4], "user", "known_hosts") + Entry("tp", _ports[0], "other", "known_hosts", "PreferredAuthentications password");
    }

    private void WaitUntilUp()
    {
        for (long end = System.Environment.TickCount64 + (long)StartLimit.TotalMilliseconds; ;)
        {
            try
            {
                using TcpClient client = new();
                client.Connect(IPAddress.Loopback, _ports[^1]);
                return;
            }
            catch (SocketException) when (!_server.HasExited && System.Environment.TickCount64 < end)
            {
                Thread.Sleep(20);
            }
            catch (SocketException)
            {
                Assert.Fail($"sshd did not come up\n{(_server.HasExited ? _server.Wait() : null)}");
            }
        }
    }

    private static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(static _ => new TcpListener(IPAddress.Loopback, 0))];
        foreach (TcpListener listener in listeners)
        {
            listener.Start();
        }

        int[] ports = [.. listeners.Select(static l => ((IPEndPoint)l.LocalEndpoint).Port)];
        foreach (TcpListener listener in listeners)
        {
            listener.Dispose();
        }

        return ports;
    }

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (IOException)
        {
            return ""; // It ended meanwhile.
        }
    }
}
