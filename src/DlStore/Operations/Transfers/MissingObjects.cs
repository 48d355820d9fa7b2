using DlStore.Objects;
using DlStore.Operations.Store;
using DlStore.WorkTree;

namespace DlStore.Operations.Transfers;

/// <summary>Finds what a fetch lacks: what its roots name, and what verify found damaged.</summary>
/// <param name="repo">The repository.</param>
/// <param name="verb">The command, for messages.</param>
/// <param name="names">Filled with the path that an object was first wanted for.</param>
internal sealed class MissingObjects(Repo repo, string verb, Dictionary<Oid, string> names)
{
    private const int NamesMax = 10_000;
    private string _name = "";

    /// <summary>Finds what the roots name and the store lacks, and what verify found damaged.</summary>
    /// <param name="roots">What is wanted.</param>
    /// <param name="node">Told of every missing node.</param>
    /// <param name="blob">Told of every missing blob.</param>
    public void Find(List<(PathEntry Root, string Scope, string Name)> roots, Action<Oid> node, Action<Oid> blob)
    {
        TreeClosure closure = new(oid => repo.Store.Find(oid) is null ? null : repo.Store.Read(oid))
        {
            MissingNode = oid => Take(oid, node),
            Blob = (oid, _) =>
            {
                if (!repo.Store.Contains(oid))
                {
                    Take(oid, blob);
                }
            },
        };
        foreach ((PathEntry root, string scope, string path) in roots)
        {
            _name = path;
            if (Descend(root, scope, oid => Take(oid, node)) is not { } entry)
            {
                continue;
            }

            if (entry.IsDirectory)
            {
                closure.Walk(entry.Oid, null);
            }
            else if (!repo.Store.Contains(entry.Oid))
            {
                Take(entry.Oid, blob);
            }
        }

        _name = "found damaged by verify";
        foreach (Oid oid in DamagedPacks.ListLost(repo))
        {
            Take(oid, blob);
        }
    }

    private void Take(Oid oid, Action<Oid> wanted)
    {
        if (names.Count < NamesMax)
        {
            names.TryAdd(oid, _name);
        }

        wanted(oid);
    }

    /// <summary>Goes down to a path inside a tree, node by node; a node that is missing on the way is noted and ends it for now.</summary>
    private PathEntry? Descend(PathEntry root, string scope, Action<Oid> missingNode)
    {
        PathEntry at = root;
        foreach (string part in scope.Length == 0 ? [] : scope.Split('/'))
        {
            Oid? lacking = null;
            byte[] Read(Oid oid)
            {
                if (repo.Store.Find(oid) is null)
                {
                    lacking = oid;
                    throw ObjectStore.NotHere(oid);
                }

                return repo.Store.Read(oid);
            }

            try
            {
                at = at.IsDirectory ? TreeLookup.Find(Read, at.Oid, System.Text.Encoding.UTF8.GetBytes(part)) : default;
            }
            catch (DlsException) when (lacking is { } node)
            {
                missingNode(node);
                return null;
            }

            if (!at.IsPresent)
            {
                throw new DlsException(ErrorKind.Usage,
                    $"{verb} '{scope}': the pointer around it does not name it", "run `dls ls` to see what it names");
            }
        }

        return at;
    }
}
