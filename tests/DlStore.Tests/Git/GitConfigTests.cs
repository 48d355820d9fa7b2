using System.Text;
using DlStore.Git;
using DlStore.TestKit;
using Xunit.Abstractions;

namespace DlStore.Tests.Git;

public sealed class GitConfigTests(ITestOutputHelper output)
{
    private static readonly string[] _lines =
    [
        "[core]", "[dls]",
            "[remote \"Lab\"]", "[remote \"a b]#\"]", "[Remote \t\"日本\"]  ", "\t[X-1]", "[a.b]", "[a.B \"c\"]", "[remote \"q\\\"x\"]",
        "[dls] storePath = here",
            "[]", "[ core]", "[core ]", "[\"x\"]", "[remote\"x\"]", "[include]", "[é]", "[remote \"open]", "[remote \"x\" ]",
        "repoId = 0123",
            "\turl = /srv/x y/z", "url=ssh://host/path", "Key-1 = a=b", "  spaces  =   in  between  ", "empty =", "noValue", "path = ~/x",
        "fetch = +refs/heads/*:refs/remotes/origin/*",
            "k = tab\tinside", "k = \"quoted value\"", "k = back\\\\slash", "k = a # comment", "k = a ; comment",
        "k = cont\\", "1k = x", "k_k = x",
            "= x", "k k = x", "日本 = x", "value = 日本 猫", "k = a\u00a0", "k = a\r", "k : x", "# comment = x", "  ; comment", "", "   ",
    ];

    [Fact]
    public void Plain_reading_and_git_agree_on_random_files()
    {
        using TempDir directory = new();
        Random random = Seeded.Start(output);
        int plain = 0;
        for (int round = 0; round < 300; round++)
        {
            List<string> lines = [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => _lines[random.Next(_lines.Length)])];
            if (random.Next(4) > 0)
            {
                lines.Insert(0, "[first]");
            }

            plain += AssertAgrees(directory, string.Join('\n', lines) + (random.Next(2) == 0 ? "\n" : "")) ? 1 : 0;
        }

