using System.Text;
using DlStore.Git;
using DlStore.Io;
using DlStore.Objects;
using DlStore.WorkTree;
using DlStore.WorkTree.Merges;

namespace DlStore.Operations.Merges;

/// <summary>
/// A pointer that git's index holds in several stages, and what was decided about it so far. The three stages count; a note only adds
/// decisions, and only if it is about these very stages.
/// </summary>
internal sealed class OpenMerge
{
    private readonly Repo _repo;
    private readonly byte[]?[] _texts;
    private readonly Pointer?[] _sides;
    private readonly MergeNote? _note;
    private readonly Dictionary<string, MergeChoice> _decided = new(StringComparer.Ordinal);
    private readonly Dictionary<string, MergeChoice> _decidedKeys = new(StringComparer.Ordinal);
    private readonly List<string> _beside = [];
    private PointerMerge? _merge;

    private OpenMerge(Repo repo, RelPath path, byte[]?[] texts)
    {
        _repo = repo;
        Path = path;
        _texts = texts;
        _sides = [.. texts.Select(t => t is null ? null : Pointer.Parse(t, path.Value + Pointer.Suffix))];
        _note = MergeNote.Find(repo.StateDirectory, path) is { } note && note.IsAbout(texts[0], texts[1], texts[2]) ? note : null;
    }

    /// <summary>Gets the managed path.</summary>
    public RelPath Path { get; }

    /// <summary>Gets a value indicating whether something was decided now.</summary>
    public bool IsChanged { get; private set; }

    /// <summary>Gets the paths that clash, with what was decided.</summary>
    public IReadOnlyList<MergeClash> Clashes =>
        [.. _merge!.Clashes.Select(c => c with { Decided = _decided.TryGetValue(c.Path, out MergeChoice d) ? d : null })];

    /// <summary>Gets the keys that clash, with what was decided.</summary>
    public IReadOnlyList<KeyClash> Keys =>
        [.. _merge!.Keys.Select(k => k with { Decided = _decidedKeys.TryGetValue(k.Key, out MergeChoice d) ? d : null })];

    /// <summary>Gets how many clashes are not decided.</summary>
    public int Left => Clashes.Count(static c => c.Decided is null) + Keys.Count(static k => k.Decided is null);

    /// <summary>Gets the paths below the managed one under which the other side's versions lie, after <see cref="Write"/>.</summary>
    public IReadOnlyList<string> Beside => _beside;

    /// <summary>Reads the sides of an unmerged pointer.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="unmerged">The pointer.</param>
    /// <returns>Null for somebody's file of that name that is no pointer on any side.</returns>
    /// <exception cref="DlsException">Kind Corrupt: a side is no valid pointer.</exception>
    public static OpenMerge? Read(Repo repo, UnmergedPointer unmerged)
    {
        byte[]?[] texts = [.. ((string?[])[unmerged.BaseId, unmerged.OursId, unmerged.TheirsId]).Select(
            id => id is null ? null : repo.Git.CatFile.Read(id, PointerWalk.PointerBytesMax)?.Bytes ?? [])];
        // A base that ancestors of ancestors could not agree on is written as an empty file.
        texts[0] = texts[0] is { Length: 0 } ? null : texts[0];
        return texts.Any(static t => t is not null && Pointer.LooksLike(t)) ? new OpenMerge(repo, unmerged.Path, texts) : null;
    }

    /// <summary>Finds what clashes; listings that are not here are fetched.</summary>
    public async Task CompareAsync(CancellationToken cancel)
    {
        _merge = await MergeListings.WithAsync(_repo, Path.Value + Pointer.Suffix, _sides,
            () => PointerMerge.Of(_repo.Store.Read, _sides[0], _sides[1], _sides[2]), cancel);
        foreach (MergeClash clash in _note?.Clashes ?? [])
        {
            if (clash.Decided is { } decided)
            {
                _decided[clash.Path] = decided;
            }
        }

        foreach (KeyClash key in _note?.Keys ?? [])
        {
            if (key.Decided is { } decided)
            {
                _decidedKeys[key.Key] = decided;
            }
        }
    }

