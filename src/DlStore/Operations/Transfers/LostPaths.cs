using DlStore.Git;
using DlStore.Io;
using DlStore.Objects;
using DlStore.WorkTree;

namespace DlStore.Operations.Transfers;

/// <summary>Finds which paths need objects that a fetch could not get, and who last changed the pointers that name them.</summary>
internal sealed class LostPaths
{
    private const int PathsMax = 1000;
    private readonly Repo _repo;
    private readonly string _remote;
    private readonly IReadOnlyDictionary<Oid, string> _reasons;
    private readonly List<LostPath> _found = [];
    private readonly HashSet<Oid> _whole = [];
    private (string? Commit, string? Author) _changed;

    private LostPaths(Repo repo, string remote, IReadOnlyDictionary<Oid, string> reasons)
    {
        _repo = repo;
        _remote = remote;
        _reasons = reasons;
    }

    /// <summary>Finds the paths, at most 1,000.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="remote">The remote's name.</param>
    /// <param name="roots">What was to be fetched: entry, its path, its managed path, and the commit whose pointer named it or null for the
    /// work tree's.</param>
    /// <param name="reasons">By lost object, what is wrong.</param>
    public static IReadOnlyList<LostPath> Find(
        Repo repo, string remote,
            IEnumerable<(PathEntry Entry, string Path, RelPath? Managed, CommitId? Commit)> roots, IReadOnlyDictionary<Oid, string> reasons)
    {
        LostPaths lost = new(repo, remote, reasons);
        foreach ((PathEntry entry, string path, RelPath? managed, CommitId? commit) in reasons.Count == 0 ? [] : roots)
        {
            int before = lost._found.Count;
            lost._changed = default;
            lost.Look(entry.Mode, entry.Oid, path, 0);
            if (lost._found.Count > before && managed is { } pointer)
            {
                (string? Commit, string? Author) changed = lost.LastChange(pointer, commit);
                for (int i = before; i < lost._found.Count; i++)
                {
                    lost._found[i] = lost._found[i] with { Commit = changed.Commit, Author = changed.Author };
                }
            }
        }

        return lost._found;
    }

    /// <summary>Looks at an entry and below it.</summary>
    /// <returns>True if nothing is lost there.</returns>
    private bool Look(TreeMode mode, Oid oid, string path, int depth)
    {
        if (_reasons.TryGetValue(oid, out string? reason))
        {
            Note(mode, oid, path, reason);

            return false;
        }

        if (mode != TreeMode.Directory || depth > TreeNode.DepthMax || _whole.Contains(oid) || _found.Count >= PathsMax)
        {
            return true;
        }

        bool whole = true;
        Oid node = oid;
        try
        {
            TreeCursor cursor = new(o => _repo.Store.Read(node = o), oid);
            while (cursor.Next())
            {
                whole &= Look(cursor.Mode, cursor.Oid, $"{path}/{EntryName.Show(cursor.Name)}", depth + 1);
            }
        }
        catch (DlsException e) when (e.Kind is ErrorKind.Missing or ErrorKind.Corrupt)
        {
            // A node inside the listing: named by the directory it is part of.
            whole = false;
            bool isKnown = _reasons.TryGetValue(node, out string? why);
            _found.Add(new LostPath(_remote, path + "/", isKnown ? node : oid, why ?? "a part of its listing is not here", null, null));
        }

        if (whole)
        {
            _whole.Add(oid);
        }

        return whole;
    }

    private void Note(TreeMode mode, Oid oid, string path, string reason)
    {
        if (_found.Count < PathsMax)
        {
            _found.Add(
                new LostPath(_remote, mode == TreeMode.Directory ? path + "/" : path, oid, reason, _changed.Commit, _changed.Author));
        }
    }

    private (string? Commit, string? Author) LastChange(RelPath managed, CommitId? commit)
    {
        GitResult result = _repo.Git.Git.Run(
            ["log", "-1", "--format=%H%n%an <%ae>", commit?.Hex ?? "HEAD", "--", $":(top,literal){managed}{Pointer.Suffix}"]);
        string[] lines = result.ExitCode == 0 ? result.Lines() : [];
        return lines.Length >= 2 ? (lines[0], lines[1]) : (null, null);
    }
}
