using DlStore.Objects;
using DlStore.WorkTree;

namespace DlStore.Operations.Views;

/// <summary>What changed between two versions of one pointer.</summary>
/// <param name="Path">The managed path.</param>
/// <param name="Before">The pointer before; null if there was none.</param>
/// <param name="After">The pointer after; null if there is none.</param>
/// <param name="Lines">The files that differ, by path.</param>
/// <param name="Unknown">Why files could not be compared; null if they were.</param>
public sealed record PointerChange(string Path, Pointer? Before, Pointer? After, IReadOnlyList<DiffLine> Lines, string? Unknown)
{
    /// <summary>Compares two versions by their listings alone; contacts nobody.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="path">The managed path.</param>
    /// <param name="before">The pointer file before; empty for none.</param>
    /// <param name="after">The pointer file after; empty for none.</param>
    /// <returns>What changed.</returns>
    /// <exception cref="DlsException">Kind Corrupt: one of the two is no pointer.</exception>
    public static PointerChange Compare(Repo repo, string path, byte[] before, byte[] after)
    {
        Pointer? old = before.Length == 0 ? null : Pointer.Parse(before, path + Pointer.Suffix);
        Pointer? now = after.Length == 0 ? null : Pointer.Parse(after, path + Pointer.Suffix);
        TreeDiff diff = new(repo.Store.Read);
        try
        {
            diff.Compare(path, PathEntry.Of(old), PathEntry.Of(now));
        }
        catch (DlsException e) when (e.Kind is ErrorKind.Missing or ErrorKind.Corrupt)
        {
            return new PointerChange(path, old, now, [], e.Message);
        }

        return new PointerChange(path, old, now, diff.Finish(), null);
    }
}
