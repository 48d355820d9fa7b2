using System.Globalization;
using System.Text;

namespace DlStore.Targets;

/// <summary>
/// One change of what is live for one kind on one target, planned: the entries it writes and what every path is before and after. The
/// target's script needs nothing else, so it can finish the change or take it back without the client.
/// </summary>
internal sealed record TargetChange
{
    /// <summary>Gets the end of the journal that it was planned for; another one on the target means that somebody came between.</summary>
    public required ChainEnd After { get; init; }

    /// <summary>Gets the entry for what was found in place and no entry had put there; null if everything is as recorded.</summary>
    public Deployment? Found { get; init; }

    /// <summary>Gets the entry of the change, its outcome <c>intent</c>.</summary>
    public required Deployment Entry { get; init; }

    /// <summary>Gets the entry whose state is in place.</summary>
    public required Deployment FromOwner { get; init; }

    /// <summary>Gets the entry whose state comes into place.</summary>
    public required Deployment ToOwner { get; init; }

    /// <summary>Gets the release that <c>current</c> points at before, or null.</summary>
    public string? CurrentFrom { get; init; }

    /// <summary>Gets a value indicating whether the target takes this kind only, so that <c>current</c> may stand for it.</summary>
    public required bool Alone { get; init; }

    /// <summary>Gets the end of the journal when this was done.</summary>
    public ChainEnd End => new(Entry.Seq, Entry.Id);

    /// <summary>Gets the release that <c>current</c> points at afterwards, or null.</summary>
    public string? CurrentTo => ReleaseOf(ToOwner);

    /// <summary>Gets the paths of real directories that are moved out of the way: there is a moment without them.</summary>
    public IReadOnlyList<string> Gaps =>
        [.. FromOwner.Files.Where(f => f.What == FileSort.Dir && To(f.Path)?.What != FileSort.Dir).Select(static f => f.Path)];

    /// <summary>Gives the release of an entry, or null if it is of something that was found.</summary>
    public static string? ReleaseOf(Deployment owner) => owner.Action == DeployAction.Deploy ? owner.Name : null;

    /// <summary>
    /// Gives the roles and paths that a change touches: what is live there and what shall be, in the order in which they are switched.
    /// </summary>
    /// <param name="live">What is live, or null.</param>
    /// <param name="next">What shall be.</param>
    public static IReadOnlyList<KeyValuePair<FileRole, string>> Paths(Deployment? live, IReadOnlyList<DeployedFile> next)
    {
        SortedDictionary<string, FileRole> roles = new(StringComparer.Ordinal);
        foreach (DeployedFile file in next.Concat(live?.Files ?? []))
        {
            roles.TryAdd(file.Path, file.Role);
        }

        return [.. roles.Select(static r => new KeyValuePair<FileRole, string>(r.Value, r.Key)).OrderBy(static r => r.Key)];
    }

    /// <summary>Plans a change.</summary>
    /// <param name="journal">The target's journal; no intent is open.</param>
    /// <param name="after">Where it ends once what was planned before this is done.</param>
    /// <param name="places">What is at each path of <see cref="Paths"/>, with its role.</param>
    /// <param name="alone">The target takes this kind only.</param>
    /// <param name="entry">The new entry; number, ids of others, and files that vanish are filled in here.</param>
    /// <param name="back">The earlier entry whose state comes back, or null to deploy.</param>
    /// <returns>The plan.</returns>
    public static TargetChange Plan(TargetJournal journal,
        ChainEnd after, IReadOnlyList<KeyValuePair<FileRole, InPlace>> places, bool alone, Deployment entry, Deployment? back)
    {
        Deployment? live = journal.LiveOf(entry.Kind);
        Deployment? found = live is null || places.Any(p => !p.Value.Is(FileOf(live, p.Value.Path)))
            ? FoundAt(after, places, entry, live) : null;
        Deployment from = found ?? live!;
        Deployment change = entry with
        {
            Seq = (found?.Seq ?? after.Seq) + 1,
            Before = found?.Id ?? after.Id,
            From = from.Id,
            Previous = back is null ? from.Id : back.Previous,
            Live = back?.Id ?? entry.Id,
            Files = FilesAt(places, back?.Files ?? entry.Files),
        };
        if (back is null)
        {
            string release = change.Name;
            change = change with { Files = [.. change.Files.Select(f => f.What == FileSort.Tree ? f with { Release = release } : f)] };
        }

        return new TargetChange
        {
            After = after,
            Found = found,
            Entry = change,
            FromOwner = from,
            ToOwner = back ?? change,
            Alone = alone,
            CurrentFrom = live is null ? null : ReleaseOf(live),
        };
    }

