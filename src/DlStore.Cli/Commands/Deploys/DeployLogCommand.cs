using CommandLine;
using DlStore.Operations.Deploys;
using DlStore.Targets;

namespace DlStore.Cli.Commands.Deploys;

/// <summary><c>dls deploy log TARGET</c>.</summary>
[Details("Lists what the journal on the target says was done there, by whom and when, whichever clone did it.")]
[Example("dls deploy log gaa", "everything that was deployed there")]
[Exits(ExitCode.NoRepository, ExitCode.Corrupt)]
internal sealed class DeployLogCommand : Command
{
    [Value(0, MetaName = "TARGET", Required = true, HelpText = "the target")]
    public string Target { get; set; } = "";

    public override async Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        IReadOnlyList<Deployment> entries = await DeployLog.RunAsync(session.Repo, Target, cancel);
        if (Json)
        {
            session.Terminal.WriteJson(entries, ResultJson.Default.IReadOnlyListDeployment);
            return ExitCode.Done;
        }

        foreach (Deployment entry in entries)
        {
            string outcome = entry.Outcome switch
            {
                DeployOutcome.Done => "",
                DeployOutcome.Intent => "  unfinished",
                DeployOutcome.Undone => "  undone"
            };
            string what = entry.Action == DeployAction.Found ? "what was there" : entry.Task ?? "what was there before dls";
            session.Terminal.Result(
                $"{entry.Seq:D4}  {entry.At}  {DeployActions.Name(entry.Action),-8}  {entry.Kind}  {what}  by "
                    + $"{session.Terminal.Name(entry.By)}{outcome}{(entry.Why is { } why ? $" ({session.Terminal.Name(why)})" : "")}",
                entry.Outcome == DeployOutcome.Done ? Ink.Plain : Ink.Changed);
        }

        if (entries.Count == 0)
        {
            session.Terminal.Note($"nothing was ever deployed to target '{Target}'");
        }

        return ExitCode.Done;
    }
}
