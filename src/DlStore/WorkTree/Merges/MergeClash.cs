namespace DlStore.WorkTree.Merges;

/// <summary>A path that both sides of a merge changed in different ways.</summary>
public sealed record MergeClash
{
    /// <summary>Gets the path below the managed path, names joined by <c>/</c>; empty for the managed path itself.</summary>
    public required string Path { get; init; }

    /// <summary>Gets what both sides started from, or null.</summary>
    public ClashSide? Base { get; init; }

    /// <summary>Gets what this side has, or null.</summary>
    public ClashSide? Ours { get; init; }

    /// <summary>Gets what the other side has, or null.</summary>
    public ClashSide? Theirs { get; init; }

    /// <summary>Gets the old path for one that came by a rename, which <see cref="Base"/> is of; else null.</summary>
    public string? From { get; init; }

    /// <summary>Gets what was decided, or null.</summary>
    public MergeChoice? Decided { get; init; }

    /// <summary>Says what both sides did, as a line shows it before the path.</summary>
    /// <returns>A few words.</returns>
    public string Describe() => (Base, Ours, Theirs) switch
    {
        (_, { }, null) when From is { } from => $"renamed here from {from}, renamed or deleted there",
        (_, null, { }) when From is { } from => $"renamed or deleted here, renamed there from {from}",
        (_, { } o, { } t) when (o.Files is null) != (t.Files is null) => "a file on one side, a directory on the other",
        (null, { }, { }) => "both sides added it",
        (_, { }, { }) => "both sides changed it",
        (_, { }, null) => "changed here, deleted there",
        (_, null, { }) => "deleted here, changed there",
        (_, null, null) => "both sides deleted or renamed it",
    };

    internal static MergeClash Of(string path, in PathEntry before, in PathEntry ours, in PathEntry theirs, string? from = null) => new()
    {
        Path = path,
        Base = ClashSide.Of(before),
        Ours = ClashSide.Of(ours),
        Theirs = ClashSide.Of(theirs),
        From = from,
    };
}
