using System.Text;
using DlStore.Data.Findings;
using DlStore.Data.Names;
using DlStore.Io;

namespace DlStore.Data.Lint;

/// <summary>The findings that people of a repository looked at and accepted (docs/formats/lint-baseline.md). Immutable.</summary>
public sealed class LintBaseline
{
    private const int LengthMax = 16 << 20;
    private readonly SortedSet<string> _lines;

    private LintBaseline(SortedSet<string> lines) => _lines = lines;

    /// <summary>Gets the baseline that accepts nothing.</summary>
    public static LintBaseline Empty { get; } = new(new SortedSet<string>(StringComparer.Ordinal));

    /// <summary>Gets how many code and file pairs are accepted.</summary>
    public int Count => _lines.Count;

    /// <summary>Makes a baseline that accepts findings.</summary>
    /// <param name="findings">Any order.</param>
    /// <returns>One line for each code and file.</returns>
    public static LintBaseline Of(
        IEnumerable<Finding> findings) => new(new SortedSet<string>(findings.Select(Key), StringComparer.Ordinal));

    /// <summary>Reads a file.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">The file as messages name it.</param>
    /// <returns>The baseline.</returns>
    /// <exception cref="DlsException">Kind Failed: a line is not such a line, names an unknown code, or is out of order; it is
    /// named.</exception>
    public static LintBaseline Parse(ReadOnlySpan<byte> bytes, string name)
    {
        if (bytes.Length > LengthMax || !System.Text.Unicode.Utf8.IsValid(bytes))
        {
            throw new DlsException(ErrorKind.Failed, bytes.Length > LengthMax
                ? $"read '{name}': it is larger than {LengthMax} bytes" : $"read '{name}': it is not UTF-8");
        }

        SortedSet<string> lines = new(StringComparer.Ordinal);
        string[] text = Encoding.UTF8.GetString(bytes).Split('\n');
        string last = "";
        for (int i = 0; i < text.Length; i++)
        {
            string line = text[i];
            if (line.StartsWith('#') || (line.Length == 0 && i == text.Length - 1))
            {
                continue;
            }

            string[] fields = line.Split('\t');
            string? why = fields.Length != 2 || line.EndsWith('\r') ? "expected CODE, a tab and a file"
                : !LintCodes.All.Any(c => c.Code == fields[0]) ? $"there is no code '{EntryName.Show(Encoding.UTF8.GetBytes(fields[0]))}'"
                : string.CompareOrdinal(last, line) >= 0 ? "the lines are not sorted, or this one stands there twice"
                : null;
            if (why is not null)
            {
                throw DlsException.InFile(name, i + 1, why, "write the file again with `dls dataset lint`");
            }

            lines.Add(line);
            last = line;
        }

        return new LintBaseline(lines);
    }

    /// <summary>Tells whether a finding is accepted.</summary>
    /// <param name="finding">The finding; its line and words do not count.</param>
    /// <returns>True if its code is accepted for its file.</returns>
    public bool Accepts(Finding finding) => _lines.Contains(Key(finding));

    /// <summary>Gives the file.</summary>
    /// <returns>UTF-8, sorted, LF.</returns>
    public byte[] ToBytes() => Encoding.UTF8.GetBytes(string.Concat(_lines.Select(static l => l + "\n")));

    // A name with a tab or a line end must not make another line.
    private static string Key(Finding finding) => $"{finding.Code}\t{InsidePath.Show(finding.File)}";
}
