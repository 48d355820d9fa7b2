namespace DlStore.WorkTree;

/// <summary>One move into the trash.</summary>
/// <param name="Id">Its name; sorts by time.</param>
/// <param name="At">When.</param>
/// <param name="Why">The command that did it.</param>
/// <param name="Paths">What was moved, relative to the work tree it came from.</param>
/// <param name="WorkTree">The work tree it came from; empty if the record cannot be read.</param>
public sealed record TrashEntry(string Id, DateTimeOffset At, string Why, IReadOnlyList<string> Paths, string WorkTree);
