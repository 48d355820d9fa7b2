using CommandLine;
using DlStore.Operations.Kinds;

namespace DlStore.Cli.Commands.Tasks;

/// <summary><c>dls kind show</c>.</summary>
[Details("Prints what a kind comes to: its own keys on top of its preset's.")]
[Example("dls kind show ssd", "everything of one kind")]
[Exits(ExitCode.NoRepository)]
internal sealed class KindShowCommand : Command
{
    [Value(0, MetaName = "KIND", Required = true, HelpText = "the kind")]
    public string Name { get; set; } = "";

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        IReadOnlyList<ConfigLine> lines = KindShow.Run(session.Repo, Name);
        if (Json)
        {
            session.Terminal.WriteJson(lines, ResultJson.Default.IReadOnlyListConfigLine);
            return Task.FromResult(ExitCode.Done);
        }

        foreach (ConfigLine line in lines)
        {
            session.Terminal.Result($"{line.Key,-14} {line.Value}");
        }

        return Task.FromResult(ExitCode.Done);
    }
}
