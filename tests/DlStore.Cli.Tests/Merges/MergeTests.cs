using DlStore.TestKit;

namespace DlStore.Cli.Tests.Merges;

/// <summary>Git merges pointers by the driver of dls, whatever command of git's merges.</summary>
public sealed class MergeTests : IDisposable
{
    private readonly MergeScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Changes_additions_removals_and_renames_on_two_branches_just_merge()
    {
        _scene.Git("checkout", "-q", "-b", "other");
        _scene.Move("img/003.txt", "pictures/three.txt");
        _scene.Record("other", ("img/000.txt", "other\n"), ("img/new.txt", "other's\n"), ("img/001.txt", null));
        _scene.Git("checkout", "-q", "main");
        _scene.Dls("checkout", "--quiet").Expect(0);
        _scene.Record("main", ("img/002.txt", "main\n"), ("img/more.txt", "main's\n"), ("img/003.txt", "three, better\n"), ("empty", null));

        _scene.Git("merge", "-q", "other");

        Assert.Equal(
            ["other\n", "-", "main\n", "three, better\n", "-", "other's\n", "main's\n", "-"],
            _scene.Pull("img/000.txt", "img/001.txt", "img/002.txt", "pictures/three.txt", "img/003.txt", "img/new.txt", "img/more.txt", "empty"));
        Assert.Empty(_scene.Notes());
        _scene.AssertClean();
    }

    [Fact]
    public void Five_hundred_files_on_each_of_two_branches_just_merge()
    {
        _scene.Record("many", [.. Enumerable.Range(0, 1000).Select(static i => ($"many/{i % 20}/{i}.txt", (string?)$"{i}\n"))]);
        _scene.Git("tag", "-f", "base");
        _scene.Branch("other", [.. Enumerable.Range(0, 500).Select(static i => ($"many/{i % 20}/{i}.txt", (string?)$"other {i}\n"))]);
        _scene.Record("main", [.. Enumerable.Range(500, 500).Select(static i => ($"many/{i % 20}/{i}.txt", (string?)$"main {i}\n"))]);

        _scene.Git("merge", "-q", "other");

        Assert.Equal(["other 1\n", "main 999\n"], _scene.Pull("many/1/1.txt", "many/19/999.txt"));
        Assert.Equal(500, Directory.GetFiles(_scene.Scene.At("repo/data/many"), "*", SearchOption.AllDirectories)
            .Count(static f => File.ReadAllText(f).StartsWith("other", StringComparison.Ordinal)));
        _scene.AssertClean();
    }

    [Fact]
    public void Rebase_cherry_pick_and_stash_pop_merge_too()
    {
        _scene.Branch("other", ("img/000.txt", "other\n"));
        _scene.Branch("third", ("img/004.txt", "third\n"));
        _scene.Record("main", ("img/001.txt", "main\n"));

        _scene.Git("rebase", "-q", "other");
        Assert.Equal(["other\n", "main\n"], _scene.Pull("img/000.txt", "img/001.txt"));
        _scene.Git("cherry-pick", "third");
        Assert.Equal(["other\n", "main\n", "third\n"], _scene.Pull("img/000.txt", "img/001.txt", "img/004.txt"));
        _scene.AssertClean();

        _scene.Scene.Write("repo/data/stashed.txt", "stashed\n");
        _scene.Dls("add", "data", "--quiet").Expect(0);
        _scene.Git("stash", "-q");
        _scene.Dls("checkout", "--quiet").Expect(0);
        _scene.Record("between", ("between.txt", "between\n"));
        _scene.Git("stash", "pop", "-q");
        Assert.Equal(["stashed\n", "between\n"], _scene.Pull("stashed.txt", "between.txt"));
    }

    [Fact]
    public void A_merge_with_X_ours_stops_at_what_clashes_and_resolve_does_what_was_meant()
    {
        _scene.Branch("other", ("img/000.txt", "other\n"), ("other.txt", "other\n"));
        _scene.Record("main", ("img/000.txt", "main\n"));

        RunResult merge = _scene.TryGit("merge", "-q", "-X", "ours", "other").Expect(1);

        Assert.Contains("data: 1 clash", merge.Error, StringComparison.Ordinal);
        _scene.Dls("resolve", "--ours", ".").Expect(0);
        _scene.Git("commit", "-q", "--no-edit");
        Assert.Equal(["main\n", "other\n"], _scene.Pull("img/000.txt", "other.txt"));
        _scene.AssertClean();
    }

