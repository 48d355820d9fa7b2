namespace DlStore.Cli.Commands.Setup;

/// <summary><c>dls version</c>; without options Program answers it before the parser is loaded.</summary>
[Example("dls version", "print the version")]
internal sealed class VersionCommand : Command
{
    /// <summary>The schema of docs/json.md.</summary>
    private const int Schema = 1;

    public override bool TryTakeWords(IReadOnlyList<string> words) => words.Count == 0;

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        if (Json)
        {
            session.Terminal.WriteJson(new VersionDocument(ProductVersion.Text, Schema), CliJson.Default.VersionDocument);
        }
        else
        {
            session.Terminal.Result(ProductVersion.Line);
        }

        return Task.FromResult(ExitCode.Done);
    }
}
