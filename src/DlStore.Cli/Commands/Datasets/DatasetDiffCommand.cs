using CommandLine;
using DlStore.Operations.Datasets;

namespace DlStore.Cli.Commands.Datasets;

/// <summary><c>dls dataset diff A B</c>.</summary>
[Details("What differs between two versions of a data set, or between two data sets: classes that came, went or changed their "
    + "id, projects, counts, labels, and the images that changed sides. Reads locks and item lists, no image.")]
[Example("dls dataset diff game@HEAD game", "what the last build changed")]
[Example("dls dataset diff game@v1 game@v2", "between two tags")]
[Exits(ExitCode.Findings, ExitCode.NoRepository, ExitCode.Missing)]
internal sealed class DatasetDiffCommand : Command
{
    [Value(0, MetaName = "A", Required = true, HelpText = "a version, as for show")]
    public string From { get; set; } = "";

    [Value(1, MetaName = "B", Required = true, HelpText = "another version")]
    public string To { get; set; } = "";

    [Option("exit-code", HelpText = "exit 4 if anything differs")]
    public bool ExitWithCode { get; set; }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        IReadOnlyList<DatasetDifference> found = DatasetDiff.Run(session.Repo, From, To);
        if (Json)
        {
            session.Terminal.WriteJson(found, ResultJson.Default.IReadOnlyListDatasetDifference);
        }
        else
        {
            foreach (DatasetDifference one in found)
            {
                session.Terminal.Result(
                    $"{(one.Canvas.Length > 0 ? one.Canvas + "  " : "")}{one.Kind,-7} {session.Terminal.Name(one.Text)}");
            }

            if (found.Count == 0)
            {
                session.Terminal.Note("no differences");
            }
        }

        return Task.FromResult(ExitWithCode && found.Count > 0 ? ExitCode.Findings : ExitCode.Done);
    }
}