    [Fact]
    public void Three_branches_at_once_merge_where_they_changed_different_pointers()
    {
        foreach (string name in (string[])["one", "two"])
        {
            _scene.Git("checkout", "-q", "-b", name, "base");
            _scene.Scene.Write($"repo/{name}/a.txt", $"{name}\n");
            _scene.Dls("add", name, "--quiet").Expect(0);
            _scene.Scene.Commit("repo", name);
        }

        _scene.Git("checkout", "-q", "main");
        _scene.Dls("checkout", "--quiet").Expect(0);
        _scene.Record("main", ("img/000.txt", "main\n"));

        RunResult octopus = _scene.TryGit("merge", "-q", "one", "two");

        // Git's octopus asks no merge driver: where two branches changed one file, here .gitignore, it wants single merges.
        Assert.NotEqual(0, octopus.ExitCode);
        _scene.Git("reset", "-q", "--hard");
        _scene.Git("merge", "-q", "one");
        _scene.Git("merge", "-q", "two");
        _scene.Dls("pull").Expect(0);
        Assert.Equal("two\n", File.ReadAllText(_scene.Scene.At("repo/two/a.txt")));
        _scene.AssertClean();
    }

    [Fact]
    public void Two_branches_that_each_add_a_directory_merge_with_their_ignore_lines()
    {
        foreach (string name in (string[])["one", "two"])
        {
            _scene.Git("checkout", "-q", "-b", name, "base");
            _scene.Scene.Write($"repo/{name}/a.txt", $"{name}\n");
            _scene.Dls("add", name, "--quiet").Expect(0);
            _scene.Scene.Commit("repo", name);
        }

        _scene.Git("merge", "-q", "one");

        _scene.Dls("pull").Expect(0);
        string[] lines = File.ReadAllLines(_scene.Scene.At("repo/.gitignore"));
        Assert.Equal(["/data", "/one", "/two"], lines.Order(StringComparer.Ordinal));
        _scene.AssertClean();
    }

    [Fact]
    public void Two_branches_that_made_the_same_directory_have_the_files_of_both()
    {
        foreach (string name in (string[])["one", "two"])
        {
            _scene.Git("checkout", "-q", "-b", name, "base");
            _scene.Dls("checkout", "--quiet").Expect(0);
            _scene.Scene.Write($"repo/new/{name}.txt", $"{name}\n");
            _scene.Dls("add", "new", "--quiet").Expect(0);
            _scene.Scene.Commit("repo", name);
        }

        _scene.Git("merge", "-q", "one");
        _scene.Dls("pull").Expect(0);

        Assert.Equal("one\n", File.ReadAllText(_scene.Scene.At("repo/new/one.txt")));
        Assert.Equal("two\n", File.ReadAllText(_scene.Scene.At("repo/new/two.txt")));
        _scene.AssertClean();
    }

    /// <summary>
    /// Each branch merged the other and decided a clash its own way: with one of them for a base the other would win without a word.
    /// </summary>
    [Fact]
    public void A_clash_that_two_merges_decided_differently_clashes_again()
    {
        _scene.Branch("other", ("img/000.txt", "other\n"), ("img/001.txt", "one\n"));
        _scene.Record("main", ("img/000.txt", "main\n"), ("img/002.txt", "two\n"));
        _scene.Git("tag", "main1");
        _scene.MergeWithClash("other");
        _scene.Dls("resolve", "--ours", "data").Expect(0);
        _scene.Git("commit", "-q", "--no-edit");
        _scene.Git("checkout", "-q", "other");
        _scene.MergeWithClash("main1");
        _scene.Dls("resolve", "--ours", "data").Expect(0);
        _scene.Git("commit", "-q", "--no-edit");
        _scene.Dls("pull").Expect(0);
        _scene.Record("later", ("img/001.txt", "one, later\n"));

        _scene.MergeWithClash("main");

        RunResult list = _scene.Dls("resolve").Expect(4);
        Assert.Contains("data  1 clash to decide", list.Output, StringComparison.Ordinal);
        Assert.Contains("data/img/000.txt", list.Output, StringComparison.Ordinal);
        _scene.Dls("resolve", "--theirs", "data").Expect(0);
        _scene.Git("commit", "-q", "--no-edit");
        Assert.Equal(["main\n", "one, later\n", "two\n"], _scene.Pull("img/000.txt", "img/001.txt", "img/002.txt"));
    }

