using System.Text;
using DlStore.Io;

namespace DlStore.Remotes.Leases;

/// <summary>
/// The leases and the lock that this clone holds on one remote: the file <c>leases</c> of its cache (docs/formats/remote-cache.md). An id
/// is noted before it is written there and struck out when it has been given back. Whoever reads the file holds the clone's lock of
/// pushes to that remote, and every process that writes it held that lock to its end: so what still stands in it belongs to one that
/// was killed.
/// Losing the file loses nothing: such a lease dies by its age.
/// </summary>
internal sealed class OwnLeases
{
    private const string FirstLine = "dls-own-leases 1";
    private const string LeaseWord = "lease";
    private const string LockWord = "lock";
    private readonly RemoteCache _cache;
    private readonly string _path;
    private readonly List<string> _lines;

    private OwnLeases(RemoteCache cache, string path, List<string> lines)
    {
        _cache = cache;
        _path = path;
        _lines = lines;
    }

    /// <summary>Reads what stands in the file; lines that are not valid are passed over.</summary>
    public static OwnLeases Read(RemoteCache cache)
    {
        string path = Path.Combine(cache.Directory, "leases");
        IReadOnlyList<string> lines = EscapedLine.ReadFile(path);
        return new OwnLeases(cache, path, lines is [FirstLine, ..] ? [.. lines.Skip(1).Where(IsValid)] : []);
    }

    /// <summary>Gives back the leases of processes of this clone that were killed, with the pins that they were about to write.</summary>
    /// <param name="remote">The remote.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task ClearAsync(IRemote remote, CancellationToken cancel)
    {
        const string start = LeaseWord + " ";
        string[] ids = [.. _lines.Where(static l => l.StartsWith(start, StringComparison.Ordinal)).Select(static l => l[start.Length..])];
        foreach (string id in ids)
        {
            await DropAsync(remote, id, cancel);
            Forget($"{LeaseWord} {id}");
        }
    }

    /// <summary>
    /// Takes a lease away: first the lease, then the pins that its push was about to write. A push that lives all the same finds that out
    /// before it pins anything, and begins anew (docs/formats/remote-protocol.md).
    /// </summary>
    /// <param name="remote">The remote.</param>
    /// <param name="id">The lease.</param>
    /// <param name="cancel">Stops it; may be repeated.</param>
    public static async Task DropAsync(IRemote remote, string id, CancellationToken cancel)
    {
        await remote.RemoveAsync(GcLayout.Lease(id), cancel);
        List<string> pending = [];
        await foreach (RemoteFile file in RemoteListing.ListAsync(remote, GcLayout.PendingOf(id), RemoteListing.PinsMax, cancel))
        {
            pending.Add(file.Name);
        }

        foreach (string name in pending)
        {
            await remote.RemoveAsync(name, cancel);
        }

        await remote.RemoveAsync(GcLayout.Beat(id), cancel);
    }

    /// <summary>Notes a lease that is about to be written.</summary>
    public void NoteLease(string id) => Note($"{LeaseWord} {id}");

    /// <summary>Strikes out a lease that was given back.</summary>
    public void ForgetLease(string id) => Forget($"{LeaseWord} {id}");

    /// <summary>Notes a lock that is about to be taken.</summary>
    public void NoteLock(string id) => Note($"{LockWord} {id}");

    /// <summary>Strikes out all locks but the one that was taken: those of before are removed there.</summary>
    public void KeepLock(string id)
    {
        if (_lines.RemoveAll(l => l.StartsWith(LockWord, StringComparison.Ordinal) && l != $"{LockWord} {id}") > 0)
        {
            Save();
        }
    }

    /// <summary>Strikes out a lock that was set free.</summary>
    public void ForgetLock(string id) => Forget($"{LockWord} {id}");

    /// <summary>Tells whether a lock was taken by this clone, by a process that is gone.</summary>
    public bool HasLock(string id) => _lines.Contains($"{LockWord} {id}");

    private void Note(string line)
    {
        _lines.Add(line);
        Save();
    }

    private void Forget(string line)
    {
        if (_lines.Remove(line))
        {
            Save();
        }
    }

    private void Save()
    {
        if (_lines.Count == 0)
        {
            File.Delete(_path);
            return;
        }

        AtomicFile.MakeDirectory(_cache.Directory);
        AtomicFile.Write(_path, new StringBuilder(FirstLine + "\n").AppendJoin('\n', _lines).Append('\n').ToString());
    }

    private static bool IsValid(string line) => line.Split(' ') is [LeaseWord or LockWord, { Length: 32 } id]
        && id.All(static c => char.IsAsciiDigit(c) || c is >= 'a' and <= 'f');
}
