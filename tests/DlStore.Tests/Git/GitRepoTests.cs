using DlStore.Git;
using DlStore.Io;
using DlStore.TestKit;

namespace DlStore.Tests.Git;

public sealed class GitRepoTests
{
    [Fact]
    public void Discover_finds_the_top_from_below()
    {
        using TempRepo temp = new();
        Directory.CreateDirectory(temp.At("a/b c"));

        using GitRepo repo = GitRepo.Discover(temp.At("a/b c/"), temp.Environment);

        Assert.Equal((temp.Path, temp.At(".git"), temp.At(".git")), (repo.WorkTree, repo.GitDir, repo.CommonDir));
    }

    [Fact]
    public void Discover_knows_work_trees()
    {
        using TempRepo temp = new();
        string head = temp.Commit("one");
        string other = temp.Beside("other tree");
        temp.Git("worktree", "add", "-q", "-b", "other", other);

        using GitRepo repo = GitRepo.Discover(other, temp.Environment);

        Assert.Equal((other, temp.At(".git/worktrees/other-tree"), temp.At(".git")), (repo.WorkTree, repo.GitDir, repo.CommonDir));
        Assert.Equal(head, repo.Head()?.Hex);
        Assert.Equal(temp.At(".git/hooks"), repo.GitPath("hooks"));
    }

    [Fact]
    public void Discover_knows_submodules()
    {
        using TempRepo inner = new();
        inner.Commit("inner");
        using TempRepo outer = new();
        outer.Git("submodule", "add", "-q", inner.Path, "lib/sub");

        using GitRepo repo = GitRepo.Discover(outer.At("lib/sub"), outer.Environment);

        Assert.Equal((outer.At("lib/sub"), outer.At(".git/modules/lib/sub")), (repo.WorkTree, repo.GitDir));
        Assert.Equal(inner.Git("rev-parse", "HEAD"), repo.Head()?.Hex);
    }

    [Fact]
    public void Discover_passes_over_a_git_directory_that_is_none()
    {
        using TempRepo temp = new();
        Directory.CreateDirectory(temp.At("below/.git"));

        using GitRepo repo = GitRepo.Discover(temp.At("below"), temp.Environment);

        Assert.Equal(temp.Path, repo.WorkTree);
    }

    [Fact]
    public void Discover_refuses_what_is_no_work_tree()
    {
        using TempDir nothing = new();
        using TempRepo bare = new("--bare");
        using TempRepo temp = new();
        nothing.Write("broken/.git", "gitdir: ../nowhere\n");

        foreach (string directory in new[] { nothing.Path, nothing.At("broken"), bare.Path, temp.At(".git/hooks") })
        {
            DlsException e = Assert.Throws<DlsException>(() => GitRepo.Discover(directory, temp.Environment));
            Assert.Equal(ErrorKind.NoRepository, e.Kind);
            Assert.NotNull(e.Hint);
        }
    }

    [Fact]
    public void Repository_of_somebody_else_is_refused_as_git_does()
    {
        using TempRepo temp = new();
        if (RunningProgram.Run("chown", ["-R", "12345", temp.Path], temp.Path, temp.Environment).ExitCode != 0)
        {
            return; // Only root can give files away.
        }

        DlsException e = Assert.Throws<DlsException>(() => GitRepo.Discover(temp.Path, temp.Environment));
        Assert.Contains("dubious ownership", e.Message);
        Assert.Contains("safe.directory", e.Hint);

        temp.Git("config", "--global", "--add", "safe.directory", temp.Path);
        GitRepo.Discover(temp.Path, temp.Environment).Dispose();
    }

