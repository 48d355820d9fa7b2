using System.Text;
using DlStore.Io;
using DlStore.TestKit;

namespace DlStore.Tests.Io;

public sealed class ChildProcessTests
{
    private static readonly Dictionary<string,
        string> _environment = new() { ["PATH"] = "/usr/local/bin:/usr/bin:/bin", ["FRUIT"] = "柿 persimmon" };

    [Fact]
    public void Run_gives_exit_code_and_both_streams()
    {
        ChildResult result = ChildProcess.RunToEnd(Shell("echo out; echo err >&2; exit 7"));

        Assert.Equal((7, 0, "out\n", "err\n"), (result.ExitCode, result.Signal, result.OutputText(), result.Error));
    }

    [Fact]
    public void Arguments_reach_the_program_as_they_are()
    {
        string[] arguments = ["a b", "", "$HOME", "'\"\\", "new\nline", "日本", "-x"];

        ChildResult result = ChildProcess.RunToEnd(Command("printf", ["%s|", .. arguments]));

        Assert.Equal(string.Join('|', arguments) + "|", result.OutputText());
    }

    [Fact]
    public void Environment_is_exactly_what_is_given()
    {
        ChildResult result = ChildProcess.RunToEnd(Command("env", []));

        Assert.Equal(["FRUIT=柿 persimmon", "PATH=/usr/local/bin:/usr/bin:/bin"], result.OutputText().TrimEnd('\n').Split('\n').Order());
    }

    [Fact]
    public void Working_directory_is_used_and_a_missing_one_is_named()
    {
        using TempDir directory = new();

        ChildResult result = ChildProcess.RunToEnd(Command("pwd", []) with { WorkingDirectory = directory.Path });

        Assert.Equal(directory.Path + "\n", result.OutputText());
        DlsException missing = Assert.Throws<DlsException>(
            () => ChildProcess.RunToEnd(Command("pwd", []) with { WorkingDirectory = directory.At("gone") }));
        Assert.Contains("gone', there is no such directory".Replace("',", "':"), missing.Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3_000_000)]
    public void Input_bytes_arrive_whole(int length)
    {
        byte[] bytes = Seeded.Bytes(new Random(length), length);

        ChildResult result = ChildProcess.RunToEnd(Command("cat", []), bytes);

        Assert.Equal(bytes, result.Output);
    }

    [Fact]
    public void Input_stream_arrives_whole_and_may_be_left_unread()
    {
        byte[] bytes = Seeded.Bytes(new Random(1), 5_000_000);

        ChildResult all = ChildProcess.RunToEnd(Command("cat", []), new MemoryStream(bytes));
        ChildResult none = ChildProcess.RunToEnd(Command("true", []), new MemoryStream(bytes));

        Assert.Equal(bytes, all.Output);
        Assert.Equal(0, none.ExitCode);
    }

    [Fact]
    public void Much_on_both_streams_does_not_block()
    {
        ChildResult result = ChildProcess.RunToEnd(
            Shell("head -c 200000 /dev/zero | tr '\\0' e >&2; head -c 3000000 /dev/zero "
                + "| tr '\\0' o; head -c 200000 /dev/zero | tr '\\0' e >&2"));

        Assert.Equal(3_000_000, result.Output.Length);
        Assert.Equal(new string('e', 400_000), result.Error);
    }

    [Fact]
    public void Signal_is_told()
    {
        ChildResult result = ChildProcess.RunToEnd(Shell("kill -9 $$"));

        Assert.Equal((137, 9), (result.ExitCode, result.Signal));
    }

    [Fact]
    public void Missing_program_is_told()
    {
        DlsException e = Assert.Throws<DlsException>(() => ChildProcess.RunToEnd(Command("no-such-program-here", [])));

        Assert.Equal(ErrorKind.Missing, e.Kind);
        Assert.Contains("'no-such-program-here'", e.Message);
    }

    [Fact]
    public void Program_is_never_taken_from_the_current_directory()
    {
        using TempDir directory = new();
        string program = directory.Write("evil", "#!/bin/sh\necho evil\n");
        File.SetUnixFileMode(program, (UnixFileMode)0x1ED);
        Dictionary<string, string> relativePath = new() { ["PATH"] = ":.::" };

        Assert.Throws<DlsException>(
            () => ChildProcess.RunToEnd(Command("evil", []) with { WorkingDirectory = directory.Path, Environment = relativePath }));
    }

    [Fact]
    public void Argument_with_nul_is_refused()
        => Assert.Equal(ErrorKind.Usage, Assert.Throws<DlsException>(() => ChildProcess.RunToEnd(Command("echo", ["a\0b"]))).Kind);

    [Fact]
    public void Child_inherits_only_three_descriptors()
    {
        using FileStream open = File.OpenRead("/bin/sh");

        ChildResult result = ChildProcess.RunToEnd(Shell("ls /proc/$$/fd"));

        Assert.Equal(
            ["0", "1", "2"], result.OutputText().Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(fd => int.Parse(fd) < 10));
    }

    [Fact]
    public void Child_has_default_signals()
    {
        ChildResult result = ChildProcess.RunToEnd(Command("cat", ["/proc/self/status"]));

        string[] lines = result.OutputText().Split('\n');
        long ignored = Convert.ToInt64(lines.First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal))[8..], 16);
        Assert.Contains("SigBlk:\t0000000000000000", lines);
        Assert.Equal(0, ignored & ((1 << 12) | (1 << 16))); // SIGPIPE 13, SIGCHLD 17
    }

    [Fact]
    public void Long_lived_child_is_talked_to()
    {
        using ChildProcess child = ChildProcess.Start(Shell("while read line; do echo \"<$line>\"; done; echo bye >&2; exit 3"));
        using StreamReader reader = new(child.Output, Encoding.UTF8, false, 1024, leaveOpen: true);

        child.Input.Write("one\n"u8);
        string? first = reader.ReadLine();
        child.Input.Write("two\n"u8);
        string? second = reader.ReadLine();

        Assert.Equal(("<one>", "<two>"), (first, second));
        Assert.Equal(3, child.WaitForExit());
        Assert.Equal("bye\n", child.ReadError());
    }

    [Fact]
    public void Killed_child_leaves_no_zombie()
    {
        int id;
        using (ChildProcess child = ChildProcess.Start(Command("sleep", ["600"])))
        {
            id = child.Id;
            child.Kill();
            Assert.Equal(137, child.WaitForExit());
        }

        Assert.False(Directory.Exists($"/proc/{id}"));
    }

    [Fact]
    public void Dispose_ends_a_child_that_only_waits_for_input()
    {
        using TempDir temp = new();

        // It writes the file when its input ends; a child that was killed writes nothing.
        using (ChildProcess.Start(Shell($"cat; echo ended >'{temp.At("ended")}'")))
        {
        }

        Assert.Equal("ended\n", File.ReadAllText(temp.At("ended")));
    }

    [Fact]
    public void Many_children_at_once_keep_apart()
        => Parallel.For(0, 64, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            ChildResult result = ChildProcess.RunToEnd(Shell($"cat; echo {i} >&2; exit {i}"), Encoding.UTF8.GetBytes($"in {i}"));
            Assert.Equal((i, $"in {i}", $"{i}\n"), (result.ExitCode, result.OutputText(), result.Error));
        });

    private static ChildCommand Shell(string script) => Command("sh", ["-c", script]);

    private static ChildCommand Command(string program, IReadOnlyList<string> arguments)
        => new() { Program = program, Arguments = arguments, Environment = _environment };
}
