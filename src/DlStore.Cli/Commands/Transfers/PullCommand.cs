using CommandLine;
using DlStore.Cli.Commands.Store;
using DlStore.Operations.Transfers;

namespace DlStore.Cli.Commands.Transfers;

/// <summary><c>dls pull [PATH...]</c>.</summary>
[Details("Fetches what the pointers of the work tree name and writes it out. Works in a fresh clone without init. What the remote "
    + "has lost or damaged is listed with the commit and author of its pointer, and everything else is written. Local bytes "
    + "are never overwritten: as with `dls checkout` without a path, local changes that are not in the way stay and are "
    + "listed, also where a path is named; a file that was deleted here comes back only if a path names it.")]
[Example("dls pull", "after `git clone` or `git pull`: get every byte")]
[Example("dls pull data/val", "get one directory inside a managed one")]
[Exits(ExitCode.Partial, ExitCode.NoRepository, ExitCode.Locked, ExitCode.Corrupt)]
internal sealed class PullCommand : Command
{
    [Value(0, MetaName = "PATH", HelpText = "managed paths, paths inside them, or directories above some; all if none is given")]
    public IEnumerable<string> Paths { get; set; } = [];

    [Option('r', "remote", MetaValue = "NAME", HelpText = "the remote; the default one if not given")]
    public string? Remote { get; set; }

    [Option('f', "force", HelpText = "move local bytes that the store does not hold to the trash")]
    public bool Force { get; set; }

    [Option('j', "jobs", MetaValue = "N", HelpText = "transfers under way at once")]
    public int? Jobs { get; set; }

    [Option("limit-rate", MetaValue = "RATE", HelpText = TransferRate.Help)]
    public string? LimitRate { get; set; }

    [Option("dry-run", HelpText = "show what would be fetched and fetch nothing")]
    public bool DryRun { get; set; }

    public override bool TryTakeWords(IReadOnlyList<string> words)
    {
        Paths = words;
        return true;
    }

    public override async Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        session.Repo.TransferRate = TransferRate.Of(LimitRate);
        PullResult result;
        using (ProgressLine progress = session.StartProgress())
        {
            FetchOptions options = new()
            {
                Verb = "pull",
                Remote = Remote,
                Paths = [.. Paths],
                Jobs = TransferJobs.Of(Jobs),
                DryRun = DryRun,
                Progress = progress
            };
            result = await Pull.RunAsync(session.Repo, options, Force, cancel);
        }

        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.PullResult);
        }
        else
        {
            FetchReport.Print(session, result.Fetched, DryRun);
            CheckoutReport.Print(session, result.CheckedOut, DryRun, isPull: true);
        }

        return FetchReport.Code(result.Fetched, result.CheckedOut.IsComplete);
    }
}
