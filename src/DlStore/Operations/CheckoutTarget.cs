using DlStore.Io;
using DlStore.Objects;
using DlStore.WorkTree;

namespace DlStore.Operations;

/// <summary>A pointer to check out, or a path inside it.</summary>
/// <param name="Managed">The pointer.</param>
/// <param name="Scope">Names below it, empty for all of it.</param>
/// <param name="IsSkipped">It is fetched only when named, and was not.</param>
internal sealed record CheckoutTarget(ManagedPath Managed, string Scope, bool IsSkipped)
{
    /// <summary>Gets a value indicating whether the pointer is gone (git checkout or pull): what was written out for it has to go too.</summary>
    public bool IsGone { get; init; }

    /// <summary>Gets the path that will be written.</summary>
    public RelPath Path => Scope.Length == 0 ? Managed.Path : Managed.Path.Append(RelPath.Parse(Scope));

    /// <summary>Lists what was written out for pointers that git has taken away since.</summary>
    /// <param name="repo">The repository.</param>
    /// <returns>Targets whose files have to go.</returns>
    public static IEnumerable<CheckoutTarget> Gone(Repo repo)
    {
        Base wasOut = Base.Read(repo.StateDirectory);
        foreach (RelPath path in repo.ListGone())
        {
            BaseEntry entry = wasOut.Find(path)!.Value;
            Pointer was = new() { Kind = entry.Kind, Oid = entry.Oid, Size = entry.Size };
            yield return new CheckoutTarget(new ManagedPath(path, was), "", false) { IsGone = true };
        }
    }

    /// <summary>Sorts what was typed into targets.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="typed">Managed paths, paths inside them or directories above them; empty for all pointers.</param>
    /// <returns>The targets; none twice.</returns>
    public static IReadOnlyList<CheckoutTarget> Resolve(Repo repo, IReadOnlyList<string> typed)
    {
        IReadOnlyList<ManagedPath> all = repo.ListManaged(null);
        if (typed.Count == 0)
        {
            return [.. all.Select(m => new CheckoutTarget(m, "", m.Pointer.Demand))];
        }

        List<CheckoutTarget> targets = [];
        foreach (string text in typed)
        {
            RelPath path = repo.ToRelPath(text);
            ManagedPath? managed = repo.FindManaged(path);
            if (managed is not null)
            {
                targets.Add(new CheckoutTarget(managed, managed.Path == path ? "" : path.Value[(managed.Path.Value.Length + 1)..], false));
                continue;
            }

            ManagedPath[] below = [.. all.Where(m => m.Path.IsAtOrBelow(path))];
            targets.AddRange(below.Length > 0 ? below.Select(m => new CheckoutTarget(m, "", false)) : throw Status.NotManaged(path));
        }

        return [.. targets.Distinct().Where(t => t.Scope.Length == 0 || !targets.Any(o => o.Managed.Path == t.Managed.Path && o.Scope.Length == 0))];
    }
}
