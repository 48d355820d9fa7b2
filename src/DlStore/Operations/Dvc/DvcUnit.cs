using System.Globalization;
using DlStore.Io;
using DlStore.Objects;
using DlStore.WorkTree;

namespace DlStore.Operations.Dvc;

/// <summary>One out on its way to a pointer: its files, what lies in the work tree, and where the bytes were found.</summary>
/// <param name="found">The out.</param>
/// <param name="settings">The settings of its DVC repository.</param>
/// <param name="entries">Its files; a file out is one entry with an empty path.</param>
/// <param name="before">The pointer that is there already, or null.</param>
internal sealed class DvcUnit(DvcOut found, DvcSettings settings, IReadOnlyList<DvcEntry> entries, Pointer? before)
{
    private const int ItemsMax = 1000;
    private readonly DvcFind?[] _finds = new DvcFind?[entries.Count];
    private readonly DvcOnDisk[] _disk = new DvcOnDisk[entries.Count];

    /// <summary>Gets the out.</summary>
    public DvcOut Out => found;

    /// <summary>Gets the settings of its DVC repository.</summary>
    public DvcSettings Settings => settings;

    /// <summary>Gets its files.</summary>
    public IReadOnlyList<DvcEntry> Entries => entries;

    /// <summary>Gets the pointer that is there already, or null.</summary>
    public Pointer? Before => before;

    /// <summary>Gets the pointer, once all is found.</summary>
    public Pointer? Pointer { get; private set; }

    /// <summary>Gets what is on disk of it, as the base has it; null if nothing is.</summary>
    public BaseEntry? WasOut { get; private set; }

    /// <summary>Gets files that the record does not name.</summary>
    public long Unrecorded { get; private set; }

    /// <summary>Gets files of the work tree that differ from the record: path from the top, and how.</summary>
    public IReadOnlyList<string> Modified { get; private set; } = [];

    /// <summary>Gets a value indicating whether something was not found.</summary>
    public bool IsIncomplete => _finds.Any(static f => f?.Piece is null);

    /// <summary>Gives where a file lies, from the top of the work tree.</summary>
    public string PathOf(int i) => entries[i].Path.Length == 0 ? found.Path.Value : $"{found.Path}/{entries[i].Path}";

    /// <summary>Looks at the work tree.</summary>
    public void Look(DvcWorkFiles work)
    {
        List<string> modified = [];
        for (int i = 0; i < entries.Count; i++)
        {
            _disk[i] = work.Look(PathOf(i), settings);
            if (_disk[i].Why is { } why)
            {
                modified.Add($"{PathOf(i)}: {why}");
            }
        }

        if (found.IsDirectory)
        {
            DvcOnDisk itself = work.Look(found.Path.Value, settings);
            if (itself.IsThere && !itself.Stat.IsDirectory)
            {
                modified.Add($"{found.Path}: it is a {itself.Stat.Describe()}, and DVC recorded a directory");
            }

            Unrecorded = work.CountOthers(found.Path.Value, [.. entries.Select(static e => e.Path)]);
        }

        Modified = modified;
    }

    /// <summary>Finds and stores the bytes of one file; small ones are appended later.</summary>
    public async Task TakeAsync(int i, DvcBytes bytes, CancellationToken cancel) => _finds[i] = await bytes.TakeAsync(
        entries[i].Md5, found.IsLegacy, found.Remote, settings, _disk[i].File, cancel);

    /// <summary>Appends what <see cref="TakeAsync"/> made ready.</summary>
    public void Append(int i, ObjectWriter? writer)
    {
        if (_finds[i]!.Piece is { Stored: { } stored } piece)
        {
            writer?.Append(PackKind.Data, piece.Oid, piece.Encoding, (int)piece.Size, stored);
            piece.Stored = null;
        }

        if (_finds[i]!.IsModified)
        {
            Modified = [.. Modified, $"{PathOf(i)}: its bytes are not those of MD5 {entries[i].Md5}"];
        }
    }

    /// <summary>Makes the pointer and the base of what was found; new nodes go to the writer.</summary>
    /// <param name="writer">Null for a dry run.</param>
    /// <param name="clock">The file system's, when the work tree was looked at first.</param>
    public void Settle(ObjectWriter writer, long clock)
    {
        Pointer made = found.IsDirectory ? SettleTree(writer) : SettleFile(clock);
        SortedDictionary<string, string> others = new(before?.Others.ToDictionary() ?? [], StringComparer.Ordinal);
        if (found.Origin is { } origin)
        {
            others["origin"] = origin;
        }

        Pointer = made with { Others = others, Demand = before?.Demand ?? false };
    }

