using DlStore.Io;
using DlStore.Objects;
using DlStore.WorkTree;

namespace DlStore.Operations.Words;

/// <summary>A pointer to check out, or a path inside it.</summary>
/// <param name="Managed">The pointer.</param>
/// <param name="Scope">Names below it, empty for all of it.</param>
/// <param name="IsSkipped">It is fetched only when named, and was not.</param>
internal sealed record CheckoutTarget(ManagedPath Managed, string Scope, bool IsSkipped)
{
    /// <summary>
    /// Gets a value indicating whether the pointer is gone (git checkout or pull): what was written out for it has to go too.
    /// </summary>
    public bool IsGone { get; init; }

    /// <summary>Gets the path that will be written.</summary>
    public RelPath Path => Scope.Length == 0 ? Managed.Path : Managed.Path.Append(RelPath.ParseInside(Scope));

    /// <summary>Lists what was written out for pointers that git has taken away since.</summary>
    /// <param name="wasOut">The base.</param>
    /// <param name="listing">The pointers of the work tree.</param>
    /// <returns>Targets whose files have to go.</returns>
    public static IEnumerable<CheckoutTarget> Gone(Base wasOut, PointerListing listing)
    {
        foreach (RelPath path in listing.Gone)
        {
            BaseEntry entry = wasOut.Find(path)!.Value;
            Pointer was = new() { Kind = entry.Kind, Oid = entry.Oid, Size = entry.Size };
            yield return new CheckoutTarget(new ManagedPath(path, was), "", false) { IsGone = true };
        }
    }
}
