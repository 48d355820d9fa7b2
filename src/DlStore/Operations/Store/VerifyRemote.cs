using DlStore.Io;
using DlStore.Objects;
using DlStore.Remotes;

namespace DlStore.Operations.Store;

/// <summary>
/// Verifies a remote: every pack and blob its index files name is hashed, this repository's pins are read, and all that they name is looked
/// for. The far side hashes where it can; packs that are read here have every entry unfolded and hashed too. What is wrong is noted
/// (docs/formats/remote-cache.md), so that the next push sends it again and status tells.
/// </summary>
internal sealed class VerifyRemote
{
    /// <summary>Questions that are under way at once: over ssh they wait in one line for each other, and for nothing else.</summary>
    private const int QuestionsMax = 64;

    private const long UnfoldedMax = 1L << 40;
    private readonly Repo _repo;
    private readonly IRemote _remote;
    private readonly RemoteIndex _index;
    private readonly VerifyOptions _options;
    private readonly DamageNote _note;
    private readonly List<(DamagedObject Damaged, IReadOnlyCollection<Oid> Oids)> _wrong = [];
    private readonly Lock _gate = new();
    private IReadOnlyList<RemoteFileCheck> _checks = [];
    private VerifiedCounts _counts;
    private long _objects;
    private long _bytesTotal;

    private VerifyRemote(Repo repo, IRemote remote, RemoteIndex index, VerifyOptions options)
    {
        _repo = repo;
        _remote = remote;
        _index = index;
        _options = options;
        _note = new DamageNote("verify", repo.Clock.GetUtcNow());
    }

    public static async Task<VerifyResult> RunAsync(Repo repo, VerifyOptions options, CancellationToken cancel)
    {
        IRemote remote = repo.OpenRemote(options.Remote);
        RemoteCache cache = new(repo.RemoteCacheRoot, remote.Name, remote.Location);
        await RemoteFormat.RequireAsync("verify", remote, cache, cancel);
        using RemoteIndex index = await RemoteIndex.SyncAsync(remote, cache, cancel, reads: true);
        return await RunAsync(repo, remote, index, options, cancel);
    }

    /// <summary>Checks what an index names that was read before; only some files of it, where the options say so.</summary>
    public static Task<VerifyResult> RunAsync(
        Repo repo, IRemote remote, RemoteIndex index, VerifyOptions options, CancellationToken cancel) =>
        new VerifyRemote(repo, remote, index, options).RunAsync(cancel);

    private async Task<VerifyResult> RunAsync(CancellationToken cancel)
    {
        HashSet<Oid> noted = [.. _index.Damage.List().Select(static n => n.Key.Pack.IsZero ? n.Key.Oid : n.Key.Pack)];
        if (_options.Only is null)
        {
            _index.Damage.Clear();
        }

        foreach (RemoteProblem problem in _index.Problems)
        {
            _wrong.Add((new DamagedObject(problem.Name, problem.Name, problem.Wrong, []), []));
        }

        (IndexedPack[] packs, (Oid Oid, long Size)[] large) = Chosen();
        _bytesTotal = packs.Sum(p => p.Size) + large.Sum(b => b.Size);
        _checks = Checks(packs, large, noted);
        using (ObjectWriter writer = _repo.BeginWrite())
        {
            await (_options.Quick ? CompareLengthsAsync(cancel) : AskAsync(cancel));
            foreach (RemoteFileCheck check in _checks.Where(static c => !c.IsDone))
            {
                await ReadAsync(check, cancel);
            }
        }

        PinCheck pins = new(_repo, _remote, _index, _note, cancel);
        _wrong.AddRange(_options.Only is null ? await pins.RunAsync() : []);
        if (_options.Notes)
        {
            _index.Damage.Save();
        }

        return _counts.Tell(new VerifyResult(packs.Length, _objects, large.Length, _counts.All.Bytes, Named(cancel))) with
        {
            Erased = pins.Erased,
            Lacking = [.. _wrong.SelectMany(static w => w.Oids).Distinct().Where(o => _index.Find(o) is null)],
        };
    }

