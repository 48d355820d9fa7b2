using DlStore.Io;

namespace DlStore.Ssh;

/// <summary>How the system's ssh is started: the user's own configuration, and on top of it what dls must be able to rely on.</summary>
internal static class SshCommand
{
    /// <summary>Makes the command line of a shell command on a host.</summary>
    /// <param name="address">The host; not this machine.</param>
    /// <param name="environment">The process environment.</param>
    /// <param name="config">ssh's configuration file instead of the user's own, absolute, or null.</param>
    /// <param name="command">What the login shell there gets.</param>
    public static ChildCommand Shell(
        HostAddress address, IReadOnlyDictionary<string, string> environment, string? config, string command) =>
        Make(address, environment, config, [], command);

    /// <summary>Makes the command line that connects to a subsystem of a host's ssh server; no shell is started there.</summary>
    /// <param name="address">The host; not this machine.</param>
    /// <param name="environment">The process environment.</param>
    /// <param name="config">ssh's configuration file instead of the user's own, absolute, or null.</param>
    /// <param name="subsystem">Its name, such as <c>sftp</c>.</param>
    public static ChildCommand Subsystem(
        HostAddress address, IReadOnlyDictionary<string, string> environment, string? config, string subsystem) =>
        Make(address, environment, config, ["-s"], subsystem);

    private static ChildCommand Make(
        HostAddress address, IReadOnlyDictionary<string, string> environment, string? config, string[] more, string command)
    {
        List<string> arguments = config is null ? [] : ["-F", config];
        arguments.AddRange(["-T", "-a", "-x", .. more]);
        string[] options =
        [
            .. (string[])(address.Askpass ? ["BatchMode=no", "NumberOfPasswordPrompts=1"] : ["BatchMode=yes"]),
            // A dead line is noticed within half a minute.
            "StrictHostKeyChecking=yes", "ConnectTimeout=15", "ServerAliveInterval=10", "ServerAliveCountMax=3",
            // A command or forwarding of the user's own configuration would come in our way.
            "RemoteCommand=none", "ClearAllForwardings=yes",
            // The default cipher is half as fast where the processor knows AES.
            "Ciphers=^aes128-gcm@openssh.com,aes256-gcm@openssh.com",
        ];
        foreach (string option in options)
        {
            arguments.AddRange(["-o", option]);
        }

        if (address.Port is { } port)
        {
            arguments.AddRange(["-p", port.ToString()]);
        }

        arguments.AddRange(["--", address.SshDestination, command]);
        return new ChildCommand
        {
            Program = "ssh",
            Arguments = arguments,
            Environment = address.Askpass
                ? new Dictionary<string, string>(environment) { ["SSH_ASKPASS_REQUIRE"] = "force" } : environment,
            OwnSession = true,
        };
    }
}
