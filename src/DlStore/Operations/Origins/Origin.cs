using DlStore.Objects;

namespace DlStore.Operations.Origins;

/// <summary>Where the bytes of a pointer were imported from, as its keys say (docs/formats/pointer.md).</summary>
/// <param name="Source">The repository, as git takes it, or the URL of a dls remote.</param>
/// <param name="Path">The path there.</param>
/// <param name="Rev">The branch or tag that is followed; null for HEAD.</param>
/// <param name="Commit">The commit that it was taken from.</param>
/// <param name="IsStore">The source is a dls remote without git.</param>
public sealed record Origin(string Source, string Path, string? Rev, string Commit, bool IsStore)
{
    private const string SourceKey = "origin";
    private const string PathKey = "origin-path";
    private const string RevKey = "origin-rev";
    private const string CommitKey = "origin-commit";
    private const string StoreKey = "origin-store";

    /// <summary>Reads the origin of a pointer.</summary>
    /// <param name="pointer">The pointer.</param>
    /// <returns>Null if it was not imported.</returns>
    public static Origin? Of(Pointer pointer) =>
        pointer.Others.TryGetValue(SourceKey, out string? source) && pointer.Others.TryGetValue(PathKey, out string? path)
        && pointer.Others.TryGetValue(CommitKey, out string? commit)
            ? new Origin(source, path, pointer.Others.GetValueOrDefault(RevKey), commit, pointer.Others.ContainsKey(StoreKey)) : null;

    /// <summary>Gives a pointer with this origin.</summary>
    /// <param name="pointer">The pointer.</param>
    /// <returns>The same, with the keys.</returns>
    public Pointer On(Pointer pointer)
    {
        SortedDictionary<string, string> keys = new(pointer.Others.ToDictionary(), StringComparer.Ordinal)
        {
            [SourceKey] = Source,
            [PathKey] = Path,
            [CommitKey] = Commit,
        };
        _ = keys.Remove(RevKey);
        if (Rev is not null)
        {
            keys[RevKey] = Rev;
        }

        if (IsStore)
        {
            keys[StoreKey] = "yes";
        }

        return pointer with { Others = keys };
    }
}