    /// <summary>Makes the entry for what is in place and no entry has put there.</summary>
    private static Deployment FoundAt(
        ChainEnd after, IReadOnlyList<KeyValuePair<FileRole, InPlace>> places, Deployment entry, Deployment? live)
    {
        string id = NewId();
        return entry with
        {
            Seq = after.Seq + 1,
            Id = id,
            Before = after.Id,
            Action = DeployAction.Found,
            From = null,
            Previous = live?.Id,
            Live = id,
            Task = null,
            Attempt = null,
            Allowed = [],
            Outcome = DeployOutcome.Done,
            Why = null,
            Files = [.. places.Select(p => p.Value.ToRecord(p.Key, FileOf(live, p.Value.Path)))],
            Accept = new SortedDictionary<string, string>(),
        };
    }

    /// <summary>Gives what shall be at each place: what is wanted there, or nothing.</summary>
    private static IReadOnlyList<DeployedFile> FilesAt(
        IReadOnlyList<KeyValuePair<FileRole, InPlace>> places, IReadOnlyList<DeployedFile> wanted) =>
        [.. places.Select(p => wanted.FirstOrDefault(f => f.Path == p.Value.Path) ?? new DeployedFile
        {
            Role = p.Key,
            Path = p.Value.Path,
            What = FileSort.Absent,
            Size = 0,
            Files = 0,
        })];

    /// <summary>Takes up a change that died between intent and outcome.</summary>
    /// <param name="journal">The journal with the open intent.</param>
    /// <param name="alone">The target takes this kind only.</param>
    public static TargetChange Resume(TargetJournal journal, bool alone)
    {
        Deployment open = journal.Open!;
        Deployment from = journal.Find(open.From) ?? throw new DlsException(
            ErrorKind.Corrupt, $"settle target '{journal.Target}': its intent '{open.Name}' does not say what was in place before");
        Deployment? live = journal.LiveOf(open.Kind);
        return new TargetChange
        {
            After = new ChainEnd(open.Seq, open.Id),
            Entry = open,
            FromOwner = from,
            ToOwner = open.Live == open.Id ? open : journal.Find(open.Live)!,
            Alone = alone,
            CurrentFrom = (from.Action == DeployAction.Found ? journal.Find(from.Previous) : live) is { } owner ? ReleaseOf(owner) : null,
        };
    }

    /// <summary>Makes the id of a new entry.</summary>
    public static string NewId() => System.Security.Cryptography.RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>Gives the arguments of <c>switch.sh</c> after the home.</summary>
    /// <param name="who">Who holds the lock.</param>
    /// <param name="stop">Where a test wants the script to die or fail, or an empty text.</param>
    /// <param name="settle">The intent is there; only what became of it is asked.</param>
    public IReadOnlyList<string> Arguments(string who, string stop, bool settle) =>
    [
        stop, who, Entry.Id, After.Name, Entry.Name,
        settle ? "" : Text(Entry), Text(Entry with { Outcome = DeployOutcome.Done }), Text(Entry with { Outcome = DeployOutcome.Undone }),
        Found?.Name ?? "-", Found is null ? "-" : Text(Found),
        Lines(path => FileOf(FromOwner, path), FromOwner, path => KeptDirectory(ToOwner, path)),
        Lines(To, ToOwner, path => KeptDirectory(FromOwner, path)),
        Entry.Kind, CurrentFrom ?? "-", CurrentTo ?? "-", Alone ? "yes" : "no",
    ];

    private static DeployedFile? FileOf(Deployment? owner, string path) => owner?.Files.FirstOrDefault(f => f.Path == path);

    /// <summary>Gives where a real directory that an owner has at a path lies while it is not live.</summary>
    private static string KeptDirectory(Deployment owner, string path) => FileOf(owner, path) is { What: FileSort.Dir } directory
        ? $".dls/before/{owner.Name}/{FileRoles.Name(directory.Role)}" : "-";

    private static string Text(Deployment entry) => Encoding.UTF8.GetString((entry with { At = Deployment.AtUnknown }).ToBytes());

    /// <summary>The entry of the change lists every path, those too that its owner does not know.</summary>
    private DeployedFile? To(string path) => FileOf(ToOwner, path);

    private string Lines(Func<string, DeployedFile?> find, Deployment owner, Func<string, string> keep)
    {
        StringBuilder text = new();
        foreach (DeployedFile place in Entry.Files)
        {
            DeployedFile file = find(place.Path)
                ?? place with { What = FileSort.Absent, Oid = null, DirHash = null, Release = null, Missing = null };
            string source = file.What switch
            {
                FileSort.Absent => file.Missing ?? "-",
                FileSort.Tree => file.Release!,
                FileSort.File when owner.Action == DeployAction.Deploy =>
                    $".dls/releases/{owner.Name}/{(file.Role == FileRole.Classes ? "classes.txt" : FileRoles.Name(file.Role))}",
                FileSort.File or FileSort.Dir or FileSort.Link or FileSort.Other or FileSort.Unreadable =>
                    $".dls/before/{owner.Name}/{FileRoles.Name(file.Role)}",
            };
            text.Append(CultureInfo.InvariantCulture,
                $"{FileRoles.Name(file.Role)}\t{FileSorts.Name(file.What)}\t{file.Hex}\t{source}\t{keep(place.Path)}\t{place.Path}\n");
        }

        return text.ToString();
    }
}
