using System.Collections.Immutable;

namespace DlStore.Operations.Lfs;

/// <summary>
/// What has to be known of one commit's tree to rewrite its children: immutable, so that commits share what they have in common. Paths and
/// names are Latin-1, one character a byte.
/// </summary>
internal sealed record HistoryTree
{
    private static readonly ImmutableSortedSet<string> NoNames = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <summary>A tree without files.</summary>
    public static readonly HistoryTree Empty = new();

    /// <summary>Gets the names of files that get pointers, by directory.</summary>
    public ImmutableDictionary<string, ImmutableSortedSet<string>> Names { get; private init; } =
        ImmutableDictionary.Create<string, ImmutableSortedSet<string>>(StringComparer.Ordinal);

    /// <summary>Gets the blobs of the ignore files that the commit has itself, by directory.</summary>
    public ImmutableDictionary<string, string> Ignores { get; init; } =
        ImmutableDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Gets the blobs of its attribute files, by directory.</summary>
    public ImmutableDictionary<string, string> Attributes { get; init; } =
        ImmutableDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Gets files whose names end like those of pointers and that the commit has itself.</summary>
    public ImmutableHashSet<string> Taken { get; init; } = ImmutableHashSet.Create<string>(StringComparer.Ordinal);

    /// <summary>Gets files that stay with git-lfs.</summary>
    public ImmutableHashSet<string> Staying { get; init; } = ImmutableHashSet.Create<string>(StringComparer.Ordinal);

    /// <summary>Tells whether a file gets a pointer.</summary>
    public bool HasPointer(HistoryChange at) =>
        Names.TryGetValue(at.Directory, out ImmutableSortedSet<string>? names) && names.Contains(at.Name);

    /// <summary>Gives the tree with one more file that gets a pointer.</summary>
    public HistoryTree With(HistoryChange at) => this with
    {
        Names = Names.SetItem(at.Directory, Names.GetValueOrDefault(at.Directory, NoNames).Add(at.Name)),
    };

    /// <summary>Gives the tree without a file that got a pointer.</summary>
    public HistoryTree Without(HistoryChange at) => this with
    {
        Names = Names[at.Directory].Remove(at.Name) is { IsEmpty: false } rest
            ? Names.SetItem(at.Directory, rest) : Names.Remove(at.Directory),
    };
}
