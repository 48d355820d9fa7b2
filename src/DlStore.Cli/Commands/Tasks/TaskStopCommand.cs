using CommandLine;
using DlStore.Operations.Tasks;

namespace DlStore.Cli.Commands.Tasks;

/// <summary><c>dls task stop</c>.</summary>
[Details("Asks running attempts to end: their programs get SIGINT and a minute to save, then SIGTERM, "
    + "then SIGKILL. The weights so far are kept and the attempt is recorded as stopped.")]
[Example("dls task stop try8", "end every attempt of a task")]
[Exits(ExitCode.NoRepository)]
internal sealed class TaskStopCommand : Command
{
    [Value(0, MetaName = "TASK", Required = true, HelpText = "TASK or TASK/KIND")]
    public string Name { get; set; } = "";

    public override async Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        IReadOnlyList<AttemptStatus> asked = await TaskControl.StopAsync(session.Repo, Name, cancel);
        if (Json)
        {
            session.Terminal.WriteJson(asked, ResultJson.Default.IReadOnlyListAttemptStatus);
            return ExitCode.Done;
        }

        foreach (AttemptStatus a in asked)
        {
            session.Terminal.Result($"asked attempt {a.N} of {a.Task} ({a.Kind}) on {a.Host} to end");
        }

        session.Terminal.Note($"`dls task status {Name}` shows when it has; `dls task collect {Name}` brings it home");
        return ExitCode.Done;
    }
}
