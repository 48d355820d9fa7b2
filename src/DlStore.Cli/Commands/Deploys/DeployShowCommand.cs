using CommandLine;
using DlStore.Operations.Deploys;
using DlStore.Targets;

namespace DlStore.Cli.Commands.Deploys;

/// <summary><c>dls deploy show TARGET</c>.</summary>
[Details("Says what is live on a target by its journal, or was at some time: task, digests, "
    + "threshold. To compare with what is really there, use `dls deploy status`.")]
[Example("dls deploy show gaa", "what the journal says is live")]
[Example("dls deploy show gaa --at 2026-01-31", "what was live at the end of that day, UTC")]
[Exits(ExitCode.NoRepository, ExitCode.Corrupt)]
internal sealed class DeployShowCommand : Command
{
    [Value(0, MetaName = "TARGET", Required = true, HelpText = "the target")]
    public string Target { get; set; } = "";

    [Option("at", MetaValue = "DATE", HelpText = "what was live then: 2026-01-31 or 2026-01-31T12:00:00Z, UTC by the target's clock")]
    public string? At { get; set; }

    public override async Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        IReadOnlyList<Deployment> live = await DeployLog.ShowAsync(session.Repo, Target, At, cancel);
        if (Json)
        {
            session.Terminal.WriteJson(live, ResultJson.Default.IReadOnlyListDeployment);
            return ExitCode.Done;
        }

        foreach (Deployment entry in live)
        {
            session.Terminal.Result($"{entry.Kind}: {(entry.Task is null ? "nothing of dls" : $"task {entry.Task}")} since "
                + $"{entry.At} by {session.Terminal.Name(entry.By)} (entry {entry.Name})");
            DeployReport.PrintFiles(session.Terminal, entry.Files);
            DeployReport.PrintAccept(session.Terminal, entry.Accept);
        }

        if (live.Count == 0)
        {
            session.Terminal.Note($"nothing was deployed to target '{Target}'{(At is null ? "" : " until then")}");
        }

        return ExitCode.Done;
    }
}
