using System.Text;
using DlStore.Ignoring;
using DlStore.Io;
using DlStore.Operations.Words;

namespace DlStore.Operations.Lfs;

/// <summary>Which files of git-lfs a command line means. A word or a pattern that means none is an error.</summary>
internal sealed class LfsChoice
{
    private readonly IReadOnlyList<RelPath> _below;
    private readonly IReadOnlyList<IgnorePattern> _include;
    private readonly IReadOnlyList<IgnorePattern> _exclude;

    private LfsChoice(IReadOnlyList<RelPath> below, IReadOnlyList<IgnorePattern> include, IReadOnlyList<IgnorePattern> exclude)
    {
        _below = below;
        _include = include;
        _exclude = exclude;
    }

    /// <summary>Gets a value indicating whether less than all is meant.</summary>
    public bool IsLimited => _below.Count + _include.Count + _exclude.Count > 0;

    /// <summary>Reads the options.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="options">What was typed.</param>
    /// <param name="known">Files of git-lfs, and paths that have a pointer of dls: a command that was killed is typed again.</param>
    /// <exception cref="DlsException">Kind Usage: something names nothing.</exception>
    public static LfsChoice Read(Repo repo, ImportLfsOptions options, IReadOnlyList<RelPath> known)
    {
        List<RelPath> below = [];
        TypedDirectories directories = new();
        foreach (string typed in options.Paths.SelectMany(p => PathGlob.Expand(repo, p)))
        {
            RelPath path = repo.ToRelPath(typed, directories);
            below.Add(known.Any(k => k.IsAtOrBelow(path)) ? path : throw Nothing(typed));
        }

        IgnorePattern Pattern(string text) => IgnorePattern.Parse(Encoding.UTF8.GetBytes(text)) is { IsNegative: false } pattern
            && known.Any(k => IsMatch(pattern, k)) ? pattern : throw Nothing(text);
        return new LfsChoice(below, [.. options.Include.Select(Pattern)], [.. options.Exclude.Select(Pattern)]);
    }

    /// <summary>Tells whether a path is meant.</summary>
    public bool Means(RelPath path) => (_below.Count == 0 || _below.Any(path.IsAtOrBelow))
        && (_include.Count == 0 || _include.Any(p => IsMatch(p, path))) && !_exclude.Any(p => IsMatch(p, path));

    private static DlsException Nothing(string typed) => new(ErrorKind.Usage,
        $"import lfs '{typed}': git has no file of git-lfs there", "run `git lfs ls-files` to see them; leave it out to take all");

    /// <summary>A pattern that matches a directory means all that is below.</summary>
    private static bool IsMatch(IgnorePattern pattern, RelPath path)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(path.Value);
        for (int end = bytes.Length; end > 0; end = bytes.AsSpan(0, end).LastIndexOf((byte)'/'))
        {
            ReadOnlySpan<byte> at = bytes.AsSpan(0, end);
            if (pattern.IsMatch(at, at.LastIndexOf((byte)'/') + 1, isDirectory: end < bytes.Length))
            {
                return true;
            }
        }

        return false;
    }
}
