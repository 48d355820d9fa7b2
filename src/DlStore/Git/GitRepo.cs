using System.Text;
using DlStore.Io;

namespace DlStore.Git;

/// <summary>
/// A git work tree and its repository: which commits there are, and what is staged. dls asks git's plumbing and never commits.
/// </summary>
/// <remarks>
/// Opening starts no process. <see cref="Git"/> may be used by many threads; <see cref="CatFile"/> and so this class may not.
/// Nothing here is cached but the long-lived cat-file process, which sees new objects and refs.
/// </remarks>
internal sealed class GitRepo : IDisposable
{
    /// <summary>So many paths fit on git's command line, whatever their length.</summary>
    private const int PathsAtOnce = 200;
    private readonly GitLocation _location;
    private CatFile? _catFile;
    private int? _hashLength;

    private GitRepo(GitLocation location, IReadOnlyDictionary<string, string> environment, string? indexFile)
    {
        _location = location;
        Environment = environment;
        IndexFile = indexFile ?? location.IndexFile;
        Git = new GitProcess(environment, location.GitDir, location.WorkTree, indexFile);
        NextGit = indexFile is not null && HookIndex.FindNext(location, indexFile) is { } next
            ? new GitProcess(environment, location.GitDir, location.WorkTree, next) : null;
    }

    /// <summary>
    /// Gets the way to run git on the index that comes into force after the commit for which git runs a hook, where that is a second one
    /// (<c>git commit PATH</c>); else null. What is staged in the first alone would look reverted afterwards, and the next commit would
    /// revert it.
    /// </summary>
    public GitProcess? NextGit { get; }

    /// <summary>Gets the user's environment.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>
    /// Gets the absolute path of the index that is read and staged into: the work tree's own, unless git runs a hook with another one.
    /// </summary>
    public string IndexFile { get; }

    /// <summary>Gets a value indicating whether git runs a hook with an index that is not the work tree's own.</summary>
    public bool HasOtherIndex => IndexFile != _location.IndexFile;

    /// <summary>Gets the absolute path of the work tree's top directory, no trailing slash.</summary>
    public string WorkTree => _location.WorkTree;

    /// <summary>Gets the absolute path of this work tree's own git directory, no trailing slash.</summary>
    public string GitDir => _location.GitDir;

    /// <summary>Gets the absolute path of the git directory that all work trees of the repository share, no trailing slash.</summary>
    public string CommonDir => _location.CommonDir;

    /// <summary>Gets the way to run git here.</summary>
    public GitProcess Git { get; }

    /// <summary>Gets the object reader, made at first use; it belongs to this class.</summary>
    public CatFile CatFile => _catFile ??= new CatFile(Git);

    /// <summary>Gets the length of an object's binary name: 20, or 32 in a SHA-256 repository.</summary>
    public int HashLength => _hashLength ??= ReadHashLength();

    /// <summary>Finds the work tree that holds a directory.</summary>
    /// <param name="startDirectory">A directory inside it; no symlink in it is resolved.</param>
    /// <param name="environment">The user's environment, for git.</param>
    /// <param name="inHook">True to take the index that <c>GIT_INDEX_FILE</c> names, as in a hook that git runs in this very work
    /// tree.</param>
    /// <returns>The repository; dispose it.</returns>
    /// <exception cref="DlsException">Kind NoRepository: there is none, or it is bare. Kind Failed: git refuses it because somebody else
    /// owns it.</exception>
    public static GitRepo Discover(string startDirectory, IReadOnlyDictionary<string, string> environment, bool inHook = false)
    {
        GitLocation location = GitLocation.Find(startDirectory);
        GitRepo repo = new(location, environment, inHook ? HookIndex.Find(location, startDirectory, environment) : null);
        if (!repo._location.IsOwn())
        {
            repo.Git.RequireTrust();
        }

        return repo;
    }

    /// <summary>Gets the commits that changed pointers.</summary>
    public PointerHistory Pointers => new(this);

    /// <summary>Finds the commit that a revision names.</summary>
    /// <param name="rev">Anything git takes for a revision; never taken for an option.</param>
    /// <returns>The commit, or null if there is none of that name.</returns>
    /// <exception cref="DlsException">Git cannot work here.</exception>
    public CommitId? ResolveCommit(string rev)
    {
        // ":/text" searches messages to the end of the string, so its answer is peeled in a second step.
        string name = rev.StartsWith(":/", StringComparison.Ordinal) ? RevParse(rev) ?? "" : rev;
        return name.Length > 0 && CommitId.TryParse(RevParse(name + "^{commit}"), out CommitId id) ? id : null;
    }