    private (IndexedPack[] Packs, (Oid Oid, long Size)[] Large) Chosen()
    {
        bool Counts(Oid id) => _options.Only?.Contains(id) ?? true;
        IEnumerable<(Oid Oid, long Size)> large = _index.Indexes.SelectMany(i => Enumerable.Range(0, i.BlobCount).Select(i.GetBlob));
        return ([.. _index.Indexes.SelectMany(i => i.Packs).Where(p => Counts(p.Id)).DistinctBy(p => p.Id)],
            [.. large.Where(b => Counts(b.Oid)).DistinctBy(b => b.Oid)]);
    }

    private IReadOnlyList<RemoteFileCheck> Checks(IndexedPack[] packs, (Oid Oid, long Size)[] large, HashSet<Oid> noted) =>
    [
        .. packs.Select(p => new RemoteFileCheck(RemoteLayout.Pack(p.Id), p.Id, p.Size)
        {
            Judge = (temp, got) => CheckPack(temp, p, got),
            Lose = why => LosePack(p, why),
            IsPack = true,
            IsNoted = noted.Contains(p.Id),
        }),
        .. large.Select(b => new RemoteFileCheck(RemoteLayout.Blob(b.Oid), b.Oid, b.Size)
        {
            Judge = (_, got) => CheckBlob(b.Oid, got),
            Lose = why => LoseBlob(b.Oid, why),
            IsNoted = noted.Contains(b.Oid),
        }),
    ];

