using DlStore.Data.Names;
using DlStore.Data.Recipes;
using DlStore.Learning.Records;
using DlStore.Operations.Transfers;
using DlStore.Targets;

namespace DlStore.Operations.Deploys;

/// <summary>
/// Everything that is checked before a deployment touches anything: records, trust, then every target. <see cref="MakeAsync"/> only reads.
/// What has to be done before the rest can be looked at (bytes that are only on the remote, a change on a target that nobody finished) is
/// <see cref="PrepareAsync"/>, once no refusal is left that could have come first.
/// </summary>
internal sealed class DeployPlan
{
    private readonly Repo _repo;
    private readonly DeployOptions _options;
    private readonly DeployChoice _choice;
    private readonly string _who;
    private readonly List<PlannedUnit> _units = [];
    private readonly List<string> _notes;
    private readonly Dictionary<string, TargetVisit> _visits = new(StringComparer.Ordinal);
    private readonly Dictionary<DeployPart, IReadOnlyList<DeployedFile>> _contents = [];

    private DeployPlan(Repo repo, DeployOptions options, DeployChoice choice, string who)
    {
        _repo = repo;
        _options = options;
        _choice = choice;
        _who = who;
        _notes = [.. choice.Notes];
    }

    public IReadOnlyList<PlannedUnit> Units => [.. _units.OrderBy(static u => u.Visit.Name, StringComparer.Ordinal)];

    public IReadOnlyList<string> Notes => _notes;

    /// <summary>Plans a deployment. Changes nothing, here or on a target.</summary>
    /// <exception cref="DlsException">Kind Usage, Missing, Locked, Untrusted or Failed: it will not be done.</exception>
    public static async Task<DeployPlan> MakeAsync(Repo repo, DeployOptions options, string who, CancellationToken cancel)
    {
        PortableName name = PortableName.Parse(options.Task, "task");
        TaskRecord task = TaskRecord.Find(repo.WorkTree, name)
            ?? throw new DlsException(
                ErrorKind.Usage, $"deploy task '{name}': there is no file '{TaskRecord.FileOf(name)}'", "`dls task list` shows the tasks");
        DeployChoice choice = DeployChoice.Make(repo, task, options);
        DeployPlan plan = new(repo, options, choice, who);
        if (options.DryRun)
        {
            await plan.RequireBytesAsync(cancel);
        }

        TrustList trust = new(repo.CommonDirectory);
        foreach (DeployPart part in choice.Parts)
        {
            if (part.Smoke() is { } smoke)
            {
                trust.Require(smoke);
            }
        }

        choice.RequireNamed();
        await plan.VisitAsync(cancel);
        await plan.PlanUnitsAsync(v => v.Journal.Open is null && choice.PartsOf(v.Name).All(p => p.FindMissing(repo).Count == 0), cancel);
        return plan;
    }

    /// <summary>
    /// Does what has to be done first, then plans what could not be planned before: fetches bytes, and settles what was left unfinished on
    /// a target.
    /// </summary>
    /// <exception cref="DlsException">Kind Missing: bytes are nowhere; no target was touched. Kind Failed: a target that was settled
    /// refuses what is planned.</exception>
    public async Task PrepareAsync(CancellationToken cancel)
    {
        await RequireBytesAsync(cancel);
        ReadContents(_choice.Parts);
        foreach (TargetVisit visit in _visits.Values.Where(static v => v.Journal.Open is not null))
        {
            _notes.Add((await visit.SettleAsync(_who, cancel))!);
        }

        await PlanUnitsAsync(v => !_units.Exists(u => u.Visit == v), cancel);
    }

