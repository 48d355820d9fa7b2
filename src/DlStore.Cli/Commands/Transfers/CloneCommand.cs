using CommandLine;
using DlStore.Operations.Transfers;

namespace DlStore.Cli.Commands.Transfers;

/// <summary><c>dls clone URL [DIR]</c>.</summary>
[Details("Runs git clone, which asks and answers for itself, and then dls pull in the new directory. The URL is git's: where the commits "
    + "are; where the bytes are stands in the committed .dlstore/config. If the pull fails, the clone stays, and `dls pull` there goes on. "
    + "For other options of git run git clone yourself, then dls pull.")]
[Example("dls clone git@example.org:team/faces.git", "into ./faces, with every byte")]
[Example("dls clone https://example.org/faces faces2 --remote pub", "into ./faces2, the bytes from one remote")]
[Exits(ExitCode.Partial)]
internal sealed class CloneCommand : Command
{
    [Value(0, MetaName = "URL", Required = true, HelpText = "the repository, as git takes it")]
    public string Url { get; set; } = "";

    [Value(1, MetaName = "DIR", HelpText = "the new directory; what git would choose if not given")]
    public string? Directory { get; set; }

    [Option('r', "remote", MetaValue = "NAME", HelpText = "the remote that has the bytes; the default one if not given")]
    public string? Remote { get; set; }

    [Option('j', "jobs", MetaValue = "N", HelpText = "transfers under way at once")]
    public int? Jobs { get; set; }

    [Option("limit-rate", MetaValue = "RATE", HelpText = TransferRate.Help)]
    public string? LimitRate { get; set; }

    public override async Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        _ = TransferJobs.Of(Jobs);
        _ = TransferRate.Of(LimitRate);
        string directory = Clone.Run(Url, Directory, Quiet || Json, session.CurrentDirectory, session.Environment);
        Session inside = new(
            session.Terminal, session.Environment, Path.GetFullPath(Path.Combine(session.CurrentDirectory, directory)), session.Clock);
        PullCommand pull = new() { Remote = Remote, Jobs = Jobs, LimitRate = LimitRate, Json = Json, Quiet = Quiet };
        try
        {
            return await Program.WithNotesAsync(pull, [], inside, cancel);
        }
        catch (DlsException e)
        {
            throw new DlsException(ErrorKind.Partial, $"pull in '{directory}': {e.Message}",
                $"the clone is there; {(e.Hint is null ? "" : $"{e.Hint}; ")}then run `dls pull` in '{directory}'", e)
            { Items = e.Items };
        }
    }
}
