using CommandLine;
using DlStore.Operations.Store;

namespace DlStore.Cli.Commands.Store;

/// <summary><c>dls cat FILE</c>.</summary>
[Details("Writes the stored bytes of one file to standard output, checked against "
    + "their digest first. With --json the bytes are given in base64.")]
[Example("dls cat data/labels.csv --rev v1 | head", "a file as it was at a tag")]
[Example("dls cat sha256:5891… > old.bin", "an object by its digest, in full")]
[Exits(ExitCode.NoRepository, ExitCode.Missing, ExitCode.Corrupt)]
internal sealed class CatCommand : Command
{
    [Value(0, MetaName = "FILE", Required = true, HelpText = "a managed file, a file inside a managed directory, or a digest")]
    public string Target { get; set; } = "";

    [Option("rev", MetaValue = "REV", HelpText = "the pointers of this commit")]
    public string? Rev { get; set; }

    public override async Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        if (Json)
        {
            using MemoryStream bytes = new();
            Cat.Run(session.Repo, Target, Rev, bytes, cancel);
            session.Terminal.WriteJson(new CatDocument(
                Target, bytes.Length, Convert.ToBase64String(bytes.GetBuffer(), 0, (int)bytes.Length)), CliJson.Default.CatDocument);
            return ExitCode.Done;
        }

        using Stream output = session.Terminal.OpenOutput();
        Cat.Run(session.Repo, Target, Rev, output, cancel);
        await output.FlushAsync(cancel);
        return ExitCode.Done;
    }
}