        Assert.InRange(plain, 10, 290);
    }

    [Fact]
    public void Plain_reading_and_git_agree_on_each_line()
    {
        using TempDir directory = new();
        foreach (string line in _lines)
        {
            AssertAgrees(directory, $"[s]\n{line}\n");
            AssertAgrees(directory, $"{line}\nlast = 1\n");
        }

        Assert.True(AssertAgrees(directory, ""));
        Assert.False(AssertAgrees(directory, "\uFEFF[a]\nb = c\n"));
    }

    [Fact]
    public void Usual_files_are_plain()
    {
        using TempRepo temp = new();
        temp.Git("config", "dls.storePath", "/srv/store");
        temp.Git("remote", "add", "origin", "https://example.com/x.git");
        temp.Git("config", "--file", temp.At("x"), "core.repoId", "00ff");
        temp.Git("config", "--file", temp.At("x"), "remote.lab.url", "/srv/lab");

        Assert.True(PlainConfig.TryParse(File.ReadAllBytes(temp.At(".git/config")), out _));
        Assert.True(PlainConfig.TryParse(File.ReadAllBytes(temp.At("x")), out List<ConfigEntry>? entries));
        Assert.Equal([new("core.repoid", "00ff"), new("remote.lab.url", "/srv/lab")], entries);
    }

    [Fact]
    public void Files_that_are_not_plain_are_read_by_git()
    {
        using TempRepo temp = new();
        string file = temp.Write(
            "config", "[remote \"Lab\"]\n\turl = \"/srv/a b \" # there\n\tflag\n\tx = 1\n\tx = 2\n[include]\n\tpath = other\n");
        temp.Write("other", "[core]\n\tevil = 1\n");
        using GitRepo repo = GitRepo.Discover(temp.Path, temp.Environment);

        Assert.Equal(
            [new("remote.Lab.url", "/srv/a b "),
                new("remote.Lab.flag", "true"), new("remote.Lab.x", "1"), new("remote.Lab.x", "2"), new("include.path", "other")],
            GitConfig.ReadFile(repo.Git, file));
        Assert.Empty(GitConfig.ReadFile(repo.Git, temp.At("gone/config")));
    }

    [Fact]
    public void Broken_and_huge_files_are_errors()
    {
        using TempRepo temp = new();
        using GitRepo repo = GitRepo.Discover(temp.Path, temp.Environment);
        string broken = temp.Write("broken", "[core\nx = 1\n");
        string huge = temp.Write("huge", new byte[2_000_000]);

        Assert.Contains("bad config line 1", Assert.Throws<DlsException>(() => GitConfig.ReadFile(repo.Git, broken)).Message);
        Assert.Contains(huge, Assert.Throws<DlsException>(() => GitConfig.ReadFile(repo.Git, huge)).Message);
        Assert.Throws<DlsException>(() => GitConfig.ReadFile(repo.Git, temp.Path));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Local_config_gives_only_what_concerns_dls(bool plain)
    {
        using TempRepo temp = new();
        File.WriteAllText(Path.Combine(temp.Environment["HOME"], ".gitconfig"), "[dls]\n\tglobal = 1\n");
        temp.Git("config", "dls.storePath", plain ? "/srv/store" : "/srv/#store");
        temp.Git("config", "core.hooksPath", "/srv/hooks");
        using GitRepo repo = GitRepo.Discover(temp.Path, temp.Environment);

        Assert.Equal(
            [new("core.hookspath", "/srv/hooks"), new("dls.storepath", plain ? "/srv/store" : "/srv/#store")], GitConfig.ReadLocal(repo));
    }

    [Fact]
    public void Local_config_follows_includes_and_the_work_trees_own()
    {
        using TempRepo temp = new();
        temp.Commit("one");
        temp.Write(".git/more", "[dls]\n\tincluded = yes\n");
        temp.Git("config", "include.path", "more");
        temp.Git("config", "dls.storePath", "/shared");
        temp.Git("config", "extensions.worktreeConfig", "true");
        temp.Git("worktree", "add", "-q", "-b", "other", temp.Beside("other"));
        temp.GitIn(temp.Beside("other"), "config", "--worktree", "dls.storePath", "/own");
        using GitRepo main = GitRepo.Discover(temp.Path, temp.Environment);
        using GitRepo other = GitRepo.Discover(temp.Beside("other"), temp.Environment);

        Assert.Equal([new("dls.included", "yes"), new("dls.storepath", "/shared")], GitConfig.ReadLocal(main));
        Assert.Equal(new("dls.storepath", "/own"), GitConfig.ReadLocal(other)[^1]);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("")]
    [InlineData("--unset")]
    [InlineData(" # \"quoted\" \\ and\nnewline ")]
    [InlineData("日本")]
    public void Values_that_are_set_come_back(string value)
    {
        using TempRepo temp = new();
        string file = temp.At("config");
        using GitRepo repo = GitRepo.Discover(temp.Path, temp.Environment);

        GitConfig.SetFile(repo.Git, file, "remote.Lab.url", "first");
        GitConfig.SetFile(repo.Git, file, "remote.Lab.url", value);
        GitConfig.SetLocal(repo.Git, "dls.storePath", value);

        Assert.Equal([new("remote.Lab.url", value)], GitConfig.ReadFile(repo.Git, file));
        Assert.Equal([new("dls.storepath", value)], GitConfig.ReadLocal(repo));
        GitConfig.UnsetFile(repo.Git, file, "remote.Lab.url");
        GitConfig.UnsetFile(repo.Git, file, "remote.Lab.url");
        GitConfig.UnsetLocal(repo.Git, "dls.storePath");
        GitConfig.UnsetLocal(repo.Git, "dls.storePath");
        Assert.Empty(GitConfig.ReadFile(repo.Git, file));
        Assert.Empty(GitConfig.ReadLocal(repo));
    }

    [Fact]
    public void Section_is_removed_and_may_be_absent()
    {
        using TempRepo temp = new();
        string file = temp.Write("config", "[remote \"lab\"]\n\turl = x\n\tdefault = yes\n[remote \"other\"]\n\turl = y\n");
        using GitRepo repo = GitRepo.Discover(temp.Path, temp.Environment);

        GitConfig.RemoveFileSection(repo.Git, file, "remote.lab");
        GitConfig.RemoveFileSection(repo.Git, file, "remote.lab");

        Assert.Equal([new("remote.other.url", "y")], GitConfig.ReadFile(repo.Git, file));
    }

    // Returns whether the file was plain. Where git fails the file must not be plain; where it is plain, the entries must be git's.
    private static bool AssertAgrees(TempDir directory, string text)
    {
        string file = directory.Write("config", text);
        Dictionary<string, string> environment = TempRepo.SealedEnvironment(directory.Path);
        RunResult git = RunningProgram.Run(
            "git", ["config", "--file", file, "--no-includes", "--null", "--list"], directory.Path, environment);
        bool isPlain = PlainConfig.TryParse(Encoding.UTF8.GetBytes(text), out List<ConfigEntry>? entries);
        if (isPlain)
        {
            Assert.True(git.ExitCode == 0, $"git refuses what was taken for plain:\n{text}\n{git.Error}");
            string listed = string.Concat(entries!.Select(e => $"{e.Key}\n{e.Value}\0"));
            Assert.True(listed == git.Output, $"for:\n{text}\ngit says:\n{git.Output}\nread as:\n{listed}");
        }

        return isPlain;
    }
}
