using CommandLine;
using DlStore.Operations.Tasks;

namespace DlStore.Cli.Commands.Tasks;

/// <summary><c>dls task collect</c>.</summary>
[Details("Brings attempts home that have ended, failed ones too: log, declared files, every version of the best weights. "
    + "Any clone that has the task's record can do it, and twice is once. --wait follows those that still run.")]
[Example("dls task collect", "everything that has ended")]
[Example("dls task collect try8 --wait", "follow the log until it ends, then bring it home")]
[Exits(ExitCode.NoRepository, ExitCode.Partial)]
internal sealed class TaskCollectCommand : Command
{
    [Value(0, MetaName = "TASK", HelpText = "tasks or TASK/KIND; default all")]
    public IEnumerable<string> Names { get; set; } = [];

    [Option("wait", HelpText = "follow what still runs")]
    public bool Wait { get; set; }

    public override async Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        string[] names = [.. Names];
        if (Wait)
        {
            await TaskReport.FollowAsync(session, names, cancel);
        }

        TaskStatusResult result = await TaskControl.CollectAsync(session.Repo, names, cancel);
        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.TaskStatusResult);
        }
        else
        {
            HashSet<string> mine = [.. result.Collected.Select(static c => c.Record.Id)];
            TaskReport.PrintEnds(session.Terminal, [.. result.Attempts.Where(a => mine.Contains(a.Id) || !a.IsCollected)], result);
        }

        return result.Unreachable.Count > 0 ? ExitCode.Partial : ExitCode.Done;
    }
}
