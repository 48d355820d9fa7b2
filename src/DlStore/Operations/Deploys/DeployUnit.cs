using DlStore.Targets;

namespace DlStore.Operations.Deploys;

/// <summary>One kind on one target, as planned or done.</summary>
/// <param name="Target">The target.</param>
/// <param name="Host">Its host.</param>
/// <param name="Home">Its home.</param>
/// <param name="Kind">The kind.</param>
/// <param name="Task">The task whose weights it gets; null for none.</param>
/// <param name="Attempt">The attempt's number; 0 for none.</param>
/// <param name="Entry">The entry of the journal: number and id; empty if nothing changes.</param>
/// <param name="Files">What is in place afterwards.</param>
/// <param name="Accept">What the weights are good for.</param>
/// <param name="State"><c>planned</c>, <c>deployed</c>, <c>undeployed</c>, <c>live already</c>, <c>nothing to undo</c>.</param>
/// <param name="Notes">What is worth knowing, a sentence each.</param>
public sealed record DeployUnit(
    string Target, string Host, string Home, string Kind, string? Task, int Attempt, string Entry, IReadOnlyList<DeployedFile> Files, IReadOnlyDictionary<string, string> Accept, string State,
    IReadOnlyList<string> Notes);

/// <summary>A unit with what is needed to carry it out.</summary>
internal sealed record PlannedUnit(DeployUnit Unit, TargetVisit Visit, DeployPart? Part, TargetChange? Change)
{
    /// <summary>Describes what the target's files become, for notes: gaps, and bytes that nobody recorded.</summary>
    public static IReadOnlyList<string> NotesOf(TargetVisit visit, TargetChange change)
    {
        List<string> notes = [.. change.Gaps.Select(p => $"'{p}' is a real directory: it is moved to '.dls/before' and replaced by a link, and for a moment between the two renames it is missing")];
        if (change.Found is { Previous: not null } found)
        {
            Deployment live = visit.Journal.Find(found.Previous)!;
            IEnumerable<string> changed = found.Files.Where(f => f.What != "absent" && !live.Files.Any(l => l.Path == f.Path && l.What == f.What && l.Hash == f.Hash)).Select(static f => $"'{f.Path}'");
            notes.Add($"{string.Join(", ", changed.DefaultIfEmpty("something"))} was changed by hand since {live.At}; it is kept as entry {found.Seq:D4}");
        }
        else if (change.Found is { } first && first.Files.Any(static f => f.What != "absent"))
        {
            notes.Add($"what is there now, before dls, is kept as entry {first.Seq:D4}");
        }

        return notes;
    }
}