    /// <summary>Brings what is not in the store from the remote; without all of it nothing begins.</summary>
    private async Task RequireBytesAsync(CancellationToken cancel)
    {
        DlsException? cause = null;
        foreach (DeployPart part in _choice.Parts.Where(p => p.FindMissing(_repo).Count > 0))
        {
            try
            {
                FetchResult fetched = await Fetch.RunAsync(_repo,
                    new FetchOptions { Paths = part.FetchPaths(_repo), DryRun = _options.DryRun, Progress = _options.Progress }, cancel);
                _repo.Store.Refresh();
                _notes.Add($"{(_options.DryRun ? "would fetch" : "fetched")} {fetched.Objects} objects "
                    + $"of kind '{part.Kind.Name}' from remote '{fetched.Remote}'");
            }
            catch (DlsException e)
            {
                cause = e;
            }
        }

        string[] missing = [.. _choice.Parts.SelectMany(p => p.FindMissing(_repo)).Distinct()];
        if (missing.Length > 0)
        {
            throw new DlsException(
                ErrorKind.Missing, $"deploy task '{_options.Task}': "
                    + $"{CountWords.Of(missing.Length, "object is", "objects are")} not in the store"
                    + $"{(cause is null ? " and not on the remote" : $": {cause.Message}")}",
                cause?.Hint ?? "nothing was changed on any target; `dls where OID` looks for an object", cause)
            {
                Items = missing,
            };
        }
    }

    private async Task VisitAsync(CancellationToken cancel)
    {
        foreach (string target in _choice.Targets)
        {
            TargetVisit visit = await TargetVisit.OpenForChangeAsync(_repo, target, _options.Stop, cancel);
            if (visit.Journal.Open is { } open && _options.DryRun)
            {
                throw new DlsException(
                    ErrorKind.Failed,
                        $"plan for target '{target}': the {DeployActions.Name(open.Action)} {open.Seq:D4} by {open.By} is unfinished there",
                    $"run it without --dry-run, or `dls deploy unlock {target}` to settle that only");
            }

            _visits[target] = visit;
        }
    }

    /// <summary>Lists what each part is made of, and refuses one that does not fit together.</summary>
    private void ReadContents(IEnumerable<DeployPart> parts)
    {
        foreach (DeployPart part in parts.Where(p => !_contents.ContainsKey(p)))
        {
            _contents[part] = new DeployContents(_repo, part).List();
        }
    }

    private async Task PlanUnitsAsync(Func<TargetVisit, bool> which, CancellationToken cancel)
    {
        TargetVisit[] chosen = [.. _visits.Values.Where(which)];
        ReadContents(chosen.SelectMany(v => _choice.PartsOf(v.Name)));
        foreach (TargetVisit visit in chosen)
        {
            foreach (DeployPart part in _choice.PartsOf(visit.Name))
            {
                _units.Add(await PlanUnitAsync(visit, part, _contents[part], cancel));
            }

            RequireSpace(visit);
        }
    }

    private async Task<PlannedUnit> PlanUnitAsync(
        TargetVisit visit, DeployPart part, IReadOnlyList<DeployedFile> files, CancellationToken cancel)
    {
        string kind = part.Kind.Name.Value;
        RequireNoOverlap(visit, kind, files);
        IReadOnlyList<KeyValuePair<FileRole, InPlace>> places = await visit.LookAsync(kind, files, cancel);
        foreach (InPlace place in places.Select(static p => p.Value))
        {
            RequireUsable(visit, place);
        }

        DeployUnit unit = UnitOf(visit, part, files);
        if (visit.Journal.LiveOf(kind) is { } live && IsLive(live, part, files, places))
        {
            return new PlannedUnit(unit with { State = UnitState.LiveAlready, Entry = live.Name, Files = live.Files }, visit, part, null);
        }

        TargetChange change = TargetChange.Plan(visit.Journal, visit.End, places, visit.IsAlone, EntryOf(visit, part, files), null);
        visit.End = change.End;
        return new PlannedUnit(
            unit with { Entry = change.Entry.Name, Files = change.Entry.Files, Notes = PlannedUnit.NotesOf(visit, change) },
            visit, part, change);
    }

