using DlStore.Io;
using DlStore.Objects;
using DlStore.Ssh;
using DlStore.Targets;

namespace DlStore.Operations.Deploys;

/// <summary>What to deploy where.</summary>
public sealed record DeployOptions
{
    /// <summary>Gets the task.</summary>
    public required string Task { get; init; }

    /// <summary>Gets the targets; empty for every one that takes the kinds.</summary>
    public IReadOnlyList<string> Targets { get; init; } = [];

    /// <summary>Gets the kinds; empty for every one that the task has a part for.</summary>
    public IReadOnlyList<string> Kinds { get; init; } = [];

    /// <summary>Gets a value indicating whether several targets or kinds may be meant without being named.</summary>
    public bool All { get; init; }

    /// <summary>Gets the number of the attempt, or null for the newest of the kind.</summary>
    public int? Attempt { get; init; }

    /// <summary>Gets a value indicating whether weights may be deployed that were not tested.</summary>
    public bool AllowUntested { get; init; }

    /// <summary>Gets a value indicating whether weights that were not wholly looked into may be deployed.</summary>
    public bool Unread { get; init; }

    /// <summary>Gets a value indicating whether weights may be deployed that the run did not make.</summary>
    public bool AllowInherited { get; init; }

    /// <summary>Gets what the weights are good for beyond what their attempt says, or instead of it: each <c>NAME=VALUE</c>.</summary>
    public IReadOnlyList<string> Accept { get; init; } = [];

    /// <summary>Gets the threshold to record instead of the attempt's, as typed; null for none.</summary>
    public string? Threshold { get; init; }

    /// <summary>Gets a value indicating whether to plan only.</summary>
    public bool DryRun { get; init; }

    /// <summary>Gets who is told of the plan before anything is staged or switched, or null.</summary>
    public Action<DeployResult>? Planned { get; init; }

    /// <summary>Gets who is told about progress.</summary>
    public IProgress<WorkProgress>? Progress { get; init; }

    /// <summary>Gets where the target's scripts die or fail: the way in for tests.</summary>
    internal string Stop { get; init; } = "";

    /// <summary>Gets what is called with each home before its switch: the way in for tests.</summary>
    internal Action<string>? Switching { get; init; }

    /// <summary>Gets what is called with each home and release once it is staged and not yet checked: the way in for tests.</summary>
    internal Action<string, string>? Staged { get; init; }
}

/// <summary>What was deployed, or would be.</summary>
/// <param name="Task">The task.</param>
/// <param name="Units">Each kind on each target.</param>
/// <param name="Copies">Entries of journals that were copied into the repository and staged.</param>
/// <param name="Notes">What else was done: changes that were settled, copies that differ.</param>
public sealed record DeployResult(string Task, IReadOnlyList<DeployUnit> Units, IReadOnlyList<string> Copies, IReadOnlyList<string> Notes);

/// <summary>
/// <c>dls deploy</c>: puts the weights of a task to use, with their class list and data set. Everything asked for is checked on all targets
/// first. Then each is staged in
/// <c>HOME/.dls/releases</c> and hashed there; only when all are, they are switched one after the other, each by one script on its target
/// that finishes or takes back what it
/// began. If one fails, those before it are taken back. The authority is the journal on the target; copies of its entries come into the
/// repository last.
/// </summary>
public sealed class Deploy
{
    private readonly Repo _repo;
    private readonly DeployOptions _options;
    private readonly string _who;

    private Deploy(Repo repo, DeployOptions options)
    {
        _repo = repo;
        _options = options;
        _who = Person.Name(repo);
    }

    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="options">What to deploy where.</param>
    /// <param name="cancel">Stops it until the first switch begins.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="DlsException">Kind Usage, Missing, Locked, Untrusted, Failed: nothing was changed, or it was taken back; the
    /// message says so.</exception>
    public static Task<DeployResult> RunAsync(
        Repo repo, DeployOptions options, CancellationToken cancel) => new Deploy(repo, options).RunAsync(cancel);

    private async Task<DeployResult> RunAsync(CancellationToken cancel)
    {
        DeployPlan plan = await DeployPlan.MakeAsync(_repo, _options, _who, cancel);
        if (_options.DryRun)
        {
            return Planned(plan);
        }

        await plan.PrepareAsync(cancel);
        _options.Planned?.Invoke(Planned(plan));
        PlannedUnit[] work = [.. plan.Units.Where(static u => u.Change is not null)];
        await StageAllAsync(work, cancel);
        CrashPoint.Hit("deploy.staged");
        await SwitchAllAsync(work);
        CrashPoint.Hit("deploy.switched");
        List<string> notes = [.. plan.Notes];
        List<string> copies = [];
        foreach (TargetVisit visit in plan.Units.Select(static u => u.Visit).Distinct())
        {
            await visit.ReadAgainAsync(CancellationToken.None);
            notes.AddRange(visit.Notes);
            copies.AddRange(DeployCopies.Take(_repo, visit.Journal, notes));
        }

        return new DeployResult(_options.Task, [
            .. plan.Units.Select(static u => u.Unit with { State = u.Change is null ? u.Unit.State : UnitState.Deployed })], copies, notes);
    }

