using CommandLine;
using DlStore.Operations.Transfers;

namespace DlStore.Cli.Commands.Transfers;

/// <summary><c>dls push [PATH...]</c>.</summary>
[Details("Sends what the pointers of commits name and the remote lacks: by default every commit from HEAD back to those that "
    + "are pinned there. Only committed pointers are pushed. A pin, the record that a commit is whole on the remote, is "
    + "written last; killed anywhere, the next push sends only what is left. What verify, fetch or an earlier push found "
    + "damaged on the remote is sent again and replaced, and nothing is pinned that rests on it. A remote that was "
    + "used from here and has no format.json now is taken for one that is not mounted: the push stops.")]
[Example("dls push", "every commit of this branch, to the default remote")]
[Example("dls push --to all", "to every remote that can be written, one after another")]
[Example("dls push --tip --remote lab", "only the newest commit, to another remote")]
[Example("dls push data", "only what one path names; no pin is written")]
[Example("dls push --repair", "after `dls verify --remote lab` named what is damaged there")]
[Exits(ExitCode.Partial, ExitCode.NoRepository, ExitCode.Corrupt)]
internal sealed class PushCommand : Command
{
    [Value(0, MetaName = "PATH", HelpText = "send only what these managed paths name at the newest commit; no pin is written")]
    public IEnumerable<string> Paths { get; set; } = [];

    [Option('r', "remote", MetaValue = "NAME", HelpText = "the remote; if not given, those of core.pushRemotes, else the default one")]
    public string? Remote { get; set; }

    [Option("to", MetaValue = "NAMES", HelpText = "several remotes, one after another: names with commas, or 'all' that can be written")]
    public string? To { get; set; }

    [Option("tip", HelpText = "push the newest commit only")]
    public bool Tip { get; set; }

    [Option("all", HelpText = "push all commits of all branches and tags")]
    public bool All { get; set; }

    [Option("repair",
        HelpText = "look for what is damaged or gone there, for every commit that is pinned, and send that again; nothing new is sent")]
    public bool Repair { get; set; }

    [Option("create", HelpText = "make the remote if none is there: for the first push from a clone where "
        + "`dls remote add` was not run, or to begin a lost one anew")]
    public bool Create { get; set; }

    [Option('j', "jobs", MetaValue = "N", HelpText = "transfers under way at once")]
    public int? Jobs { get; set; }

    [Option("limit-rate", MetaValue = "RATE", HelpText = TransferRate.Help)]
    public string? LimitRate { get; set; }

    [Option("dry-run", HelpText = "show what would be sent and send nothing")]
    public bool DryRun { get; set; }

    public override bool TryTakeWords(IReadOnlyList<string> words)
    {
        Paths = words;
        return true;
    }

    public override async Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        RequireOneScope();
        session.Repo.TransferRate = TransferRate.Of(LimitRate);
        if (To is not null)
        {
            return await PushToAsync(session, Values(To), cancel);
        }

        if (Remote is null && session.Repo.Config.PushRemotes is { Count: > 0 } several)
        {
            return await PushToAsync(session, several, cancel);
        }

        PushResult result;
        using (ProgressLine progress = session.StartProgress())
        {
            result = await Push.RunAsync(session.Repo, Options(progress), cancel);
        }

        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.PushResult);
        }
        else
        {
            PushReport.Print(session, result, DryRun);
        }

        return result.IsComplete ? ExitCode.Done : ExitCode.Partial;
    }

    /// <summary>Pushes to several remotes; one that fails keeps no other from its bytes.</summary>
    private async Task<int> PushToAsync(Session session, IReadOnlyList<string> names, CancellationToken cancel)
    {
        IReadOnlyList<PushOutcome> outcomes;
        using (ProgressLine progress = session.StartProgress())
        {
            outcomes = await PushTogether.RunAsync(session.Repo, names, Options(progress), cancel);
        }

        if (Json)
        {
            session.Terminal.WriteJson(outcomes, ResultJson.Default.IReadOnlyListPushOutcome);
        }

        foreach (PushOutcome outcome in Json ? [] : outcomes)
        {
            PushReport.Print(session, outcome, DryRun);
        }

        PushOutcome[] asked = [.. outcomes.Where(static o => !o.IsSkipped)];
        return asked.All(static o => o.Result is { IsComplete: true }) ? ExitCode.Done
            : asked.All(static o => o.Result is null) ? ExitCode.Failed : ExitCode.Partial;
    }

    private PushOptions Options(ProgressLine progress) => new()
    {
        Remote = Remote,
        Paths = [.. Paths],
        Tip = Tip,
        All = All,
        Repair = Repair,
        Create = Create,
        Jobs = TransferJobs.Of(Jobs),
        DryRun = DryRun,
        Progress = progress
    };

    private void RequireOneScope()
    {
        if (Remote is not null && To is not null)
        {
            throw new DlsException(ErrorKind.Usage, "push: --remote names one remote and --to several; they do not go together");
        }

        if (Repair && (Tip || All || Paths.Any()))
        {
            throw new DlsException(
                ErrorKind.Usage, "push: --repair is about all pinned commits and goes with neither paths nor --tip nor --all");
        }

        if (Tip && All)
        {
            throw new DlsException(ErrorKind.Usage, "push: --tip is the newest commit and --all is every one; they do not go together");
        }
    }
}
