using DlStore.TestKit;

namespace DlStore.Cli.Tests.Imports;

/// <summary><c>dls import lfs --history</c>: the same commits again, each of which checks out.</summary>
public sealed class LfsHistoryTests : IDisposable
{
    private readonly LfsScene _lfs = new();

    private Scene Scene => _lfs.Scene;

    public void Dispose() => _lfs.Dispose();

    [Fact]
    public void Every_commit_comes_again_and_checks_out_with_its_bytes()
    {
        Scene.Git("repo", "checkout", "-q", "-b", "side", "HEAD~1");
        Scene.Write("repo/side/s.bin", "side\n");
        Scene.Commit("repo", "on the side");
        Scene.Git("repo", "checkout", "-q", "main");
        Scene.Git("repo", "merge", "-q", "--no-ff", "-m", "a merge", "side");
        _lfs.Init("repo");
        string before = Refs("repo");
        string status = Scene.Git("repo", "status", "--porcelain");

        RunResult run = Scene.Dls("repo", "import", "lfs", "--history").Expect(0);

        Assert.Contains("wrote branch dls/main  7 commits, 1 merge,", run.Output, StringComparison.Ordinal);
        Assert.Equal(before, string.Join('\n', Refs("repo").Split('\n').Where(static l => !l.Contains("dls/main", StringComparison.Ordinal))));
        Assert.Equal(status, Scene.Git("repo", "status", "--porcelain"));
        Assert.Equal(Told("main"), Told("dls/main"));
        Scene.Git("repo", "fsck", "--strict");
        string map = run.Output.Split("old and new ids: ")[1].Trim();
        string[] lines = File.ReadAllLines(map);
        Assert.Equal("old                                      new", lines[0]);
        Assert.Equal(8, lines.Length);
        Dictionary<string, string> ids = lines[1..].Select(static l => l.Split(' ')).ToDictionary(static l => l[0], static l => l[1]);
        RequireVersions(ids);
        Assert.Contains("is there already", Scene.Dls("repo", "import", "lfs", "--history").Expect(2).Error, StringComparison.Ordinal);
        Scene.Dls("repo", "import", "lfs", "--history", "--branch", "again", "--quiet").Expect(0);
        Assert.Equal(Scene.Git("repo", "rev-parse", "dls/main"), Scene.Git("repo", "rev-parse", "again"));
    }