    /// <summary>
    /// Asks for hashes where somebody else than this machine can tell them, many at a time. What is not answered with the right hash is
    /// read afterwards. So is what was noted as damaged: a hash that was stored says nothing against bytes that somebody has seen.
    /// </summary>
    private async Task AskAsync(CancellationToken cancel)
    {
        HashSource source = _remote.HashSource;
        if (_options.Download || source == HashSource.None || _checks.Count == 0)
        {
            return;
        }

        // A pack that has to be read here is unfolded too.
        Dictionary<string, long> there = await RemoteInventory.ListSizesAsync(_remote, cancel);
        IEnumerable<RemoteFileCheck> asked = _checks.Where(c => !c.IsNoted && there.GetValueOrDefault(c.Name, -1) == c.Size
            && (source != HashSource.ReadHere || !c.IsPack));
        int atOnce = source == HashSource.ReadThere ? QuestionsMax : _remote.ParallelMax;
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = atOnce, CancellationToken = cancel };
        await Parallel.ForEachAsync(asked, parallel, async (check, token) =>
        {
            Oid? told = await _remote.FindHashAsync(check.Name, token);
            lock (_gate)
            {
                Take(check, told, source);
            }
        });
    }

    /// <summary>Takes a file as there that lies there in its length; one that was noted as damaged is read all the same.</summary>
    private async Task CompareLengthsAsync(CancellationToken cancel)
    {
        Dictionary<string, long> there = await RemoteInventory.ListSizesAsync(_remote, cancel);
        foreach (RemoteFileCheck check in _checks.Where(c => !c.IsNoted && there.GetValueOrDefault(c.Name, -1) == c.Size))
        {
            check.IsDone = true;
            _counts.ByLength = _counts.ByLength.Add(check.Size);
        }
    }

    private void Take(RemoteFileCheck check, Oid? told, HashSource source)
    {
        bool isRight = told == check.Id;
        if (!isRight && (told is null || check.IsPack || source != HashSource.ReadThere))
        {
            return;
        }

        check.IsDone = true;
        if (!isRight)
        {
            check.Judge("", told!.Value);
        }
        else if (check.IsPack)
        {
            _objects += _index.EntriesOf(check.Id).Select(static e => e.Oid).Distinct().LongCount();
        }

        _counts.Add(source, check.Size);
        Report();
    }

    /// <summary>Reads one file of known length; one of another length is not read whole unless it is shorter.</summary>
    private async Task ReadAsync(RemoteFileCheck check, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        string temp = Path.Combine(_repo.Store.TempDirectory, $"verify-{TempName.Next()}");
        try
        {
            long? there = await _remote.FindSizeAsync(check.Name, cancel);
            if (there is null || there > check.Size)
            {
                check.Lose(there is null ? "an index names it and it is not there" : $"it has {there} bytes instead of {check.Size}");
                return;
            }

            Oid got = await _remote.DownloadAsync(check.Name, temp, check.Size, null, cancel);
            _counts.Add(HashSource.None, new FileInfo(temp).Length);
            check.Judge(temp, got);
        }
        catch (DlsException e) when (e.Kind is ErrorKind.Missing)
        {
            check.Lose("an index names it and it is not there");
        }
        finally
        {
            File.Delete(temp);
            Report();
        }
    }

    private void Report() => _options.Progress?.Report(
        new WorkProgress("verifying", _counts.All.Files, _checks.Count, _counts.All.Bytes, _bytesTotal));

    private void CheckPack(string temp, in IndexedPack pack, Oid got)
    {
        string name = RemoteLayout.Pack(pack.Id);
        int before = _wrong.Count;
        if (got == pack.Id)
        {
            using PackTable table = PackTable.Open(temp, pack.Id);
            _objects += table.Count;
            if (PackCheck.PlainBytes(table) is var plain && plain > UnfoldedMax)
            {
                _wrong.Add((new DamagedObject(name, name, $"it claims to unfold to {plain} bytes and was not unfolded", []), []));
                return;
            }

            foreach ((Oid oid, string why) in PackCheck.ListWrong(table, out _))
            {
                LoseObject(pack, oid, name, why);
            }

            return;
        }

        foreach (PackEntry entry in _index.EntriesOf(pack.Id))
        {
            _objects++;
            RemotePlace place = new(pack, entry, 0);
            if (!place.CanBe || !IsRight(temp, pack.Id, entry))
            {
                LoseObject(pack, entry.Oid, name, "the pack is damaged or cut off where it lies");
            }
        }

        _index.Damage.Add(new DamagedPlace(DamagedKind.Object, pack.Id, default), _note);
        if (_wrong.Count == before)
        {
            _wrong.Add((new DamagedObject(name, name, "its bytes do not match its name, but every object in it is whole", []), []));
        }
    }

    private static bool IsRight(string file, Oid pack, in PackEntry entry)
    {
        using PackReader reader = new(file, pack);
        return reader.TryRead(entry, new byte[entry.Plain]) is null;
    }

    private void CheckBlob(Oid oid, Oid got)
    {
        if (got != oid)
        {
            LoseBlob(oid, "its bytes do not hash to its oid");
        }
    }

    private void LoseObject(in IndexedPack pack, Oid oid, string name, string why)
    {
        _wrong.Add((new DamagedObject(oid.ToString(), name, why, []), [oid]));
        _index.Damage.Add(new DamagedPlace(DamagedKind.Object, pack.Id, oid), _note);
    }

    private void LosePack(in IndexedPack pack, string why)
    {
        string name = RemoteLayout.Pack(pack.Id);
        _wrong.Add((new DamagedObject(name, name, why, []), [.. _index.EntriesOf(pack.Id).Select(e => e.Oid)]));
        _index.Damage.Add(new DamagedPlace(DamagedKind.Pack, pack.Id, default), _note);
    }

    private void LoseBlob(Oid oid, string why)
    {
        _wrong.Add((new DamagedObject(oid.ToString(), RemoteLayout.Blob(oid), why, []), [oid]));
        _index.Damage.Add(new DamagedPlace(DamagedKind.Blob, default, oid), _note);
    }

    /// <summary>Adds who needs what is wrong.</summary>
    private DamagedObject[] Named(CancellationToken cancel)
    {
        HashSet<Oid> oids = [.. _wrong.SelectMany(w => w.Oids)];
        Dictionary<Oid, List<string>> users = oids.Count == 0 ? [] : ObjectUsers.Find(_repo, oids, cancel);
        return
        [
            .. _wrong.Select(w => w.Damaged with
            {
                Oids = w.Oids,
                UsedBy = [
                    .. w.Damaged.UsedBy.Concat(w.Oids.SelectMany(o => users.TryGetValue(o, out List<string>? by) ? by : [])).Distinct()],
            }),
        ];
    }
}
