using CommandLine;
using DlStore.Operations.Setup;

namespace DlStore.Cli.Commands.Setup;

/// <summary><c>dls names KIND</c>: what completion offers; says nothing where there is nothing to offer.</summary>
[Example("dls names remotes", "called by the completion scripts")]
[Exits(ExitCode.NoRepository)]
internal sealed class NamesCommand : Command
{
    [Value(0, MetaName = "WORD", Required = true, HelpText = "which names")]
    public string Kind { get; set; } = "";

    public override bool SeesToHook => false;

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        IReadOnlyList<string> names = KnownNames.List(session.Repo, Kind);
        session.Terminal.ResultText(string.Concat(names.Select(static n => n + "\n")));
        return Task.FromResult(ExitCode.Done);
    }
}
