using DlStore.Io;
using DlStore.Objects;

namespace DlStore.Operations.Erasing;

/// <summary>
/// <c>dls erase</c>: data that must go, from every version and every remote (docs/formats/remote-protocol.md, Erasing). Order: the
/// tombstones on each remote, then here, then the bytes here. Killed anywhere, running it again finishes: a tombstone that is there stays
/// as it is. The bytes of a remote go at its next collection.
/// </summary>
public sealed class Erase
{
    private readonly Repo _repo;
    private readonly EraseOptions _options;
    private readonly EraseTargets _targets;
    private readonly EraseRemotes _remotes;

    private Erase(Repo repo, EraseOptions options)
    {
        _repo = repo;
        _options = options;
        RequireReason(options.Reason);
        _remotes = EraseRemotes.Open(repo, options.Remotes);
        _targets = EraseTargets.Resolve(repo, options);
    }

    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="options">What to erase.</param>
    /// <param name="cancel">Stops it; running it again finishes.</param>
    /// <returns>The plan, and what was done of it.</returns>
    /// <exception cref="DlsException">Kind Usage: a word names nothing. Kind Missing: a listing is not here, or nobody knows the object;
    /// nothing was erased. Kind Locked: somebody adds or pushes here; the tombstones are written.</exception>
    public static Task<EraseResult> RunAsync(Repo repo, EraseOptions options, CancellationToken cancel) =>
        new Erase(repo, options).RunAsync(cancel);

    /// <summary>Takes tombstones away, so that the objects may be stored and pushed again. It brings no bytes back.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="what">Digests.</param>
    /// <param name="remotes">Names of remotes; empty for all.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>How many were taken away on each remote (<see cref="EraseRemote.Listed"/>), and the objects.</returns>
    /// <exception cref="DlsException">Kind Usage: a word is no digest.</exception>
    public static async Task<EraseResult> RevokeAsync(
        Repo repo, IReadOnlyList<string> what, IReadOnlyList<string> remotes, CancellationToken cancel)
    {
        Oid[] oids = [.. what.Select(w => Oid.TryParse(w, out Oid oid) || Oid.TryParseHex(w, out oid) ? oid : throw new DlsException(
            ErrorKind.Usage, $"revoke '{w}': it is no digest", "write sha256: and 64 hex digits; the answer of a read has it"))];
        repo.NoteWrite();
        IReadOnlyList<EraseRemote> done = await EraseRemotes.Open(repo, remotes).RevokeAsync(oids, cancel);

        // Here last: as long as one is here, the next push would write it there again.
        bool isEverywhere = done.All(static r => r.Error is null);
        Oid[] here = [.. oids.Where(repo.Store.Erased.Contains)];
        foreach (Oid oid in isEverywhere ? here : [])
        {
            _ = repo.Store.Erased.Remove(oid);
        }

        return here.Length == 0 && isEverywhere && done.All(static r => r.Listed == 0)
            ? throw new DlsException(ErrorKind.Usage, $"revoke '{oids[0]}': it was not erased, neither here nor on a remote that was asked",
                "the answer of a read has the digest of what was erased")
            : new EraseResult
            {
                Objects = [.. oids.Select(o => new ErasedObject(o, null, repo.Store.Contains(o), [], 0))],
                Remotes = done,
                IsApplied = true,
            };
    }

    private static void RequireReason(string reason)
    {
        if (string.IsNullOrWhiteSpace(reason) || reason.Length > Tombstone.ReasonMax || reason.Any(char.IsControl))
        {
            throw new DlsException(ErrorKind.Usage,
                $"erase: the reason has to be one line of 1 to {Tombstone.ReasonMax} characters",
                "everybody who misses the object reads it; write `--reason 'a person asked for it'`");
        }
    }