    /// <summary>Finds the commit that is checked out.</summary>
    /// <returns>The commit, or null on a branch without commits.</returns>
    /// <exception cref="DlsException">Kind Corrupt: HEAD names a commit that cannot be read.</exception>
    public CommitId? Head()
    {
        CommitId? head = ResolveCommit("HEAD");
        return head is null && RevParse("HEAD") is { } broken
            ? throw new DlsException(ErrorKind.Corrupt, $"cannot read commit '{broken}' that HEAD names", "run `git fsck`")
            : head;
    }

    /// <summary>Asks git which paths its ignore rules keep it away from, tracked or not.</summary>
    /// <param name="paths">From the top of the work tree; a directory ends with a slash.</param>
    /// <returns>Those that are ignored; one that git cannot be asked about counts as such.</returns>
    public HashSet<string> FindIgnored(IReadOnlyList<string> paths)
    {
        string[] arguments = ["check-ignore", "--no-index", "-z", "--stdin"];
        GitResult result = Git.Run(arguments, Encoding.UTF8.GetBytes(string.Join('\0', paths) + "\0"));
        if (result.ExitCode is 0 or 1)
        {
            return [.. Encoding.UTF8.GetString(result.Output).Split('\0', StringSplitOptions.RemoveEmptyEntries)];
        }

        // One path beyond a symlink or in a submodule spoils the whole question.
        return paths.Count == 1 ? [.. paths] : [.. paths.SelectMany(p => FindIgnored([p]))];
    }

    /// <summary>Finds which files of the work tree are as they are staged, or neither staged nor there.</summary>
    /// <param name="paths">From the top of the work tree.</param>
    /// <param name="index">Git's index.</param>
    /// <returns>Those without changes that are not staged.</returns>
    public HashSet<string> FindUnchanged(IReadOnlyList<string> paths, GitIndexFile index)
    {
        HashSet<string> unchanged = new(StringComparer.Ordinal);
        foreach (string[] tracked in paths.Where(p => index.Find(p).Count > 0).Chunk(PathsAtOnce))
        {
            GitResult result = Git.Run(["diff-files", "--name-only", "-z", "--", .. tracked.Select(static p => ":(literal,top)" + p)]);
            unchanged.UnionWith(
                result.ExitCode == 0 ? tracked.Except(Encoding.UTF8.GetString(result.Output).Split('\0'), StringComparer.Ordinal) : []);
        }

        unchanged.UnionWith(paths.Where(p => index.Find(p).Count == 0 && !Path.Exists($"{WorkTree}/{p}")));
        return unchanged;
    }

    /// <summary>Lists all refs that lead to a commit: branches, tags, remote branches, the stash.</summary>
    /// <returns>Refs by name; HEAD itself is not among them.</returns>
    public IReadOnlyList<GitRef> AllRefs()
    {
        string[] lines = Git.RunChecked(["for-each-ref", "--format=%(objectname) %(objecttype) %(refname)"]).Lines();
        List<string> targets = new(lines.Length);
        List<string> names = new(lines.Length);
        foreach (string line in lines)
        {
            if (line.Split(' ', 3) is [string id, "commit" or "tag", string name])
            {
                targets.Add(id + "^{commit}"); // a tag may name a tag that names a commit
                names.Add(name);
            }
        }

        GitObject?[] commits = CatFile.FindMany(targets);
        List<GitRef> refs = new(names.Count);
        for (int i = 0; i < commits.Length; i++)
        {
            if (commits[i] is { } commit)
            {
                refs.Add(new GitRef(names[i], CommitId.Parse(commit.Id)));
            }
        }

        return refs;
    }

