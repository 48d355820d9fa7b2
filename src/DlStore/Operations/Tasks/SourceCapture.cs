using System.Text;
using DlStore.Git;
using DlStore.Io;
using DlStore.Learning.Kinds;
using DlStore.Learning.Records;
using DlStore.Objects;
using DlStore.WorkTree;

namespace DlStore.Operations.Tasks;

/// <summary>A directory whose program will run: what of it will be captured, before anything is read.</summary>
internal sealed record SourcePlan
{
    /// <summary>Gets the absolute path.</summary>
    public required string Root { get; init; }

    /// <summary>Gets the directory as the record has it.</summary>
    public required string Shown { get; init; }

    /// <summary>Gets the files, relative to the directory, sorted.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>Gets the commit, or null if the directory is in no repository.</summary>
    public string? Commit { get; init; }

    /// <summary>Gets the origin's URL without credentials, or null.</summary>
    public string? Remote { get; init; }

    /// <summary>Gets files that differ from the commit or are not tracked.</summary>
    public IReadOnlyList<string> Dirty { get; init; } = [];

    /// <summary>Gets files that are held back, each with its reason.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Withheld { get; init; } = [];

    /// <summary>Gets the changes as a patch for readers; empty if there are none, or one could hold a secret.</summary>
    public byte[] Patch { get; init; } = [];
}

/// <summary>
/// Captures the source of a run: the exact files of a directory, tracked and untracked but not ignored, with the commit they started from.
/// What looks like a credential is held back (promise 10). Records of tasks and deployments are not source, so that making a task does not
/// make the next one dirty.
/// </summary>
internal static class SourceCapture
{
    private const int PatchMax = 1 << 20;
    private const int PatchFilesMax = 500;

    /// <summary>Lists what would be captured.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="source">The directory, relative to the work tree.</param>
    /// <param name="globs">The files to take; empty for what git lists.</param>
    /// <param name="include">Paths relative to the directory that are taken although they look like credentials.</param>
    /// <exception cref="DlsException">Kind Failed: there is no such directory, or nothing in it.</exception>
    public static SourcePlan Plan(Repo repo, string source, IReadOnlyList<string> globs, IReadOnlyCollection<string> include)
    {
        string root = Path.GetFullPath(Path.Combine(repo.WorkTree, source)).TrimEnd('/');
        if (!Directory.Exists(root))
        {
            throw new DlsException(ErrorKind.Failed, $"read source '{source}': there is no such directory",
                "correct `source:` in the kind's file; it is relative to the top of the work tree");
        }

        SourcePlan plan = FindRepo(root, repo) is { } git ? OfRepository(git, root, source, globs) : OfDirectory(root, source);
        IEnumerable<string> files = globs.Count > 0 ? Listed(root).Where(f => IsChosen(globs, f)) : plan.Files;
        List<KeyValuePair<string, string>> withheld = [];
        List<string> kept = WithoutSecrets(root, files, include, withheld);
        return kept.Count == 0
            ? throw new DlsException(ErrorKind.Failed,
                $"read source '{source}': there is no file to send in it", "correct `source:` or `files:` in the kind's file")
            : plan with
            {
                Files = kept,
                Withheld = withheld,
                Patch = withheld.Count > 0 || SecretScan.WhyContent(plan.Patch) is not null
                ? [] : plan.Patch
            };
    }

    /// <summary>Sorts files; those that look like credentials go to <paramref name="withheld"/>, each with the reason.</summary>
    private static List<string> WithoutSecrets(
        string root, IEnumerable<string> files, IReadOnlyCollection<string> include, List<KeyValuePair<string, string>> withheld)
    {
        List<string> kept = [];
        foreach (string file in files.Order(StringComparer.Ordinal))
        {
            string? why = include.Contains(file) ? null : SecretScan.WhyName(file) ?? WhyContent($"{root}/{file}");
            if (why is null)
            {
                kept.Add(file);
            }
            else
            {
                withheld.Add(new(file, why));
            }
        }

        return kept;
    }

    /// <summary>Stores the files.</summary>
    /// <returns>What the record says of the source.</returns>
    public static AttemptSource Store(Repo repo, SourcePlan plan, ObjectWriter writer, CancellationToken cancel)
    {
        TreeTotals totals = StoreTree(repo, FileListTree.Of(plan.Root, plan.Files), writer, null, cancel);
        string[] withheld = [.. plan.Withheld.Select(w => $"{w.Key} {PackFile.Hash($"{plan.Root}/{w.Key}")}")];
        return new AttemptSource(plan.Shown, plan.Commit, totals.Oid, totals.Files, plan.Dirty, withheld, plan.Remote);
    }

    /// <summary>Stores a directory with everything in it.</summary>
    public static TreeTotals StoreDirectory(
        Repo repo, string directory, ObjectWriter writer, IProgress<WorkProgress>? progress, CancellationToken cancel) =>
        StoreTree(repo, Scanner.Scan(directory, null, null, null, repo.Threads, cancel), writer, progress, cancel);

