using CommandLine;
using DlStore.Operations.Exports;

namespace DlStore.Cli.Commands.Tasks;

/// <summary><c>dls task export mlflow DIR [TASK...]</c>.</summary>
[Details("Writes attempts as a file store of MLflow: an experiment a kind, a run an attempt with its id, parameters, "
    + "tags, metrics and data set. Exporting again writes the same files; other runs of the store stay. Artifacts "
    + "are a list of names and digests, or the bytes with --artifacts. Open it with `MLFLOW_ALLOW_FILE_STORE=true "
    + "mlflow ui --backend-store-uri DIR`, or put it into a database with `mlflow migrate-filestore`.")]
[Example("dls task export mlflow ../mlruns", "every attempt that is home")]
[Example("dls task export mlflow ../mlruns try11 try12/ssd --artifacts", "two of them with their files")]
[Exits(ExitCode.NoRepository, ExitCode.Missing)]
internal sealed class TaskExportMlflowCommand : Command
{
    [Value(0, MetaName = "DIR", Required = true, HelpText = "the directory of the store; made if it is not there")]
    public string To { get; set; } = "";

    [Value(1, MetaName = "TASK", HelpText = "tasks or TASK/KIND; default all")]
    public IEnumerable<string> Names { get; set; } = [];

    [Option("artifacts", HelpText = "write the outputs themselves, not only their names and digests")]
    public bool Artifacts { get; set; }

    public override async Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        MlflowExportResult result;
        using (ProgressLine progress = session.StartProgress())
        {
            result = await MlflowExport.RunAsync(session.Repo, To, [.. Names], Artifacts, progress, cancel);
        }

        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.MlflowExportResult);
            return ExitCode.Done;
        }

        session.Terminal.Result($"wrote {Format.Count(result.Runs.Count, "run")} into {session.Terminal.Name(result.To)}"
            + $"{(result.Bytes > 0 ? $", {Format.Bytes(result.Bytes)} of artifacts" : "")}");
        foreach (string one in result.Skipped)
        {
            session.Terminal.Warn($"{one} was not collected and is left out");
        }

        return ExitCode.Done;
    }
}
