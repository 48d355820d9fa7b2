using System.Text.Json;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Views;

/// <summary>The versions of a path as git's history has them.</summary>
public sealed class LogTests : IDisposable
{
    private readonly Scene _scene = new();
    private readonly List<string> _commits = [];

    public LogTests()
    {
        _scene.MakeRepo();
        _scene.WriteSample("repo/data");
        Record("one");
        _scene.Write("repo/data/img/001.txt", "other\n");
        _scene.Write("repo/data/new.txt", "new\n");
        Record("two");
        _scene.Write("repo/plain.txt", "of git\n");
        _scene.Commit("repo", "not of data");
        File.Delete(_scene.At("repo/data/img/001.txt"));
        File.Move(_scene.At("repo/data/run.sh"), _scene.At("repo/data/start.sh"));
        Record("three");
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Each_version_of_a_directory_has_its_commit_its_totals_and_what_changed()
    {
        string[] lines = _scene.Dls("repo", "log", "data").Expect(0).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(3, lines.Length);
        Assert.Equal([.. Enumerable.Reverse(_commits)], lines.Select(static l => l[..12]));
        Assert.Contains("10 files, 68.4 KiB  (1 removed, 1 renamed)", lines[0], StringComparison.Ordinal);
        Assert.EndsWith(": three", lines[0], StringComparison.Ordinal);
        Assert.Contains("11 files, 68.4 KiB  (1 added, 1 changed)", lines[1], StringComparison.Ordinal);
        Assert.Contains("(10 added)", lines[2], StringComparison.Ordinal);
        Assert.Single(_scene.Dls("repo", "log", "data", "-n", "1").Expect(0).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(2, Versions("data", "--rev", "HEAD~1").Length);
        Assert.Equal(3, Versions("data.dls").Length);
    }

    [Fact]
    public void A_path_inside_has_only_the_commits_that_changed_it_and_its_end()
    {
        JsonElement[] versions = Versions("data/img/001.txt");

        Assert.Equal(["three", "two", "one"], versions.Select(static v => v.GetProperty("subject").GetString()));
        Assert.Equal(JsonValueKind.Null, versions[0].GetProperty("oid").ValueKind);
        Assert.Contains("removed  (1 removed)", _scene.Dls("repo", "log", "data/img/001.txt").Expect(0).Output, StringComparison.Ordinal);
        Assert.Single(Versions("data/img/003.txt"));
        Assert.Equal(2, Versions("data/run.sh").Length);
    }

    [Fact]
    public void Other_branches_are_looked_at_on_request_and_a_merge_is_compared_with_its_first_parent()
    {
        _scene.Git("repo", "checkout", "-q", "-b", "side");
        _scene.Write("repo/data/side.txt", "side\n");
        Record("of the side");
        _scene.Git("repo", "checkout", "-q", "-");
        Assert.Equal(3, Versions("data").Length);
        Assert.Equal(4, Versions("data", "--all").Length);
        _scene.Dls("repo", "log", "data/side.txt").Expect(2);
        Assert.Single(Versions("data/side.txt", "--all"));
    }

    [Fact]
    public void A_listing_that_is_not_here_is_said_and_the_rest_is_listed()
    {
        _scene.Dls("repo", "push", "--all").Expect(0);
        _scene.Git(".", "clone", "-q", "repo", "clone");

        RunResult log = _scene.Dls("clone", "log", "data").Expect(3);

        Assert.Contains("10 files, 68.4 KiB", log.Output, StringComparison.Ordinal);
        Assert.Contains("not compared: ", log.Output, StringComparison.Ordinal);
        _scene.Dls("clone", "remote", "add", "lab", "../remote", "--local", "--default").Expect(0);
        _scene.Dls("clone", "fetch", "--all", "--listings").Expect(0);
        _scene.Dls("clone", "log", "data").Expect(0);
    }

    [Theory]
    [InlineData("log", "nosuch")]
    [InlineData("log", "data", "-n", "0")]
    [InlineData("log", "data", "--rev", "nosuch")]
    public void What_means_nothing_is_an_error(params string[] line) => _scene.Dls("repo", line).Expect(2);

    private JsonElement[] Versions(params string[] words) =>
        [.. JsonDocument.Parse(_scene.Dls("repo", ["log", "--json", .. words]).Expect(0).Output).RootElement.EnumerateArray()];

    private void Record(string message)
    {
        _scene.Dls("repo", "add", "data", "--quiet").Expect(0);
        _commits.Add(_scene.Commit("repo", message)[..12]);
    }
}
