using CommandLine;
using DlStore.Io;
using DlStore.Operations.Tasks;

namespace DlStore.Cli.Commands.Tasks;

/// <summary><c>dls task export provenance TASK [FILE]</c>.</summary>
[Details("Prints what an attempt's weights were made from as an in-toto statement with SLSA provenance, or writes it to a file: "
    + "sources, data set, initial weights and kind with their digests, which tools that know nothing of dls can check.")]
[Example("dls task export provenance try12/ssd try12.intoto.json", "hand it on with the weights")]
[Exits(ExitCode.NoRepository)]
internal sealed class TaskExportProvenanceCommand : Command
{
    [Value(0, MetaName = "TASK", Required = true, HelpText = "TASK or TASK/KIND")]
    public string Name { get; set; } = "";

    [Value(1, MetaName = "FILE", HelpText = "where to write it; default standard output")]
    public string? File { get; set; }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        byte[] statement = OutputSums.Provenance(session.Repo, Name);
        if (File is { } file)
        {
            AtomicFile.Write(Path.GetFullPath(Path.Combine(session.CurrentDirectory, file)), statement);
            session.Terminal.Note($"wrote {file}");
        }
        else
        {
            session.Terminal.ResultText(System.Text.Encoding.UTF8.GetString(statement));
        }

        return Task.FromResult(ExitCode.Done);
    }
}
