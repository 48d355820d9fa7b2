using CommandLine;
using DlStore.Operations.Kinds;

namespace DlStore.Cli.Commands.Tasks;

/// <summary><c>dls kind new</c>.</summary>
[Details("Writes .dlstore/kinds/NAME.yaml with every key and what it means. As it stands it trains nothing and can be tried: its "
    + "commands print what the program of the preset prints and leave a file where its weights are looked for. "
    + "Put your own program and commands in.")]
[Example("dls kind new mine", "a kind for any program")]
[Example("dls kind new yolo --preset darknet", "a kind for darknet")]
[Exits(ExitCode.NoRepository, ExitCode.Locked)]
internal sealed class KindNewCommand : Command
{
    [Value(0, MetaName = "NAME", Required = true, HelpText = "the kind to make")]
    public string Name { get; set; } = "";

    [Option("preset", MetaValue = "PRESET", HelpText = "what is known of a widespread program: `dls kind list` names them")]
    public string? Preset { get; set; }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        string file = KindNew.Run(session.Repo, Name, Preset);
        if (Json)
        {
            session.Terminal.WriteJson(file, ResultJson.Default.String);
            return Task.FromResult(ExitCode.Done);
        }

        session.Terminal.Result($"wrote {session.Terminal.Name(file)}");
        session.Terminal.Note($"staged; put your program in, then `dls trust {Name}` and `dls kind check {Name}`");
        return Task.FromResult(ExitCode.Done);
    }
}