    [Fact]
    public void A_file_of_that_name_that_is_no_pointer_is_merged_as_text()
    {
        _scene.Scene.Write("repo/notes.dls", "one\ntwo\nthree\nfour\nfive\n");
        _scene.Scene.Commit("repo", "notes");
        _scene.Git("checkout", "-q", "-b", "other");
        _scene.Scene.Write("repo/notes.dls", "ONE\ntwo\nthree\nfour\nfive\n");
        _scene.Scene.Commit("repo", "other");
        _scene.Git("checkout", "-q", "main");
        _scene.Scene.Write("repo/notes.dls", "one\ntwo\nthree\nfour\nFIVE\n");
        _scene.Scene.Commit("repo", "main");

        _scene.Git("merge", "-q", "other");
        Assert.Equal("ONE\ntwo\nthree\nfour\nFIVE\n", File.ReadAllText(_scene.Scene.At("repo/notes.dls")));

        _scene.Git("checkout", "-q", "-b", "third", "other~1");
        _scene.Scene.Write("repo/notes.dls", "1\ntwo\nthree\nfour\nfive\n");
        _scene.Scene.Commit("repo", "third");
        _scene.TryGit("merge", "-q", "main").Expect(1);
        Assert.Contains("<<<<<<<", File.ReadAllText(_scene.Scene.At("repo/notes.dls")), StringComparison.Ordinal);
        Assert.Contains("nothing is unmerged", _scene.Dls("resolve").Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Init_registers_the_driver_doctor_misses_it_and_uninstall_takes_it_out()
    {
        Assert.Contains("git merges pointers by `dls merge-driver`", _scene.Dls("doctor").Output, StringComparison.Ordinal);
        _scene.Scene.Write("repo/.gitattributes", "*.bin -text\n*.dls text eol=lf\n");
        Assert.Contains("no attribute names the merge driver", _scene.Dls("doctor").Output, StringComparison.Ordinal);
        Assert.Equal("wrote .gitattributes", _scene.Dls("init").Expect(0).Output.Trim());
        Assert.Equal("*.bin -text\n*.dls text eol=lf merge=dls diff=dls\n.gitignore merge=union\n",
            File.ReadAllText(_scene.Scene.At("repo/.gitattributes")));
        Assert.Equal("nothing to do", _scene.Dls("init").Expect(0).Output.Trim());
        _scene.Git("config", "merge.dls.driver", "somebody else's");
        Assert.Equal("renewed the merge and diff drivers", _scene.Dls("init").Expect(0).Output.Trim());

        Assert.Contains("removed the merge and diff drivers", _scene.Dls("uninstall").Expect(0).Output, StringComparison.Ordinal);

        Assert.Equal("*.bin -text\n", File.ReadAllText(_scene.Scene.At("repo/.gitattributes")));
        Assert.DoesNotContain("merge.dls", _scene.Git("config", "--local", "--list"), StringComparison.Ordinal);
        _scene.Git("checkout", "-q", "HEAD", "--", ".gitattributes");
        Assert.Contains("this clone has no merge driver", _scene.Dls("doctor").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_clone_in_which_nobody_ran_init_has_the_driver_after_the_first_pull()
    {
        _scene.Dls("push", "--quiet").Expect(0);
        _scene.Scene.Clone("repo", "clone");

        _scene.Scene.Dls("clone", "pull", "--quiet").Expect(0);

        Assert.Contains("merge-driver", _scene.Scene.Git("clone", "config", "merge.dls.driver"), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_branches_that_both_made_tasks_merge_without_a_conflict()
    {
        foreach (string name in (string[])["one", "two"])
        {
            _scene.Git("checkout", "-q", "-b", name, "base");
            _scene.Scene.Write($"out/{name}/best_weight.pth", $"weights of {name}\n");
            _scene.Dls("task", "import", $"../out/{name}", name, "--kind", "ssd", "--quiet").Expect(0);
            _scene.Scene.Write($"repo/.dlstore/deploys/gaa/{name}.json", "{}\n");
            _scene.Scene.Commit("repo", name);
        }

        _scene.Git("merge", "-q", "one");
        _scene.Dls("pull").Expect(0);

        string list = _scene.Dls("task", "list").Expect(0).Output;
        Assert.Contains("one", list, StringComparison.Ordinal);
        Assert.Contains("two", list, StringComparison.Ordinal);
        Assert.Equal("", _scene.Git("status", "--porcelain"));
    }
}
