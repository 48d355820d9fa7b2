using CommandLine;
using DlStore.Cli.Commands.Store;
using DlStore.Operations.Transfers;

namespace DlStore.Cli.Commands.Transfers;

/// <summary><c>dls fetch [PATH...]</c>.</summary>
[Details("Brings what the pointers name into the local store and leaves the work tree alone. What the remote has "
    + "lost or damaged is listed with the commit and author of its pointer, and everything else comes.")]
[Example("dls fetch", "what the work tree's pointers name")]
[Example("dls fetch --listings data", "see what is in a directory, or add a file to it, without its bytes")]
[Example("dls fetch --all", "what every commit of every branch and tag names")]
[Exits(ExitCode.Partial, ExitCode.NoRepository, ExitCode.Corrupt)]
internal sealed class FetchCommand : Command
{
    [Value(0, MetaName = "PATH", HelpText = "managed paths, paths inside them, or directories above some; all if none is given")]
    public IEnumerable<string> Paths { get; set; } = [];

    [Option('r', "remote", MetaValue = "NAME", HelpText = "the remote; the default one if not given")]
    public string? Remote { get; set; }

    [Option("all", HelpText = "what all commits of all branches and tags name")]
    public bool All { get; set; }

    [Option("listings", HelpText = "listings only, no file's bytes: enough for ls and diff, and to add single files")]
    public bool Listings { get; set; }

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
        FetchResult result;
        using (ProgressLine progress = session.StartProgress())
        {
            FetchOptions options = new()
            {
                Remote = Remote,
                Paths = [.. Paths],
                All = All,
                Listings = Listings,
                Jobs = TransferJobs.Of(Jobs),
                DryRun = DryRun,
                Progress = progress
            };
            result = await Fetch.RunAsync(session.Repo, options, cancel);
        }

        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.FetchResult);
        }
        else
        {
            FetchReport.Print(session, result, DryRun);
            UnreadableReport.Print(session, result.Unreadable);
        }

        return FetchReport.Code(result, result.Unreadable.Count == 0);
    }
}