    private DeployResult Planned(DeployPlan plan) => new(_options.Task, [.. plan.Units.Select(static u => u.Unit)], [], plan.Notes);

    private async Task StageAllAsync(PlannedUnit[] work, CancellationToken cancel)
    {
        try
        {
            foreach (PlannedUnit unit in work)
            {
                await StageAsync(unit, cancel);
            }
        }
        catch
        {
            await DropAsync(work, hasEnded: true);
            throw;
        }
    }

    private async Task StageAsync(PlannedUnit unit, CancellationToken cancel)
    {
        Deployment entry = unit.Change!.Entry;
        DeployedFile weight = entry.Files.Single(static f => f is { Role: FileRole.Weight, What: FileSort.File });
        DeployedFile? data = entry.Files.SingleOrDefault(static f => f is { Role: FileRole.Data, What: FileSort.Tree });
        HostInput[] inputs =
        [
            new(ObjectKind.Blob, weight.Oid!.Value, "weight", false),
            .. data is null ? (HostInput[])[] : [new HostInput(ObjectKind.Tree, data.Oid!.Value, "data", false)],
        ];
        string directory = $"{unit.Visit.Journal.Home}/.dls/releases/{entry.Name}";
        await new HostCache(unit.Visit.Target.Shell, _repo.Store).PlaceAsync(directory, inputs, _options.Progress, cancel);
        _options.Staged?.Invoke(unit.Visit.Journal.Home, entry.Name);
        await unit.Visit.Target.FinishStageAsync(entry, weight, data, unit.Part!.Classes.ToBytes(), unit.Part.Where.Smoke, cancel);
    }

    private async Task SwitchAllAsync(PlannedUnit[] work)
    {
        List<PlannedUnit> done = [];
        foreach (PlannedUnit unit in work)
        {
            try
            {
                _options.Switching?.Invoke(unit.Visit.Journal.Home);
                await unit.Visit.SwitchAsync(unit.Change!, _who);
                done.Add(unit);
            }
            catch (Exception e)
            {
                // Whatever it was: targets that were switched before it go back, or two targets would be left with different weights.
                await DropAsync(work[done.Count..][..1], hasEnded: e is DlsException { Kind: ErrorKind.Locked });
                await DropAsync(work[(done.Count + 1)..], hasEnded: true);
                IReadOnlyList<string> back = await TakeBackAsync(done, unit);
                throw e is DlsException why
                    ? (back.Count == 0 ? why : new DlsException(why.Kind, why.Message, why.Hint, why) { Items = back })
                    : new DlsException(ErrorKind.Failed, $"deploy to target '{unit.Visit.Name}': {e.Message}",
                        $"`dls deploy status {unit.Visit.Name}` says what is in place", e)
                    { Items = back };
            }
        }
    }

    /// <summary>Undoes the switches before the one that failed; the one that failed has undone itself.</summary>
    private async Task<IReadOnlyList<string>> TakeBackAsync(List<PlannedUnit> done, PlannedUnit failed)
    {
        List<string> items = [];
        foreach (PlannedUnit unit in Enumerable.Reverse(done))
        {
            try
            {
                await unit.Visit.ReadAgainAsync(CancellationToken.None);
                Deployment? live = unit.Visit.Journal.ChangeOf(unit.Unit.Kind);
                if (live?.Id != unit.Change!.Entry.Id)
                {
                    items.Add($"target '{unit.Visit.Name}': somebody deployed after this; it stays as it is");
                    continue;
                }

                await Undeploy.BackAsync(unit.Visit, unit.Unit.Kind, _who, $"'{failed.Visit.Name}' failed", CancellationToken.None);
                items.Add($"target '{unit.Visit.Name}', kind '{unit.Unit.Kind}': taken back");
            }
            catch (Exception e)
            {
                items.Add($"target '{unit.Visit.Name}', kind '{unit.Unit.Kind}': it could not be taken back: {e.Message}");
            }
        }

        return items;
    }

    /// <summary>
    /// Removes releases that were staged and will not be named; one whose switch may still be at work is left to a later sweep.
    /// </summary>
    private static async Task DropAsync(IEnumerable<PlannedUnit> units, bool hasEnded)
    {
        foreach (PlannedUnit unit in units)
        {
            try
            {
                await unit.Visit.Target.DropAsync(unit.Change!.Entry.Name, hasEnded);
            }
            catch (Exception)
            {
                // What made it fail matters more; a later switch sweeps what is left.
            }
        }
    }
}
