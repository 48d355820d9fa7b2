using DlStore.Io;

namespace DlStore.Objects;

/// <summary>
/// What this store knows to be erased: <c>erased/hex</c>, a file for each object, as on a remote. They are made by <c>dls erase</c>, and
/// copied from a remote when something was missing there. A tombstone explains and refuses; it deletes no bytes that are here, so that
/// nobody who can write to a remote can delete what others hold. Safe for any number of threads and processes.
/// </summary>
public sealed class Tombstones
{
    private readonly string _root;
    private readonly Lock _gate = new();
    private HashSet<Oid>? _known;

    internal Tombstones(string root) => _root = root;

    /// <summary>Tells whether an object is known to be erased, by the list made at first use.</summary>
    /// <param name="oid">The object.</param>
    /// <returns>True if its tombstone is here.</returns>
    public bool Contains(Oid oid)
    {
        lock (_gate)
        {
            return (_known ??= List()).Contains(oid);
        }
    }

    /// <summary>Reads a tombstone.</summary>
    /// <param name="oid">The object.</param>
    /// <returns>Null if there is none.</returns>
    public Tombstone? Find(Oid oid) => Contains(oid) && SmallFile.Find(PathOf(oid), PathOf(oid), Tombstone.LengthMax) is { } bytes
        ? Tombstone.Parse(bytes, oid) : null;

    /// <summary>Gets a value indicating whether nothing is known to be erased.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_gate)
            {
                return (_known ??= List()).Count == 0;
            }
        }
    }

    /// <summary>Lists the erased objects.</summary>
    /// <returns>In no order.</returns>
    public IReadOnlyCollection<Oid> ListAll()
    {
        lock (_gate)
        {
            return [.. _known ??= List()];
        }
    }

    /// <summary>Keeps a tombstone; one that is here stays as it is. Durable when it returns.</summary>
    /// <param name="tombstone">The tombstone.</param>
    public void Add(Tombstone tombstone)
    {
        if (File.Exists(PathOf(tombstone.Oid)))
        {
            return;
        }

        AtomicFile.MakeDirectory(_root);
        AtomicFile.Write(PathOf(tombstone.Oid), tombstone.ToBytes());
        Forget();
    }

    /// <summary>Takes a tombstone away: the object may be stored again.</summary>
    /// <param name="oid">The object.</param>
    /// <returns>False if there was none.</returns>
    public bool Remove(Oid oid)
    {
        bool was = File.Exists(PathOf(oid));
        if (was)
        {
            File.Delete(PathOf(oid));
            AtomicFile.FlushDirectory(_root);
            Forget();
        }

        return was;
    }

    internal void Forget()
    {
        lock (_gate)
        {
            _known = null;
        }
    }

    private string PathOf(Oid oid) => Path.Combine(_root, oid.ToHex());

    private HashSet<Oid> List()
    {
        HashSet<Oid> found = [];
        foreach (string file in Directory.Exists(_root) ? Directory.GetFiles(_root) : [])
        {
            if (Oid.TryParseHex(Path.GetFileName(file), out Oid oid))
            {
                found.Add(oid);
            }
        }

        return found;
    }
}
