using System.Collections.Concurrent;
using DlStore.Io;
using DlStore.Remotes;

namespace DlStore.Operations.Dvc;

/// <summary>
/// Finds the bytes of recorded MD5s, in the work tree, in DVC's cache, then on its remotes, and stores them. Whatever is read is read once:
/// its MD5 and its SHA-256 are taken of the same bytes, and only what has the recorded MD5 is stored. What was found once is not looked for
/// again. Thread safe; small bytes are handed back and appended by the caller, in his order.
/// </summary>
/// <param name="repo">The repository.</param>
/// <param name="isDryRun">Store nothing, and fetch nothing from remotes: what is there counts as found.</param>
/// <param name="searchesModified">Look for the recorded bytes also where the work tree has others.</param>
internal sealed class DvcBytes(Repo repo, bool isDryRun, bool searchesModified) : IDisposable
{
    private static readonly string[] Layouts = ["files/md5/", ""];
    private readonly ConcurrentDictionary<(string Md5, bool IsLegacy), DvcPiece> _known = [];
    private readonly ConcurrentDictionary<string, string> _dead = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(DvcSettings, string), IRemote> _remotes = [];
    private readonly DvcIntake _intake = new(repo, isDryRun);

    /// <summary>Gets the bytes that were read.</summary>
    public long BytesRead => _intake.BytesRead;

    /// <summary>Gets how many transfers may be under way.</summary>
    public int ParallelMax => Math.Max(4, repo.Threads);

