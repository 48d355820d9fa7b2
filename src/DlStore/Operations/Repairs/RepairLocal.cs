using DlStore.Objects;
using DlStore.Operations.Store;

namespace DlStore.Operations.Repairs;

/// <summary>
/// Repairs the local store: what a verify finds damaged or lost is taken from the work tree or from a remote, and damaged packs give way to
/// new ones. Each step leaves the store no worse, so a repair that was killed is finished by the next.
/// </summary>
internal sealed class RepairLocal(Repo repo, RepairOptions options, RepairSources sources)
{
    /// <summary>Each round may bring a listing that names what is lost too; no tree is deeper.</summary>
    private const int RoundsMax = 128;

    private readonly HashSet<Oid> _all = [];
    private readonly HashSet<Oid> _need = [];
    private readonly Dictionary<string, long> _from = new(StringComparer.Ordinal);

    public async Task<RepairedStore> RunAsync(CancellationToken cancel)
    {
        VerifyResult found = await VerifyAsync(cancel);
        Want(found.Damaged.SelectMany(static d => d.Oids));
        Want(options.Paths.Count > 0 ? [] : DamagedPacks.ListLost(repo));
        DamagedObject[] files = [.. found.Damaged.Where(static d => d.Oids.Count == 0)];
        if (!options.DryRun)
        {
            MendFiles(files);
            foreach (Oid oid in options.Paths.Count > 0 ? _all : [])
            {
                _ = LocalCopies.IsWhole(repo, oid, notes: true);
            }
        }

        for (int round = 0; round < RoundsMax; round++)
        {
            await sources.TakeAsync(_need, null, _from, cancel);
            if (options.DryRun || _all.Count == 0 || !Want(await LostAsync(cancel)))
            {
                break;
            }
        }

        return new RepairedStore
        {
            Damaged = _all.Count,
            Files = files.Length,
            Sources = [.. _from.Select(static f => new RepairSource(f.Key, f.Value))],
            Left = Left(cancel),
        };
    }

    private Task<VerifyResult> VerifyAsync(CancellationToken cancel) => Verify.RunAsync(repo, new VerifyOptions
    {
        Paths = options.Paths,
        Notes = !options.DryRun,
        Progress = options.Progress,
    }, cancel);

    /// <summary>Takes in objects that are to be got; true if one is new.</summary>
    private bool Want(IEnumerable<Oid> oids)
    {
        bool any = false;
        foreach (Oid oid in oids.Where(_all.Add))
        {
            _need.Add(oid);
            any = true;
        }

        return any;
    }

    /// <summary>Looks what is lost below the listings that have come.</summary>
    private async Task<IEnumerable<Oid>> LostAsync(CancellationToken cancel) => options.Paths.Count == 0
        ? VerifyLost.List(repo, cancel).Select(static l => l.Oid)
        : (await VerifyAsync(cancel)).Damaged.SelectMany(static d => d.Oids);

    /// <summary>
    /// An index of packs is made anew from the packs; a pack of another name than its bytes gives way to one that is right.
    /// </summary>
    private void MendFiles(IEnumerable<DamagedObject> files)
    {
        bool isIndex = false;
        foreach (DamagedObject file in files)
        {
            isIndex |= Path.GetExtension(file.Where) == ".idx";
            if (Path.GetExtension(file.Where) == ".pack"
                && Oid.TryParseHex(Path.GetFileNameWithoutExtension(file.Where), out Oid pack) && File.Exists(file.Where))
            {
                using ObjectWriter writer = repo.BeginWrite();
                DamagedPacks.Rewrite(repo, writer, pack);
            }
        }

        _ = isIndex && repo.Store.RebuildIndex() >= 0;
    }

    /// <summary>Hashes what has come, lets damaged packs go whose objects are all here again, and names the rest.</summary>
    private IReadOnlyList<DamagedObject> Left(CancellationToken cancel)
    {
        if (!options.DryRun && _all.Count > 0)
        {
            using ObjectWriter writer = repo.BeginWrite();
            DamagedPacks.Retire(repo, writer);
        }

        HashSet<Oid> left = options.DryRun ? _need : [.. _all.Where(o => !LocalCopies.IsWhole(repo, o, notes: true))];
        return Repair.Describe(repo, left, "no good copy was found in the work tree or on a remote", cancel);
    }
}
