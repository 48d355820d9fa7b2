using System.Text.Json;

namespace DlStore.Cli.Tests;

public sealed class ErrorReportTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("dls-test-").FullName;

    public static TheoryData<ErrorKind> Kinds => [.. Enum.GetValues<ErrorKind>()];

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_has_its_own_exit_code_with_a_meaning(ErrorKind kind)
    {
        int code = ErrorReport.CodeOf(kind);

        Assert.Single(Enum.GetValues<ErrorKind>(), other => ErrorReport.CodeOf(other) == code);
        Assert.NotEqual("", ExitCode.Meaning(code));
        Assert.NotEqual(ExitCode.Done, code);
    }

    [Fact]
    public void Items_are_counted_and_five_are_shown()
    {
        Captured captured = new();
        DlsException error = new(ErrorKind.Missing, "cannot pull 1,007 objects: no remote has them", "run `dls remote check lab`")
        {
            Items = [.. Enumerable.Range(1, 1_007).Select(static i => $"img/{i}.jpg")],
        };

        int code = ErrorReport.Print(error, captured.Session, "pull");

        Assert.Equal((ExitCode.Missing, ""), (code, captured.Output));
        Assert.Equal(
            """
            error: cannot pull 1,007 objects: no remote has them
              img/1.jpg
              img/2.jpg
              img/3.jpg
              img/4.jpg
              img/5.jpg
              ... and 1,002 more (1,007 in all; --json lists them)
            hint: run `dls remote check lab`

            """, captured.Talk);
    }

    [Fact]
    public void With_json_all_items_are_listed_and_nothing_else_is_printed()
    {
        Captured captured = new();
        captured.Terminal.Json = true;
        captured.Terminal.Result("half a result");

        ErrorReport.Print(new DlsException(ErrorKind.NoRepository, "find a work tree") { Items = ["a", "b", "c", "d", "e", "漢"] },
            captured.Session, "add");

        JsonElement error = JsonDocument.Parse(captured.Output).RootElement.GetProperty("error");
        Assert.Equal("noRepository", error.GetProperty("kind").GetString());
        Assert.Equal(JsonValueKind.Null, error.GetProperty("hint").ValueKind);
        Assert.Equal(6, error.GetProperty("items").GetArrayLength());
        Assert.Equal(10, error.GetProperty("exitCode").GetInt32());
        Assert.Contains("漢", captured.Output, StringComparison.Ordinal);
        Assert.Equal("", captured.Talk);
    }

    [Fact]
    public void A_bug_leaves_a_private_log_file_without_arguments()
    {
        Captured captured = new();
        captured.Environment["TMPDIR"] = _directory;

        int code = ErrorReport.Print(new InvalidOperationException("boom"), captured.Session, "remote add");

        string log = Assert.Single(Directory.GetFiles(_directory));
        Assert.Equal(ExitCode.Internal, code);
        Assert.Equal($"error: internal error in 'dls remote add': the details are in '{log}"
            + "'\nhint: this is a bug in dls: please report it with that file\n", captured.Talk);
        Assert.StartsWith("dls 0.1.0\ncommand: dls remote add\n\nSystem.InvalidOperationException: boom",
            File.ReadAllText(log), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(log));
    }

    [Fact]
    public void A_bug_is_told_even_where_no_log_can_be_written()
    {
        Captured captured = new();
        captured.Environment["TMPDIR"] = Path.Combine(_directory, "absent");

        Assert.Equal(ExitCode.Internal, ErrorReport.Print(new InvalidOperationException("boom"), captured.Session, "add"));
        Assert.Contains("InvalidOperationException: boom", captured.Talk, StringComparison.Ordinal);
    }

    [Fact]
    public void An_interruption_is_not_a_bug()
    {
        Captured captured = new();

        Assert.Equal(ExitCode.Interrupted, ErrorReport.Print(new TaskCanceledException(), captured.Session, "add"));
        Assert.Equal("error: interrupted\n", captured.Talk);
    }

    [Fact]
    public void A_collection_of_failures_is_told_by_the_one_that_explains_itself()
    {
        Captured captured = new();
        AggregateException many = new(
            new IOException("other"), new AggregateException(new DlsException(ErrorKind.Missing, "read 'x': it is not there", "fetch it")));

        Assert.Equal(ExitCode.Missing, ErrorReport.Print(many, captured.Session, "add"));
        Assert.Equal("error: read 'x': it is not there\nhint: fetch it\n", captured.Talk);
        Assert.Equal(ExitCode.Interrupted,
            ErrorReport.Print(new AggregateException(new IOException("other"), new TaskCanceledException()), captured.Session, "add"));
    }

    [Fact]
    public void Escaped_errors_of_the_system_name_their_path()
    {
        string absent = Path.Combine(_directory, "absent");

        Assert.Equal($"error: cannot use '{absent}': no such file\n", Told(static path => File.OpenRead(path), absent));
        Assert.Equal($"error: cannot use '{absent}/x': no such directory\n", Told(static path => File.OpenRead(path), absent + "/x"));
        Assert.Equal($"error: cannot use '{_directory}': permission denied\n", Told(static path => File.OpenRead(path), _directory));
        Assert.Equal(
            "error: cannot use '/dev/full': no space left on device\nhint: free space there and run the command again\n",
            Told(static path => File.WriteAllText(path, "x"), "/dev/full"));
    }

    private static string Told(Action<string> action, string path)
    {
        Captured captured = new();
        Exception error = Record.Exception(() => action(path))!;

        Assert.Equal(ExitCode.Failed, ErrorReport.Print(error, captured.Session, "add"));
        return captured.Talk;
    }
}
