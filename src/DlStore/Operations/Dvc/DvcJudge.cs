using DlStore.Git;
using DlStore.Io;
using DlStore.Objects;

namespace DlStore.Operations.Dvc;

/// <summary>Says which outs cannot become pointers, or need not: found from names and places alone, before a byte is read.</summary>
internal sealed class DvcJudge
{
    private readonly Repo _repo;
    private readonly GitIndexFile _index;
    private readonly PointerLookup _lookup;
    private readonly IReadOnlyList<string> _submodules;
    private readonly Dictionary<string, DvcOut> _byPath = new(StringComparer.Ordinal);
    private readonly HashSet<string> _clashing = new(StringComparer.Ordinal);

    /// <summary>Initializes a new instance of the <see cref="DvcJudge"/> class.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="index">Git's index.</param>
    /// <param name="lookup">Finds pointers.</param>
    /// <param name="all">Every out there is, chosen or not: two of them may not share a place.</param>
    public DvcJudge(Repo repo, GitIndexFile index, PointerLookup lookup, IEnumerable<DvcOut> all)
    {
        _repo = repo;
        _index = index;
        _lookup = lookup;
        _submodules = index.ListSubmodules();
        foreach (DvcOut found in all.Where(static o => o.Path.Value.Length > 0))
        {
            if (!_byPath.TryAdd(found.Path.Value, found) && _byPath[found.Path.Value] is var other
                && (other.CacheName != found.CacheName || other.IsLegacy != found.IsLegacy))
            {
                _clashing.Add(found.Path.Value);
            }
        }
    }

    /// <summary>Judges one out.</summary>
    /// <returns>Null if nothing speaks against it.</returns>
    public DvcImportedOut? Of(DvcOut found) => OfName(found)
        ?? (WhyNotHere(found.Path) is { } why ? Say(found, DvcOutcome.Refused, why)
            : FindTracked(found.Path) is { } tracked ? Say(found, DvcOutcome.LeftToGit, $"git itself tracks '{tracked}'") : null);

    /// <summary>Judges one out by what its record says alone, whatever lies in the work tree.</summary>
    /// <returns>Null if nothing speaks against it.</returns>
    public static DvcImportedOut? OfName(DvcOut found)
    {
        if (found.Outside is { } outside)
        {
            return Say(found, DvcOutcome.Outside, outside);
        }

        if (!found.IsCached)
        {
            return Say(found, DvcOutcome.LeftToGit, "cache: false");
        }

        if (found.Wrong is { } wrong)
        {
            return Say(found, DvcOutcome.Refused, wrong);
        }

        bool isTaken = found.Path.Name.EndsWith(Pointer.Suffix, StringComparison.Ordinal) || found.Path.Name == ".gitignore"
            || DvcRecords.IsCandidate(found.Path.Value);
        return isTaken ? Say(found, DvcOutcome.Refused, "its name is that of a pointer, an ignore file or a record") : null;
    }

    private static DvcImportedOut Say(DvcOut found, DvcOutcome outcome, string reason) =>
        new(found.Path.Value.Length > 0 ? found.Path.Value : found.Written, found.Record, outcome, reason);

    private string? WhyNotHere(RelPath path)
    {
        if (_clashing.Contains(path.Value))
        {
            return "two records name it with different MD5s";
        }

        for (string above = path.Directory; above.Length > 0; above = RelPath.Parse(above).Directory)
        {
            if (_byPath.ContainsKey(above))
            {
                return $"it lies in '{above}', which is an out itself";
            }
        }

        if (_submodules.FirstOrDefault(s => path.IsAtOrBelow(RelPath.ParseInside(s))) is { } submodule)
        {
            return $"it lies in the submodule '{submodule}'";
        }

        if (_repo.Files.FindParentInTheWay(path.Value) is { } parent)
        {
            return $"'{parent}' is no directory";
        }

        return _lookup.FindManaged(path) is { } managed && managed.Path != path
            ? $"it lies in '{managed.Path}', which dls manages"
            : _lookup.FindFileAbove(path) is { } file ? $"'{file}' is managed as a file" : null;
    }

    private string? FindTracked(RelPath path) => _index.FindTrackedBelow(path, 1) is [var first, ..] ? first : null;
}
