using CommandLine;
using DlStore.Learning.Records;
using DlStore.Learning.Runs;
using DlStore.Operations.Tasks;

namespace DlStore.Cli.Commands.Tasks;

/// <summary><c>dls task status</c>.</summary>
[Details("Says how attempts stand, from evidence: the exit code they left, a process that is alive, the age of the log, all by "
    + "the host's own clock. What has ended is brought home. Exit code 1 if anything failed, was stopped or is lost.")]
[Example("dls task status try8", "every attempt of a task")]
[Exits(ExitCode.NoRepository, ExitCode.Partial)]
internal sealed class TaskStatusCommand : Command
{
    [Value(0, MetaName = "TASK", HelpText = "tasks or TASK/KIND; default all")]
    public IEnumerable<string> Names { get; set; } = [];

    public override async Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        TaskStatusResult result = await TaskStates.RunAsync(session.Repo, [.. Names], newestOnly: false, collect: true, cancel);
        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.TaskStatusResult);
        }
        else
        {
            TaskReport.PrintTable(session.Terminal, result, new Dictionary<string, string>());
            foreach (AttemptStatus a in result.Attempts.Where(static a => a.Phases.Count > 0))
            {
                session.Terminal.Result($"{a.Task}/{a.Kind} #{a.N}: {string.Join(", ", a.Phases.Select(Describe))}");
            }

            foreach (AttemptStatus a in result.Attempts.Where(static a => a.Warnings.Count > 0 || a.Why is not null))
            {
                session.Terminal.Result($"{a.Task}/{a.Kind} #{a.N}: {string.Join("; ", a.Warnings.Prepend(a.Why).OfType<string>())}");
            }
        }

        HashSet<string> newest = [.. result.Attempts.GroupBy(static a => (a.Task, a.Kind)).Select(static g => g.Last().Id)];
        return result.Unreachable.Count > 0 ? ExitCode.Partial : result.Attempts.Any(
            a => newest.Contains(a.Id) && a.State is RunState.Failed or RunState.Stopped or RunState.Lost)
            ? ExitCode.Failed : ExitCode.Done;
    }

    private static string Describe(RunPhase phase)
    {
        string time = phase.Seconds > 0 ? $" {Format.Duration(TimeSpan.FromSeconds(phase.Seconds))}" : "";
        return phase.State switch
        {
            PhaseState.Over => $"{phase.Name}{time} done",
            PhaseState.Now => $"{phase.Name}{time} now",
            _ => $"{phase.Name} waits",
        };
    }
}