    /// <summary>Finds and stores the bytes of a file.</summary>
    /// <param name="md5">32 lower-case hex digits.</param>
    /// <param name="isLegacy">Whether DVC 2's rule holds.</param>
    /// <param name="remote">The DVC remote that the out names, or null.</param>
    /// <param name="settings">The settings of its DVC repository.</param>
    /// <param name="workFile">Absolute path of the file that should have them, or null.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<DvcFind> TakeAsync(
        string md5, bool isLegacy, string? remote, DvcSettings settings, string? workFile, CancellationToken cancel)
    {
        bool isModified = false;
        if (workFile is not null)
        {
            if (_intake.TakeFile(workFile, md5, isLegacy, "work tree", cancel, out _) is { } own)
            {
                return Found(md5, isLegacy, own);
            }

            if (!searchesModified)
            {
                return new DvcFind(null, [], false, IsModified: true);
            }

            isModified = true;
        }

        if (_known.TryGetValue((md5, isLegacy), out DvcPiece? known))
        {
            return new DvcFind(known, [], false, isModified);
        }

        DvcFind found = await SearchAsync(md5, isLegacy, remote, settings, cancel);
        return found with { IsModified = isModified };
    }

    /// <summary>Asks a remote; one that could not be asked is not asked again.</summary>
    /// <param name="settings">The settings that have the remote.</param>
    /// <param name="place">The remote.</param>
    /// <param name="ask">Null for "not there".</param>
    /// <returns>The answer, and what to say where there is none.</returns>
    public async Task<(T? Answer, string Said)> AskAsync<T>(DvcSettings settings, DvcRemote place, Func<IRemote, Task<T?>> ask)
        where T : class
    {
        if (place.Why is not null || _dead.TryGetValue(place.Name, out _))
        {
            return (null, place.Why ?? _dead[place.Name]);
        }

        try
        {
            IRemote open = _remotes.GetOrAdd((settings, place.Name), _ => Open(place));
            return (await ask(open), "not there");
        }
        catch (DlsException e) when (e.Kind is ErrorKind.Failed or ErrorKind.Missing or ErrorKind.Corrupt or ErrorKind.Usage)
        {
            if (e.Kind is ErrorKind.Failed or ErrorKind.Usage)
            {
                _dead[place.Name] = e.Message;
            }

            return (null, e.Message);
        }
    }

    /// <summary>Gives the names of a file in caches, that of the layout that goes with its rule first.</summary>
    public static IEnumerable<string> Names(string cacheName, bool isLegacy) =>
        (isLegacy ? Layouts.Reverse() : Layouts).Select(layout => $"{layout}{cacheName[..2]}/{cacheName[2..]}");

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IRemote remote in _remotes.Values)
        {
            remote.Dispose();
        }
    }

    private DvcFind Found(string md5, bool isLegacy, DvcPiece piece)
    {
        // Who finds it there has nothing to append: these bytes are on their way.
        _ = _known.TryAdd((md5, isLegacy), piece with { Stored = null });
        return new DvcFind(piece, [], false, false);
    }

    private async Task<DvcFind> SearchAsync(
        string md5, bool isLegacy, string? remote, DvcSettings settings, CancellationToken cancel)
    {
        List<string> tried = [];
        bool isDamaged = false;
        DvcPiece? piece = FromCache(settings, md5, isLegacy, tried, ref isDamaged, cancel);
        foreach (DvcRemote place in piece is null ? settings.InOrder(remote) : [])
        {
            (piece, string said, bool isWrong) = await FromRemoteAsync(settings, place, md5, isLegacy, cancel);
            isDamaged |= isWrong;
            if (piece is not null)
            {
                break;
            }

            tried.Add($"remote '{place.Name}' ({place.Url}): {said}");
        }

        return piece is null ? new DvcFind(null, tried, isDamaged, false) : Found(md5, isLegacy, piece);
    }

    private DvcPiece? FromCache(
        DvcSettings settings, string md5, bool isLegacy, List<string> tried, ref bool isDamaged, CancellationToken cancel)
    {
        bool wasThere = false;
        foreach (string name in Names(md5, isLegacy))
        {
            if (_intake.TakeFile($"{settings.CacheDirectory}/{name}", md5, isLegacy, "cache", cancel, out bool isThere) is { } piece)
            {
                return piece;
            }

            wasThere |= isThere;
        }

        isDamaged |= wasThere;
        tried.Add($"cache {settings.CacheDirectory}: {(wasThere ? "damaged" : "not there")}");
        return null;
    }

    private async Task<(DvcPiece? Piece, string Said, bool IsDamaged)> FromRemoteAsync(
        DvcSettings settings, DvcRemote place, string md5, bool isLegacy, CancellationToken cancel)
    {
        bool isDamaged = false;
        (DvcPiece? piece, string said) = await AskAsync(settings, place, async open =>
        {
            foreach (string name in Names(md5, isLegacy))
            {
                if (await open.FindSizeAsync(name, cancel) is { } size)
                {
                    DvcPiece? taken = await TakeFromAsync(open, place, name, size, md5, isLegacy, cancel);
                    isDamaged |= taken is null;
                    return taken;
                }
            }

            return null;
        });
        return (piece, isDamaged ? "damaged" : said, isDamaged);
    }

    private async Task<DvcPiece?> TakeFromAsync(
        IRemote open, DvcRemote place, string name, long size, string md5, bool isLegacy, CancellationToken cancel)
    {
        string from = $"remote {place.Name}";
        if (isDryRun)
        {
            return new DvcPiece(default, size, from);
        }

        if (size < repo.Config.PackThreshold)
        {
            byte[]? bytes = await open.ReadAsync(name, (int)size, cancel);
            return bytes is null ? null : _intake.TakeSmall(bytes, md5, isLegacy, from);
        }

        string temp = Path.Combine(repo.Store.TempDirectory, $"dvc-{TempName.Next()}");
        try
        {
            _ = await open.DownloadAsync(name, temp, size, null, cancel);
            return _intake.TakeFile(temp, md5, isLegacy, from, cancel, out _);
        }
        finally
        {
            File.Delete(temp);
        }
    }

    private IRemote Open(DvcRemote place)
    {
        RemoteSurroundings around = new(repo.WorkTree, repo.Environment, repo.Config.SshConfig, repo.Clock) { Ssh = repo.Config.Ssh };
        return RemoteOpener.Open(place.Name, place.Address!, place.Options, around);
    }
}