    /// <summary>Puts files in the place of symlinks into the cache.</summary>
    /// <returns>How many.</returns>
    public long Unlink(Repo repo)
    {
        long unlinked = 0;
        for (int i = 0; i < entries.Count; i++)
        {
            if (_disk[i].IsLink && !_finds[i]!.IsModified)
            {
                DvcLinks.Replace(repo, PathOf(i), _finds[i]!.Piece!.Oid, entries[i].IsExecutable || found.IsExecutable);
                CrashPoint.Hit("dvc.unlinked");
                unlinked++;
            }
        }

        return unlinked;
    }

    /// <summary>Says what became of it.</summary>
    public DvcImportedOut ToResult(DvcOutcome outcome, string? reason)
    {
        DvcFind[] finds = [.. _finds.OfType<DvcFind>()];
        return new DvcImportedOut(found.Path.Value, found.Record, outcome, reason)
        {
            Pointer = outcome == DvcOutcome.Imported ? Pointer : null,
            Files = entries.Count,
            Size = finds.Sum(static f => f.Piece?.Size ?? 0),
            From = new SortedDictionary<string, long>(finds.Where(static f => f.Piece is not null).GroupBy(static f => f.Piece!.From)
                .ToDictionary(static g => g.Key, static g => g.LongCount()), StringComparer.Ordinal),
            Items = [.. LostItems().Take(ItemsMax)],
            Modified = Modified.Count,
            Unrecorded = Unrecorded,
        };
    }

    /// <summary>Says whether something was lost, and what.</summary>
    /// <returns>Null if all was found.</returns>
    public DvcImportedOut? ToLost()
    {
        if (!IsIncomplete)
        {
            return null;
        }

        bool isDamaged = _finds.Any(static f => f is { Piece: null, IsDamaged: true });
        long lost = _finds.LongCount(static f => f?.Piece is null);
        string count = string.Create(CultureInfo.InvariantCulture, $"{lost} of {CountWords.Of(entries.Count, "file")}");
        return ToResult(isDamaged ? DvcOutcome.Damaged : DvcOutcome.Missing,
            isDamaged ? $"the bytes of {count} are missing or not those that were recorded" : $"the bytes of {count} are nowhere");
    }

    private IEnumerable<string> LostItems()
    {
        for (int i = 0; i < entries.Count; i++)
        {
            if (_finds[i] is { Piece: null } lost)
            {
                yield return $"{PathOf(i)}: MD5 {entries[i].Md5}; {string.Join("; ", lost.Tried)}";
            }
        }
    }

    private bool IsExecutable(int i) => _disk[i].Stat.IsFile && !_finds[i]!.IsModified
        ? _disk[i].Stat.IsExecutable : entries[i].IsExecutable || found.IsExecutable;

    private Pointer SettleFile(long clock)
    {
        DvcPiece piece = _finds[0]!.Piece!;
        FileStat stat = _disk[0].Stat;
        bool isOld = stat.Mtime < clock - Repo.RacyWindow && stat.Ctime < clock - Repo.RacyWindow;
        bool isCertain = stat.IsFile && isOld && !_finds[0]!.IsModified;
        // Without an inode the line says "hash it again".
        FileStat kept = stat with { Inode = isCertain ? stat.Inode : 0, Mode = stat.Mode & Permissions.MaskAll };
        WasOut = _disk[0].IsThere ? new BaseEntry(ObjectKind.Blob, piece.Oid, piece.Size, kept, clock) : null;
        return new Pointer { Kind = ObjectKind.Blob, Oid = piece.Oid, Size = piece.Size, Exec = IsExecutable(0) };
    }

    private Pointer SettleTree(ObjectWriter writer)
    {
        TreeTotals all = Tree(static _ => true).Write(writer.AppendNode);
        bool isWhole = _disk.All(static d => d.IsThere);
        TreeTotals here = isWhole ? all : Tree(i => _disk[i].IsThere).Write(writer.AppendNode);
        WasOut = here.Files > 0 || (isWhole && Unrecorded == 0) ? BaseEntry.OfTree(here.Oid, here.Size) : null;
        return new Pointer { Kind = ObjectKind.Tree, Oid = all.Oid, Size = all.Size, Files = all.Files };
    }

    private DvcTree Tree(Func<int, bool> has)
    {
        DvcTree tree = new();
        for (int i = 0; i < entries.Count; i++)
        {
            if (has(i))
            {
                tree.Add(entries[i].Path, _finds[i]!.Piece!, IsExecutable(i));
            }
        }

        return tree;
    }
}
