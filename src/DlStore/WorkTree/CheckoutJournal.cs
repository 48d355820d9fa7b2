using System.Text;
using DlStore.Io;
using DlStore.Objects;

namespace DlStore.WorkTree;

/// <summary>
/// The note of which checkouts are under way: per path which object, and the tag of its temp files (docs/formats/work-tree-state.md). One
/// file for all paths of a command,
/// written durably before the work tree is touched; a path's line goes after the base is written, so one that is found tells of an
/// interrupted checkout. Earlier versions wrote a
/// file a path; those are read, and go with their path.
/// </summary>
public sealed class CheckoutJournal
{
    private const string Name = "checkouts";
    private const string FirstLine = "dls-checkout 2";
    private const string EndWord = "end ";
    private const string EarlierFirstLine = "dls-checkout 1";
    private const int TagLength = 16;
    private static readonly string UnknownTag = new('0', TagLength);
    private readonly string _directory;
    private readonly SortedDictionary<string, InterruptedCheckout> _open = new(StringComparer.Ordinal);
    private readonly HashSet<string> _earlier = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unreadable = new(StringComparer.Ordinal);
    private bool _isDamaged;
    private bool _isWritten;

    private CheckoutJournal(string directory) => _directory = directory;

    /// <summary>Gets a value indicating whether no checkout is known to be interrupted.</summary>
    public bool IsEmpty => _open.Count + _unreadable.Count == 0 && !_isDamaged;

    /// <summary>Reads the journal of a work tree. Whatever in it cannot be read still tells of a checkout.</summary>
    /// <param name="directory">The work tree's state directory.</param>
    /// <returns>The journal; empty if there is none.</returns>
    public static CheckoutJournal Read(string directory)
    {
        CheckoutJournal journal = new(Path.Combine(directory, "journal"));
        foreach (string file in Directory.Exists(journal._directory) ? Directory.EnumerateFiles(journal._directory) : [])
        {
            string name = Path.GetFileName(file);
            if (name == Name)
            {
                journal.ReadLines(EscapedLine.ReadFile(file));
            }
            else if (name.Length == TagLength && name.All(char.IsAsciiHexDigitLower))
            {
                journal.ReadEarlier(name, EscapedLine.ReadFile(file));
            }
        }

        return journal;
    }

    /// <summary>Finds an interrupted checkout of a path.</summary>
    /// <param name="path">The managed path.</param>
    /// <returns>What is known of it, or null. A damaged journal knows neither target nor tag, and speaks of every path that it may have
    /// named.</returns>
    public InterruptedCheckout? Find(RelPath path)
    {
        if (_open.TryGetValue(path.Value, out InterruptedCheckout? found))
        {
            return found;
        }

        return _isDamaged || (_unreadable.Count > 0 && _unreadable.Contains(StateName(path)))
            ? new InterruptedCheckout(path, default, UnknownTag)
            : null;
    }

    /// <summary>Starts checkouts. Durable when it returns.</summary>
    /// <param name="targets">Managed paths, with what will be written out there.</param>
    /// <returns>One entry a path; a path that was interrupted before goes on with the names of its temp files.</returns>
    public IReadOnlyDictionary<RelPath, InterruptedCheckout> Begin(IReadOnlyCollection<KeyValuePair<RelPath, Oid>> targets)
    {
        string tag = Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(TagLength / 2));
        Dictionary<RelPath, InterruptedCheckout> begun = [];
        foreach ((RelPath path, Oid target) in targets)
        {
            begun[path] = _open[path.Value] = new InterruptedCheckout(path, target, Find(path)?.Tag ?? tag);
        }

        AtomicFile.MakeDirectory(_directory);
        Write();
        CrashPoint.Hit("checkout.journaled");
        return begun;
    }

    /// <summary>Ends checkouts: their work is done and the base says so, or their paths are managed no more.</summary>
    /// <param name="paths">Managed paths; those that were not begun are passed over.</param>
    /// <param name="isAll">Whether these are all there are: then a damaged journal has nothing more to say.</param>
    public void End(IReadOnlyCollection<RelPath> paths, bool isAll = false)
    {
        bool changed = isAll && _isDamaged;
        _isDamaged &= !isAll;
        foreach (RelPath path in IsEmpty && !changed ? [] : paths)
        {
            changed |= _open.Remove(path.Value);
            _ = _unreadable.Remove(StateName(path));
            if (_earlier.Count > 0 && _earlier.Remove(StateName(path)))
            {
                File.Delete(Path.Combine(_directory, StateName(path)));
            }
        }

        if (changed)
        {
            Write();
        }
    }

    /// <summary>Gives the file name used for a path's stat cache.</summary>
    /// <param name="path">The managed path.</param>
    /// <returns>16 hex digits.</returns>
    public static string StateName(RelPath path) => Fnv1a.Hex(path.Value);

    private static bool IsTag(string text) => text.Length == TagLength && text.All(char.IsAsciiHexDigitLower);

    private void ReadLines(IReadOnlyList<string> lines)
    {
        _isWritten = true;
        _isDamaged = lines.Count < 2 || lines[0] != FirstLine || lines[^1] != EndOf(string.Join('\n', lines.SkipLast(1)) + "\n");
        foreach (string line in lines.Skip(1).SkipLast(1))
        {
            string[] parts = line.Split(' ', 3);
            bool isOurs = parts.Length == 3 && IsTag(parts[0]);
            if (isOurs && Oid.TryParse(parts[1], out Oid target) && RelPath.TryParse(parts[2], out RelPath path, out _))
            {
                _open[path.Value] = new InterruptedCheckout(path, target, parts[0]);
            }
            else
            {
                _isDamaged = true;
            }
        }
    }

    private void ReadEarlier(string name, IReadOnlyList<string> lines)
    {
        _ = _earlier.Add(name);
        bool ok = lines.Count == 4
            && lines[0] == EarlierFirstLine
            && lines[1].StartsWith("oid ", StringComparison.Ordinal)
            && lines[2].StartsWith("tag ", StringComparison.Ordinal)
            && IsTag(lines[2][4..])
            && lines[3].StartsWith("path ", StringComparison.Ordinal);
        if (ok && Oid.TryParse(lines[1][4..], out Oid target)
            && RelPath.TryParse(lines[3][5..], out RelPath path, out _) && StateName(path) == name)
        {
            _ = _open.TryAdd(path.Value, new InterruptedCheckout(path, target, lines[2][4..]));
        }
        else
        {
            _ = _unreadable.Add(name);
        }
    }

    private void Write()
    {
        string file = Path.Combine(_directory, Name);
        if (_open.Count == 0 && !_isDamaged)
        {
            if (_isWritten)
            {
                File.Delete(file);
            }

            _isWritten = false;
            return;
        }

        StringBuilder text = new(FirstLine + "\n");
        foreach (InterruptedCheckout entry in _open.Values)
        {
            text.Append(entry.Tag).Append(' ').Append(entry.Target).Append(' ').Append(entry.Path).Append('\n');
        }

        // A checksum that is none keeps the damage known until everything was checked out.
        AtomicFile.Write(file, text.Append(_isDamaged ? EndWord + UnknownTag : EndOf(text.ToString())).Append('\n').ToString());
        _isWritten = true;
    }

    private static string EndOf(string before) => EndWord + Fnv1a.Hex(before);
}
