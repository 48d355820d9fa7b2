using DlStore.Io;
using DlStore.Objects;
using DlStore.Operations.Words;

namespace DlStore.Operations.Store;

/// <summary>
/// One path to add: the managed path it belongs to, and what of it. A path inside a directory pointer is a scope below that pointer;
/// everything else is its own
/// pointer.
/// </summary>
/// <param name="Root">The managed path whose pointer will be written.</param>
/// <param name="Scope">Names below <paramref name="Root"/>, empty for all of it.</param>
/// <param name="Pointer">The pointer that <paramref name="Root"/> has; null if it has none.</param>
internal sealed record AddTarget(RelPath Root, string Scope, Pointer? Pointer)
{
    /// <summary>Gets the path that is read from disk.</summary>
    public RelPath Path => Scope.Length == 0 ? Root : RelPath.ParseInside($"{Root}/{Scope}");

    /// <summary>Sorts what was typed into targets and refuses what cannot be added, before anything is read.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="state">The work tree's state.</param>
    /// <param name="typed">Paths and globs, as typed.</param>
    /// <returns>The targets, each once.</returns>
    /// <exception cref="DlsException">Kind Usage or Failed: a path is outside, missing, a symlink, or git's own.</exception>
    public static IEnumerable<AddTarget> Resolve(Repo repo, WorkTreeState state, IReadOnlyList<string> typed)
    {
        Dictionary<(RelPath, string), AddTarget> targets = [];
        using PointerLookup lookup = new(repo);
        AddRefusals refusals = new(repo, state, lookup);
        TypedDirectories known = new();
        foreach (string text in typed.SelectMany(t => PathGlob.Expand(repo, t)))
        {
            RelPath path = repo.ToRelPath(text, known);
            ManagedPath? managed = lookup.FindManaged(path);
            refusals.Check(path, managed);
            AddTarget target = managed is not null && managed.Path != path
                ? new AddTarget(managed.Path, managed.ScopeOf(path), managed.Pointer)
                : new AddTarget(path, "", managed?.Pointer);
            _ = targets.TryAdd((target.Root, target.Scope), target);
        }

        return targets.Values.Where(t => t.Scope.Length == 0 || !targets.ContainsKey((t.Root, "")));
    }
}
