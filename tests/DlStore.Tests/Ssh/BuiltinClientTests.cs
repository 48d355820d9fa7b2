using System.Text;
using DlStore.Ssh;
using DlStore.Ssh.Builtin;
using DlStore.TestKit;
using Renci.SshNet;

namespace DlStore.Tests.Ssh;

/// <summary>Who the built-in client believes, who believes it, and what it says when one of them does not.</summary>
public sealed class BuiltinClientTests(SshFixture ssh) : IClassFixture<SshFixture>
{
    private static readonly SshSettings Builtin = new(SshClientKind.Builtin, null, null);
    private readonly SshServer _server = ssh.Server;

    [Fact]
    public async Task The_library_alone_would_believe_any_host()
    {
        using SftpClient careless = new("127.0.0.1", _server.Port, Environment.UserName, new PrivateKeyFile(_server.MakeClientHome() + "/.ssh/id_ed25519"));

        await careless.ConnectAsync(CancellationToken.None);

        Assert.True(careless.IsConnected);
    }

    [Fact]
    public async Task An_unknown_host_is_refused_and_the_command_of_the_hint_makes_it_known()
    {
        string home = _server.MakeClientHome(known: "known_none");

        DlsException error = await Assert.ThrowsAsync<DlsException>(() => SayAsync(home));

        Assert.StartsWith("look on host 'lab' (127.0.0.1:", error.Message, StringComparison.Ordinal);
        Assert.Contains("Host key verification failed: no ssh-ed25519 key is known for", error.Message, StringComparison.Ordinal);
        Assert.Contains("its key is not known here; compare ssh-ed25519 SHA256:", error.Hint, StringComparison.Ordinal);
        Shell(home, Quoted(error.Hint!)[^1]);
        Assert.Equal("ok\n", await SayAsync(home));
    }

    [Fact]
    public async Task A_changed_host_key_is_refused_and_the_commands_of_the_hint_replace_it()
    {
        string home = _server.MakeClientHome(known: "known_other");

        DlsException error = await Assert.ThrowsAsync<DlsException>(() => SayAsync(home));

        Assert.Contains($"has changed: '{home}/.ssh/known_hosts:1' has another", error.Message, StringComparison.Ordinal);
        Assert.Contains("its key is not the one known here: somebody may be in between", error.Hint, StringComparison.Ordinal);
        Array.ForEach(Quoted(error.Hint!), command => Shell(home, command));
        Assert.Equal("ok\n", await SayAsync(home));
    }

