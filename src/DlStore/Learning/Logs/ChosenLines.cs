using System.Text;
using DlStore.Io;

namespace DlStore.Learning.Logs;

/// <summary>A version of a weight file that was noticed while a program ran.</summary>
/// <param name="Path">The file, relative to the run's work directory.</param>
/// <param name="Seen">The lines of the log when it was noticed; one that was begun counts.</param>
/// <param name="Announced">Whether the log announces versions of this file; else only a line that names it tells of it.</param>
internal readonly record struct NoticedVersion(string Path, long Seen, bool Announced);

/// <summary>
/// Finds the line of a log that chose each version of the best weights: the announcement (<c>log.best</c>) that came last when the version
/// was noticed, else the last line that names the file. An announcement chooses one version: what is written over it without a word, as by
/// programs that save their last epoch under the name of the best, was chosen by no line.
/// </summary>
internal sealed class ChosenLines
{
    private const int LinesMax = 100_000;
    private const int TextMax = 1000;

    private readonly List<KeyValuePair<long, string>> _announced = [];
    private readonly Dictionary<string, List<KeyValuePair<long, string>>> _naming = new(StringComparer.Ordinal);

    private ChosenLines(IEnumerable<NoticedVersion> versions)
    {
        foreach (NoticedVersion version in versions)
        {
            _naming.TryAdd(NameOf(version.Path), []);
        }
    }

    /// <summary>Finds the lines.</summary>
    /// <param name="log">The whole log.</param>
    /// <param name="rules">How the kind reads it.</param>
    /// <param name="versions">In the order in which they were kept.</param>
    /// <returns>Line and escaped text of each, 0 and nothing where none is known.</returns>
    public static IReadOnlyList<KeyValuePair<long, string>> Find(Stream log, LogRules rules, IReadOnlyList<NoticedVersion> versions)
    {
        ChosenLines lines = new(versions);
        LogLines pieces = new();
        void Take(long number, ReadOnlySpan<byte> bytes) => lines.Add(number, bytes, rules);
        byte[] buffer = new byte[1 << 20];
        for (int n; (n = log.Read(buffer)) > 0;)
        {
            pieces.Feed(buffer.AsSpan(0, n), Take);
        }

        pieces.Finish(Take);
        return lines.Choose(versions);
    }

    private void Add(long number, ReadOnlySpan<byte> bytes, LogRules rules)
    {
        string? text = null;
        string line = Encoding.UTF8.GetString(bytes);
        if (rules.Best?.IsMatch(line) == true && _announced.Count < LinesMax)
        {
            _announced.Add(new(number, text = Show(bytes)));
        }

        foreach ((string name, List<KeyValuePair<long, string>> found) in _naming)
        {
            if (found.Count < LinesMax && line.Contains(name, StringComparison.Ordinal))
            {
                found.Add(new(number, text ??= Show(bytes)));
            }
        }
    }

    private KeyValuePair<long, string>[] Choose(IReadOnlyList<NoticedVersion> versions)
    {
        KeyValuePair<long, string>[] chosen = new KeyValuePair<long, string>[versions.Count];
        Dictionary<string, long> used = new(StringComparer.Ordinal);
        for (int i = 0; i < versions.Count; i++)
        {
            NoticedVersion version = versions[i];
            KeyValuePair<long, string> found = version.Announced && _announced.Count > 0
                ? Announcement(versions, i, used.GetValueOrDefault(version.Path))
                : LastUpTo(_naming[NameOf(version.Path)], version.Seen);
            used[version.Path] = Math.Max(found.Key, used.GetValueOrDefault(version.Path));
            chosen[i] = found.Value is null ? new(0, "") : found;
        }

        return chosen;
    }

    /// <summary>
    /// The last announcement that had come, unless the version before took it: then the program speaks after it has saved, and the next one
    /// counts if it came before the next version.
    /// </summary>
    private KeyValuePair<long, string> Announcement(IReadOnlyList<NoticedVersion> versions, int at, long used)
    {
        KeyValuePair<long, string> last = LastUpTo(_announced, versions[at].Seen);
        if (last.Value is not null && last.Key > used)
        {
            return last;
        }

        NoticedVersion after = versions.Skip(at + 1).FirstOrDefault(v => v.Path == versions[at].Path);
        long end = after.Seen > 0 ? after.Seen : long.MaxValue;
        return _announced.FirstOrDefault(a => a.Key > versions[at].Seen && a.Key <= end);
    }

    private static KeyValuePair<long, string> LastUpTo(List<KeyValuePair<long, string>> lines, long seen) =>
        lines.LastOrDefault(l => l.Key <= seen);

    private static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    private static string Show(ReadOnlySpan<byte> bytes) => EntryName.Show(bytes[..Math.Min(bytes.Length, TextMax)]);
}
