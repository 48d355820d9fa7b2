using System.Globalization;
using System.Text;
using DlStore.Io;
using DlStore.Objects;

namespace DlStore.Remotes;

/// <summary>
/// What has been read from one remote, kept in <c>remotes/name-urlhash/</c> of the shared state: its index files, and per object the newest pin that named it. Can be
/// deleted at any time; then less is known.
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

    /// <summary>Reads which objects a pin named, and when that pin was read.</summary>
    /// <returns>By oid.</returns>
    public IReadOnlyDictionary<Oid, RemoteEvidence> ReadPinned()
    {
        Dictionary<Oid, RemoteEvidence> found = [];
        if (!File.Exists(_pinned))
        {
            return found;
        }

        foreach (string line in File.ReadLines(_pinned))
        {
            string[] parts = line.Split(' ');
            if (parts.Length == 3 && Oid.TryParse(parts[0], out Oid oid) && long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) && seconds < 253402300800)
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

        StringBuilder text = new();
        foreach ((Oid oid, RemoteEvidence evidence) in known.OrderBy(k => k.Key))
        {
            text.Append(CultureInfo.InvariantCulture, $"{oid} {evidence.Commit} {evidence.ReadAt!.Value.ToUnixTimeSeconds()}\n");
        }

        AtomicFile.MakeDirectory(Directory);
        AtomicFile.WriteCache(_pinned, text.ToString());
    }

    /// <summary>Opens the cached index files that are still good; the caller disposes them.</summary>
    /// <returns>The files, superseded ones left out.</returns>
    public IReadOnlyList<PackIndex> OpenIndexes()
    {
        if (!System.IO.Directory.Exists(IndexDirectory))
        {
            return [];
        }

        List<PackIndex> opened = [];
        foreach (string file in System.IO.Directory.EnumerateFiles(IndexDirectory, "*.idx"))
        {
            if (Oid.TryParseHex(Path.GetFileNameWithoutExtension(file), out Oid id) && PackIndex.Open(file, id).Index is { } index)
            {
                opened.Add(index);
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
