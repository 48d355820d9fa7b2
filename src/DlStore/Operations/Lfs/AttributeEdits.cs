using System.Text;
using DlStore.Git;
using DlStore.Io;
using DlStore.WorkTree;

namespace DlStore.Operations.Lfs;

/// <summary>
/// What becomes of the <c>.gitattributes</c> files when files leave git-lfs: lines that no remaining file needs go, and where some stay
/// that would also catch pointers of dls, two lines keep those out. Planned from git's index, so that a command that was killed comes to
/// the same.
/// </summary>
internal sealed class AttributeEdits
{
    private readonly Repo _repo;
    private readonly GitIndexFile _index;
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);
    private readonly List<string> _inTheWay = [];

    private AttributeEdits(Repo repo, GitIndexFile index)
    {
        _repo = repo;
        _index = index;
    }

    /// <summary>Gets the files that change, from the top of the work tree.</summary>
    public IReadOnlyList<string> Files => [.. _texts.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Gets files that would have to change and have changes of the user's that are not staged.</summary>
    public IReadOnlyList<string> InTheWay => _inTheWay;

    /// <summary>Plans; nothing is written.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="index">Its index.</param>
    /// <param name="staying">Files that stay with git-lfs.</param>
    /// <param name="leaving">Paths that get a pointer of dls, or have one.</param>
    /// <param name="isLimited">Whether lines that no path needs, neither staying nor leaving, stay too.</param>
    public static AttributeEdits Plan(
        Repo repo, GitIndexFile index, IReadOnlyList<string> staying, IReadOnlyList<RelPath> leaving, bool isLimited)
    {
        AttributeEdits edits = new(repo, index);
        foreach (string file in FindFiles(repo, index, leaving))
        {
            edits.PlanFile(file, staying, leaving, isLimited);
        }

        return edits;
    }

    /// <summary>Writes the files. Durable when it returns.</summary>
    public void Write()
    {
        FileReplacements files = new(_repo.Files);
        foreach ((string file, string text) in _texts)
        {
            if (text.Trim().Length == 0)
            {
                files.Remove(file);
            }
            else
            {
                files.Put(file, Encoding.Latin1.GetBytes(text));
            }
        }

        if (!files.IsEmpty)
        {
            files.Apply("lfs.attributes", "lfs.attributes");
        }
    }

    /// <summary>Refuses pointers that git would hand to git-lfs all the same, by attributes that are in no file of the work tree.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="paths">Paths that get a pointer.</param>
    /// <exception cref="DlsException">Kind Failed: some would; nothing is staged.</exception>
    public static void RequireFree(Repo repo, IReadOnlyList<RelPath> paths)
    {
        string[] files = [.. paths.Select(static p => p.Value + Objects.Pointer.Suffix), .. paths.Select(IgnoreEdits.PathOf).Distinct()];
        if (LfsScan.FindFiltered(repo, files) is { Count: > 0 } filtered)
        {
            throw new DlsException(ErrorKind.Failed,
                $"import lfs: attributes would send {CountWords.Of(filtered.Count, "file")} of dls to git-lfs",
                "run `git check-attr -a FILE`; the line may stand in .git/info/attributes or in a file that core.attributesFile names")
            {
                Items = [.. filtered],
            };
        }
    }

    private static SortedSet<string> FindFiles(Repo repo, GitIndexFile index, IReadOnlyList<RelPath> leaving)
    {
        SortedSet<string> files = new(StringComparer.Ordinal);
        files.UnionWith(index.ListEntries().Where(static e => e is { IsFile: true, Stage: 0 }).Select(static e => e.Path).Where(
            static p => p == LfsAttributes.Name || p.EndsWith("/" + LfsAttributes.Name, StringComparison.Ordinal)));
        HashSet<string> seen = [];
        foreach (RelPath path in leaving)
        {
            string at = path.Directory;
            while (seen.Add(at) && at.Length > 0)
            {
                at = at.LastIndexOf('/') is var slash and > 0 ? at[..slash] : "";
            }
        }

        files.UnionWith(seen.Append("").Select(static d => d.Length == 0 ? LfsAttributes.Name : $"{d}/{LfsAttributes.Name}")
            .Where(f => repo.Files.TryStat(f, out FileStat stat) && stat.IsFile));
        return files;
    }

    private void PlanFile(string file, IReadOnlyList<string> staying, IReadOnlyList<RelPath> leaving, bool isLimited)
    {
        string? onDisk = Read(SmallFile.Find($"{_repo.WorkTree}/{file}", file, 1 << 20));
        string? before = _index.Find(file) is [{ Stage: 0 } entry] ? Read(_repo.Git.CatFile.Read(entry.BlobId)?.Bytes) : onDisk;
        if (before is null || !new LfsAttributes(before).HasAny)
        {
            return;
        }

        string prefix = file[..^LfsAttributes.Name.Length];
        string[] stay = Below(prefix, staying);
        string[] leave = Below(prefix, leaving.Select(static p => p.Value));
        string after = new LfsAttributes(before).Without(matches => stay.Any(matches) || (isLimited && !leave.Any(matches)));
        string[] own = [.. leave.Select(static p => p + Objects.Pointer.Suffix), .. Below(prefix, leaving.Select(IgnoreEdits.PathOf))];
        after = Guard(after, own);
        if (after == before)
        {
            return;
        }

        _texts[file] = after;
        bool isGone = onDisk is null && after.Trim().Length == 0;
        if (onDisk != before && onDisk != after && !isGone)
        {
            _inTheWay.Add(file);
        }
    }

    private static string Guard(string text, string[] own)
    {
        LfsAttributes attributes = new(text);
        return own.Any(attributes.Names) ? attributes.WithGuards()
            : attributes.HasAny ? text : string.Join('\n', text.Split('\n').Where(static l => !LfsAttributes.Guards.Contains(l)));
    }

    private static string? Read(byte[]? bytes) => bytes is null ? null : Encoding.Latin1.GetString(bytes);

    /// <summary>Gives the paths below a directory, from there on, one character a byte.</summary>
    private static string[] Below(string prefix, IEnumerable<string> paths) => [.. paths
        .Where(p => p.StartsWith(prefix, StringComparison.Ordinal))
        .Select(p => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(p[prefix.Length..])))];
}