    /// <summary>Decides what clashes at or below a path.</summary>
    /// <param name="scope">Below the managed path; empty for all, keys included.</param>
    /// <param name="choice">What is decided.</param>
    /// <exception cref="DlsException">Kind Usage: nothing clashes there, or both versions of a whole pointer were asked for.</exception>
    public void Decide(string scope, MergeChoice choice)
    {
        MergeClash[] hit = Hit(scope);
        if (choice == MergeChoice.Both && Array.Exists(hit, static c => c.Path.Length == 0))
        {
            string typed = _repo.ToTyped(Path.Value);
            throw new DlsException(ErrorKind.Usage,
                $"resolve '{Path}': both versions of a whole pointer cannot lie beside each other",
                $"run `dls resolve --ours {typed}` or `dls resolve --theirs {typed}`; `dls checkout --rev` has the other one");
        }

        foreach (MergeClash clash in hit)
        {
            _decided[clash.Path] = choice;
            IsChanged = true;
        }

        foreach (KeyClash key in scope.Length == 0 ? _merge!.Keys : [])
        {
            // A key has one value: this side's stays where both are to be kept.
            _decidedKeys[key.Key] = choice == MergeChoice.Both ? MergeChoice.Ours : choice;
            IsChanged = true;
        }
    }

    /// <summary>Refuses a path inside where nothing clashes.</summary>
    public MergeClash[] Hit(string scope)
    {
        MergeClash[] hit = [.. _merge!.Clashes.Where(c => IsAtOrBelow(c.Path, scope))];
        return hit.Length > 0 || scope.Length == 0 ? hit : throw new DlsException(
            ErrorKind.Usage, $"resolve '{Path}/{scope}': nothing clashes there",
            _merge.Clashes.Any(static c => c.Path.Length == 0)
                ? $"'{Path}' clashes as a whole: `dls resolve --ours {_repo.ToTyped(Path.Value)}` or with --theirs"
                : "`dls resolve` lists what clashes");
    }

    /// <summary>Makes the note that says what was decided so far.</summary>
    public MergeNote ToNote() => new()
    {
        Path = Path.Value,
        Base = TextOf(0),
        Ours = TextOf(1),
        Theirs = TextOf(2),
        Merged = _note?.Merged,
        TheirsName = _note?.TheirsName,
        Clashes = Clashes,
        Keys = Keys,
    };

    /// <summary>Writes the final pointer's new listings; everything is decided.</summary>
    /// <param name="nodes">Takes and gives nodes.</param>
    /// <returns>The pointer; null if the path is managed no more.</returns>
    public Pointer? Write(NodeBuffer nodes)
    {
        Dictionary<string, KeptSide> kept = Clashes.ToDictionary(static c => c.Path, static c => Kept(c), StringComparer.Ordinal);
        TreeMerge trees = new(nodes.Read, nodes.Put);
        _beside.Clear();
        return _merge!.Write(nodes.Put, c => kept[c.Path],
            k => _decidedKeys[k.Key] == MergeChoice.Theirs ? KeptSide.Theirs : KeptSide.Ours, root => AddBeside(trees, root));
    }

    /// <summary>
    /// Tells whether the pointer file was changed by hand since git stopped: it is a valid pointer, and none that git or dls wrote.
    /// </summary>
    /// <param name="final">The pointer that is about to be written.</param>
    public bool IsEditedByHand(Pointer? final)
    {
        string file = Path.Value + Pointer.Suffix;
        byte[]? now = null;
        try
        {
            now = new PointerFiles(_repo).ReadFile(file);
            _ = now is null ? null : Pointer.Parse(now, file);
        }
        catch (DlsException e) when (e.Kind == ErrorKind.Corrupt)
        {
            return false;
        }

        byte[]? asDriver = _note?.Merged is { } merged ? Encoding.UTF8.GetBytes(merged) : null;
        byte[]?[] known = [.. _texts, asDriver, final?.ToBytes()];
        return now is not null && !known.Any(t => t is not null && t.AsSpan().SequenceEqual(now));
    }

    private string? TextOf(int side) => _texts[side] is { } text ? Encoding.UTF8.GetString(text) : null;

    private PathEntry AddBeside(TreeMerge trees, PathEntry root)
    {
        PathEntry at = root;
        foreach (MergeClash clash in Clashes.Where(static c => c is { Decided: MergeChoice.Both, Ours: not null, Theirs: not null }))
        {
            PathEntry merged = at;
            string name = BesideName.Find(clash.Path, _note?.TheirsName, candidate =>
                trees.Find(merged, candidate).IsPresent || Sys.TryStat($"{_repo.Absolute(Path)}/{candidate}", out _));
            at = PathEntry.OfDirectory(trees.Set(at, name, clash.Theirs!.ToEntry()));
            _beside.Add(name);
        }

        return at;
    }

    /// <summary>Where only one side has something, keeping both is keeping that.</summary>
    private static KeptSide Kept(MergeClash clash) => clash.Decided switch
    {
        MergeChoice.Theirs => KeptSide.Theirs,
        MergeChoice.Both when clash.Ours is null => KeptSide.Theirs,
        _ => KeptSide.Ours,
    };

    private static bool IsAtOrBelow(string path, string scope) =>
        scope.Length == 0 || path == scope || path.StartsWith(scope + "/", StringComparison.Ordinal);
}
