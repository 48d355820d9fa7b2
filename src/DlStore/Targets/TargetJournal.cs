using System.Globalization;
using System.Text;
using DlStore.Io;

namespace DlStore.Targets;

/// <summary>
/// What a target's journal says: the authority on what is live there. Entries form one chain; an intent without an outcome is a change that
/// died halfway and is settled by what is found in place. docs/formats/deploy-journal.md.
/// </summary>
internal sealed class TargetJournal
{
    private readonly List<Deployment> _entries = [];
    private readonly Dictionary<string, byte[]> _bytes = [];

    /// <summary>Gets the target's name.</summary>
    public required string Target { get; init; }

    /// <summary>Gets the home as the target resolves it: absolute, no symlinks.</summary>
    public required string Home { get; init; }

    /// <summary>Gets <c>free</c>, <c>alive</c>, <c>dead</c> or <c>unknown</c>.</summary>
    public required string Lock { get; init; }

    /// <summary>Gets who holds the lock, or an empty text.</summary>
    public required string Holder { get; init; }

    /// <summary>Gets how many bytes are free there.</summary>
    public required long Free { get; init; }

    /// <summary>Gets the entries with an outcome, oldest first.</summary>
    public IReadOnlyList<Deployment> Entries => _entries;

    /// <summary>Gets the intent whose outcome is not known, or null.</summary>
    public Deployment? Open { get; private set; }

    /// <summary>Gets the newest entry, or null.</summary>
    public Deployment? Last => Open ?? (_entries.Count > 0 ? _entries[^1] : null);

    /// <summary>Reads what <c>read.sh</c> prints.</summary>
    /// <param name="target">The target's name.</param>
    /// <param name="output">What was printed.</param>
    /// <returns>The journal.</returns>
    /// <exception cref="DlsException">Kind Corrupt: an entry is damaged, or the chain has a gap. Kind Failed: it is the journal of another
    /// target.</exception>
    public static TargetJournal Parse(string target, ReadOnlySpan<byte> output)
    {
        Dictionary<string, string> facts = [];
        SortedDictionary<string, byte[]> files = ReadOutput(target, output, facts);
        if (facts.GetValueOrDefault("tools") != "ok")
        {
            throw new DlsException(ErrorKind.Failed,
                $"use target '{target}': its tools lack {facts.GetValueOrDefault("tools", "what is needed")} (mv -T of coreutils)");
        }

        string[] held = facts.GetValueOrDefault("lock", "free ").Split(' ', 2);
        TargetJournal journal = new()
        {
            Target = target,
            Home = facts.GetValueOrDefault("home", ""),
            Lock = held[0],
            Holder = EntryName.Show(Encoding.UTF8.GetBytes(held[^1])),
            Free = long.TryParse(facts.GetValueOrDefault("free"), NumberStyles.None, CultureInfo.InvariantCulture, out long kib)
                ? kib * 1024 : long.MaxValue,
        };
        journal.Take(files, isCopy: false);
        return journal;
    }

    /// <summary>Lists the targets of which the repository has copies of entries, sorted.</summary>
    /// <param name="workTree">The top of the work tree.</param>
    public static IReadOnlyList<string> CopiedTargets(string workTree) => Directory.Exists($"{workTree}/{Deployment.Root}")
        ? [.. Directory.EnumerateDirectories($"{workTree}/{Deployment.Root}").Select(static d => Path.GetFileName(d))
            .Order(StringComparer.Ordinal)] : [];

    /// <summary>Reads the copies of a target's entries that the repository has; the target is not asked.</summary>
    /// <param name="workTree">The top of the work tree.</param>
    /// <param name="target">The target's name.</param>
    /// <returns>The journal as it was when somebody of this repository last looked.</returns>
    /// <exception cref="DlsException">Kind Corrupt: a copy is damaged, or the chain has a gap.</exception>
    public static TargetJournal OfCopies(string workTree, string target)
    {
        SortedDictionary<string, byte[]> files = new(StringComparer.Ordinal);
        foreach (string file in Directory.EnumerateFiles($"{workTree}/{Deployment.Root}/{target}", "*.json"))
        {
            string name = Path.GetFileName(file);
            files[name] = SmallFile.Read(file, $"{Deployment.Root}/{target}/{name}", Deployment.LengthMax);
        }

        TargetJournal journal = new() { Target = target, Home = "HOME", Lock = "unknown", Holder = "", Free = 0 };
        journal.Take(files, isCopy: true);
        return journal;
    }

    /// <summary>Lists what is live, and what undeploys would bring back one after the other: for each kind the chain of
    /// <see cref="Deployment.Previous"/>.</summary>
    public IEnumerable<Deployment> Reachable()
    {
        foreach (string kind in Kinds())
        {
            for (Deployment? entry = LiveOf(kind); entry is not null; entry = Find(entry.Previous))
            {
                yield return entry;
            }
        }
    }

    /// <summary>Gives the bytes of an entry as they are on the target.</summary>
    public byte[] BytesOf(Deployment entry) => _bytes[entry.Id];

    /// <summary>Finds an entry.</summary>
    public Deployment? Find(string? id) => _entries.Find(e => e.Id == id);

