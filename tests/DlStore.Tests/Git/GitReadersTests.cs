using DlStore.Git;
using DlStore.TestKit;
using LibGit2Sharp;

namespace DlStore.Tests.Git;

/// <summary>
/// Every form of a repository, read by three readers: git's plumbing, our own parsers (with git behind them), and libgit2. Ours must say
/// what git says, in every form. What libgit2
/// makes of a form is recorded, because it decides whether it could read for dls (docs/decisions/0024-git-readers.md); a change there is
/// news.
/// </summary>
public sealed class GitReadersTests
{
    /// <summary>What libgit2 makes of a form.</summary>
    public enum Second
    {
        /// <summary>It says what git says.</summary>
        Same,
        /// <summary>It opens the repository and says something else.</summary>
        Differs,
        /// <summary>It does not open or read it, and says so.</summary>
        Refuses,
    }

    [Theory]
    [InlineData("plain", Second.Same)]
    [InlineData("unborn", Second.Same)]
    [InlineData("detached", Second.Same)]
    [InlineData("packed", Second.Same)]
    [InlineData("unmerged", Second.Same)]
    [InlineData("worktree", Second.Differs)]
    [InlineData("submodule", Second.Same)]
    [InlineData("alternates", Second.Same)]
    [InlineData("partial", Second.Same)]
    [InlineData("include", Second.Same)]
    [InlineData("index4", Second.Same)]
    [InlineData("sha256", Second.Refuses)]
    [InlineData("split", Second.Refuses)]
    [InlineData("sparse", Second.Refuses)]
    [InlineData("precious", Second.Refuses)]
    [InlineData("hook", Second.Differs)]
    public void Ours_says_what_git_says(string form, Second second)
    {
        using TempRepo temp = new(form == "sha256" ? ["--object-format=sha256"] : []);
        Dictionary<string, string> environment = new(temp.Environment);
        string tree = Make(temp, form, environment);

        string git = ByGit(temp, tree, environment);

        Assert.Equal(git, ByUs(tree, environment, form == "hook"));
        Assert.Equal(second, Judge(tree, git));
    }

    [Theory]
    [InlineData("refStorage = reftable")]
    [InlineData("relativeWorktrees = true")]
    [InlineData("somethingNew = true")]
    public void What_this_git_refuses_nobody_reads(string extension)
    {
        using TempRepo temp = new();
        temp.Commit("one");
        temp.Git("config", "core.repositoryFormatVersion", "1");
        File.AppendAllText(temp.At(".git/config"), $"[extensions]\n\t{extension}\n");

        if (temp.TryGit(temp.Path, ["rev-parse", "HEAD"]).ExitCode == 0)
        {
            // A git that knows the extension reads the repository, and so does dls, by asking it.
            Assert.Equal(ByGit(temp, temp.Path, temp.Environment), ByUs(temp.Path, temp.Environment, false));
            return;
        }

        Assert.Throws<DlsException>(() => ByUs(temp.Path, temp.Environment, false));
        Assert.Equal(Second.Refuses, Judge(temp.Path, ""));
    }

    [Fact]
    public void A_bare_repository_is_no_work_tree()
    {
        using TempRepo temp = new();
        temp.Commit("one");
        string bare = temp.Beside("bare.git");
        temp.Git("clone", "-q", "--bare", temp.Path, bare);

        Assert.Equal(ErrorKind.NoRepository, Assert.Throws<DlsException>(() => GitRepo.Discover(bare, temp.Environment)).Kind);
        using Repository second = new(bare);
        Assert.Equal(temp.Git("rev-parse", "HEAD"), second.Head.Tip.Sha);
    }

    [Fact]
    public void A_blob_that_a_partial_clone_lacks_is_fetched_by_git_and_not_by_libgit2()
    {
        using TempRepo temp = new();
        Dictionary<string, string> environment = new(temp.Environment);
        string tree = Make(temp, "partial", environment);
        string blob = temp.GitIn(tree, "rev-parse", "HEAD:a.bin.dls");

        using (Repository second = new(tree))
        {
            Assert.Null(second.Lookup<Blob>(blob));
        }

        using GitRepo repo = GitRepo.Discover(tree, environment);
        Assert.Equal("one\n", System.Text.Encoding.UTF8.GetString(repo.CatFile.Read(blob)!.Bytes!));
    }

