using CommandLine;
using DlStore.Operations.Tasks;

namespace DlStore.Cli.Commands.Tasks;

/// <summary><c>dls task log</c>.</summary>
[Details("Prints the log of an attempt: from the store if it is home, else from its host as it is "
    + "now. -f goes on as the log grows, and says at once what the kind's rules notice.")]
[Example("dls task log try8 -f", "follow the newest attempts of a task")]
[Example("dls task log try8/ssd --attempt 1", "the log of an earlier attempt")]
[Exits(ExitCode.NoRepository, ExitCode.Missing)]
internal sealed class TaskLogCommand : Command
{
    [Value(0, MetaName = "TASK", Required = true, HelpText = "TASK or TASK/KIND")]
    public string Name { get; set; } = "";

    [Option('f', "follow", HelpText = "go on until the run ends")]
    public bool Follow { get; set; }

    [Option("attempt", MetaValue = "N", HelpText = "the attempt's number; default the newest of each kind")]
    public int? Attempt { get; set; }

    [Option("test", HelpText = "the log of the test")]
    public bool Test { get; set; }

    public override async Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        if (Json)
        {
            throw new DlsException(
                ErrorKind.Usage, "print a log as JSON: a log is text", "`dls task show --json` has its metrics and alarms");
        }

        if (Follow)
        {
            await TaskReport.FollowAsync(session, [Name], cancel);
            return ExitCode.Done;
        }

        if (session.Terminal.OutputIsTerminal)
        {
            LogLines lines = new(session.Terminal, false);
            await TaskLog.RunAsync(session.Repo, Name, Attempt, Test, lines.Write, cancel);
            lines.Finish();
            return ExitCode.Done;
        }

        using Stream output = session.Terminal.OpenOutput();
        await TaskLog.RunAsync(session.Repo, Name, Attempt, Test, (_, bytes) => output.Write(bytes.Span), cancel);
        return ExitCode.Done;
    }
}
