using DlStore.Objects;

namespace DlStore.WorkTree.Merges;

/// <summary>
/// Which files one side renamed, by oid alone: a name that went and a name that came with the same bytes. Only what is certain counts: the
/// names agree but for their directories, or nothing else of these bytes came or went. An empty file is like every other empty one, and is
/// never taken for renamed.
/// </summary>
internal sealed class SideRenames
{
    private readonly HashSet<Oid> _wanted;
    private readonly Dictionary<Oid, List<string>> _removed = [];
    private readonly Dictionary<Oid, List<(string Path, PathEntry Entry)>> _added = [];
    private readonly Dictionary<string, (string Path, PathEntry Entry)> _renamed = new(StringComparer.Ordinal);

    private SideRenames(HashSet<Oid> wanted)
    {
        _wanted = wanted;
    }

    /// <summary>Compares the base with one side.</summary>
    /// <param name="read">Gives tree nodes.</param>
    /// <param name="before">The base's directory.</param>
    /// <param name="after">The side's directory.</param>
    /// <param name="wanted">The blobs whose names are of interest; if there is none, nothing is read.</param>
    public static SideRenames Find(Func<Oid, byte[]> read, in PathEntry before, in PathEntry after, HashSet<Oid> wanted)
    {
        SideRenames renames = new(wanted);
        if (wanted.Count > 0)
        {
            TreeDiff.Walk(read, before, after, renames.Take);
            foreach ((Oid oid, List<string> removed) in renames._removed)
            {
                renames.Pair(removed, renames._added.GetValueOrDefault(oid) ?? []);
            }
        }

        return renames;
    }

    /// <summary>Says what a file of the base is called on this side now.</summary>
    /// <param name="path">Its path in the base.</param>
    /// <returns>The new path and what is there; null if it was not renamed, or not certainly.</returns>
    public (string Path, PathEntry Entry)? To(string path) => _renamed.TryGetValue(path, out (string, PathEntry) to) ? to : null;

    private void Take(string path, in PathEntry before, in PathEntry after)
    {
        if (before is { IsPresent: true, Size: > 0 } && !after.IsPresent && _wanted.Contains(before.Oid))
        {
            ListOf(_removed, before.Oid).Add(path);
        }

        if (after is { IsPresent: true, Size: > 0 } && !before.IsPresent && _wanted.Contains(after.Oid))
        {
            ListOf(_added, after.Oid).Add((path, after));
        }
    }

    private void Pair(List<string> removed, List<(string Path, PathEntry Entry)> added)
    {
        ILookup<string, string> from = removed.ToLookup(NameOf, StringComparer.Ordinal);
        ILookup<string, (string Path, PathEntry Entry)> to = added.ToLookup(static a => NameOf(a.Path), StringComparer.Ordinal);
        foreach (IGrouping<string, string> name in from.Where(n => n.Count() == 1 && to[n.Key].Count() == 1))
        {
            _renamed[name.Single()] = to[name.Key].Single();
        }

        HashSet<string> taken = [.. removed.Where(_renamed.ContainsKey).Select(r => _renamed[r].Path)];
        string[] left = [.. removed.Where(r => !_renamed.ContainsKey(r))];
        (string Path, PathEntry Entry)[] free = [.. added.Where(a => !taken.Contains(a.Path))];
        if (left.Length == 1 && free.Length == 1)
        {
            _renamed[left[0]] = free[0];
        }
    }

    private static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    private static List<T> ListOf<T>(Dictionary<Oid, List<T>> lists, Oid oid)
    {
        if (!lists.TryGetValue(oid, out List<T>? list))
        {
            lists[oid] = list = [];
        }

        return list;
    }
}
