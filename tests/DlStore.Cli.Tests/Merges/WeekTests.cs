using DlStore.TestKit;

namespace DlStore.Cli.Tests.Merges;

/// <summary>
/// A week of two people with two clones, a fork and a colleague without hooks: branches, merges, moves, a rebase, a stash, a bisect. Nobody
/// reads a pointer by hand, and whatever was committed on any day can be had on the last.
/// </summary>
public sealed class WeekTests : IDisposable
{
    private readonly Scene _scene = new();

    /// <summary>Every content that was ever recorded: file, commit and text.</summary>
    private readonly List<(string Clone, string Commit, string Path, string Text)> _recorded = [];

    public WeekTests()
    {
        _ = _scene.UseExecutable();
        _scene.Git(".", "init", "-q", "--bare", "-b", "main", "origin");
        _scene.MakeRepo("ada");
        _scene.Git("ada", "remote", "add", "origin", "../origin");
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void A_week()
    {
        Monday();
        Tuesday();
        Wednesday();
        Thursday();
        Friday();

        foreach ((string clone, string commit, string path, string text) in _recorded)
        {
            _scene.Dls(clone, "fetch", "--all", "--quiet").Expect(0);
            Assert.Equal((path, text), (path, _scene.Dls(clone, "cat", path, "--rev", commit).Expect(0).Output));
        }

        foreach (string clone in (string[])["ada", "ben"])
        {
            _scene.Git(clone, "checkout", "-q", "main");
            _scene.Git(clone, "pull", "-q", "--no-rebase");
            _scene.Dls(clone, "pull").Expect(0);
            _scene.Dls(clone, "status", "--exit-code").Expect(0);
            _scene.Dls(clone, "verify", "--commit", "HEAD").Expect(0);
            _scene.Dls(clone, "verify").Expect(0);
            Assert.Equal("", _scene.Git(clone, "status", "--porcelain"));
        }

        Assert.Equal(Listing("ada"), Listing("ben"));
    }

    /// <summary>Ada begins; Ben clones and has every byte.</summary>
    private void Monday()
    {
        for (int i = 0; i < 20; i++)
        {
            _scene.Write($"ada/data/img/{i:000}.txt", $"picture {i}\n");
        }

        _scene.Write("ada/weights/best.pth", "first weights\n");
        _scene.Dls("ada", "add", "data", "weights/best.pth", "--quiet").Expect(0);
        Commit("ada", "monday", "data/img/003.txt", "weights/best.pth");
        _scene.Git("ada", "push", "-q", "-u", "origin", "main");

        _scene.Dls(".", "clone", "origin", "ben", "--quiet").Expect(0);
        _scene.Dls("ben", "init", "--hooks", "--quiet").Expect(0);
        Assert.Equal(Listing("ada"), Listing("ben"));
    }

    /// <summary>Both add to the same directory; git merges, on a branch and in a rebase, without a question.</summary>
    private void Tuesday()
    {
        _scene.Git("ada", "checkout", "-q", "-b", "augment");
        Change("ada", "augmented", ("data/augmented/1.txt", "augmented 1\n"), ("data/img/004.txt", "better 4\n"));
        Change("ben", "labels", ("data/labels/1.csv", "a,b\n"), ("data/img/005.txt", "better 5\n"));
        _scene.Git("ben", "push", "-q");

        _scene.Git("ada", "checkout", "-q", "main");
        _scene.Git("ada", "pull", "-q", "--no-rebase");
        _scene.Git("ada", "merge", "-q", "augment", "-m", "augment is in");
        _scene.Dls("ada", "pull").Expect(0);
        Assert.Equal("better 4\n better 5\n", Read("ada", "data/img/004.txt", "data/img/005.txt"));
        _scene.Git("ada", "push", "-q");

        Change("ben", "more labels", ("data/labels/2.csv", "c,d\n"));
        _scene.Git("ben", "pull", "-q", "--rebase");
        _scene.Dls("ben", "pull").Expect(0);
        Assert.Equal("augmented 1\n c,d\n", Read("ben", "data/augmented/1.txt", "data/labels/2.csv"));
        _scene.Git("ben", "push", "-q");
    }

    /// <summary>Both change one file: git stops, status says how to go on, and both versions are kept.</summary>
    private void Wednesday()
    {
        _scene.Git("ada", "pull", "-q", "--no-rebase");
        _scene.Dls("ada", "pull").Expect(0);
        Change("ada", "ada's seven", ("data/img/007.txt", "ada's 7\n"), ("weights/best.pth", "ada's weights\n"));
        _scene.Git("ada", "push", "-q");
        Change("ben", "ben's seven", ("data/img/007.txt", "ben's 7\n"), ("weights/best.pth", "ben's weights\n"));

        _scene.TryGit("ben", "pull", "-q", "--no-rebase").Expect(1);
        RunResult status = _scene.Dls("ben", "status").Expect(0);
        Assert.Contains("data/img/007.txt", status.Output + status.Error, StringComparison.Ordinal);
        Assert.Contains("dls resolve", status.Output + status.Error, StringComparison.Ordinal);
        _scene.Dls("ben", "pull", "--quiet");
        _scene.Dls("ben", "resolve", "--both", "data").Expect(0);
        _scene.Dls("ben", "resolve", "--theirs", "weights/best.pth").Expect(0);
        Commit("ben", "wednesday", "data/img/007.txt", "weights/best.pth");
        _scene.Dls("ben", "pull").Expect(0);
        Assert.Equal("ada's weights\n", Read("ben", "weights/best.pth"));
        string[] sevens = [.. Directory.GetFiles(_scene.At("ben/data/img"), "007*").Select(File.ReadAllText).Order()];
        Assert.Equal(["ada's 7\n", "ben's 7\n"], sevens);
        _scene.Git("ben", "push", "-q");
    }

    /// <summary>A move beside additions, a stash in between, and a fork with a store of its own.</summary>
    private void Thursday()
    {
        _scene.Git("ada", "pull", "-q", "--no-rebase");
        _scene.Dls("ada", "pull").Expect(0);
        _scene.Dls("ada", "mv", "data/augmented", "data/made").Expect(0);
        _scene.Dls("ada", "mv", "weights/best.pth", "models/").Expect(0);
        Commit("ada", "moved", "data/made/1.txt", "models/best.pth");
        _scene.Git("ada", "push", "-q");

        Change("ben", "an image", ("data/img/100.txt", "picture 100\n"));
        _scene.Write("ben/data/img/101.txt", "half done\n");
        _scene.Dls("ben", "add", "data", "--quiet").Expect(0);
        _scene.Git("ben", "stash", "-q");
        _scene.Dls("ben", "checkout").Expect(0);
        _scene.Git("ben", "pull", "-q", "--no-rebase");
        _scene.Dls("ben", "pull").Expect(0);
        Assert.Equal("ada's weights\n augmented 1\n", Read("ben", "models/best.pth", "data/made/1.txt"));
        Assert.False(File.Exists(_scene.At("ben/weights/best.pth")));
        _scene.Git("ben", "stash", "pop", "-q");
        _scene.Dls("ben", "checkout").Expect(0);
        Assert.Equal("half done\n picture 100\n augmented 1\n", Read("ben", "data/img/101.txt", "data/img/100.txt", "data/made/1.txt"));
        Commit("ben", "the stash", "data/img/101.txt");
        _scene.Git("ben", "push", "-q");

        _scene.Git(".", "clone", "-q", "--bare", "origin", "fork");
        _scene.Git(".", "clone", "-q", "fork", "cleo");
        _scene.Dls("cleo", "remote", "add", "lab", "../remote", "--local", "--read-only").Expect(0);
        _scene.Dls("cleo", "remote", "add", "mine", "../cleos", "--local", "--default").Expect(0);
        _scene.Dls("cleo", "pull", "--remote", "lab").Expect(0);
        _scene.Dls("cleo", "fetch", "--all", "--remote", "lab").Expect(0);
        Change("cleo", "from the fork", ("data/cleo/1.txt", "cleo's\n"));
        _scene.Git("cleo", "push", "-q", "origin", "HEAD:main");
        _scene.Git("ada", "pull", "-q", "--no-rebase");
        _scene.Git("ada", "pull", "-q", "--no-rebase", "../fork", "main");
        _scene.Dls("ada", "remote", "add", "cleo", "../cleos", "--local", "--read-only").Expect(0);
        _scene.Dls("ada", "pull", "--remote", "cleo", "--quiet");
        _scene.Dls("ada", "pull").Expect(0);
        Assert.Equal("cleo's\n", Read("ada", "data/cleo/1.txt"));
        _scene.Git("ada", "push", "-q");
    }

    /// <summary>A bisect over pointers, and a colleague who never ran dls before he merged.</summary>
    private void Friday()
    {
        for (int i = 0; i < 4; i++)
        {
            Change("ada", $"step {i}", ($"data/steps/{i}.txt", i == 2 ? "bad\n" : $"good {i}\n"));
        }

        string bad = _scene.Git("ada", "rev-parse", "HEAD~");
        _scene.Git("ada", "bisect", "start", "HEAD", "HEAD~4");
        string dls = _scene.UseExecutable();
        RunResult bisect = _scene.TryGit("ada", "bisect", "run", "sh", "-c", $"'{dls}' checkout --quiet && ! grep -rqs bad data/steps");
        Assert.Contains($"{bad} is the first bad commit", bisect.Output, StringComparison.Ordinal);
        _scene.Git("ada", "bisect", "reset");
        _scene.Dls("ada", "checkout").Expect(0);
        _scene.Git("ada", "push", "-q");

        _scene.Git(".", "clone", "-q", "origin", "dan");
        _scene.Git("dan", "checkout", "-q", "-b", "dans", "HEAD~4");
        _scene.Dls("dan", "pull").Expect(0);
        Change("dan", "dan's", ("data/dan.txt", "dan's\n"));
        _scene.Git("dan", "config", "--remove-section", "merge.dls");
        _scene.TryGit("dan", "merge", "-q", "origin/main").Expect(1);
        _scene.Dls("dan", "resolve").Expect(0);
        Commit("dan", "merged without a driver", "data/dan.txt", "data/steps/3.txt");
        _scene.Dls("dan", "pull").Expect(0);
        _scene.Git("dan", "push", "-q", "origin", "HEAD:main");
        Assert.Equal("dan's\n bad\n cleo's\n", Read("dan", "data/dan.txt", "data/steps/2.txt", "data/cleo/1.txt"));
    }

    private void Change(string clone, string message, params (string Path, string Text)[] files)
    {
        foreach ((string path, string text) in files)
        {
            _scene.Write($"{clone}/{path}", text);
        }

        _scene.Dls(clone, ["add", .. files.Select(static f => f.Path.StartsWith("data/", StringComparison.Ordinal) ? "data" : f.Path).Distinct(),
            "--quiet"]).Expect(0);
        Commit(clone, message, [.. files.Select(static f => f.Path)]);
    }

    private void Commit(string clone, string message, params string[] paths)
    {
        _scene.Git(clone, "add", "-A");
        _scene.Git(clone, "commit", "-q", "-m", message);
        string commit = _scene.Git(clone, "rev-parse", "HEAD");
        _ = _scene.Dls(clone, "fetch", "--quiet");
        _recorded.AddRange(paths.Where(p => File.Exists(_scene.At($"{clone}/{p}")) && clone is "ada" or "ben").Select(
            p => (clone, commit, p, _scene.Dls(clone, "cat", p, "--rev", commit).Expect(0).Output)));
    }

    private string Read(string clone, params string[] paths) =>
        string.Join(' ', paths.Select(p => File.ReadAllText(_scene.At($"{clone}/{p}"))));

    private string Listing(string clone) => string.Join('\n', TreeSnapshot.Of(_scene.At(clone)).Items
        .Where(static i => !i.Key.StartsWith(".git/", StringComparison.Ordinal)).Select(static i => $"{i.Key} {i.Value}"));
}
