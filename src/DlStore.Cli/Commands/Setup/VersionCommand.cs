namespace DlStore.Cli.Commands.Setup;

/// <summary><c>dls version</c>; without options Program answers it before the parser is loaded.</summary>
[Example("dls version", "print the version")]
internal sealed class VersionCommand : Command
{
    public override bool TryTakeWords(IReadOnlyList<string> words) => words.Count == 0;

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        if (Json)
        {
            session.Terminal.WriteJson(new VersionDocument(ProductVersion.Text), CliJson.Default.VersionDocument);
        }
        else
        {
            session.Terminal.Result(ProductVersion.Line);
        }

        return Task.FromResult(ExitCode.Done);
    }
}