    private DeployUnit UnitOf(TargetVisit visit, DeployPart part, IReadOnlyList<DeployedFile> files) => new()
    {
        Target = visit.Name,
        Host = visit.Target.Setting.Host,
        Home = visit.Target.Setting.Home,
        Kind = part.Kind.Name.Value,
        Task = _options.Task,
        Attempt = part.Start.N,
        Entry = "",
        Files = files,
        Accept = part.Accept,
        State = UnitState.Planned,
        Notes = [],
    };

    private Deployment EntryOf(TargetVisit visit, DeployPart part, IReadOnlyList<DeployedFile> files) => new()
    {
        Seq = 0,
        Id = TargetChange.NewId(),
        Target = visit.Name,
        Kind = part.Kind.Name.Value,
        Action = DeployAction.Deploy,
        Live = "",
        Task = _options.Task,
        Attempt = part.Start.Id,
        Allowed = part.Allowed,
        Files = files,
        Accept = part.Accept,
        Outcome = DeployOutcome.Intent,
        At = Deployment.AtUnknown,
        By = _who,
    };

    /// <summary>Tells whether what the journal has as live is this part, and whether the target's files are what it says.</summary>
    private bool IsLive(Deployment live, DeployPart part, IReadOnlyList<DeployedFile> files,
        IReadOnlyList<KeyValuePair<FileRole, InPlace>> places) => live.Action == DeployAction.Deploy
        && live.Task == _options.Task && live.Attempt == part.Start.Id && live.Accept.SequenceEqual(part.Accept)
        && places.All(p => p.Value.Is(live.Files.FirstOrDefault(f => f.Path == p.Value.Path)))
        && places.Count == files.Count && files.All(f => live.Files.Any(l => l.Path == f.Path && l.Hash == f.Hash));

    private static void RequireUsable(TargetVisit visit, InPlace place)
    {
        string? why = place.What is FileSort.Other or FileSort.Unreadable
            ? $"it is {(place.What == FileSort.Other ? "no file, directory or link" : "not readable")}"
            : !place.MayWrite ? "its directory may not be written"
            : !place.SameDevice && place.What == FileSort.Dir
                ? "it is a directory on another file system than the home, so it cannot be moved out of the way in one step"
            : null;
        if (why is not null)
        {
            throw new DlsException(
                ErrorKind.Failed, $"deploy to target '{visit.Name}': '{place.Path}': {why}", "nothing was changed on any target");
        }
    }

    /// <summary>Kinds that share a target may not write over each other.</summary>
    private void RequireNoOverlap(TargetVisit visit, string kind, IReadOnlyList<DeployedFile> files)
    {
        IEnumerable<(string Kind, DeployedFile File)> others = visit.Journal.Kinds().Where(
            k => k != kind).SelectMany(k => visit.Journal.LiveOf(k)!.Files.Where(static f => f.What != FileSort.Absent).Select(f => (k, f)))
            .Concat(_units.Where(u => u.Visit == visit).SelectMany(static u => u.Unit.Files.Select(f => (u.Unit.Kind, f))));
        foreach ((string other, DeployedFile file) in others)
        {
            if (files.FirstOrDefault(f => DeployPart.Overlap(f.Path, file.Path)) is { } clash)
            {
                throw new DlsException(ErrorKind.Failed,
                    $"deploy kind '{kind}' to target '{visit.Name}': '{clash.Path}' is where kind '{other}' has '{file.Path}'",
                    $"give the kinds different paths, or different targets");
            }
        }
    }

    private void RequireSpace(TargetVisit visit)
    {
        // The release, and the copies that lie beside the consumer's files until they are renamed.
        long needed = _units.Where(u => u.Visit == visit && u.Change is not null)
            .Sum(static u => u.Unit.Files.Sum(static f => f.What == FileSort.Tree ? f.Size : 2 * f.Size));
        if (needed > visit.Journal.Free)
        {
            throw new DlsException(
                ErrorKind.Failed, $"deploy to target '{visit.Name}': {needed} bytes are needed and {visit.Journal.Free} are free",
                "nothing was changed on any target; free space there");
        }
    }
}