    [Fact]
    public async Task A_revoked_host_key_is_refused()
    {
        string home = _server.MakeClientHome();
        await File.AppendAllTextAsync($"{home}/.ssh/known_hosts", $"@revoked * {_server.PublicKey("host")}\n");

        DlsException error = await Assert.ThrowsAsync<DlsException>(() => SayAsync(home));

        Assert.Contains($"is revoked by '{home}/.ssh/known_hosts:", error.Message, StringComparison.Ordinal);
        Assert.StartsWith("do not connect", error.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("@cert-authority [127.0.0.*]:* ca", "127.0.0.1", null)]
    [InlineData("@cert-authority [127.0.0.*]:* other", "127.0.0.1", "no ssh-ed25519 key is known")]
    [InlineData("@cert-authority [localhost]:* ca", "localhost", "is not for it")]
    [InlineData("@cert-authority [127.0.0.*]:* ca\n@revoked * ca", "127.0.0.1", "is revoked by")]
    public async Task A_certified_host_is_believed_if_its_authority_is_known(string known, string host, string? refused)
    {
        string home = _server.MakeClientHome();
        string text = known.Replace("other", _server.PublicKey("other"), StringComparison.Ordinal)
            .Replace(" ca", " " + _server.PublicKey("ca"), StringComparison.Ordinal);
        await File.WriteAllTextAsync($"{home}/.ssh/known_hosts", text + "\n");

        if (refused is null)
        {
            Assert.Equal("ok\n", await SayAsync(home, host: host));
        }
        else
        {
            DlsException error = await Assert.ThrowsAsync<DlsException>(() => SayAsync(home, host: host));
            Assert.Contains(refused, error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("ed25519", "")]
    [InlineData("ed25519", "two words")]
    [InlineData("ecdsa", "")]
    [InlineData("ecdsa", "two words")]
    [InlineData("rsa", "")]
    [InlineData("rsa", "two words")]
    [InlineData("rsa -m PEM", "")]
    [InlineData("rsa -m PEM", "two words")]
    [InlineData("ecdsa -m PKCS8", "")]
    [InlineData("ecdsa -m PKCS8", "two words")]
    public async Task Keys_of_every_kind_open_the_door(string type, string passphrase)
    {
        string home = _server.MakeClientHome(key: null);
        string file = $"{home}/.ssh/id_{type.Split(' ')[0]}";
        _server.AddUserKey(file, passphrase, ["-t", .. type.Split(' ')]);
        Dictionary<string, string> environment = new() { ["HOME"] = home, ["PASSPHRASE"] = passphrase };

        if (passphrase.Length > 0)
        {
            DlsException error = await Assert.ThrowsAsync<DlsException>(() => SayAsync(home));
            Assert.True(error.Message.Contains($"'{file}' has a passphrase", StringComparison.Ordinal), error.Message);
            Assert.Contains("`dls config dls.sshPassphrase NAME`", error.Message, StringComparison.Ordinal);
            environment["PASSPHRASE"] = "wrong";
            error = await Assert.ThrowsAsync<DlsException>(
                () => SayAsync(home, Builtin with { PassphraseVariable = "PASSPHRASE" }, environment));
            Assert.Contains($"'{file}' cannot be used", error.Message, StringComparison.Ordinal);
            environment["PASSPHRASE"] = passphrase;
        }

        Assert.Equal("ok\n", await SayAsync(home, Builtin with { PassphraseVariable = "PASSPHRASE" }, environment));
        Assert.Equal("ok\n", await SayAsync(
            _server.MakeClientHome(key: null), Builtin with { Key = file, PassphraseVariable = "PASSPHRASE" }, environment));
    }

    [Fact]
    public async Task A_certified_user_is_let_in_and_one_without_a_certificate_is_not()
    {
        string home = _server.MakeClientHome(key: "other");
        DlsException error = await Assert.ThrowsAsync<DlsException>(() => SayAsync(home));
        Assert.Contains("Permission denied: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("(1 key was offered)", error.Message, StringComparison.Ordinal);
        Assert.Contains("no agent, no ssh_config", error.Hint, StringComparison.Ordinal);

        await File.WriteAllTextAsync($"{home}/.ssh/id_ed25519.pub", _server.PublicKey("other") + "\n");
        _server.Certify($"{home}/.ssh/id_ed25519");

        Assert.Equal("ok\n", await SayAsync(home));
    }

    [Fact]
    public async Task Without_a_key_the_error_says_where_one_is_looked_for()
    {
        DlsException error = await Assert.ThrowsAsync<DlsException>(() => SayAsync(_server.MakeClientHome(key: null)));

        Assert.Contains("no key was offered", error.Message, StringComparison.Ordinal);
        Assert.Contains("`dls config dls.sshKey PATH`", error.Hint, StringComparison.Ordinal);
        DlsException missing = await Assert.ThrowsAsync<DlsException>(
            () => SayAsync(_server.MakeClientHome(), Builtin with { Key = "/no/such/key" }));
        Assert.Contains("'/no/such/key'", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_others_can_read_is_not_offered()
    {
        string home = _server.MakeClientHome();
        File.SetUnixFileMode($"{home}/.ssh/id_ed25519", (UnixFileMode)0x1A4);

        DlsException error = await Assert.ThrowsAsync<DlsException>(() => SayAsync(home));

        Assert.Contains("`chmod 600` it", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_askpass_program_gives_the_passphrase_and_is_asked_once_for_all_connections()
    {
        string home = _server.MakeClientHome(key: null);
        _server.AddUserKey($"{home}/.ssh/id_ed25519", "sesame", "-t", "ed25519");
        (Dictionary<string, string> environment, string asked) = WithAskpass(home, "sesame");
        BuiltinClient client = new(Address("127.0.0.1", askpass: true), Builtin, environment, null);

        Assert.Equal("ok\n", await SayAsync(client));
        Assert.Equal("ok\n", await SayAsync(client));

        Assert.Equal($"Enter passphrase for key '{home}/.ssh/id_ed25519': \n", await File.ReadAllTextAsync(asked));
    }

    [Fact]
    public async Task A_wrong_password_is_asked_for_once()
    {
        string home = _server.MakeClientHome(key: null);
        (Dictionary<string, string> environment, string asked) = WithAskpass(home, "wrong");
        BuiltinClient client = new(Address("127.0.0.1", askpass: true), Builtin, environment, null);

        DlsException error = await Assert.ThrowsAsync<DlsException>(() => SayAsync(client));
        await Assert.ThrowsAsync<DlsException>(() => SayAsync(client));

        Assert.Contains("SSH_ASKPASS", error.Hint, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong", error.ToString(), StringComparison.Ordinal);
        Assert.Equal($"{Environment.UserName}@127.0.0.1's password: \n", await File.ReadAllTextAsync(asked));
    }

    [Theory]
    [InlineData("127.0.0.1", 1, "Connection refused", "is the machine up and is its port right?")]
    [InlineData("no-such-host.invalid", 22, "Could not resolve hostname", "knows no aliases")]
    public async Task A_host_that_cannot_be_reached_is_named(string host, int port, string says, string hint)
    {
        string home = _server.MakeClientHome();
        await File.WriteAllTextAsync($"{home}/.ssh/config", "Host *\n  ForwardAgent no\nHost *.invalid 127.0.0.?\n  ProxyJump door\n");

        DlsException error = await Assert.ThrowsAsync<DlsException>(
            () => SayAsync(new BuiltinClient(new HostAddress("lab", host, port, false), Builtin, Homed(home), null)));

        Assert.Contains(says, error.Message, StringComparison.Ordinal);
        Assert.Contains(hint, error.Hint, StringComparison.Ordinal);
        Assert.Contains($"'{home}/.ssh/config' has settings for '{host}'", error.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_script_gets_its_arguments_and_its_input()
    {
        BuiltinClient client = new(Address("127.0.0.1"), Builtin, Homed(_server.MakeClientHome()), null);
        string[] arguments = ["", "two words", "it's", "$HOME `id` \\ !x", "漢字"];
        StringBuilder said = new();

        await new BuiltinShell(client, "~/.dls").RunAsync(
            new HostScript("for a; do printf '%s|' \"$a\"; done; cat", arguments),
            static async (stream, stop) => await stream.WriteAsync("input"u8.ToArray(), stop),
            (stream, _) => ReadAsync(stream, said),
            CancellationToken.None);

        Assert.Equal(string.Join('|', arguments) + "|input", said.ToString());
    }

    [Theory]
    [InlineData(SshClientKind.Auto, "/nowhere", true)]
    [InlineData(SshClientKind.Auto, null, false)]
    [InlineData(SshClientKind.System, "/nowhere", false)]
    [InlineData(SshClientKind.Builtin, null, true)]
    internal void The_client_is_chosen_by_configuration_then_by_PATH(SshClientKind kind, string? path, bool isBuiltin)
    {
        Dictionary<string, string> environment = new() { ["PATH"] = path ?? Environment.GetEnvironmentVariable("PATH")! };

        Assert.Equal(isBuiltin, (Builtin with { Client = kind }).UsesBuiltin(environment));
    }

    private HostAddress Address(string host, bool askpass = false) => new("lab", host, _server.Port, askpass);

    private static Dictionary<string, string> Homed(string home) => new() { ["HOME"] = home };

    private static (Dictionary<string, string> Environment, string Asked) WithAskpass(string home, string answer)
    {
        string program = $"{home}/askpass";
        File.WriteAllText(program, $"#!/bin/sh\nprintf '%s\\n' \"$1\" >>'{home}/asked'\nprintf '%s\\n' '{answer}'\n");
        File.SetUnixFileMode(program, (UnixFileMode)0x1C0);
        return (new Dictionary<string, string>(TempRepo.SealedEnvironment(home)) { ["SSH_ASKPASS"] = program }, $"{home}/asked");
    }

    private Task<string> SayAsync(
        string home, SshSettings? settings = null, Dictionary<string, string>? environment = null, string host = "127.0.0.1") =>
        SayAsync(new BuiltinClient(
            Address(host), settings ?? Builtin, new Dictionary<string, string>(environment ?? []) { ["HOME"] = home }, null));

    private static async Task<string> SayAsync(BuiltinClient client)
    {
        StringBuilder said = new();
        await new BuiltinShell(client, "~/.dls").RunAsync(
            new HostScript("echo ok", []) { What = "look" },
            static (_, _) => Task.CompletedTask,
            (stream, _) => ReadAsync(stream, said),
            CancellationToken.None);
        return said.ToString();
    }

    private static async Task ReadAsync(Stream stream, StringBuilder said)
    {
        using StreamReader reader = new(stream, leaveOpen: true);
        said.Append(await reader.ReadToEndAsync());
    }

    private static string[] Quoted(string hint) => [.. hint.Split('`').Where(static (_, i) => i % 2 == 1)];

    private static void Shell(string home, string command) =>
        RunningProgram.Run("sh", ["-c", command], "/", TempRepo.SealedEnvironment(home)).Expect(0);
}
