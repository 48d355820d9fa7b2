using DlStore.TestKit;

namespace DlStore.Cli.Tests.Store;

/// <summary>The trash as people use it, killed in the middle too.</summary>
public sealed class TrashCommandTests : IDisposable
{
    private readonly Scene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void A_restore_that_was_killed_is_finished_by_the_same_command()
    {
        _scene.MakeRepo();
        _scene.Write("repo/a/one", "1\n");
        _scene.Write("repo/b", "2\n");
        _scene.Dls("repo", "add", "a", "b").Expect(0);
        _scene.Dls("repo", "rm", "a", "a/one", "b", "a").Expect(0);
        string id = Path.GetFileName(Assert.Single(Directory.GetDirectories(_scene.At("repo/.git/dls/trash"))));

        _scene.Crash("repo", "trash.restored", "trash", "restore", id).Expect(137);
        Assert.Contains(id, _scene.Dls("repo", "trash", "list").Expect(0).Output, StringComparison.Ordinal);
        _scene.Dls("repo", "trash", "restore", id).Expect(0);

        Assert.Equal("1\n", File.ReadAllText(_scene.At("repo/a/one")));
        Assert.Equal("2\n", File.ReadAllText(_scene.At("repo/b")));
        Assert.Empty(Directory.GetDirectories(_scene.At("repo/.git/dls/trash")));
    }

    [Fact]
    public void Emptying_goes_by_age_or_by_name_and_a_plan_deletes_nothing()
    {
        string[] ids = [MakeEntry("a"), MakeEntry("b")];

        Assert.Contains("none of them 30d old", _scene.Dls("repo", "trash", "empty").Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("would free 4 B in 2 files; 0 entries stay", _scene.Dls(
            "repo", "trash", "empty", "--older", "0s", "--dry-run").Expect(0).Output, StringComparison.Ordinal);
        Assert.Equal(2, Directory.GetDirectories(_scene.At("repo/.git/dls/trash")).Length);
        Assert.Contains("freed 2 B in 1 file; 1 entry stays", _scene.Dls("repo", "trash", "empty", ids[1]).Expect(0).Output,
            StringComparison.Ordinal);
        Assert.Contains(ids[0], _scene.Dls("repo", "trash", "list").Expect(0).Output, StringComparison.Ordinal);

        Age(ids[0], days: 31);
        _scene.Dls("repo", "trash", "empty", "--older", "32d").Expect(0);
        Assert.Single(Directory.GetDirectories(_scene.At("repo/.git/dls/trash")));
        _scene.Dls("repo", "trash", "empty").Expect(0);
        Assert.Empty(Directory.GetDirectories(_scene.At("repo/.git/dls/trash")));
        Assert.Contains("the trash is empty", _scene.Dls("repo", "trash", "empty").Expect(0).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nosuch")]
    [InlineData("--older", "soon")]
    [InlineData("--older", "1d", "ID")]
    [InlineData("ID", "../dls")]
    public void Emptying_with_words_that_mean_nothing_deletes_nothing(params string[] words)
    {
        string id = MakeEntry("a");
        _scene.Dls("repo", ["trash", "empty", .. words.Select(w => w == "ID" ? id : w)]).Expect(2);
        Assert.Single(Directory.GetDirectories(_scene.At("repo/.git/dls/trash")));
    }

    [Fact]
    public void Names_that_are_no_text_and_links_go_too_and_what_links_lead_to_stays()
    {
        string id = MakeEntry("a");
        string files = _scene.At($"repo/.git/dls/trash/{id}/files/a");
        _scene.Write("kept", "kept\n");
        File.CreateSymbolicLink(files + "/link", _scene.At("kept"));
        _scene.RunProgram("sh", ["-c", "printf x > \"$(printf 'bad\\377')\""], files).Expect(0);

        _scene.Dls("repo", "trash", "empty", id).Expect(0);

        Assert.Empty(Directory.GetDirectories(_scene.At("repo/.git/dls/trash")));
        Assert.Equal("kept\n", File.ReadAllText(_scene.At("kept")));
    }

    [Fact]
    public void Emptying_that_was_killed_is_finished_by_the_same_command()
    {
        string id = MakeEntry("a");
        _scene.Crash("repo", "trash.deleted", "trash", "empty", id).Expect(137);
        _scene.Dls("repo", "trash", "list").Expect(0);
        _scene.Dls("repo", "trash", "empty", id).Expect(0);
        Assert.Empty(Directory.GetDirectories(_scene.At("repo/.git/dls/trash")));
    }

    /// <summary>Puts one file into the trash.</summary>
    private string MakeEntry(string name)
    {
        if (!Directory.Exists(_scene.At("repo")))
        {
            _scene.MakeRepo();
        }

        string[] before = Entries();
        _scene.Write($"repo/{name}/one", "1\n");
        _scene.Dls("repo", "add", name, "--quiet").Expect(0);
        _scene.Dls("repo", "rm", name, "--quiet").Expect(0);
        return Entries().Except(before).Single();
    }

    private string[] Entries() => Directory.Exists(_scene.At("repo/.git/dls/trash"))
        ? [.. Directory.GetDirectories(_scene.At("repo/.git/dls/trash")).Select(static d => Path.GetFileName(d))] : [];

    /// <summary>Makes an entry older than it is, as its record tells it.</summary>
    private void Age(string id, int days)
    {
        string record = _scene.At($"repo/.git/dls/trash/{id}/entry");
        string[] lines = File.ReadAllLines(record);
        lines[1] = $"at {DateTimeOffset.UtcNow.AddDays(-days).ToUnixTimeSeconds()}";
        File.WriteAllText(record, string.Join('\n', lines) + "\n");
    }
}
