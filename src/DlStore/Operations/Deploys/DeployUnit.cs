using DlStore.Targets;

namespace DlStore.Operations.Deploys;

/// <summary>One kind on one target, as planned or done.</summary>
public sealed record DeployUnit
{
    /// <summary>Gets the target.</summary>
    public required string Target { get; init; }

    /// <summary>Gets its host.</summary>
    public required string Host { get; init; }

    /// <summary>Gets its home.</summary>
    public required string Home { get; init; }

    /// <summary>Gets the kind.</summary>
    public required string Kind { get; init; }

    /// <summary>Gets the task whose weights it gets; null for none.</summary>
    public string? Task { get; init; }

    /// <summary>Gets the attempt's number; 0 for none.</summary>
    public required int Attempt { get; init; }

    /// <summary>Gets the entry of the journal: number and id; empty if nothing changes.</summary>
    public required string Entry { get; init; }

    /// <summary>Gets what is in place afterwards.</summary>
    public required IReadOnlyList<DeployedFile> Files { get; init; }

    /// <summary>Gets what the weights are good for.</summary>
    public required IReadOnlyDictionary<string, string> Accept { get; init; }

    /// <summary>Gets how it stands.</summary>
    public required UnitState State { get; init; }

    /// <summary>Gets what is worth knowing, a sentence each.</summary>
    public required IReadOnlyList<string> Notes { get; init; }
}

/// <summary>A unit with what is needed to carry it out.</summary>
internal sealed record PlannedUnit(DeployUnit Unit, TargetVisit Visit, DeployPart? Part, TargetChange? Change)
{
    /// <summary>Describes what the target's files become, for notes: gaps, and bytes that nobody recorded.</summary>
    public static IReadOnlyList<string> NotesOf(TargetVisit visit, TargetChange change)
    {
        List<string> notes = [.. change.Gaps.Select(p => $"'{p}' is a real directory: it is moved to '.dls/before' and replaced by "
            + "a link, and for a moment between the two renames it is missing")];
        if (change.Found is { Previous: not null } found)
        {
            Deployment live = visit.Journal.Find(found.Previous)!;
            IEnumerable<string> changed = found.Files.Where(f => f.What != FileSort.Absent
                && !live.Files.Any(l => l.Path == f.Path && l.What == f.What && l.Hash == f.Hash)).Select(static f => $"'{f.Path}'");
            notes.Add($"{string.Join(", ", changed.DefaultIfEmpty("something"))} was changed "
                + $"by hand since {live.At}; it is kept as entry {found.Seq:D4}");
        }
        else if (change.Found is { } first && first.Files.Any(static f => f.What != FileSort.Absent))
        {
            notes.Add($"what is there now, before dls, is kept as entry {first.Seq:D4}");
        }

        return notes;
    }
}
