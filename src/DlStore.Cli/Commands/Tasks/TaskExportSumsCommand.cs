using CommandLine;
using DlStore.Io;
using DlStore.Operations.Tasks;

namespace DlStore.Cli.Commands.Tasks;

/// <summary><c>dls task export sums TASK [FILE]</c>.</summary>
[Details("Prints the digests of an attempt's outputs as `sha256sum -c` reads them, or "
    + "writes them to a file. Run that in the directory of the outputs.")]
[Example("dls task export sums try12 > /tmp/sums", "then: cd tasks/try12/attempts/1/outputs && sha256sum -c /tmp/sums")]
[Exits(ExitCode.NoRepository, ExitCode.Missing)]
internal sealed class TaskExportSumsCommand : Command
{
    [Value(0, MetaName = "TASK", Required = true, HelpText = "TASK or TASK/KIND")]
    public string Name { get; set; } = "";

    [Value(1, MetaName = "FILE", HelpText = "where to write it; default standard output")]
    public string? File { get; set; }

    public override async Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        string sums;
        using (ProgressLine progress = session.StartProgress())
        {
            sums = await OutputSums.RunAsync(session.Repo, Name, progress, cancel);
        }

        if (File is { } file)
        {
            AtomicFile.Write(Path.GetFullPath(Path.Combine(session.CurrentDirectory, file)), sums);
            session.Terminal.Note($"wrote {file}");
        }
        else if (Json)
        {
            session.Terminal.WriteJson(
                [.. sums.Split('\n', StringSplitOptions.RemoveEmptyEntries)], ResultJson.Default.IReadOnlyListString);
        }
        else
        {
            session.Terminal.ResultText(sums);
        }

        return ExitCode.Done;
    }
}
