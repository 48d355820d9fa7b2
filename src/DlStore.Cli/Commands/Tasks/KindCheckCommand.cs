using CommandLine;
using DlStore.Operations.Kinds;
using DlStore.Operations.Tasks;

namespace DlStore.Cli.Commands.Tasks;

/// <summary><c>dls kind check</c>.</summary>
[Details("Plans a task of a kind without making one: reads its file, its source and data set, with the same lint that `dls task create` "
    + "runs, and asks its host. Changes nothing.")]
[Example("dls kind check ssd", "would a task of this kind start?")]
[Example("dls kind check yolo --accept BOX_EMPTY", "with what lint finds and somebody has looked at")]
[Exits(ExitCode.NoRepository, ExitCode.Untrusted)]
internal sealed class KindCheckCommand : Command
{
    [Value(0, MetaName = "KIND", Required = true, HelpText = "the kind")]
    public string Name { get; set; } = "";

    [Option("accept", MetaValue = "CODE,...", HelpText = "codes of lint that do not block, as `dls task create` takes them")]
    public string? Accept { get; set; }

    public override async Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        KindPlan plan = await KindShow.CheckAsync(session.Repo, Name, Values(Accept), cancel);
        if (Json)
        {
            session.Terminal.WriteJson(plan, ResultJson.Default.KindPlan);
            return ExitCode.Done;
        }

        session.Terminal.Result($"kind {plan.Kind}: ready on {plan.Host} ({plan.HostState}); {plan.Train}", Ink.Good);
        if (plan.Dataset is not null)
        {
            session.Terminal.Result($"  data set {plan.Dataset}: {plan.DatasetState}");
        }

        foreach (string file in plan.Withheld)
        {
            session.Terminal.Warn($"would be held back: {file}");
        }

        return ExitCode.Done;
    }
}
