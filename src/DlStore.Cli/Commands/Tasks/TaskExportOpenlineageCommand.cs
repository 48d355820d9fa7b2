using CommandLine;
using DlStore.Io;
using DlStore.Operations.Exports;

namespace DlStore.Cli.Commands.Tasks;

/// <summary><c>dls task export openlineage [TASK...]</c>.</summary>
[Details("Writes attempts as run events of OpenLineage, one JSON object a line, which Marquez, DataHub and other lineage servers take: a "
    + "run an attempt, with its start and, if it is home, its end; data set, test set, initial weights and sources with their digests as "
    + "inputs, weights as output. It reads records only, and the same records give the same events, so sending them twice tells "
    + "nothing new.")]
[Example("dls task export openlineage try12/ssd --out events.jsonl", "every attempt of one part of a task")]
[Example("dls task export openlineage | while read -r e; do curl -d \"$e\" -H 'Content-Type: application/json' URL/api/v1/lineage; done",
    "send all of them to a server")]
[Exits(ExitCode.NoRepository)]
internal sealed class TaskExportOpenlineageCommand : Command
{
    private const int NamedMax = 5;

    [Value(0, MetaName = "TASK", HelpText = "tasks or TASK/KIND; default all")]
    public IEnumerable<string> Names { get; set; } = [];

    [Option("out", MetaValue = "FILE", HelpText = "where to write it; default standard output")]
    public string? Out { get; set; }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        OpenLineageExportResult result = OpenLineageExport.Run(session.Repo, [.. Names]);
        if (Out is { } file)
        {
            AtomicFile.Write(Path.GetFullPath(Path.Combine(session.CurrentDirectory, file)), result.ToLines());
        }

        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.OpenLineageExportResult);
            return Task.FromResult(ExitCode.Done);
        }

        if (Out is null)
        {
            session.Terminal.ResultText(result.ToLines());
        }
        else
        {
            session.Terminal.Result($"wrote {session.Terminal.Name(Out)}  {Format.Count(result.Events.Count, "event")}");
        }

        if (result.NotHome.Count > 0)
        {
            session.Terminal.Warn($"{Format.Count(result.NotHome.Count, "attempt")} "
                + $"{(result.NotHome.Count == 1 ? "is" : "are")} not home and without an end: "
                + $"{string.Join(", ", result.NotHome.Take(NamedMax))}{(result.NotHome.Count > NamedMax ? ", ..." : "")}; "
                + "`dls task collect` brings home what has ended");
        }

        return Task.FromResult(ExitCode.Done);
    }
}
