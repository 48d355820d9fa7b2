using DlStore.Ssh;
using DlStore.TestKit;

namespace DlStore.Tests.Ssh;

/// <summary>The contract over ssh, a new connection a script.</summary>
public sealed class DirectSshTests(SshFixture ssh) : HostShellContract, IClassFixture<SshFixture>
{
    private protected override HostShell Open() => ssh.Open("t");
}

/// <summary>The contract over a control master that the first script leaves in the background.</summary>
public sealed class MasterSshTests(SshFixture ssh) : HostShellContract, IClassFixture<SshFixture>
{
    private protected override HostShell Open() => ssh.Open("tm");
}

/// <summary>The contract where the login shell is csh.</summary>
public sealed class CshLoginTests(SshFixture ssh) : HostShellContract, IClassFixture<SshFixture>
{
    private protected override HostShell Open() => ssh.Open("tc");
}

/// <summary>The contract where the login shell is fish.</summary>
public sealed class FishLoginTests(SshFixture ssh) : HostShellContract, IClassFixture<SshFixture>
{
    private protected override HostShell Open() => ssh.Open("tf");
}

/// <summary>What goes wrong on the way to a host.</summary>
public sealed class SshFailureTests(SshFixture ssh) : IClassFixture<SshFixture>
{
    private static readonly HostScript Nothing = new(":", []) { What = "look" };

    [Theory]
    [InlineData("tw", "Permission denied", "ssh-copy-id")]
    [InlineData("tu", "Host key verification failed", "`ssh-keyscan -p PORT 127.0.0.1 | ssh-keygen -lf -`")]
    [InlineData("tx", "Host key verification failed", "ssh-keygen -R '[127.0.0.1]:PORT'")]
    [InlineData("no-such-host.invalid", "resolve", "the name is unknown")]
    public async Task Each_failure_says_what_to_do(string host, string says, string hint)
    {
        DlsException error = await Assert.ThrowsAsync<DlsException>(() => ssh.Open(host).RunAsync(Nothing));

        Assert.StartsWith($"look on host '{host}'", error.Message, StringComparison.Ordinal);
        Assert.Contains(says, error.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(hint.Replace("PORT", $"{ssh.Server.Port}", StringComparison.Ordinal), error.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_where_nobody_listens_is_named()
    {
        HostShell shell = new(new HostAddress("gpu", "127.0.0.1", 1, false), ssh.Server.Environment, null);

        DlsException error = await Assert.ThrowsAsync<DlsException>(() => shell.RunAsync(Nothing));

        Assert.Contains("(127.0.0.1:1)", error.Message, StringComparison.Ordinal);
        Assert.Contains("`ssh -p 1 127.0.0.1` must work", error.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_control_master_left_in_the_background_does_not_hold_the_first_reply_back()
    {
        using SshServer server = new();
        HostShell shell = new(new HostAddress("tm", "tm", null, false), server.Environment, server.ConfigPath);

        // The master stays for an hour: a reply that waited for its end would not come.
        HostReply reply = await shell.RequireAsync(new HostScript("echo ok", [])).WaitAsync(TimeSpan.FromMinutes(5));

        Assert.Equal("ok\n", reply.OutputText());
    }

    [Fact]
    public async Task A_connection_lost_on_the_way_is_an_error_not_a_short_answer()
    {
        using SshServer server = new();
        HostShell shell = new(new HostAddress("t", "t", null, false), server.Environment, server.ConfigPath);
        Task<HostReply> run = shell.StreamAsync(
            new HostScript("while :; do echo x; done", []) { What = "read" },
            null,
            async (stream, stop) =>
            {
                byte[] buffer = new byte[65536];
                for (long all = 0; await stream.ReadAsync(buffer, stop) is var n and > 0; all += n)
                {
                    if (all < 1_000_000 && all + n >= 1_000_000)
                    {
                        server.KillSessions();
                    }
                }
            });

        DlsException error = await Assert.ThrowsAsync<DlsException>(() => run.WaitAsync(TimeSpan.FromMinutes(5)));

        Assert.Contains("read on host 't'", error.Message, StringComparison.Ordinal);
        Assert.NotNull(error.Hint);
    }

    [Fact]
    public async Task Nothing_that_is_sent_can_be_seen_in_the_list_of_processes()
    {
        HostReply reply = await ssh.Open(
            "t").RequireAsync(new HostScript("ps -ef 2>/dev/null || cat /proc/[0-9]*/cmdline | tr '\\0' ' '", ["Very-Secret-Word"]));

        Assert.DoesNotContain("Very-Secret-Word", reply.OutputText(), StringComparison.Ordinal);
        Assert.Contains("dd bs=1", reply.OutputText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_comes_from_the_askpass_program_only_and_is_asked_for_once()
    {
        using TempDir directory = new();
        string asked = directory.At("asked");
        string program = directory.Write("askpass", $"#!/bin/sh\necho x >>'{asked}'\nprintf 'wrong\\n'\n");
        File.SetUnixFileMode(program, (UnixFileMode)0x1C0);
        using SshServer server = new();
        Dictionary<string, string> environment = new(server.Environment) { ["SSH_ASKPASS"] = program };
        HostShell shell = new(new HostAddress("tp", "tp", null, true), environment, server.ConfigPath);

        DlsException error = await Assert.ThrowsAsync<DlsException>(() => shell.RunAsync(Nothing));

        Assert.Contains("SSH_ASKPASS", error.Hint, StringComparison.Ordinal);
        Assert.Equal("x\n", await File.ReadAllTextAsync(asked));
    }
}
