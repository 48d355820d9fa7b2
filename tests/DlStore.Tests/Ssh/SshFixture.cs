using DlStore.Ssh;
using DlStore.TestKit;

namespace DlStore.Tests.Ssh;

/// <summary>One sshd for all tests of a class.</summary>
public sealed class SshFixture : IDisposable
{
    public SshServer Server { get; } = new();

    internal HostShell Open(string host) => new(new HostAddress(host, host, null, false), Server.Environment, Server.ConfigPath);

    public void Dispose() => Server.Dispose();
}
