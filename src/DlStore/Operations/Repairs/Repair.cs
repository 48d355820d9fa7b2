using DlStore.Objects;
using DlStore.Operations.Store;
using DlStore.Remotes;

namespace DlStore.Operations.Repairs;

/// <summary>
/// <c>dls repair</c>: good copies from the local store, the work tree or any remote take the place of what is damaged or missing, in the
/// local store or on remotes. It puts together what verify, fetch and push do; nothing is deleted, damaged files are set aside.
/// </summary>
public static class Repair
{
    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="options">What to repair.</param>
    /// <param name="cancel">Stops it; the next run goes on.</param>
    /// <returns>What was done for each store.</returns>
    /// <exception cref="DlsException">Kind Usage: options that do not go together. With <see cref="RepairOptions.Remote"/>, what keeps
    /// that remote from being read or written; with <see cref="RepairOptions.All"/> that stands in the result.</exception>
    public static async Task<RepairResult> RunAsync(Repo repo, RepairOptions options, CancellationToken cancel)
    {
        RequirePossible(options);
        RepairSources sources = new(repo, options);
        List<RepairedStore> stores = [];
        if (options.Remote is { } name)
        {
            stores.Add(await new RepairRemote(repo, options, sources).RunAsync(name, cancel));
        }
        else
        {
            stores.Add(await new RepairLocal(repo, options, sources).RunAsync(cancel));
            foreach (string each in options.All ? repo.Config.Remotes.Keys : [])
            {
                stores.Add(await RepairOneAsync(repo, options, sources, each, cancel));
            }
        }

        return new RepairResult { Stores = stores, Unasked = sources.Unasked };
    }

    /// <summary>Says of objects that are left who uses them.</summary>
    internal static IReadOnlyList<DamagedObject> Describe(Repo repo, HashSet<Oid> left, string wrong, CancellationToken cancel)
    {
        Dictionary<Oid, List<string>> users = left.Count == 0 ? [] : ObjectUsers.Find(repo, left, cancel);
        return
        [
            .. left.OrderBy(static o => o.ToHex(), StringComparer.Ordinal).Select(o => new DamagedObject(
                o.ToString(), "", wrong, users.TryGetValue(o, out List<string>? by) ? by : []) { Oids = [o] }),
        ];
    }

    /// <summary>One of all remotes; one that fails keeps no other from its bytes.</summary>
    private static async Task<RepairedStore> RepairOneAsync(
        Repo repo, RepairOptions options, RepairSources sources, string name, CancellationToken cancel)
    {
        try
        {
            IRemote remote = repo.OpenRemote(name);
            return remote.IsReadOnly
                ? new RepairedStore { Remote = name, IsSkipped = true }
                : await new RepairRemote(repo, options, sources).RunAsync(name, cancel);
        }
        catch (DlsException e) when (e.Kind is not ErrorKind.Usage)
        {
            return new RepairedStore { Remote = name, Error = e.Message, Hint = e.Hint };
        }
    }

    private static void RequirePossible(RepairOptions options)
    {
        if (options.Paths.Count > 0 && (options.Remote is not null || options.All))
        {
            throw new DlsException(ErrorKind.Usage,
                $"repair '{options.Paths[0]}': paths are of the local store, and go with neither --remote nor --all");
        }

        if (options.Remote is not null && options.All)
        {
            throw new DlsException(
                ErrorKind.Usage, "repair: --remote is about one remote and --all about every store; they do not go together");
        }

        if (options is { Download: true, Remote: null, All: false })
        {
            throw new DlsException(ErrorKind.Usage, "repair: --download is about remotes", "add --remote NAME or --all");
        }
    }
}
