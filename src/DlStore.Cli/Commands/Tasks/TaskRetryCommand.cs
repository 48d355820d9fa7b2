using CommandLine;
using DlStore.Operations.Tasks;

namespace DlStore.Cli.Commands.Tasks;

/// <summary><c>dls task retry</c>.</summary>
[Details("Starts a new attempt of each kind whose last attempt did not end well. Earlier attempts keep their "
    + "logs and records. Parameters and parent are those of the last attempt unless they are given.")]
[Example("dls task retry try8", "try again what failed")]
[Example("dls task retry try8/ssd --set lr=0.0005 --detach", "one kind, with another parameter")]
[Exits(ExitCode.NoRepository, ExitCode.Locked, ExitCode.Missing, ExitCode.Untrusted)]
internal sealed class TaskRetryCommand : TaskOptions
{
    [Value(0, MetaName = "TASK", Required = true, HelpText = "TASK or TASK/KIND")]
    public string Name { get; set; } = "";

    [Option("force", HelpText = "also what ended well")]
    public bool Force { get; set; }

    public override async Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        TaskCreateResult result;
        using (ProgressLine progress = session.StartProgress())
        {
            result = await TaskControl.RetryAsync(session.Repo, Name, Force, Options(session, Name, progress), cancel);
        }

        return await FinishAsync(session, result, cancel);
    }
}
