using DlStore.Io;
using DlStore.Objects;
using DlStore.Remotes;
using DlStore.WorkTree;

namespace DlStore.Operations;

/// <summary>Where an object is.</summary>
/// <param name="Oid">The object.</param>
/// <param name="UsedBy">Paths with the commits whose pointers name it.</param>
/// <param name="Store">The file of the local store it lies in, or null.</param>
/// <param name="Remotes">What is known about each remote.</param>
public sealed record WhereResult(Oid Oid, IReadOnlyList<string> UsedBy, string? Store, IReadOnlyList<RemotePresence> Remotes);

/// <summary>What is known about an object on one remote.</summary>
/// <param name="Remote">The remote's name.</param>
/// <param name="Evidence">How it is known.</param>
public sealed record RemotePresence(string Remote, RemoteEvidence Evidence);

/// <summary><c>dls where</c>: from a path, a file's bytes or a digest to every place that is known to have it. Contacts nobody.</summary>
public static class Where
{
    private const int PrefixMin = 6;

    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="what">A managed path, any file on disk, a digest, or at least six hex digits of one.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>Where it is.</returns>
    /// <exception cref="DlsException">Kind Usage: nothing of that name is known.</exception>
    public static WhereResult Run(Repo repo, string what, CancellationToken cancel)
    {
        Oid oid = Resolve(repo, what);
        Dictionary<Oid, List<string>> users = ObjectUsers.Find(repo, [oid], cancel);
        string? store = repo.Store.Find(oid) is { } packed ? packed.Pack.FilePath : repo.Store.Large.Contains(oid) ? repo.Store.Large.PathOf(oid) : null;
        List<RemotePresence> remotes = [];
        foreach ((string name, string location) in repo.Config.Remotes)
        {
            remotes.Add(new RemotePresence(name, RemoteKnowledge.Open(repo, name, location).EvidenceOf(oid)));
        }

        return new WhereResult(oid, users.TryGetValue(oid, out List<string>? by) ? by : [], store, remotes);
    }

    private static Oid Resolve(Repo repo, string what)
    {
        string hex = what.StartsWith("sha256:", StringComparison.Ordinal) ? what[7..] : what;
        if (Oid.TryParseHex(hex, out Oid oid))
        {
            return oid;
        }

        string path = Path.GetFullPath(Path.Combine(repo.StartDirectory, what));
        if (Path.Exists(path) || TryManaged(repo, what) is not null)
        {
            return TryManaged(repo, what) ?? (File.Exists(path) ? PackFile.Hash(path) : throw new DlsException(ErrorKind.Usage, $"find '{what}': it is a directory that dls does not manage", "name a file, a managed path or a digest"));
        }

        bool isPrefix = hex.Length >= PrefixMin && hex.All(char.IsAsciiHexDigitLower);
        Oid[] found = isPrefix ? [.. ByPrefix(repo, hex).Distinct().Take(10)] : [];
        return found.Length == 1
            ? found[0]
            : throw new DlsException(ErrorKind.Usage, $"find '{what}': {(found.Length == 0 ? "no path, digest or stored object of that name is known here" : "several objects begin like that")}", "give a path, a full digest, or more digits of one")
            {
                Items = [.. found.Select(f => f.ToString())],
            };
    }

    private static Oid? TryManaged(Repo repo, string what)
    {
        try
        {
            RelPath path = repo.ToRelPath(what);
            ManagedPath? managed = repo.FindManaged(path);
            if (managed is null)
            {
                return null;
            }

            string scope = managed.Path == path ? "" : path.Value[(managed.Path.Value.Length + 1)..];
            PathEntry entry = new TreeMerge(repo.Store.Read, (_, _) => { }).Find(Snapshot.EntryOf(managed.Pointer), scope);
            return entry.IsPresent ? entry.Oid : null;
        }
        catch (DlsException e) when (e.Kind == ErrorKind.Usage)
        {
            return null;
        }
    }

    private static IEnumerable<Oid> ByPrefix(Repo repo, string prefix)
    {
        foreach (PackTable table in repo.Store.OpenTables())
        {
            using (table)
            {
                for (int i = 0; i < table.Count; i++)
                {
                    if (table.Get(i).Oid is var oid && oid.ToHex().StartsWith(prefix, StringComparison.Ordinal))
                    {
                        yield return oid;
                    }
                }
            }
        }

        foreach (Oid oid in repo.Store.Large.ListAll().Where(o => o.ToHex().StartsWith(prefix, StringComparison.Ordinal)))
        {
            yield return oid;
        }

        foreach (ManagedPath managed in repo.ListManaged(_ => { }).Where(m => m.Pointer.Oid.ToHex().StartsWith(prefix, StringComparison.Ordinal)))
        {
            yield return managed.Pointer.Oid;
        }
    }
}