    [Theory]
    [InlineData("--upload-pack=x")]
    [InlineData("--all")]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("no-such-branch")]
    [InlineData("")]
    [InlineData("^HEAD")]
    [InlineData("HEAD..HEAD")]
    [InlineData("HEAD@{999}")]
    [InlineData("HEAD:a.dls")]
    [InlineData("a b\nc")]
    [InlineData(":/nothing says this")]
    public void Text_that_is_no_commit_resolves_to_null(string rev)
    {
        using TempRepo temp = new();
        temp.Write("a.dls", "a");
        temp.Commit("one");
        using GitRepo repo = GitRepo.Discover(temp.Path, temp.Environment);

        Assert.Null(repo.ResolveCommit(rev));
    }

    [Fact]
    public void Revisions_resolve_to_their_commits()
    {
        using TempRepo temp = new();
        string first = temp.Commit("one");
        temp.Git("tag", "-a", "-m", "tag", "v1");
        temp.Git("tag", "-a", "-m", "tag of a tag", "v1-again", "v1");
        string second = temp.Commit("two");
        using GitRepo repo = GitRepo.Discover(temp.Path, temp.Environment);

        Assert.All([first, "HEAD~", "v1", "v1-again", first[..10], ":/one"], rev => Assert.Equal(first, repo.ResolveCommit(rev)?.Hex));
        Assert.All(["HEAD", "main", "@"], rev => Assert.Equal(second, repo.ResolveCommit(rev)?.Hex));
    }

    [Fact]
    public void Head_is_null_before_the_first_commit_and_an_error_when_broken()
    {
        using TempRepo temp = new();
        using GitRepo repo = GitRepo.Discover(temp.Path, temp.Environment);
        Assert.Null(repo.Head());
        string head = temp.Commit("one");
        Assert.Equal(head, repo.Head()?.Hex);

        File.Delete(temp.At($".git/objects/{head[..2]}/{head[2..]}"));

        Assert.Equal(ErrorKind.Corrupt, Assert.Throws<DlsException>(() => repo.Head()).Kind);
    }

    [Fact]
    public void Pointer_commits_are_found_on_all_sides_of_a_merge()
    {
        using TempRepo temp = new();
        temp.Write("data/a.dls", "1");
        CommitId first = CommitId.Parse(temp.Commit("first"));
        temp.Git("checkout", "-q", "-b", "side");
        temp.Write("b.dls", "1");
        CommitId side = CommitId.Parse(temp.Commit("side"));
        temp.Git("checkout", "-q", "main");
        temp.Write("readme", "no pointer");
        CommitId plain = CommitId.Parse(temp.Commit("plain"));
        temp.Git("merge", "-q", "-m", "merge", "side");
        temp.Write("readme", "no pointer again");
        CommitId head = CommitId.Parse(temp.Commit("plain too"));
        using GitRepo repo = GitRepo.Discover(temp.Path, temp.Environment);
        CommitId unknown = CommitId.Parse(new string('d', 40));

        IReadOnlyList<CommitId> all = repo.Pointers.List([head], []);

        Assert.Equal(first, all[^1]);
        Assert.Contains(side, all);
        Assert.DoesNotContain(plain, all);
        Assert.DoesNotContain(head, all);
        Assert.Equal(side, repo.Pointers.Newest(head));
        Assert.Equal(all.Where(id => id != first), repo.Pointers.List([head], [unknown, first]));
        Assert.Empty(repo.Pointers.List([head], [head]));
        Assert.Empty(repo.Pointers.List([], []));
    }

    [Fact]
    public void Missing_tip_is_an_error()
    {
        using TempRepo temp = new();
        temp.Commit("one");
        using GitRepo repo = GitRepo.Discover(temp.Path, temp.Environment);

        Assert.Throws<DlsException>(() => repo.Pointers.List([CommitId.Parse(new string('d', 40))], []));
    }

    [Fact]
    public void No_pointer_commit_gives_null()
    {
        using TempRepo temp = new();
        CommitId head = CommitId.Parse(temp.Commit("one"));
        using GitRepo repo = GitRepo.Discover(temp.Path, temp.Environment);

        Assert.Null(repo.Pointers.Newest(head));
    }

    [Fact]
    public void All_refs_are_peeled_and_others_left_out()
    {
        using TempRepo temp = new();
        temp.Write("a", "a");
        CommitId first = CommitId.Parse(temp.Commit("one"));
        temp.Git("tag", "-a", "-m", "tag", "v1");
        temp.Git("tag", "-a", "-m", "tag of a tag", "v2", "v1");
        temp.Git("tag", "tree", "HEAD^{tree}");
        temp.Git("branch", "日本");
        using GitRepo repo = GitRepo.Discover(temp.Path, temp.Environment);

        Assert.Equal(
            [new("refs/heads/main", first), new("refs/heads/日本", first), new("refs/tags/v1", first), new("refs/tags/v2", first)],
            repo.AllRefs());
    }

    [Fact]
    public void Stage_adds_changes_and_removes()
    {
        using TempRepo temp = new();
        string[] names = ["a b.dls", "日本/猫.dls", "-x.dls", "quote\".dls", "gone.dls"];
        foreach (string name in names)
        {
            temp.Write(name, name);
        }

        temp.Write(".gitignore", "*.dls\n");
        using GitRepo repo = GitRepo.Discover(temp.Path, temp.Environment);
        RelPath[] paths = [.. names.Select(RelPath.Parse)];
        repo.Stage(paths);
        Assert.Equal(names.Order(StringComparer.Ordinal), Tracked(temp).Order(StringComparer.Ordinal));

        File.Delete(temp.At("gone.dls"));
        repo.Stage(paths);
        Assert.Equal(4, Tracked(temp).Length);

        repo.Unstage([RelPath.Parse("a b.dls"), RelPath.Parse("never.dls")]);
        Assert.Equal(3, Tracked(temp).Length);
        Assert.True(File.Exists(temp.At("a b.dls")));
        repo.Stage([".gitignore"]);
        Assert.Contains(".gitignore", Tracked(temp));
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("/etc/passwd")]
    [InlineData(".git/config")]
    public void Stage_refuses_paths_outside(string path)
    {
        using TempRepo temp = new();
        File.WriteAllText(temp.Beside("outside"), "x");
        using GitRepo repo = GitRepo.Discover(temp.Path, temp.Environment);

        Assert.Throws<DlsException>(() => repo.Stage([path]));
        Assert.Empty(Tracked(temp));
    }

    [Fact]
    public async Task Stage_waits_for_a_lock_that_goes_away()
    {
        using TempRepo temp = new();
        temp.Write("a.dls", "a");
        string held = temp.Write(".git/index.lock", "");
        using GitRepo repo = GitRepo.Discover(temp.Path, temp.Environment);

        Task release = Task.Run(async () =>
        {
            await Task.Delay(300);
            File.Delete(held);
        });
        repo.Stage([RelPath.Parse("a.dls")]);

        Assert.False(File.Exists(held), "it did not wait");
        await release;
        Assert.Equal(["a.dls"], Tracked(temp));
    }

    [Fact]
    public void Stage_names_a_lock_that_stays_and_leaves_it()
    {
        using TempRepo temp = new();
        temp.Write("a.dls", "a");
        string held = temp.Write(".git/index.lock", "");
        using GitRepo repo = GitRepo.Discover(temp.Path, temp.Environment);
        GitStage stage = new(repo) { LockWait = TimeSpan.FromMilliseconds(100) };

        DlsException e = Assert.Throws<DlsException>(() => stage.Add(["a.dls"]));

        Assert.Equal(ErrorKind.Locked, e.Kind);
        Assert.Contains(held, e.Message);
        Assert.True(File.Exists(held));
    }

    private static string[] Tracked(TempRepo temp) => temp.Git("ls-files", "-z").Split('\0', StringSplitOptions.RemoveEmptyEntries);
}
