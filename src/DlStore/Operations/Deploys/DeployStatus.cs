using System.Text.Json.Serialization;
using DlStore.Objects;
using DlStore.Targets;

namespace DlStore.Operations.Deploys;

/// <summary>A file below a deployed directory that is not as it was deployed.</summary>
/// <param name="What">How it differs.</param>
/// <param name="Name">Its path below the directory.</param>
/// <param name="ChangedAt">When it was modified by its own account, UTC; empty if it is missing.</param>
public sealed record DriftedFile(DriftSort What, string Name, string ChangedAt);

/// <summary>A path of a target against the journal.</summary>
/// <param name="Role">What it is to its consumer.</param>
/// <param name="Path">The path, relative to the home.</param>
/// <param name="Recorded">The digest that the journal has, or null for nothing.</param>
/// <param name="Found">The digest that was taken there now, or null for nothing.</param>
/// <param name="State">How both compare.</param>
/// <param name="ChangedAt">When it was modified by its own account, UTC; empty unless it differs.</param>
/// <param name="Below">Files below it that differ; at most 1,000.</param>
public sealed record LiveFile(FileRole Role, string Path, [property: JsonConverter(typeof(OidOrEmptyJson))] Oid? Recorded,
    [property: JsonConverter(typeof(OidOrEmptyJson))] Oid? Found, LiveState State, string ChangedAt, IReadOnlyList<DriftedFile> Below)
{
    /// <summary>Gets a value indicating whether it is not as recorded.</summary>
    public bool IsDrift => State != LiveState.AsRecorded;
}

/// <summary>What is live for one kind.</summary>
public sealed record LiveKind
{
    /// <summary>Gets the kind.</summary>
    public required string Kind { get; init; }

    /// <summary>Gets the task, or null: nothing of dls is live.</summary>
    public string? Task { get; init; }

    /// <summary>Gets the attempt's id, or null.</summary>
    public string? Attempt { get; init; }

    /// <summary>Gets the entry of the journal that made it so; empty if there is none.</summary>
    public required string Entry { get; init; }

    /// <summary>Gets when, by the target's clock; empty if there is none.</summary>
    public required string Since { get; init; }

    /// <summary>Gets who; empty if there is none.</summary>
    public required string By { get; init; }

    /// <summary>Gets what had to be allowed: <c>inherited</c>, <c>untested</c>.</summary>
    public required IReadOnlyList<string> Allowed { get; init; }

    /// <summary>Gets what the weights are good for: threshold, input, preprocess.</summary>
    public required IReadOnlyDictionary<string, string> Accept { get; init; }

    /// <summary>Gets each path.</summary>
    public required IReadOnlyList<LiveFile> Files { get; init; }
}

/// <summary>A target as it was found.</summary>
/// <param name="Target">The target.</param>
/// <param name="Host">Its host.</param>
/// <param name="Home">Its home.</param>
/// <param name="Kinds">What is live for each kind that it takes or had.</param>
/// <param name="Unfinished">A change that died between intent and outcome, a sentence; or null.</param>
/// <param name="Lock">Who holds the lock, or null.</param>
/// <param name="Problem">Why it could not be looked at, or null; nothing is guessed then.</param>
public sealed record TargetStatus(
    string Target, string Host, string Home, IReadOnlyList<LiveKind> Kinds, string? Unfinished, string? Lock, string? Problem)
{
    /// <summary>Gets a value indicating whether something is not as the journal says.</summary>
    public bool HasDrift => Kinds.Any(static k => k.Files.Any(static f => f.IsDrift));
}

/// <summary>
/// <c>dls deploy status</c>: what is in place on targets, by hash, against their journals. Changes nothing. Modification times are shown
/// and decide nothing.
/// </summary>
public static class DeployStatus
{
    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="targets">Names of targets; empty for all.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>Each target, by name.</returns>
    /// <exception cref="DlsException">Kind Usage: a target is not configured.</exception>
    public static async Task<IReadOnlyList<TargetStatus>> RunAsync(Repo repo, IReadOnlyList<string> targets, CancellationToken cancel)
    {
        TargetSetting[] settings = targets.Count == 0
            ? [.. repo.Config.Targets.Values] : [.. targets.Distinct().Select(t => TargetSettings.Get(repo, t))];
        List<TargetStatus> found = [];
        foreach (TargetSetting setting in settings)
        {
            found.Add(await LookAsync(repo, setting, cancel));
        }

        return found;
    }

    private static async Task<TargetStatus> LookAsync(Repo repo, TargetSetting setting, CancellationToken cancel)
    {
        TargetStatus status = new(setting.Name, setting.Host, setting.Home, [], null, null, null);
        try
        {
            TargetVisit visit = await TargetVisit.OpenAsync(repo, setting.Name, "", cancel);
            List<LiveKind> kinds = [];
            foreach (string kind in visit.Journal.Kinds().Union(setting.Kinds).Order(StringComparer.Ordinal))
            {
                kinds.Add(await LookAsync(visit, kind, cancel));
            }

            return status with
            {
                Kinds = kinds,
                Unfinished = visit.Journal.Open is { } open
                    ? $"the {DeployActions.Name(open.Action)} {open.Seq:D4} of kind '{open.Kind}' by {open.By} at {open.At} is unfinished"
                    : null,
                Lock = visit.Journal.Lock == "free"
                    ? null : $"{visit.Journal.Holder}{(visit.Journal.Lock == "dead" ? " (that process is gone)" : "")}",
            };
        }
        catch (DlsException e) when (e.Kind != ErrorKind.Usage)
        {
            return status with { Problem = e.Hint is null ? e.Message : $"{e.Message}; {e.Hint}" };
        }
    }

    private static async Task<LiveKind> LookAsync(TargetVisit visit, string kind, CancellationToken cancel)
    {
        if (visit.Journal.LiveOf(kind) is not { } live || visit.Journal.ChangeOf(kind) is not { } change)
        {
            return new LiveKind
            {
                Kind = kind,
                Entry = "",
                Since = "",
                By = "",
                Allowed = [],
                Accept = new SortedDictionary<string, string>(),
                Files = [],
            };
        }

        IReadOnlyList<KeyValuePair<FileRole, InPlace>> places = await visit.LookAsync(kind, [], cancel);
        return new LiveKind
        {
            Kind = kind,
            Task = live.Task,
            Attempt = live.Attempt,
            Entry = change.Name,
            Since = change.At,
            By = change.By,
            Allowed = live.Allowed,
            Accept = live.Accept,
            Files = [.. places.Select(p => Compare(p.Key, p.Value, live.Files.FirstOrDefault(f => f.Path == p.Value.Path)))],
        };
    }

    private static LiveFile Compare(FileRole role, InPlace place, DeployedFile? recorded)
    {
        LiveState state = place.Is(recorded) ? LiveState.AsRecorded
            : place.What is FileSort.Unreadable or FileSort.Other ? LiveState.Unreadable
            : place.What == FileSort.Absent ? LiveState.Missing
            : recorded is null or { What: FileSort.Absent } ? LiveState.Unexpected
            : LiveState.Changed;
        return new LiveFile(
            role, place.Path, recorded?.Hash, place.Hash, state,
            state == LiveState.AsRecorded ? ""
                : Time(place.ChangedAt), [.. place.Differences.Select(static d => new DriftedFile(d.What, d.Name, Time(d.ChangedAt)))]);
    }

    private static string Time(long seconds) =>
        seconds is <= 0 or > 253402300799 ? "" : DateTimeOffset.FromUnixTimeSeconds(
            seconds).ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);
}
