using System.Text.Json;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Store;

/// <summary>What .dlsignore leaves out of a managed directory, from add to checkout.</summary>
public sealed class IgnoreTests : IDisposable
{
    private readonly Scene _scene = new();

    public IgnoreTests()
    {
        _scene.MakeRepo();
        _scene.Write("repo/data/a.txt", "a\n");
        _scene.Write("repo/data/.DS_Store", "mac\n");
        _scene.Write("repo/data/sub/Thumbs.db", "windows\n");
        _scene.Write("repo/data/sub/.ipynb_checkpoints/n.ipynb", "{}\n");
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Init_writes_a_file_that_leaves_out_what_systems_leave_behind_and_add_says_so()
    {
        Assert.Contains(".DS_Store", File.ReadAllText(_scene.At("repo/.dlsignore")), StringComparison.Ordinal);

        RunResult added = _scene.Dls("repo", "add", "data").Expect(0);

        Assert.Contains("left out 3 paths by .dlsignore: data/.DS_Store, data/sub/.ipynb_checkpoints/, data/sub/Thumbs.db",
            added.Output + added.Error, StringComparison.Ordinal);
        Assert.Equal(["data/a.txt", "data/sub"], Files());
        RunResult status = _scene.Dls("repo", "status", "-v").Expect(0);
        Assert.Contains("data  clean", status.Output, StringComparison.Ordinal);
        Assert.Contains("ignored     data/sub/.ipynb_checkpoints/", status.Output, StringComparison.Ordinal);
        JsonElement json = JsonDocument.Parse(_scene.Dls("repo", "status", "--json").Expect(0).Output).RootElement;
        Assert.Equal(3, json.GetProperty("pointers")[0].GetProperty("ignored").GetProperty("count").GetInt64());
        Assert.Equal("added     data/a.txt  2 B\n", _scene.Dls("repo", "diff").Expect(0).Output);
    }

    [Fact]
    public void What_is_stored_already_stays_stored_and_its_changes_are_seen()
    {
        _scene.Write("repo/.dlsignore", "");
        _scene.Dls("repo", "add", "data").Expect(0);
        _scene.Write("repo/.dlsignore", "*.db\n.DS_Store\n.ipynb_checkpoints/\n");

        Assert.Contains("data  clean", _scene.Dls("repo", "status").Expect(0).Output, StringComparison.Ordinal);
        _scene.Write("repo/data/sub/Thumbs.db", "changed\n");
        _scene.Write("repo/data/sub/New.db", "new\n");
        Assert.Contains("1 modified", _scene.Dls("repo", "status").Expect(0).Output, StringComparison.Ordinal);
        _scene.Dls("repo", "add", "data").Expect(0);
        Assert.Equal(["data/.DS_Store", "data/a.txt", "data/sub/.ipynb_checkpoints/n.ipynb", "data/sub/Thumbs.db"], Files());
        Assert.Equal("changed\n", _scene.Dls("repo", "cat", "data/sub/Thumbs.db").Expect(0).Output);
    }

    [Fact]
    public void What_is_named_word_for_word_is_added()
    {
        _scene.Dls("repo", "add", "data").Expect(0);

        _scene.Dls("repo", "add", "data/.DS_Store").Expect(0);
        _scene.Dls("repo", "add", "data/sub/.ipynb_checkpoints").Expect(0);

        Assert.Equal(["data/.DS_Store", "data/a.txt", "data/sub/.ipynb_checkpoints/n.ipynb"], Files());
        Assert.Contains("data  clean", _scene.Dls("repo", "status").Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkout_and_a_removal_take_nothing_that_was_left_out()
    {
        _scene.Dls("repo", "add", "data").Expect(0);
        _scene.Commit("repo", "one");
        _scene.Write("repo/data/a.txt", "b\n");
        _scene.Dls("repo", "add", "data").Expect(0);
        _scene.Commit("repo", "two");

        _scene.Git("repo", "checkout", "-q", "HEAD~1");
        _scene.Dls("repo", "checkout").Expect(0);

        Assert.Equal("a\n", File.ReadAllText(_scene.At("repo/data/a.txt")));
        Assert.Equal("mac\n", File.ReadAllText(_scene.At("repo/data/.DS_Store")));
        _scene.Git("repo", "checkout", "-q", "--orphan", "none");
        _scene.Git("repo", "rm", "-q", "--cached", "data.dls");
        File.Delete(_scene.At("repo/data.dls"));
        _scene.Dls("repo", "checkout").Expect(0);
        Assert.False(File.Exists(_scene.At("repo/data/a.txt")));
        Assert.Equal("mac\n", File.ReadAllText(_scene.At("repo/data/.DS_Store")));
    }

    [Fact]
    public void A_version_that_has_a_file_where_one_was_left_out_does_not_lose_it()
    {
        _scene.Write("repo/.dlsignore", "");
        _scene.Dls("repo", "add", "data").Expect(0);
        _scene.Commit("repo", "with");
        File.Delete(_scene.At("repo/data/.DS_Store"));
        _scene.Write("repo/.dlsignore", ".DS_Store\n");
        _scene.Dls("repo", "add", "data").Expect(0);
        _scene.Commit("repo", "without");
        _scene.Write("repo/data/.DS_Store", "mine\n");
        Assert.Contains("data  clean", _scene.Dls("repo", "status").Expect(0).Output, StringComparison.Ordinal);

        _scene.Git("repo", "checkout", "-q", "HEAD~1");
        RunResult checkout = _scene.Dls("repo", "checkout");

        string now = File.ReadAllText(_scene.At("repo/data/.DS_Store"));
        Assert.True(now == "mine\n" || _scene.Dls("repo", "trash", "list").Output.Contains(".DS_Store", StringComparison.Ordinal),
            $"{checkout}: {now}");
    }

    private string[] Files() =>
    [
        .. JsonDocument.Parse(_scene.Dls("repo", "ls", "--recursive", "data", "--json").Expect(0).Output).RootElement.EnumerateArray()
            .Select(static e => e.GetProperty("path").GetString()!).Order(StringComparer.Ordinal),
    ];
}
