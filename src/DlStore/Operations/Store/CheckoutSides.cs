using DlStore.Objects;
using DlStore.Operations.Words;
using DlStore.WorkTree;

namespace DlStore.Operations.Store;

/// <summary>What a checkout target was and what its pointer names, before the disk is looked at.</summary>
/// <param name="Target">The target.</param>
/// <param name="WasOut">What was last written out there.</param>
/// <param name="Named">What is to be there; only what is whole, if listings may be lacking.</param>
/// <param name="Lacking">Paths of listings that are not here.</param>
internal sealed record CheckoutSides(CheckoutTarget Target, PathEntry WasOut, PathEntry Named, List<string> Lacking)
{
    /// <summary>Finds both sides.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="wasOut">The base.</param>
    /// <param name="target">The target.</param>
    /// <param name="parts">Takes the listings of what is whole, where a listing may be lacking; null if none may.</param>
    /// <exception cref="DlsException">Kind Usage: the pointer does not name the path. Kind Missing: a listing is not here.</exception>
    public static CheckoutSides Find(Repo repo, Base wasOut, CheckoutTarget target, NodeBuffer? parts)
    {
        TreeMerge trees = new(repo.Store.Read, static (_, _) => { });
        PathEntry named = target.IsGone ? default : trees.Find(Snapshot.EntryOf(target.Managed.Pointer), target.Scope);
        PathEntry before = trees.Find(Snapshot.EntryOf(wasOut.Find(target.Managed.Path)), target.Scope);
        if (!named.IsPresent && !target.IsGone)
        {
            throw new DlsException(
                ErrorKind.Usage,
                $"check out '{target.Path}': the pointer '{target.Managed.PointerFile}' does not name it",
                $"run `dls ls {repo.ToTyped(target.Managed.Path.Value)}` to see what it names");
        }

        List<string> lacking = [];
        if (parts is not null && named.IsDirectory)
        {
            WholePart part = new(repo.Store, parts);
            PathEntry whole = part.Of(named, before, target.Path.Value);
            lacking.AddRange(part.Lacking);
            named = whole.IsPresent ? whole : throw ObjectStore.NotHere(named.Oid);
        }

        return new CheckoutSides(target, before, named, lacking);
    }
}