    [Fact]
    public void What_is_missing_is_listed_and_its_pointer_is_written()
    {
        _lfs.CloneBare("bare");
        _lfs.Init("bare");
        Scene.Git("bare", "lfs", "fetch");
        Directory.Move(Scene.At("origin.git"), Scene.At("away.git"));

        RunResult run = Scene.Dls("bare", "import", "lfs", "--history").Expect(3);

        Assert.Contains($"missing big.bin in {_lfs.Commits[1][..12]}: its bytes are not here", run.Output, StringComparison.Ordinal);
        Assert.Contains("missing gone.bin in ", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("stray.dat", run.Output, StringComparison.Ordinal);
        Assert.Contains("dls-pointer 1", Scene.Git("bare", "show", "dls/main~3:big.bin.dls"), StringComparison.Ordinal);

        Directory.Move(Scene.At("away.git"), Scene.At("origin.git"));
        Scene.Dls("bare", "import", "lfs", "--history", "--branch", "whole").Expect(0);
        Assert.Equal(Scene.Git("bare", "rev-parse", "dls/main"), Scene.Git("bare", "rev-parse", "whole"));
    }

    [Theory]
    [InlineData("lfs.rewritten")]
    [InlineData("lfs.history-stored")]
    [InlineData("lfs.mapped")]
    public void Killed_anywhere_there_is_no_branch_and_the_same_command_makes_it(string point)
    {
        _lfs.Init("repo");
        Assert.Equal(137, Scene.Crash("repo", point, "import", "lfs", "--history").ExitCode);
        Assert.NotEqual(0, Scene.TryGit("repo", "rev-parse", "--verify", "-q", "dls/main").ExitCode);

        Scene.Dls("repo", "import", "lfs", "--history").Expect(0);

        Assert.Equal(Told("main"), Told("dls/main"));
        Assert.DoesNotContain("refs/dls", Refs("repo"), StringComparison.Ordinal);
    }

    [Fact]
    public void Files_change_sides_names_are_odd_and_signatures_are_counted()
    {
        // A file that becomes git's own, one that becomes git-lfs's, a directory in place of a file, an ignore file of the user's.
        Scene.Write("repo/data/.gitignore", "*.tmp");
        Scene.Write("repo/.gitattributes", File.ReadAllText(Scene.At("repo/.gitattributes")) + "data/?学習.bin -filter\nrun.pth !filter !diff !merge text\n");
        Scene.Git("repo", "rm", "-q", "--cached", "run.pth");
        Scene.Commit("repo", "run.pth is git's");
        Scene.Write("repo/.gitattributes", File.ReadAllText(Scene.At("repo/.gitattributes")) + "notes.txt filter=lfs diff=lfs merge=lfs -text linguist-vendored\n");
        Scene.Git("repo", "rm", "-q", "--cached", "notes.txt");
        Scene.Commit("repo", "notes.txt is git-lfs's");
        File.Delete(Scene.At("repo/notes.txt"));
        Scene.Write("repo/notes.txt/in.bin", "a directory\n");
        Scene.Commit("repo", "a directory");
        Scene.Git("repo", "rm", "-q", "-r", "data");
        string raw = Scene.Git("repo", "cat-file", "commit", "HEAD");
        string signed = raw.Replace("\n\n", "\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----\n\n", StringComparison.Ordinal);
        Scene.Write("signed", signed + "\n");
        Scene.Git("repo", "update-ref", "HEAD", Scene.Git("repo", "hash-object", "-t", "commit", "-w", Scene.At("signed")));
        Scene.Commit("repo", "no data");
        _lfs.Init("repo");

        RunResult run = Scene.Dls("repo", "import", "lfs", "--history").Expect(0);

        Assert.Contains("1 commit lost the signature", run.Error, StringComparison.Ordinal);
        Assert.Equal("*.tmp\n", Show("dls/main~4:data/.gitignore", 1) + "\n");
        Assert.Contains("#!/bin/sh", Show("dls/main~3:run.pth", 9), StringComparison.Ordinal);
        Assert.NotEqual(0, Scene.TryGit("repo", "rev-parse", "-q", "--verify", "dls/main~3:run.pth.dls").ExitCode);
        Assert.Contains("kind blob", Show("dls/main~3:notes.txt.dls", 9), StringComparison.Ordinal);
        Assert.Contains("/notes.txt", Show("dls/main~3:.gitignore", 9), StringComparison.Ordinal);
        Assert.Contains("notes.txt linguist-vendored", Show("dls/main~3:.gitattributes", 9), StringComparison.Ordinal);
        Assert.Contains("kind blob", Show("dls/main~2:notes.txt/in.bin.dls", 9), StringComparison.Ordinal);
        Assert.DoesNotContain("/notes.txt", Show("dls/main~2:.gitignore", 9), StringComparison.Ordinal);
        Assert.Equal("", Scene.Git("repo", "ls-tree", "dls/main", "data/"));
        Scene.Git("repo", "fsck", "--strict");
    }

    /// <summary>The first lines of what git has at a place of the new branch.</summary>
    private string Show(string what, int lines) => string.Join('\n', Scene.Git("repo", "show", what).Split('\n').Take(lines));

    private string Refs(string directory) => Scene.Git(directory, "for-each-ref", "--format=%(refname) %(objectname)");

    /// <summary>Everything of the commits of a branch but their ids and trees.</summary>
    private string Told(string branch) =>
        Scene.Git("repo", "log", "--topo-order", "--format=%an|%ae|%ad|%cn|%ce|%cd|%B|%P", "--date=raw", branch).Split('\n')
            .Select(static l => l.Contains('|', StringComparison.Ordinal) ? $"{l[..l.LastIndexOf('|')]}{l[l.LastIndexOf('|')..].Length}" : l)
            .Aggregate(static (all, l) => $"{all}\n{l}");

    private void RequireVersions(Dictionary<string, string> ids)
    {
        Scene.Git(".", "clone", "-q", "--no-checkout", Scene.At("repo"), "other");
        Scene.Git("other", "config", "dls.storePath", Scene.At("repo/.git/dls"));
        for (int version = 0; version < 3; version++)
        {
            string commit = ids[_lfs.Commits[version]];
            Scene.Git("other", "checkout", "-q", commit);
            Scene.Dls("other", "checkout").Expect(0);
            Assert.Equal("", _lfs.Differences("other", version));
            Assert.Equal("", Scene.Git("other", "status", "--porcelain"));
            Assert.Equal("", Scene.Git("other", "lfs", "ls-files"));
            Assert.Equal("should have been a pointer\n", File.ReadAllText(Scene.At("other/plain.bin")));
            Assert.Equal(0, new FileInfo(Scene.At("other/empty.bin")).Length);
            Assert.Equal(version > 0, !File.Exists(Scene.At("other/gone.bin")));
            Assert.DoesNotContain("filter=lfs", Scene.Git("other", "grep", "-h", "", "--", "*.gitattributes"), StringComparison.Ordinal);
            Assert.True(File.GetUnixFileMode(Scene.At("other/run.pth")).HasFlag(UnixFileMode.UserExecute));
        }
    }
}
