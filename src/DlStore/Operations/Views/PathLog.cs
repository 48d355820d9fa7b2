using System.Globalization;
using DlStore.Git;
using DlStore.Io;
using DlStore.Objects;
using DlStore.WorkTree;

namespace DlStore.Operations.Views;

/// <summary>What to list.</summary>
public sealed record PathLogOptions
{
    /// <summary>Gets the path as typed: managed, or inside a managed directory; it need not be there any more.</summary>
    public required string Path { get; init; }

    /// <summary>Gets the commit to begin at, as git takes it.</summary>
    public string Rev { get; init; } = "HEAD";

    /// <summary>Gets a value indicating whether all branches and tags are looked at.</summary>
    public bool All { get; init; }

    /// <summary>Gets the command's word, for errors.</summary>
    public string Verb { get; init; } = "log";

    /// <summary>Gets how many versions at most; null for all.</summary>
    public int? Max { get; init; }
}

/// <summary>
/// <c>dls log PATH</c>: the commits that changed a path, newest first, each against its first parent, as <c>git log</c> lists them for the
/// pointers that can name it. Reads git and listings that are here; contacts nobody.
/// </summary>
public sealed class PathLog
{
    private readonly Repo _repo;
    private readonly RelPath _path;

    private PathLog(Repo repo, RelPath path)
    {
        _repo = repo;
        _path = path;
    }

    /// <summary>Lists the versions of a path.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="options">Which.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>Newest first.</returns>
    /// <exception cref="DlsException">Kind Usage: no such commit, or no commit has such a path.</exception>
    public static IReadOnlyList<PathVersion> Run(Repo repo, PathLogOptions options, CancellationToken cancel)
    {
        RelPath path = repo.ToRelPath(options.Path);
        CommitId? from = options.All ? null : repo.Git.ResolveCommit(options.Rev) ?? throw new DlsException(
            ErrorKind.Usage, $"{options.Verb} '{options.Path}': git knows no commit '{options.Rev}'",
            "run `git log` or `git tag` to find one");
        List<PathVersion> versions = [];
        PathLog log = new(repo, path);
        foreach (string[] commit in log.Commits(from))
        {
            cancel.ThrowIfCancellationRequested();
            versions.AddRange(log.Look(commit) is { } version ? [version] : []);
            if (versions.Count == options.Max)
            {
                break;
            }
        }

        return versions.Count > 0 ? versions : throw new DlsException(ErrorKind.Usage,
            $"{options.Verb} '{options.Path}': no commit that was looked at names it",
            options.All ? "run `dls ls` to see what the pointers name"
                : $"run `dls log --all {ShellWord.Of(options.Path)}` to look at all branches, or `dls ls`");
    }

    private IEnumerable<string[]> Commits(CommitId? from)
    {
        // Literal, and from the top: a name may hold what means something to git.
        string[] pointers = [.. Pointers().Select(static p => $":(top,literal){p.File}")];
        GitResult result = _repo.Git.Git.RunChecked(
            ["log", "-z", "--no-show-signature", "--format=%H%x01%P%x01%ct%x01%an%x01%s", from?.Hex ?? "--all", "--", .. pointers]);
        return result.Text().Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(static c => c.Trim('\n').Split('\x01', 5));
    }

    /// <summary>Compares a commit with its first parent; null if the path is the same in both.</summary>
    private PathVersion? Look(string[] commit)
    {
        string? parent = commit[1].Split(' ')[0] is { Length: > 0 } first ? first : null;
        DateTimeOffset at = DateTimeOffset.FromUnixTimeSeconds(long.Parse(commit[2], CultureInfo.InvariantCulture));
        PathVersion version = new(commit[0], at, commit[3], commit[4], null, 0, 0);
        try
        {
            PathEntry now = FindAt(commit[0]);
            version = Of(version, now);
            PathEntry before = parent is null ? default : FindAt(parent);
            return before.Same(now) ? null : Compared(version, before, now);
        }
        catch (DlsException e) when (e.Kind is ErrorKind.Missing or ErrorKind.Corrupt)
        {
            return version with { Unknown = e.Message };
        }
    }

    private static PathVersion Of(PathVersion version, in PathEntry now) =>
        now.IsPresent ? version with { Oid = now.Oid, Files = now.Files, Size = now.Size } : version;

    private PathVersion Compared(PathVersion version, in PathEntry before, in PathEntry now)
    {
        TreeDiff diff = new(_repo.Store.Read);
        diff.Compare(_path.Value, before, now);
        IReadOnlyList<DiffLine> lines = diff.Finish();
        return version with
        {
            Added = lines.LongCount(static l => l.Kind == DiffKind.Added),
            Removed = lines.LongCount(static l => l.Kind == DiffKind.Removed),
            Changed = lines.LongCount(static l => l.Kind is DiffKind.Changed or DiffKind.Mode),
            Renamed = lines.LongCount(static l => l.Kind == DiffKind.Renamed),
        };
    }

    private PathEntry FindAt(string commit)
    {
        TreeMerge trees = new(_repo.Store.Read, static (_, _) => { });
        foreach ((string file, string inside) in Pointers())
        {
            if (_repo.Git.CatFile.Read($"{commit}:{file}", PointerWalk.PointerBytesMax)?.Bytes is { } bytes)
            {
                PathEntry root = PathEntry.Of(Pointer.Parse(bytes, file));
                return inside.Length == 0 ? root : trees.Find(root, inside);
            }
        }

        return default;
    }

    /// <summary>The pointer of the path itself, and those of the directories above it that it may lie inside.</summary>
    private IEnumerable<(string File, string Inside)> Pointers()
    {
        yield return (_path.Value + Pointer.Suffix, "");
        for (int slash = _path.Value.LastIndexOf('/'); slash > 0; slash = _path.Value.LastIndexOf('/', slash - 1))
        {
            yield return (_path.Value[..slash] + Pointer.Suffix, _path.Value[(slash + 1)..]);
        }
    }
}
