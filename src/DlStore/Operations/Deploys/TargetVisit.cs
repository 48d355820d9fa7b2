using DlStore.Targets;

namespace DlStore.Operations.Deploys;

/// <summary>A target that a command has looked at: its journal as it was read, and where the next planned entry goes.</summary>
internal sealed class TargetVisit
{
    private readonly string _stop;

    private TargetVisit(TargetConnection target, TargetJournal journal, string stop)
    {
        Target = target;
        Journal = journal;
        End = ChainEnd.Of(journal);
        _stop = stop;
    }

    public TargetConnection Target { get; }

    public string Name => Target.Name;

    public TargetJournal Journal { get; private set; }

    /// <summary>Gets what the target's scripts said that people should know, a sentence each.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>Gets or sets where the journal ends once all is done that was planned so far.</summary>
    public ChainEnd End { get; set; }

    /// <summary>Opens a target and reads its journal. Changes nothing.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="name">The target's name.</param>
    /// <param name="stop">Where a test wants scripts to die or fail.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="DlsException">Kind Usage: not configured. Kind Failed: not reachable.</exception>
    public static async Task<TargetVisit> OpenAsync(Repo repo, string name, string stop, CancellationToken cancel)
    {
        TargetSetting setting = TargetSettings.Get(repo, name);
        TargetConnection target = new(setting, repo.OpenHost(setting.Host));
        return new TargetVisit(target, await target.ReadAsync(cancel), stop);
    }

    /// <summary>Opens a target that shall be changed and reads its journal. Changes nothing yet.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="name">The target's name.</param>
    /// <param name="stop">Where a test wants scripts to die or fail.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="DlsException">What <see cref="OpenAsync"/> refuses. Kind Failed: another target has its home. Kind Locked: names
    /// the holder.</exception>
    public static async Task<TargetVisit> OpenForChangeAsync(Repo repo, string name, string stop, CancellationToken cancel)
    {
        TargetFaults.RequireOwnHome(repo, TargetSettings.Get(repo, name), "change");
        TargetVisit visit = await OpenAsync(repo, name, stop, cancel);
        visit.RequireUnlocked();
        return visit;
    }

    /// <summary>Refuses a target that somebody is at work on.</summary>
    /// <exception cref="DlsException">Kind Locked: names the holder.</exception>
    public void RequireUnlocked()
    {
        if (Journal.Lock is "alive" or "unknown")
        {
            throw new DlsException(
                ErrorKind.Locked, $"change target '{Name}': another dls is at work there: {Journal.Holder}",
                    $"wait for it; if that process is gone, `dls deploy unlock {Name}`");
        }
    }

    /// <summary>Settles a change that died between intent and outcome, by what is in place.</summary>
    /// <param name="who">Who does it.</param>
    /// <param name="cancel">Stops it before it begins.</param>
    /// <returns>A sentence about it, or null if there was nothing to settle.</returns>
    public async Task<string?> SettleAsync(string who, CancellationToken cancel)
    {
        if (Journal.Open is not { } open)
        {
            return null;
        }

        (bool done, IReadOnlyList<string> notes) = await Target.SettleAsync(TargetChange.Resume(Journal, IsAlone), who, _stop);
        Notes.AddRange(notes.Select(n => $"target '{Name}': {n}"));
        await ReadAgainAsync(cancel);
        return $"target '{Name}': the unfinished {DeployActions.Name(open.Action)} {open.Seq:D4} by "
            + $"{open.By} {(done ? "was complete and counts as done" : "was undone")}";
    }

    /// <summary>Gets a value indicating whether the target takes one kind only.</summary>
    public bool IsAlone => Target.Setting.Kinds.Count == 1 && Journal.Kinds().All(k => k == Target.Setting.Kinds[0]);

    /// <summary>Reads the journal again, after it was changed.</summary>
    public async Task ReadAgainAsync(CancellationToken cancel)
    {
        Journal = await Target.ReadAsync(cancel);
        End = ChainEnd.Of(Journal);
    }

    /// <summary>Looks at what is in place for one kind.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="next">What shall be there, or nothing.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>Roles and places, in the order in which they are switched.</returns>
    public async Task<IReadOnlyList<KeyValuePair<FileRole,
        InPlace>>> LookAsync(string kind, IReadOnlyList<DeployedFile> next, CancellationToken cancel)
    {
        Deployment? live = Journal.LiveOf(kind);
        IReadOnlyList<KeyValuePair<FileRole, string>> paths = TargetChange.Paths(live, next);
        string?[] releases = [.. paths.Select(p => live?.Files.FirstOrDefault(f => f.Path == p.Value)?.Release)];
        IReadOnlyList<InPlace> found = await Target.ProbeAsync([.. paths.Select(static p => p.Value)], releases, cancel);
        return [.. paths.Select((p, i) => new KeyValuePair<FileRole, InPlace>(p.Key, found[i]))];
    }

    /// <summary>Carries a change out.</summary>
    public async Task SwitchAsync(TargetChange change, string who) =>
        Notes.AddRange((await Target.SwitchAsync(change, who, _stop)).Select(n => $"target '{Name}': {n}"));
}