    private static TreeTotals StoreTree(
        Repo repo, DiskTree tree, ObjectWriter writer, IProgress<WorkProgress>? progress, CancellationToken cancel)
    {
        if (tree.Refused.Count > 0)
        {
            throw new DlsException(ErrorKind.Failed, $"read '{tree.Root}': {tree.Refused.Count} of the paths in it cannot be stored",
                "move or remove them")
            { Items = [.. tree.Refused.Select(static r => $"{r.Path}: {r.Reason}")] };
        }

        _ = new FileIngest(tree, repo.Store, writer, repo.Config.PackThreshold, repo.Threads, progress).Run(cancel);
        tree.Seal(writer.AppendNode, oid => !writer.Contains(oid));
        return tree.Totals;
    }

    private static GitRepo? FindRepo(string root, Repo repo)
    {
        try
        {
            return GitRepo.Discover(root, repo.Environment);
        }
        catch (DlsException e) when (e.Kind == ErrorKind.NoRepository)
        {
            return null;
        }
    }

    private static SourcePlan OfDirectory(string root, string source) => new() { Root = root, Shown = source, Files = [.. Listed(root)] };

    private static SourcePlan OfRepository(GitRepo git, string root, string source, IReadOnlyList<string> globs)
    {
        using (git)
        {
            string prefix = Path.GetRelativePath(git.WorkTree, root) is var r && r == "." ? "" : r + "/";
            string spec = prefix.Length == 0 ? "." : prefix;
            string[] files = Below(git.Git.RunChecked(
                ["--literal-pathspecs", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", spec]).Output, prefix);
            string? commit = git.Head()?.Hex;
            string[] dirty = [.. ListDirty(git, spec, prefix).Where(f => IsSource(prefix + f) && IsChosen(globs, f))
                .Order(StringComparer.Ordinal)];
            return new SourcePlan
            {
                Root = root,
                Shown = source,
                Files = [.. files.Where(f => IsSource(prefix + f)
                    && (File.Exists($"{root}/{f}") || new FileInfo($"{root}/{f}").LinkTarget is not null)).Distinct()],
                Commit = commit,
                Dirty = dirty,
                Remote = PlainUrl(git.Git.Run(["config", "--get", "remote.origin.url"]).Text()),
                Patch = commit is null || (globs.Count > 0 && dirty.Length is 0 or > PatchFilesMax) ? []
                    : PatchOf(git, globs.Count > 0 ? [.. dirty.Select(f => $":(literal,top){prefix}{f}")] : [spec]),
            };
        }
    }

    private static bool IsSource(string path) => !path.StartsWith(TaskRecord.Root + "/", StringComparison.Ordinal)
        && !path.StartsWith(Targets.Deployment.Root + "/", StringComparison.Ordinal);

    private static List<string> ListDirty(GitRepo git, string spec, string prefix)
    {
        List<string> dirty = [];
        string[] fields = Encoding.UTF8.GetString(git.Git.RunChecked(["--literal-pathspecs", "status", "--porcelain=v1",
            "-z", "--untracked-files=all", "--no-renames", "--", spec]).Output).Split('\0', StringSplitOptions.RemoveEmptyEntries);
        foreach (string field in fields.Where(static f => f.Length > 3))
        {
            string path = field[3..];
            if (path.StartsWith(prefix, StringComparison.Ordinal))
            {
                dirty.Add(path[prefix.Length..]);
            }
        }

        return dirty;
    }

    private static byte[] PatchOf(GitRepo git, string[] specs)
    {
        byte[] patch = git.Git.RunChecked(["diff", "--no-color", "--no-ext-diff",
            "--no-textconv", "HEAD", "--", .. specs,
            $":(exclude,top){TaskRecord.Root}", $":(exclude,top){Targets.Deployment.Root}"]).Output;
        return patch.Length <= PatchMax ? patch : [];
    }

    private static string[] Below(byte[] output, string prefix) =>
        [.. Encoding.UTF8.GetString(output).Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .Where(p => p.StartsWith(prefix, StringComparison.Ordinal)).Select(p => p[prefix.Length..])];

    private static IEnumerable<string> Listed(string root) => Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
        .Select(f => Path.GetRelativePath(root, f)).Where(static f => !f.Split('/').Contains(".git")).Order(StringComparer.Ordinal);

    /// <summary>What a kind's <c>files</c> leave out is not sent, so it is no part of what differs from the commit either.</summary>
    private static bool IsChosen(IReadOnlyList<string> globs, string path) => globs.Count == 0 || globs.Any(g => Matches(g, path));

    private static bool Matches(string glob, string path) => System.Text.RegularExpressions.Regex.IsMatch(
        path, GlobExpression.ToExtended(glob), System.Text.RegularExpressions.RegexOptions.NonBacktracking);

    private static string? WhyContent(string file)
    {
        FileInfo info = new(file);
        if (info.LinkTarget is not null || info.Length > SecretScan.LookMax)
        {
            return null;
        }

        return SecretScan.WhyContent(SmallFile.Read(file, file, SecretScan.LookMax));
    }

    /// <summary>A URL may hold a password: <c>https://user:password@host</c>.</summary>
    private static string? PlainUrl(string url)
    {
        int scheme = url.IndexOf("://", StringComparison.Ordinal);
        int at = url.IndexOf('@', StringComparison.Ordinal);
        string plain = scheme > 0 && at > scheme ? url[..(scheme + 3)] + url[(at + 1)..] : url;
        return plain.Length == 0 ? null : plain;
    }
}
