using DlStore.Io;
using DlStore.Objects;

namespace DlStore.Operations.Words;

/// <summary>
/// Turns the words that verbs are given into managed paths, or paths inside them. The one resolver: status, checkout, pull, fetch, verify,
/// rm and push all ask here, so that a
/// word means the same everywhere and a word that means nothing is an error everywhere.
/// </summary>
public static class PathWords
{
    /// <summary>Sorts words into targets; none twice, and a path inside another one gives way to that.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="verb">The command's word, for errors.</param>
    /// <param name="typed">Managed paths, paths inside them or directories above them; empty for all pointers.</param>
    /// <param name="listing">The pointers of the work tree.</param>
    /// <returns>The targets. Whether a pointer names the path inside it is for the caller to see.</returns>
    /// <exception cref="DlsException">Kind Usage: a word names nothing. Kind Corrupt or Failed: it names a pointer that cannot be
    /// read.</exception>
    internal static IReadOnlyList<CheckoutTarget> Resolve(Repo repo, string verb, IReadOnlyList<string> typed, PointerListing listing)
    {
        if (typed.Count == 0)
        {
            return [.. listing.Managed.Select(static m => new CheckoutTarget(m, "", m.Pointer.Demand))];
        }

        Dictionary<string, CheckoutTarget> targets = new(StringComparer.Ordinal);
        using PointerLookup lookup = new(repo);
        TypedDirectories known = new();
        foreach (string word in typed)
        {
            bool isTop = repo.RelativeOf(word, known) == ".";
            foreach (CheckoutTarget target in isTop ? All(repo, verb, word, listing) : One(repo, verb, word, listing, lookup, known))
            {
                _ = targets.TryAdd(target.Path.Value, target);
            }
        }

        return [.. targets.Values.Where(t => t.Scope.Length == 0 || !HasAbove(targets, t.Path.Value))];
    }

    private static bool HasAbove(Dictionary<string, CheckoutTarget> targets, string path)
    {
        for (int slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
        {
            if (targets.ContainsKey(path[..slash]))
            {
                return true;
            }
        }

        return false;
    }

    private static IEnumerable<CheckoutTarget> All(Repo repo, string verb, string word, PointerListing listing)
    {
        if (listing.Unreadable.Count > 0)
        {
            throw listing.Unreadable[0].ToException();
        }

        return listing.Managed.Count > 0
            ? listing.Managed.Select(static m => new CheckoutTarget(m, "", false)) : throw UnknownWord.Error(repo, verb, word);
    }

    private static IEnumerable<CheckoutTarget> One(
        Repo repo, string verb, string word, PointerListing listing, PointerLookup lookup, TypedDirectories known)
    {
        RelPath path = repo.ToRelPath(word, known);
        UnreadablePointer? unreadable = listing.Unreadable.FirstOrDefault(
            u => u.Path.IsAtOrBelow(path) || path.IsAtOrBelow(u.Path) || path.Value == u.Path.Value + Pointer.Suffix);
        if (unreadable is not null)
        {
            throw unreadable.ToException();
        }

        if (lookup.FindManaged(path) is { } managed)
        {
            return [new CheckoutTarget(managed, managed.ScopeOf(path), false)];
        }

        ManagedPath[] below = [.. listing.Managed.Where(m => m.Path.IsAtOrBelow(path))];
        if (below.Length > 0)
        {
            return below.Select(static m => new CheckoutTarget(m, "", false));
        }

        throw WithoutPointer(repo, verb, path, listing) ?? UnknownWord.Error(repo, verb, word);
    }

    /// <summary>Tells of a path whose pointer was deleted by hand, or taken away by git, after its files were written out.</summary>
    /// <returns>Kind Failed, with commands that lead on; null if it is no such path.</returns>
    internal static DlsException? WithoutPointer(Repo repo, string verb, RelPath path, PointerListing listing)
    {
        if (listing.Absent.FirstOrDefault(a => path.IsAtOrBelow(a)) is { Value.Length: > 0 } absent)
        {
            return new DlsException(
                ErrorKind.Failed, $"{verb} '{path}': its pointer file is gone from the work tree", AbsentHint(repo, absent));
        }

        if (LeftOut(repo, verb, path, listing) is { } sparse)
        {
            return sparse;
        }

        string typed = repo.ToTyped(path.Value);
        return listing.Gone.Contains(path)
            ? new DlsException(
                ErrorKind.Failed,
                $"{verb} '{path}': its pointer is gone from git, and what dls wrote there is still on disk",
                $"`dls checkout` removes those files; `dls rm --keep {typed}` and then `dls add {typed}` takes them as new")
            : null;
    }

    /// <summary>Tells of a path whose pointer a sparse checkout leaves out: it must be neither made anew nor removed unseen.</summary>
    internal static DlsException? LeftOut(Repo repo, string verb, RelPath path, PointerListing listing)
    {
        if (listing.Sparse.FirstOrDefault(a => path.IsAtOrBelow(a)) is not { Value.Length: > 0 } sparse)
        {
            return null;
        }

        string more = repo.Git.Git.Run(["config", "--type=bool", "--get", "core.sparseCheckoutCone"]).Text() == "true"
            ? ShellWord.Of(sparse.Directory) : ShellWord.Of($"/{sparse.Value}{Pointer.Suffix}");
        return new DlsException(ErrorKind.Failed, $"{verb} '{path}': git has its pointer, and a sparse checkout leaves it out here",
            $"run `git sparse-checkout add {more}`, then the command again");
    }

    /// <summary>Says what to type where git knows a pointer that is not in the work tree.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="path">The managed path.</param>
    /// <returns>Commands, relative to where the user stands.</returns>
    public static string AbsentHint(Repo repo, RelPath path)
    {
        string file = repo.ToTyped(path.Value + Pointer.Suffix);
        return $"`git checkout -- {file}` brings it back; `dls rm --keep "
            + $"{repo.ToTyped(path.Value)}` stops managing it and leaves its files";
    }
}