    private async Task<EraseResult> RunAsync(CancellationToken cancel)
    {
        EraseNames names = EraseNames.Find(_repo, _targets, _options.AllVersions, cancel);
        ErasedObject[] shared = [];
        if (!_options.Shared)
        {
            shared = [.. _targets.Blobs.Where(b => _targets.OfDirectories.Contains(b.Key) && names.Elsewhere.Contains(b.Key))
                .OrderBy(static b => b.Key).Select(b => names.Describe(b.Key, b.Value))];
            _targets.Leave(shared.Select(static s => s.Oid));
        }

        IReadOnlyList<EraseRemote> asked = await _remotes.AskAsync([.. _targets.Blobs.Keys], cancel);
        RequireFiles(names, asked);
        EraseResult plan = new()
        {
            Objects = [.. _targets.Blobs.OrderBy(static b => b.Key).Select(b => names.Describe(b.Key, b.Value))],
            Shared = shared,
            OtherVersions = names.OtherVersions,
            Remotes = asked,
            Unknown = [.. names.Unknown],
            Pointed = [.. names.Current.Where(c => _targets.Blobs.ContainsKey(c.Value)).Select(static c => c.Key)],
            IsShort = _options.AllVersions && names.Unknown.Count > 0,
            Files = [.. names.Current.Where(c => _targets.Blobs.ContainsKey(c.Value) && IsOnDisk(c.Key)).Select(static c => c.Key)],
        };
        return _options.DryRun || plan.Objects.Count == 0 ? plan : await ApplyAsync(plan, names, cancel);
    }

    /// <summary>A tombstone for a listing would hide all that is below it: a digest has to be known as that of a file.</summary>
    private void RequireFiles(EraseNames names, IReadOnlyList<EraseRemote> asked)
    {
        foreach (Oid oid in _targets.Unsure)
        {
            if (names.IsDirectory(oid) || _remotes.KindOf(oid) == PackKind.Nodes)
            {
                throw new DlsException(ErrorKind.Missing, $"erase '{oid}': it is a listing that is not here, so what it names is not known",
                    "run `dls fetch --all --listings`, then again; nothing was erased");
            }

            if (!names.IsNamed(oid) && _remotes.KindOf(oid) is null)
            {
                string[] unasked = [.. asked.Where(static r => r.Error is not null).Select(static r => r.Name)];
                throw new DlsException(ErrorKind.Missing, $"erase '{oid}': nothing here names it, nor any remote that was asked"
                    + (unasked.Length > 0 ? $" (could not be asked: {string.Join(", ", unasked)})" : ""),
                    "check the digest; `dls ls -r --oid` shows those of files, `--rev REV` those of a commit");
            }
        }
    }

    private bool IsOnDisk(string path) =>
        RelPath.TryParseInside(path, out RelPath inside, out _) && Sys.TryStat(_repo.Absolute(inside), out _);

    private async Task<EraseResult> ApplyAsync(EraseResult plan, EraseNames names, CancellationToken cancel)
    {
        _repo.NoteWrite();
        DateTimeOffset now = _repo.Clock.GetUtcNow();
        string who = Person.Name(_repo);
        Tombstone[] tombstones = [
            .. plan.Objects.Select(o => _repo.Store.Erased.Find(o.Oid) ?? new Tombstone(o.Oid, who, now, _options.Reason))];
        IReadOnlyList<EraseRemote> written = await _remotes.WriteAsync(plan.Remotes, tombstones, cancel);
        foreach (Tombstone tombstone in tombstones)
        {
            _repo.Store.Erased.Add(tombstone);
        }

        CrashPoint.Hit("erase.tombstones");
        HashSet<Oid> oids = [.. plan.Objects.Select(static o => o.Oid)];
        HashSet<long>? sizes = plan.Objects.Any(static o => o.Size is null) ? null : [.. plan.Objects.Select(static o => o.Size!.Value)];
        EraseLocal local = new(_repo, oids, sizes);
        local.Run(cancel);
        string[] deleted = _options.WorkTree ? [.. plan.Files.Where(f => DeleteFile(f, names.Current[f]))] : [];
        return plan with
        {
            Remotes = written,
            BytesFreed = local.BytesFreed,
            TrashDeleted = local.TrashDeleted,
            Held = local.Held,
            Files = [.. plan.Files.Except(deleted)],
            FilesDeleted = deleted,
            IsApplied = true,
        };
    }

    /// <summary>Deletes a file of the work tree if it still has the bytes.</summary>
    private bool DeleteFile(string path, Oid oid) => _repo.Files.TryStat(path, out FileStat seen) && seen.IsFile
        && PackFile.Hash($"{_repo.WorkTree}/{path}") == oid && _repo.Files.Delete(path, seen);
}