    /// <summary>Lists the work trees of the repository.</summary>
    /// <returns>Their absolute paths.</returns>
    /// <exception cref="DlsException">Kind Failed: one of them is not there, so what its files name is not known.</exception>
    public IEnumerable<string> ListWorkTrees()
    {
        string[] lines = [.. Git.RunChecked(["worktree", "list", "--porcelain", "-z"]).Text().Split('\0')];
        for (int i = 0; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith("worktree ", StringComparison.Ordinal) || (i + 1 < lines.Length && lines[i + 1] == "bare"))
            {
                continue;
            }

            string tree = lines[i]["worktree ".Length..];
            yield return Directory.Exists(tree) ? tree : throw new DlsException(
                ErrorKind.Failed, $"collect garbage: work tree '{tree}' is not there, so what its files name is not known",
                    "mount it, or run `git worktree prune` if it was deleted");
        }
    }

    /// <summary>
    /// Finds where git keeps something, with core.hooksPath and shared files taken into account (<c>git rev-parse --git-path</c>).
    /// </summary>
    /// <param name="name">Such as <c>hooks</c> or <c>info/exclude</c>.</param>
    /// <returns>Absolute path.</returns>
    public string GitPath(string name)
    {
        string[] arguments = ["rev-parse", "--git-path", name];
        GitResult result = Git.RunAsUser(arguments);
        return result.ExitCode == 0
            ? Path.TrimEndingDirectorySeparator(Path.GetFullPath(result.Text(), WorkTree)) : throw Git.Failed(arguments, result);
    }

    /// <summary>Stages paths as they are on disk (<see cref="GitStage.Add"/>); one that is gone is removed from the index.</summary>
    /// <param name="paths">Files, not directories, from the top of the work tree.</param>
    /// <exception cref="DlsException">Kind Locked: somebody else holds index.lock. Kind Failed: git refused a path.</exception>
    public void Stage(IReadOnlyList<RelPath> paths) => Stage([.. paths.Select(path => path.Value)]);

    /// <summary>Stages paths that need not be allowed in pointers, such as <c>.dlstore/config</c>; else as the other form.</summary>
    /// <param name="paths">Files, not directories, from the top of the work tree.</param>
    /// <exception cref="DlsException">Kind Locked: somebody else holds index.lock. Kind Failed: git refused a path.</exception>
    public void Stage(IReadOnlyList<string> paths) => Stage(paths, []);

    /// <summary>Stages paths whose contents are known, as the other forms do.</summary>
    /// <param name="paths">Files, not directories, from the top of the work tree.</param>
    /// <param name="contents">What was just written to some of them: many are stored as one pack.</param>
    /// <exception cref="DlsException">Kind Locked: somebody else holds index.lock. Kind Failed: git refused a path.</exception>
    public void Stage(IReadOnlyList<string> paths, IReadOnlyCollection<byte[]> contents)
    {
        GitStage stage = new(this);
        stage.StoreTogether(contents);
        stage.Add(paths);
    }

    /// <summary>Stages <c>.dlstore/config</c>, a name that no <see cref="RelPath"/> can hold.</summary>
    /// <exception cref="DlsException">Kind Locked: somebody else holds index.lock.</exception>
    public void StageConfig() => Stage([".dlstore/config"]);

    /// <summary>Removes paths from git's index and leaves the disk alone (<see cref="GitStage.Remove"/>).</summary>
    /// <param name="paths">Files, not directories, from the top of the work tree.</param>
    /// <exception cref="DlsException">Kind Locked: somebody else holds index.lock.</exception>
    public void Unstage(IReadOnlyList<RelPath> paths) => Unstage([.. paths.Select(path => path.Value)]);

    /// <summary>Removes paths that need not be allowed in pointers from git's index; else as the other form.</summary>
    /// <param name="paths">Files, not directories, from the top of the work tree.</param>
    /// <exception cref="DlsException">Kind Locked: somebody else holds index.lock.</exception>
    public void Unstage(IReadOnlyList<string> paths) => new GitStage(this).Remove(paths);

    /// <inheritdoc/>
    public void Dispose() => _catFile?.Dispose();

    // Git answers 1, silently, for a name that does not resolve, and 128 with a reason for some (such as reflog entries that are not
    // there).
    private string? RevParse(string rev)
    {
        string[] arguments = ["rev-parse", "--verify", "--quiet", "--end-of-options", rev];
        GitResult result = Git.Run(arguments);
        if (result.ExitCode == 0)
        {
            return result.Text();
        }

        // 128 is also what git ends with in a repository that it refuses (an extension it does not know): that is no name without a commit.
        return result.ExitCode == 1 || (result.ExitCode == 128 && Git.Run(["rev-parse", "--git-dir"]).ExitCode == 0)
            ? null : throw Git.Failed(arguments, result);
    }

    // The key is written by git alone, at init, so its plain form is all there is: "\tobjectformat = sha256".
    private int ReadHashLength()
    {
        string config = Path.Combine(CommonDir, "config");
        foreach (string line in File.Exists(config) ? File.ReadLines(config) : [])
        {
            string[] parts = line.Split('=', 2, StringSplitOptions.TrimEntries);
            if (parts is [string key, string value] && key.Equals("objectformat", StringComparison.OrdinalIgnoreCase))
            {
                return value.Trim('"').Equals("sha256", StringComparison.OrdinalIgnoreCase) ? 32 : 20;
            }
        }

        return 20;
    }
}
