using DlStore.Io;

namespace DlStore.Objects;

/// <summary>
/// The store's file <c>damaged</c>: places that verify found to hold wrong bytes, one line <c>pack-hex oid</c> each. Lookups pass over
/// them, so the next
/// pull fetches the object again. Losing the file loses nothing: the next verify finds them again.
/// </summary>
public sealed class Damage
{
    private readonly string _path;
    private HashSet<(Oid Pack, Oid Oid)> _places;

    private Damage(string path, HashSet<(Oid Pack, Oid Oid)> places)
    {
        _path = path;
        _places = places;
    }

    /// <summary>Gets a value indicating whether anything is listed.</summary>
    public bool IsEmpty => _places.Count == 0;

    /// <summary>Lists the damaged places.</summary>
    /// <returns>Pack and object.</returns>
    public IReadOnlyList<(Oid Pack, Oid Oid)> List() => [.. _places];

    /// <summary>Tells whether a place is known to be damaged.</summary>
    /// <param name="pack">The pack.</param>
    /// <param name="oid">The object in it.</param>
    /// <returns>True if verify found it wrong.</returns>
    public bool Contains(Oid pack, Oid oid) => _places.Count > 0 && _places.Contains((pack, oid));

    /// <summary>Replaces the list by what a complete verify found. Durable when it returns.</summary>
    /// <param name="places">Every damaged place.</param>
    public void Replace(IReadOnlyCollection<(Oid Pack, Oid Oid)> places)
    {
        _places = [.. places];
        if (places.Count == 0)
        {
            File.Delete(_path);
            return;
        }

        AtomicFile.Write(_path, string.Concat(places.Select(p => $"{p.Pack.ToHex()} {p.Oid}\n").Order(StringComparer.Ordinal)));
    }

    /// <summary>Strikes out all places of packs that have come anew, whole. Durable when it returns.</summary>
    internal void RemovePacks(IReadOnlyCollection<Oid> packs)
    {
        if (_places.Any(p => packs.Contains(p.Pack)))
        {
            Replace([.. _places.Where(p => !packs.Contains(p.Pack))]);
        }
    }

    internal static Damage Read(string path)
    {
        HashSet<(Oid Pack, Oid Oid)> places = [];
        foreach (string line in EscapedLine.ReadFile(path))
        {
            string[] parts = line.Split(' ');
            if (parts.Length == 2 && Oid.TryParseHex(parts[0], out Oid pack) && Oid.TryParse(parts[1], out Oid oid))
            {
                places.Add((pack, oid));
            }
        }

        return new Damage(path, places);
    }
}
