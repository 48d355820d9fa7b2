using DlStore.Io;
using DlStore.Targets;

namespace DlStore.Operations.Deploys;

/// <summary>Where to take the last deployment back.</summary>
public sealed record UndeployOptions
{
    /// <summary>Gets the targets.</summary>
    public required IReadOnlyList<string> Targets { get; init; }

    /// <summary>Gets the kinds; empty for the only one that has something to undo.</summary>
    public IReadOnlyList<string> Kinds { get; init; } = [];

    /// <summary>Gets a value indicating whether all kinds are meant without being named.</summary>
    public bool All { get; init; }

    /// <summary>Gets a value indicating whether to plan only.</summary>
    public bool DryRun { get; init; }

    /// <summary>Gets where the target's scripts die or fail: the way in for tests.</summary>
    internal string Stop { get; init; } = "";
}

/// <summary>What was taken back.</summary>
/// <param name="Units">Each kind on each target.</param>
/// <param name="Copies">Entries of journals that were copied into the repository and staged.</param>
/// <param name="Notes">What else was done.</param>
public sealed record UndeployResult(IReadOnlyList<DeployUnit> Units, IReadOnlyList<string> Copies, IReadOnlyList<string> Notes);

/// <summary>
/// <c>dls undeploy</c>: brings back what was live before, by the chain of the target's journal: A, B, undeploy, C, undeploy gives A; once
/// more gives what was there before dls.
/// </summary>
public static class Undeploy
{
    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="options">Where.</param>
    /// <param name="cancel">Stops it until the first switch begins.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="DlsException">Kind Failed: there is nothing to undo, or a target failed. Kind Locked: somebody is at work
    /// there.</exception>
    public static async Task<UndeployResult> RunAsync(Repo repo, UndeployOptions options, CancellationToken cancel)
    {
        string who = Person.Name(repo);
        List<string> notes = [];
        List<PlannedUnit> units = [];
        foreach (string name in options.Targets.Distinct())
        {
            TargetVisit visit = await TargetVisit.OpenForChangeAsync(repo, name, options.Stop, cancel);
            if (!options.DryRun && await visit.SettleAsync(who, cancel) is { } settled)
            {
                notes.Add(settled);
            }

            foreach (string kind in ChooseKinds(visit, options))
            {
                PlannedUnit unit = await PlanAsync(visit, kind, who, null, cancel);
                visit.End = unit.Change!.End;
                units.Add(unit);
            }
        }

        if (options.DryRun)
        {
            return new UndeployResult([.. units.Select(static u => u.Unit)], [], notes);
        }

        await SwitchAllAsync(units, who);
        CrashPoint.Hit("undeploy.switched");
        List<string> copies = [];
        foreach (TargetVisit visit in units.Select(static u => u.Visit).Distinct())
        {
            await visit.ReadAgainAsync(CancellationToken.None);
            notes.AddRange(visit.Notes);
            copies.AddRange(DeployCopies.Take(repo, visit.Journal, notes));
        }

        return new UndeployResult([.. units.Select(static u => u.Unit with { State = UnitState.Undeployed })], copies, notes);
    }

    /// <summary>Takes back what is live for one kind.</summary>
    internal static async Task BackAsync(TargetVisit visit, string kind, string who, string? why, CancellationToken cancel)
    {
        PlannedUnit unit = await PlanAsync(visit, kind, who, why, cancel);
        await visit.SwitchAsync(unit.Change!, who);
    }

    private static async Task SwitchAllAsync(List<PlannedUnit> units, string who)
    {
        for (int i = 0; i < units.Count; i++)
        {
            try
            {
                await units[i].Visit.SwitchAsync(units[i].Change!, who);
            }
            catch (DlsException e) when (i > 0)
            {
                // Going back is not made undone: what is back is what was asked for.
                throw new DlsException(ErrorKind.Partial, e.Message, e.Hint, e)
                {
                    Items = [.. units.Take(i).Select(static u => $"target '{u.Visit.Name}', kind '{u.Unit.Kind}': undeployed"),
                        .. units.Skip(i).Select(static u => $"target '{u.Visit.Name}', kind '{u.Unit.Kind}': as it was")],
                };
            }
        }
    }

    private static IReadOnlyList<string> ChooseKinds(TargetVisit visit, UndeployOptions options)
    {
        if (options.Kinds.Count > 0)
        {
            return [.. options.Kinds.Distinct().Order(StringComparer.Ordinal)];
        }

        string[] kinds = [.. visit.Journal.Kinds().Where(k => visit.Journal.LiveOf(k)?.Previous is not null)];
        return kinds.Length switch
        {
            0 => throw NothingToUndo(visit, null),
            > 1 when !options.All => throw new DlsException(
                ErrorKind.Usage, $"undeploy target '{visit.Name}': {string.Join(" and ", kinds)} are live there, and none was named",
                "name one with --kind, or say --all"),
            _ => kinds,
        };
    }

    private static async Task<PlannedUnit> PlanAsync(TargetVisit visit, string kind, string who, string? why, CancellationToken cancel)
    {
        if (visit.Journal.LiveOf(kind) is not { Previous: { } previous } live || visit.Journal.Find(previous) is not { } back)
        {
            throw NothingToUndo(visit, kind);
        }

        IReadOnlyList<KeyValuePair<FileRole, InPlace>> places = await visit.LookAsync(kind, back.Files, cancel);
        Deployment entry = EntryOf(visit, kind, back, who, why);
        TargetChange change = TargetChange.Plan(visit.Journal, visit.End, places, visit.IsAlone, entry, back);
        DeployUnit unit = new()
        {
            Target = visit.Name,
            Host = visit.Target.Setting.Host,
            Home = visit.Target.Setting.Home,
            Kind = kind,
            Task = back.Task,
            Attempt = 0,
            Entry = change.Entry.Name,
            Files = change.Entry.Files,
            Accept = back.Accept,
            State = UnitState.Planned,
            Notes = [back.Action == DeployAction.Found ? $"what was there before {live.At} comes back"
                : $"task '{back.Task}' comes back, deployed {back.At} by {back.By}", .. PlannedUnit.NotesOf(visit, change)],
        };
        return new PlannedUnit(unit, visit, null, change);
    }

    /// <summary>Gives the entry of the journal that goes back to another one.</summary>
    private static Deployment EntryOf(TargetVisit visit, string kind, Deployment back, string who, string? why) => new()
    {
        Seq = 0,
        Id = TargetChange.NewId(),
        Target = visit.Name,
        Kind = kind,
        Action = DeployAction.Undeploy,
        Live = "",
        Task = back.Task,
        Attempt = back.Attempt,
        Allowed = back.Allowed,
        Files = [],
        Accept = back.Accept,
        Outcome = DeployOutcome.Intent,
        Why = why,
        At = Deployment.AtUnknown,
        By = who,
    };

    private static DlsException NothingToUndo(TargetVisit visit, string? kind) => new(
        ErrorKind.Failed, $"undeploy target '{visit.Name}': there is nothing to undo{(kind is null ? "" : $" for kind '{kind}'")}",
            $"`dls deploy log {visit.Name}` shows what was done there");
}
