using System.Globalization;
using System.Text;
using DlStore.Io;
using DlStore.Objects;

namespace DlStore.Remotes;

/// <summary>
/// What has been read from one remote, kept in <c>remotes/name-urlhash/</c> of the shared state (docs/formats/remote-cache.md): its index
/// files, per object the newest pin
/// that named it, and what was found damaged there. Can be deleted at any time; then less is known.
/// </summary>
public sealed class RemoteCache
{
    private readonly string _pinned;

    /// <summary>Names the cache of a remote; reads nothing yet.</summary>
    /// <param name="root">The shared state's directory of caches.</param>
    /// <param name="remote">The remote's name.</param>
    /// <param name="location">Its URL: another URL is another remote.</param>
    public RemoteCache(string root, string remote, string location)
    {
        Directory = Path.Combine(root, $"{remote}-{Fnv1a.Hex(location)}");
        _pinned = Path.Combine(Directory, "pinned");
    }

    /// <summary>Gets the cache's directory.</summary>
    public string Directory { get; }

    /// <summary>Gets where copies of the remote's index files lie.</summary>
    public string IndexDirectory => Path.Combine(Directory, "index");

    /// <summary>Gets where packs made for a push wait until it has succeeded.</summary>
    public string OutgoingDirectory => Path.Combine(Directory, "outgoing");

    /// <summary>Gets the list of what was found damaged there; docs/formats/remote-cache.md.</summary>
    public string DamagePath => Path.Combine(Directory, "damage");

    /// <summary>
    /// Gets a value indicating whether a dls remote was found at this place from here before: if it is gone now, it is not new but lost or
    /// not mounted.
    /// </summary>
    public bool IsKnown => File.Exists(Seen)
        || File.Exists(_pinned) || (System.IO.Directory.Exists(IndexDirectory) && System.IO.Directory.EnumerateFiles(IndexDirectory).Any());

    /// <summary>
    /// Gets a value indicating whether <c>dls remote add</c> was run here for this place: then a push may make the remote.
    /// </summary>
    public bool MayCreate => File.Exists(Path.Combine(Directory, "may-create"));

    private string Seen => Path.Combine(Directory, "seen");

    /// <summary>Notes that a dls remote was found there.</summary>
    public void NoteSeen()
    {
        if (!File.Exists(Seen))
        {
            AtomicFile.MakeDirectory(Directory);
            AtomicFile.Write(Seen, "");
        }
    }

    /// <summary>Notes that a push from here may make the remote.</summary>
    public void NoteMayCreate()
    {
        AtomicFile.MakeDirectory(Directory);
        AtomicFile.Write(Path.Combine(Directory, "may-create"), "");
    }

    /// <summary>Forgets all that was read from the remote: it is about to begin anew.</summary>
    public void Forget()
    {
        if (System.IO.Directory.Exists(Directory))
        {
            System.IO.Directory.Delete(Directory, recursive: true);
        }
    }

    /// <summary>Reads what was found damaged there.</summary>
    /// <returns>The list; empty if nothing was.</returns>
    public RemoteDamage ReadDamage() => RemoteDamage.Read(DamagePath);

    /// <summary>Reads which objects a pin named, and when that pin was read.</summary>
    /// <returns>By oid.</returns>
    public IReadOnlyDictionary<Oid, RemoteEvidence> ReadPinned()
    {
        Dictionary<Oid, RemoteEvidence> found = [];
        foreach (string line in EscapedLine.ReadFile(_pinned))
        {
            string[] parts = line.Split(' ');
            if (parts.Length == 3 && Oid.TryParse(parts[0], out Oid oid)
                && long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) && seconds < 253402300800)
            {
                found[oid] = new RemoteEvidence(EvidenceKind.Pinned, parts[1], DateTimeOffset.FromUnixTimeSeconds(seconds));
            }
        }

        return found;
    }

    /// <summary>Notes what a pin names.</summary>
    /// <param name="commit">The pin's commit.</param>
    /// <param name="lines">Its lines.</param>
    /// <param name="readAt">When it was read or written.</param>
    public void NotePin(string commit, IEnumerable<PinLine> lines, DateTimeOffset readAt)
    {
        Dictionary<Oid, RemoteEvidence> known = new(ReadPinned());
        foreach (PinLine line in lines)
        {
            known[line.Oid] = new RemoteEvidence(EvidenceKind.Pinned, commit, readAt);
        }

        WritePinned(known);
    }

    /// <summary>Forgets what a pin was read to name: it has gone bad.</summary>
    /// <param name="commit">The pin's commit.</param>
    public void ForgetPin(string commit) =>
        WritePinned(ReadPinned().Where(k => k.Value.Commit != commit).ToDictionary(static k => k.Key, static k => k.Value));

    private void WritePinned(Dictionary<Oid, RemoteEvidence> known)
    {
        StringBuilder text = new();
        foreach ((Oid oid, RemoteEvidence evidence) in known.OrderBy(k => k.Key))
        {
            text.Append(CultureInfo.InvariantCulture, $"{oid} {evidence.Commit} {evidence.ReadAt!.Value.ToUnixTimeSeconds()}\n");
        }

        AtomicFile.MakeDirectory(Directory);
        AtomicFile.WriteCache(_pinned, text.ToString());
    }

    /// <summary>Opens the cached index files that are still good; the caller disposes them.</summary>
    /// <param name="wrong">Told of files that cannot be used, with a reason; null to pass over them.</param>
    /// <param name="only">The files to look at; null for all.</param>
    /// <returns>The files, superseded ones left out.</returns>
    public IReadOnlyList<PackIndex> OpenIndexes(Action<Oid, string>? wrong = null, Func<Oid, bool>? only = null)
    {
        if (!System.IO.Directory.Exists(IndexDirectory))
        {
            return [];
        }

        List<PackIndex> opened = [];
        foreach (string file in System.IO.Directory.EnumerateFiles(IndexDirectory, "*.idx"))
        {
            if (!Oid.TryParseHex(Path.GetFileNameWithoutExtension(file), out Oid id) || !(only?.Invoke(id) ?? true))
            {
                continue;
            }

            (PackIndex? index, string? why) = PackIndex.Open(file, id);
            if (index is not null)
            {
                opened.Add(index);
            }
            else
            {
                wrong?.Invoke(id, why ?? "it is damaged");
            }
        }

        HashSet<Oid> superseded = [.. opened.SelectMany(i => i.Superseded)];
        foreach (PackIndex index in opened.Where(i => superseded.Contains(i.Id)))
        {
            index.Dispose();
        }

        return [.. opened.Where(i => !superseded.Contains(i.Id))];
    }
}
