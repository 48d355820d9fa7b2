using CommandLine;
using DlStore.Operations.Tasks;

namespace DlStore.Cli.Commands.Tasks;

/// <summary><c>dls task list</c>.</summary>
[Details("Lists tasks with the newest attempt of each kind. Hosts of attempts that are not "
    + "home are asked, once each; what has ended is brought home on the way.")]
[Example("dls task list", "every task")]
[Example("dls task list --offline", "what is known here, no host is asked")]
[Exits(ExitCode.NoRepository, ExitCode.Partial)]
internal sealed class TaskListCommand : Command
{
    [Option("offline", HelpText = "ask no host; attempts that are not home are unknown")]
    public bool Offline { get; set; }

    public override async Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        TaskStatusResult result = await TaskStates.ListAsync(session.Repo, Offline, cancel);
        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.TaskStatusResult);
            return result.Unreachable.Count > 0 ? ExitCode.Partial : ExitCode.Done;
        }

        if (result.Attempts.Count == 0)
        {
            session.Terminal.Note("there is no task; `dls task create NAME --kind KIND` makes one");
            return ExitCode.Done;
        }

        TaskReport.PrintTable(session.Terminal, result, result.Attempts.Select(
            static a => a.Task).Distinct().ToDictionary(static t => t, t => TaskMemo.Run(session.Repo, t, null, false)));
        return result.Unreachable.Count > 0 ? ExitCode.Partial : ExitCode.Done;
    }
}
