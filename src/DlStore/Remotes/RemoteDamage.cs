using System.Globalization;
using System.Text;
using DlStore.Io;
using DlStore.Objects;

namespace DlStore.Remotes;

/// <summary>
/// What was found damaged on one remote and was not sent again since: the file <c>damage</c> of its cache (docs/formats/remote-cache.md). A
/// push passes over these places,
/// so their objects count as not there; a fetch tries them last. Losing the file loses nothing: the next verify finds them again. Safe for
/// several threads.
/// </summary>
public sealed class RemoteDamage
{
    private const string FirstLine = "dls-remote-damage 1";
    private static readonly string[] Kinds = ["object", "pack", "blob", "lost"];
    private readonly Lock _gate = new();
    private readonly string _path;
    private readonly Dictionary<DamagedPlace, DamageNote> _places = [];
    private bool _changed;

    private RemoteDamage(string path) => _path = path;

    /// <summary>Gets a value indicating whether nothing is noted.</summary>
    public bool IsEmpty => _places.Count == 0;

    /// <summary>Reads the list.</summary>
    /// <param name="path">Absolute path; need not exist.</param>
    /// <returns>What is noted; lines that are not valid are passed over.</returns>
    public static RemoteDamage Read(string path)
    {
        RemoteDamage damage = new(path);
        IReadOnlyList<string> lines = EscapedLine.ReadFile(path);
        foreach (string line in lines is [FirstLine, ..] ? lines.Skip(1) : [])
        {
            string[] parts = line.Split(' ');
            int kind = Array.IndexOf(Kinds, parts[0]);
            if (kind >= 0 && parts.Length == 5
                && TryOid(parts[1], out Oid pack) && TryOid(parts[2], out Oid oid) && parts[3].All(char.IsAsciiLetterLower)
                && long.TryParse(parts[4], NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) && seconds < 253402300800)
            {
                damage._places[new DamagedPlace((DamagedKind)kind, pack, oid)] = new DamageNote(
                    parts[3], DateTimeOffset.FromUnixTimeSeconds(seconds));
            }
        }

        return damage;
    }

    /// <summary>Lists what is noted.</summary>
    /// <returns>A copy.</returns>
    public IReadOnlyList<KeyValuePair<DamagedPlace, DamageNote>> List()
    {
        lock (_gate)
        {
            return [.. _places];
        }
    }

    /// <summary>Tells whether an object's place in a pack is noted, or the whole pack.</summary>
    /// <param name="pack">The pack.</param>
    /// <param name="oid">The object.</param>
    /// <returns>True if it must not be relied on.</returns>
    public bool Has(Oid pack, Oid oid) => Find(new DamagedPlace(DamagedKind.Pack, pack, default)) is not null
        || Find(new DamagedPlace(DamagedKind.Object, pack, oid)) is not null;

    /// <summary>Tells whether a large blob is noted.</summary>
    /// <param name="oid">The blob.</param>
    /// <returns>True if it must not be relied on.</returns>
    public bool HasBlob(Oid oid) => Find(new DamagedPlace(DamagedKind.Blob, default, oid)) is not null;

    /// <summary>Finds the note of a place.</summary>
    /// <param name="place">The place.</param>
    /// <returns>Who noted it, or null.</returns>
    public DamageNote? Find(DamagedPlace place)
    {
        lock (_gate)
        {
            return _places.GetValueOrDefault(place);
        }
    }

    /// <summary>Notes a place.</summary>
    /// <param name="place">The place.</param>
    /// <param name="note">Who found it.</param>
    public void Add(DamagedPlace place, DamageNote note)
    {
        lock (_gate)
        {
            _changed |= _places.TryAdd(place, note);
        }
    }

    /// <summary>Makes a list with the same places that can be changed on its own; it is never saved.</summary>
    /// <returns>The copy.</returns>
    public RemoteDamage Copy()
    {
        RemoteDamage copy = new(_path);
        foreach ((DamagedPlace place, DamageNote note) in List())
        {
            copy._places[place] = note;
        }

        return copy;
    }

    /// <summary>Strikes a place out: its bytes were read or sent and are right.</summary>
    /// <param name="place">The place.</param>
    public void Remove(DamagedPlace place)
    {
        lock (_gate)
        {
            _changed |= _places.Remove(place);
        }
    }

    /// <summary>Strikes out all that was noted of one pack.</summary>
    /// <param name="pack">The pack.</param>
    public void RemovePack(Oid pack)
    {
        lock (_gate)
        {
            foreach (DamagedPlace place in _places.Keys.Where(
                p => p.Pack == pack && p.Kind is DamagedKind.Pack or DamagedKind.Object).ToArray())
            {
                _changed |= _places.Remove(place);
            }
        }
    }

    /// <summary>Strikes everything out: a complete verify begins anew.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _changed |= _places.Count > 0;
            _places.Clear();
        }
    }

    /// <summary>Writes the list if it was changed; durable when it returns. An empty list leaves no file.</summary>
    public void Save()
    {
        lock (_gate)
        {
            if (!_changed)
            {
                return;
            }

            _changed = false;
            if (_places.Count == 0)
            {
                File.Delete(_path);
                return;
            }

            IEnumerable<string> lines = _places.Select(p => string.Create(
                CultureInfo.InvariantCulture,
                    $"{Kinds[(int)p.Key.Kind]} {Show(p.Key.Pack)} {Show(p.Key.Oid)} {p.Value.By} {p.Value.At.ToUnixTimeSeconds()}\n"));
            AtomicFile.MakeDirectory(Path.GetDirectoryName(_path)!);
            AtomicFile.Write(_path, new StringBuilder(FirstLine + "\n").AppendJoin("", lines.Order(StringComparer.Ordinal)).ToString());
        }
    }

    private static string Show(Oid oid) => oid.IsZero ? "-" : oid.ToHex();

    private static bool TryOid(string text, out Oid oid)
    {
        oid = default;
        return text == "-" || Oid.TryParseHex(text, out oid);
    }
}