    /// <summary>Makes a form.</summary>
    /// <returns>The work tree to read.</returns>
    private static string Make(TempRepo temp, string form, Dictionary<string, string> environment)
    {
        if (form != "unborn")
        {
            temp.Write("a.bin.dls", "one\n");
            temp.Write("d/e/f.bin.dls", "two\n");
            temp.Write("x/y.txt", "three\n");
            temp.Git("add", "-A");
            temp.Commit("one");
        }

        temp.Git("config", "dls.storePath", "/some where");
        temp.Git("config", "--add", "dls.remote", "one");
        temp.Git("config", "--add", "dls.remote", "two");
        switch (form)
        {
            case "detached":
                temp.Git("checkout", "-q", "--detach");
                break;
            case "packed":
                temp.Git("tag", "-a", "-m", "t", "v1");
                temp.Git("gc", "-q");
                temp.Git("pack-refs", "--all");
                break;
            case "unmerged":
                Clash(temp);
                break;
            case "worktree":
                temp.Git("worktree", "add", "-q", "-b", "other", temp.Beside("other"));
                return temp.Beside("other");
            case "submodule":
                temp.Git("submodule", "add", "-q", temp.Path, "lib/sub");
                temp.GitIn(temp.At("lib/sub"), "config", "dls.storePath", "/inner");
                return temp.At("lib/sub");
            case "alternates":
                temp.Git("clone", "-q", "--shared", temp.Path, temp.Beside("shared"));
                return temp.Beside("shared");
            case "partial":
                temp.Git("config", "uploadpack.allowFilter", "true");
                temp.Git("config", "uploadpack.allowAnySHA1InWant", "true");
                temp.Git("clone", "-q", "--no-checkout", "--filter=blob:none", "file://" + temp.Path, temp.Beside("partial"));
                temp.GitIn(temp.Beside("partial"), "read-tree", "HEAD");
                return temp.Beside("partial");
            case "include":
                temp.Write("../more.inc", "[dls]\n\tremote = three\n");
                File.AppendAllText(temp.At(".git/config"), $"[includeIf \"gitdir:{temp.Path}/\"]\n\tpath = {temp.Beside("more.inc")}\n");
                break;
            case "index4":
                temp.Git("update-index", "--index-version", "4");
                break;
            case "split":
                temp.Git("update-index", "--split-index");
                temp.Write("new.bin.dls", "four\n");
                temp.Git("add", "new.bin.dls");
                break;
            case "sparse":
                temp.Git("sparse-checkout", "set", "--cone", "--sparse-index", "x");
                break;
            case "precious":
                temp.Git("config", "core.repositoryFormatVersion", "1");
                temp.Git("config", "extensions.preciousObjects", "true");
                break;
            case "hook":
                File.Copy(temp.At(".git/index"), temp.At(".git/next-index-1.lock"));
                environment["GIT_DIR"] = temp.At(".git");
                environment["GIT_INDEX_FILE"] = temp.At(".git/next-index-1.lock");
                temp.Write("new.bin.dls", "four\n");
                new GitProcess(
                    temp.Environment, temp.At(".git"), temp.Path, environment["GIT_INDEX_FILE"]).RunChecked(["add", "new.bin.dls"]);
                break;
        }

        return temp.Path;
    }

    private static void Clash(TempRepo temp)
    {
        temp.Git("checkout", "-q", "-b", "side");
        temp.Write("a.bin.dls", "side\n");
        temp.Git("add", "-A");
        temp.Commit("side");
        temp.Git("checkout", "-q", "main");
        temp.Write("a.bin.dls", "main\n");
        temp.Git("add", "-A");
        temp.Commit("main");
        Assert.NotEqual(0, temp.TryGit(temp.Path, ["merge", "side"]).ExitCode);
    }

    private static string ByGit(TempRepo temp, string tree, IReadOnlyDictionary<string, string> environment)
    {
        string? index = environment.GetValueOrDefault("GIT_INDEX_FILE");
        string[] prefix = index is null ? [] : ["-c", "core.fsmonitor=false"];
        RunResult head = temp.TryGit(tree, ["rev-parse", "--verify", "--quiet", "HEAD"]);
        IEnumerable<string> entries = RunGit(
            temp, tree, index, [.. prefix, "ls-files", "--stage", "-z"]).Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .Select(static l => l.Split('\t')).Select(
                static p => (Path: p[1], Left: p[0].Split(' '))).Select(static p => $"{p.Path} {p.Left[0]} {p.Left[1]} {p.Left[2]}");
        RunResult config = temp.TryGit(tree, ["config", "--local", "--includes", "--get-regexp", "^dls[.]"]);
        return Text(
            head.Output.Trim(), entries, config.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static l => l.Replace(
            "dls.storepath ", "dls.storepath=", StringComparison.Ordinal).Replace("dls.remote ", "dls.remote=", StringComparison.Ordinal)));
    }

    private static string RunGit(TempRepo temp, string tree, string? index, string[] arguments)
    {
        if (index is null)
        {
            return temp.GitIn(tree, arguments);
        }

        GitProcess git = new(temp.Environment, tree + "/.git", tree, index);
        return git.RunChecked(arguments).Text();
    }

    private static string ByUs(string tree, IReadOnlyDictionary<string, string> environment, bool inHook)
    {
        using GitRepo repo = GitRepo.Discover(tree, environment, inHook);
        return Text(
            repo.Head()?.Hex ?? "", GitIndexFile.Read(
                repo).ListEntries().Select(static e => $"{e.Path} {Convert.ToString(e.Mode, 8).PadLeft(6, '0')} {e.BlobId} {e.Stage}"),
            GitConfig.ReadLocal(
                repo).Where(static e => e.Key.StartsWith("dls.", StringComparison.Ordinal)).Select(static e => $"{e.Key}={e.Value}"));
    }

    private static Second Judge(string tree, string git)
    {
        try
        {
            using Repository repo = new(tree);
            IEnumerable<string> entries = repo.Index.Select(
                static e => $"{e.Path} {Convert.ToString((int)e.Mode, 8).PadLeft(6, '0')} {e.Id.Sha} {(int)e.StageLevel}");
            IEnumerable<string> config = repo.Config.Where(static e => e.Level == ConfigurationLevel.Local
                && e.Key.StartsWith("dls.", StringComparison.Ordinal)).Select(static e => $"{e.Key}={e.Value}");
            return Text(repo.Head.Tip?.Sha ?? "", entries, config) == git ? Second.Same : Second.Differs;
        }
        catch (LibGit2SharpException)
        {
            return Second.Refuses;
        }
    }

    private static string Text(string head, IEnumerable<string> entries, IEnumerable<string> config) =>
        $"HEAD {head}\n{string.Join('\n', entries.Order(StringComparer.Ordinal))}"
            + $"\n{string.Join('\n', config.Order(StringComparer.Ordinal))}";
}
