using CommandLine;
using DlStore.Operations.Tasks;

namespace DlStore.Cli.Commands.Tasks;

/// <summary><c>dls task reproduce</c>.</summary>
[Details("Runs an attempt again from what was recorded: the data set is built anew at the recorded commit and must come to "
    + "the same hash, source and initial weights are the recorded bytes, the program runs again, and metrics, result "
    + "and weights are compared. Exit code: 0 all links hold; 12 source, initial weights or data are missing; 13 the "
    + "data set comes to another hash, or the kind is another; 1 the run failed; 4 its numbers differ.")]
[Example("dls task reproduce try8/ssd", "does it come out again?")]
[Example("dls task reproduce try8/ssd --tolerance 0.01", "allow numbers to differ by 1 %")]
[Exits(ExitCode.NoRepository, ExitCode.Missing, ExitCode.Corrupt, ExitCode.Findings, ExitCode.Untrusted)]
internal sealed class TaskReproduceCommand : Command
{
    [Value(0, MetaName = "TASK", Required = true, HelpText = "TASK or TASK/KIND")]
    public string Name { get; set; } = "";

    [Option("tolerance", MetaValue = "X", Default = 0.000001, HelpText = "the largest relative difference that counts as equal")]
    public double Tolerance { get; set; } = 0.000001;

    public override async Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        LogLines lines = new(session.Terminal, false);
        TaskReproduceResult result;
        using (ProgressLine progress = session.StartProgress())
        {
            result = await TaskReproduce.RunAsync(session.Repo, Name, Tolerance, progress, bytes => lines.Write("", bytes), cancel);
        }

        lines.Finish();
        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.TaskReproduceResult);
            return Code(result);
        }

        foreach (ReproducedLink link in result.Links)
        {
            session.Terminal.Result($"{(link.Holds ? "holds " : "BROKEN")}  {link.Link,-8} {link.Text}", link.Holds ? Ink.Good : Ink.Bad);
        }

        session.Terminal.Result(result.Broken is { } broken ? $"{result.Task}, attempt {result.N}: the chain breaks at {broken.Link}"
            : $"{result.Task}, attempt {result.N}: reproduced{(result.SameBytes ? ", to the byte" : ", with other bytes of weights")}",
            result.Broken is null ? Ink.Good : Ink.Bad);
        return Code(result);
    }

    private static int Code(TaskReproduceResult result) => result.Broken?.Link switch
    {
        null => ExitCode.Done,
        "kind" or "data" => ExitCode.Corrupt,
        "source" or "view" or "testset" or "initial" or "input" => ExitCode.Missing,
        "run" => ExitCode.Failed,
        _ => ExitCode.Findings,
    };
}
