using System.Text;
using DlStore.Io;

namespace DlStore.Data.Annotations;

/// <summary>
/// The classes of a repository's data sets (docs/formats/class-list.md): one a line, the id is the line's number from 0. Lines are only
/// ever appended, so that an id never changes
/// its meaning and weights stay readable. Immutable.
/// </summary>
public sealed class ClassList
{
    /// <summary>The most classes of one list.</summary>
    public const int CountMax = 100_000;

    /// <summary>The largest file, in bytes.</summary>
    public const int LengthMax = 4 << 20;

    private readonly Dictionary<string, int> _ids;

    private ClassList(IReadOnlyList<string> labels)
    {
        Labels = labels;
        _ids = new Dictionary<string, int>(labels.Count, StringComparer.Ordinal);
        for (int i = 0; i < labels.Count; i++)
        {
            _ids.Add(labels[i], i);
        }
    }

    /// <summary>Gets the list without classes.</summary>
    public static ClassList Empty { get; } = new([]);

    /// <summary>Gets the classes; the position is the id.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Reads a list.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">The file as messages name it.</param>
    /// <returns>The list.</returns>
    /// <exception cref="DlsException">Kind Failed: a line is blank, padded, there twice, or no name for a class; it is named.</exception>
    public static ClassList Parse(ReadOnlySpan<byte> bytes, string name)
    {
        if (bytes.Length > LengthMax || !System.Text.Unicode.Utf8.IsValid(bytes))
        {
            throw new DlsException(ErrorKind.Failed, bytes.Length > LengthMax
                ? $"read '{name}': it is larger than {LengthMax} bytes" : $"read '{name}': it is not UTF-8");
        }

        List<string> labels = [];
        Dictionary<string, int> lines = new(StringComparer.Ordinal);
        while (!bytes.IsEmpty)
        {
            int end = bytes.IndexOf((byte)'\n');
            int line = labels.Count + 1;
            if (end < 0)
            {
                throw Bad(name, line, "the last line has no line end");
            }

            string label = Encoding.UTF8.GetString(bytes[..end]);
            string? why = labels.Count == CountMax ? $"there are more than {CountMax} classes"
                : label.EndsWith('\r') ? "the line ends in CR LF, expected LF"
                : label.Length == 0 ? "the line is blank, and would be a class"
                : LabelName.WhyRefused(label) is { } reason ? $"'{EntryName.Show(bytes[..end])}' cannot name a class: {reason}"
                : lines.TryGetValue(label, out int first) ? $"class '{label}' stands in line {first} already"
                : null;
            if (why is not null)
            {
                throw Bad(name, line, why);
            }

            lines.Add(label, line);
            labels.Add(label);
            bytes = bytes[(end + 1)..];
        }

        return new ClassList(labels);
    }

    /// <summary>Makes the list of names that another layout gives, in their order.</summary>
    /// <param name="labels">Each once; none is checked.</param>
    internal ClassList With(IReadOnlyList<string> labels) => new([.. Labels, .. labels]);

    /// <summary>Gives the list with more classes behind the ones it has.</summary>
    /// <param name="labels">Any order; known ones and repetitions do not count.</param>
    /// <returns>The longer list, and what is new in it.</returns>
    /// <exception cref="DlsException">Kind Failed: one of them cannot name a class.</exception>
    public ClassListGrowth Append(IEnumerable<string> labels)
    {
        SortedSet<string> added = new(StringComparer.Ordinal);
        foreach (string label in labels)
        {
            if (LabelName.WhyRefused(label) is { } why)
            {
                throw new DlsException(ErrorKind.Failed, $"add class '{EntryName.Show(Encoding.UTF8.GetBytes(label))}': {why}");
            }

            if (!_ids.ContainsKey(label))
            {
                added.Add(label);
            }
        }

        return Labels.Count + added.Count <= CountMax
            ? new ClassListGrowth(added.Count == 0 ? this : new ClassList([.. Labels, .. added]), [.. added])
            : throw new DlsException(ErrorKind.Failed, $"add {added.Count} classes: a list holds at most {CountMax}");
    }

    /// <summary>Finds the id of a class.</summary>
    /// <param name="label">Its name, compared byte for byte.</param>
    /// <returns>From 0, or null if the list does not have it.</returns>
    public int? IdOf(string label) => _ids.TryGetValue(label, out int id) ? id : null;

    /// <summary>Gives the file.</summary>
    /// <returns>UTF-8, one class a line, LF.</returns>
    public byte[] ToBytes() => Encoding.UTF8.GetBytes(string.Concat(Labels.Select(static l => l + "\n")));

    private static DlsException Bad(string name, int line, string why) => DlsException.InFile(
        name, line, why, "correct the line; ids are line numbers, so never remove or move one that is in use");
}