    /// <summary>Gives the entry whose state is live for a kind, by the journal.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="until">Leaves out entries later than this time (<c>2026-01-31T12:00:00Z</c>), or null.</param>
    /// <returns>A deployment, or what was found; null if dls never did anything for this kind.</returns>
    public Deployment? LiveOf(string kind, string? until = null) => Find(ChangeOf(kind, until)?.Live);

    /// <summary>Gives the newest entry that changed what is live for a kind.</summary>
    public Deployment? ChangeOf(string kind, string? until = null) =>
        _entries.FindLast(
            e => e.Kind == kind && e.Outcome == DeployOutcome.Done && (until is null || string.CompareOrdinal(e.At, until) <= 0));

    /// <summary>Lists the kinds for which it has entries, sorted.</summary>
    public IReadOnlyList<string> Kinds() => [
        .. _entries.Where(static e => e.Outcome == DeployOutcome.Done).Select(static e => e.Kind).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Reads facts and the bytes of entries by name.</summary>
    private static SortedDictionary<string, byte[]> ReadOutput(string target, ReadOnlySpan<byte> output, Dictionary<string, string> facts)
    {
        List<KeyValuePair<string, int>> sizes = [];
        while (output.Length > 0 && output.IndexOf((byte)'\n') is >= 0 and var end)
        {
            string line = Encoding.UTF8.GetString(output[..end]);
            output = output[(end + 1)..];
            string[] words = line.Split(' ', 2);
            if (words[0] == "bytes")
            {
                break;
            }

            if (words[0] == "entry")
            {
                sizes.Add(ReadEntry(target, line));
            }
            else
            {
                facts[words[0]] = words.Length > 1 ? words[1] : "";
            }
        }

        SortedDictionary<string, byte[]> files = new(StringComparer.Ordinal);
        foreach ((string name, int size) in sizes)
        {
            files[name] = size <= output.Length ? output[..size].ToArray()
                : throw new DlsException(ErrorKind.Corrupt, $"read the journal of target '{target}': it ends within '{name}'");
            output = output[size..];
        }

        return files;
    }

    private static KeyValuePair<string, int> ReadEntry(string target, string line)
    {
        string[] words = line.Split(' ');
        bool ok = words.Length == 3
            && int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out int size) && size <= Deployment.LengthMax;
        return ok
            ? new(words[2], int.Parse(words[1], CultureInfo.InvariantCulture))
            : throw new DlsException(
                ErrorKind.Corrupt, $"read the journal of target '{target}': '{EntryName.Show(Encoding.UTF8.GetBytes(line))}"
                + $"' is no entry of at most {Deployment.LengthMax} bytes");
    }

    private void Take(SortedDictionary<string, byte[]> files, bool isCopy)
    {
        const string IntentEnd = ".intent.json";
        List<(Deployment Entry, bool Intent)> all = [];
        foreach ((string file, byte[] bytes) in files)
        {
            bool intent = file.EndsWith(IntentEnd, StringComparison.Ordinal);
            Deployment entry = Deployment.Parse(bytes, $"{Target}:.dls/journal/{file}");
            bool named = file == entry.Name + (intent ? IntentEnd : ".json")
                && intent == (entry.Outcome == DeployOutcome.Intent) && (!isCopy || entry.Target == Target);
            all.Add(!named ? throw Bad($"'{file}' is not the entry that its name says")
                : entry.Target == Target ? (entry, intent) : throw Foreign(entry.Target));
            if (!intent)
            {
                _bytes[entry.Id] = bytes;
            }
        }

        _entries.AddRange(all.Where(static e => !e.Intent).Select(static e => e.Entry).OrderBy(static e => e.Seq));
        Deployment[] open = [.. all.Where(e => e.Intent && !_bytes.ContainsKey(e.Entry.Id)).Select(static e => e.Entry)];
        Open = open.Length > 1 ? throw Bad("two changes are unfinished") : open.FirstOrDefault();
        Deployment[] chain = [.. _entries, .. open];
        for (int i = 0; i < chain.Length; i++)
        {
            string? before = i == 0 ? null : chain[i - 1].Id;
            if (chain[i].Seq != i + 1 || chain[i].Before != before)
            {
                throw Bad($"entry {i + 1} is missing, or '{chain[i].Name}' does not follow the one before it");
            }

            if (new[] { chain[i].From, chain[i].Previous, chain[i].Live }.Any(r => r is not null && !chain[..(i + 1)].Any(e => e.Id == r)))
            {
                throw Bad($"'{chain[i].Name}' names an entry that is not before it");
            }
        }
    }

    /// <summary>A journal that is whole, of a target by another name: the setting is wrong, not the journal.</summary>
    private DlsException Foreign(string other) =>
        new(ErrorKind.Failed, $"read the journal of target '{Target}': its home '{EntryName.Show(Encoding.UTF8.GetBytes(Home))}' "
            + $"has that of target '{EntryName.Show(Encoding.UTF8.GetBytes(other))}'",
            $"correct 'home' or the name of a target in {RepoConfig.File}; `dls target list` shows them");

    private DlsException Bad(string why) =>
        new(ErrorKind.Corrupt, $"read the journal of target '{Target}': {why}",
            $"compare '{Home}/.dls/journal' there with the copies in '{Deployment.Root}/{Target}' here");
}
