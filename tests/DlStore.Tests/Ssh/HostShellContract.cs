using System.Security.Cryptography;
using System.Text;
using DlStore.Ssh;

namespace DlStore.Tests.Ssh;

/// <summary>What every host promises, however it is reached and whatever its login shell is.</summary>
public abstract class HostShellContract
{
    /// <summary>Opens the host under test.</summary>
    private protected abstract HostShell Open();

    [Fact]
    public async Task Arguments_arrive_byte_by_byte()
    {
        string[] arguments = ["", "two words", "it's", "\"q\"", "$HOME `id` \\ !x", "line\nbreak\n", "-n", "漢字", "*", "~"];

        HostReply reply = await Open().RequireAsync(new HostScript("for a; do printf '%s\\0' \"$a\"; done", arguments));

        Assert.Equal(arguments, reply.OutputText().Split('\0')[..^1]);
    }

    [Fact]
    public async Task Five_megabytes_go_in_and_come_out()
    {
        byte[] bytes = RandomNumberGenerator.GetBytes(5 * 1024 * 1024);

        HostReply reply = await Open().RequireAsync(new HostScript("cat", []), bytes);

        Assert.Equal(bytes, reply.Output);
    }

    [Fact]
    public async Task Streams_are_read_while_they_are_written()
    {
        byte[] block = RandomNumberGenerator.GetBytes(1024 * 1024);
        long read = 0;

        HostReply reply = await Open().StreamAsync(
            new HostScript("tr -d x | cat; echo done >&2", []),
            async (stream, stop) =>
            {
                for (int i = 0; i < 20; i++)
                {
                    await stream.WriteAsync(block, stop);
                }
            },
            async (stream, stop) =>
            {
                byte[] buffer = new byte[65536];
                for (int n; (n = await stream.ReadAsync(buffer, stop)) > 0;)
                {
                    read += n;
                }
            });

        Assert.Equal(0, reply.ExitCode);
        Assert.Equal(20L * block.Count(static b => b != (byte)'x'), read);
        Assert.Contains("done", reply.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exit_codes_and_standard_error_come_back()
    {
        HostReply reply = await Open().RunAsync(new HostScript("echo out; echo why >&2; exit 7", []));

        Assert.Equal(7, reply.ExitCode);
        Assert.Equal("out\n", reply.OutputText());
        Assert.EndsWith("why\n", reply.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_script_that_must_succeed_tells_its_last_words_escaped()
    {
        HostScript script = new("printf 'a\\nbad \\033[31mred\\n' >&2; exit 3", []) { What = "list the runs" };

        DlsException error = await Assert.ThrowsAsync<DlsException>(() => Open().RequireAsync(script));

        Assert.Contains("list the runs on host '", error.Message, StringComparison.Ordinal);
        Assert.Contains(@"bad \x1b[31mred", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_script_that_reads_nothing_of_its_input_is_no_error()
    {
        HostReply reply = await Open().RequireAsync(new HostScript("exec <&-; echo ok", []), new byte[3 * 1024 * 1024]);

        Assert.Equal("ok\n", reply.OutputText());
    }

    [Fact]
    public async Task The_locale_is_fixed()
    {
        HostReply reply = await Open().RequireAsync(new HostScript("printf %s \"$LC_ALL\"", []));

        Assert.Equal("C", reply.OutputText());
    }

    [Fact]
    public async Task The_directory_of_dls_is_known_to_every_script()
    {
        HostReply reply = await Open()
            .RequireAsync(new HostScript("case $dls_root in \"$HOME/.dls\") echo yes;; *) echo \"$dls_root\";; esac", []));

        Assert.Equal("yes\n", reply.OutputText());
    }

    [Fact]
    public async Task Cancelling_ends_a_script_that_would_run_for_ever()
    {
        using CancellationTokenSource cancel = new(TimeSpan.FromSeconds(1));
        Task<HostReply> run = Open().RunAsync(new HostScript("while :; do echo x; sleep 0.1; done", []), default, cancel.Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.WaitAsync(TimeSpan.FromMinutes(5)));
    }

    [Fact]
    public async Task What_the_reader_throws_is_what_the_caller_sees()
    {
        Task<HostReply> run = Open().StreamAsync(
            new HostScript("cat; sleep 60", []),
            static async (stream, stop) =>
            {
                while (!stop.IsCancellationRequested)
                {
                    await stream.WriteAsync(new byte[65536], stop);
                }
            },
            static (_, _) => throw new DlsException(ErrorKind.Corrupt, "a lie"));

        Assert.Equal("a lie", (await Assert.ThrowsAsync<DlsException>(() => run.WaitAsync(TimeSpan.FromMinutes(5)))).Message);
    }

    [Fact]
    public async Task What_the_writer_throws_is_what_the_caller_sees()
    {
        Task<HostReply> run = Open().StreamAsync(
            new HostScript("cat; sleep 60", []), static (_, _) => throw new DlsException(ErrorKind.Missing, "not here"), null);

        Assert.Equal("not here", (await Assert.ThrowsAsync<DlsException>(() => run.WaitAsync(TimeSpan.FromMinutes(5)))).Message);
    }

    [Fact]
    public async Task Something_left_in_the_background_does_not_hold_the_reply_back()
    {
        HostReply reply = await Open()
            .RequireAsync(new HostScript("sleep 400 </dev/null >/dev/null 2>&1 & echo started", [])).WaitAsync(TimeSpan.FromMinutes(5));

        Assert.Equal("started\n", reply.OutputText());
    }

    [Fact]
    public async Task Twenty_scripts_may_run_at_once()
    {
        HostShell shell = Open();

        HostReply[] replies = await Task.WhenAll(Enumerable.Range(
            0, 20).Select(i => shell.RequireAsync(new HostScript("cat; echo $1", [$"{i}"]), Encoding.UTF8.GetBytes($"{i} "))));

        Assert.Equal(Enumerable.Range(0, 20).Select(static i => $"{i} {i}\n"), replies.Select(static r => r.OutputText()));
    }
}
