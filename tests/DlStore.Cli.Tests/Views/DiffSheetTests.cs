using System.Text.Json;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Views;

/// <summary>What changed between two versions of pictures, as a picture.</summary>
public sealed class DiffSheetTests : IDisposable
{
    private readonly Scene _scene = new();

    public DiffSheetTests()
    {
        _scene.MakeRepo();
        _scene.Write("repo/img/a.jpg", Drawn.Jpeg(60, 40, 1));
        _scene.Write("repo/img/b.jpg", Drawn.Jpeg(60, 40, 2));
        _scene.Write("repo/img/c.png", DrawnPng.Make(20, 20));
        _scene.Write("repo/img/notes.txt", "one\n");
        Record("one");
        _scene.Write("repo/img/a.jpg", Drawn.Jpeg(80, 40, 3));
        File.Delete(_scene.At("repo/img/b.jpg"));
        File.Move(_scene.At("repo/img/c.png"), _scene.At("repo/img/renamed.png"));
        _scene.Write("repo/img/new.jpg", Drawn.Jpeg(30, 30, 4));
        _scene.Write("repo/img/broken.jpg", "no picture\n");
        _scene.Write("repo/img/notes.txt", "two\n");
        Record("two");
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Pictures_that_differ_are_drawn_and_the_rest_is_counted()
    {
        RunResult run = _scene.Dls("repo", "diff", "HEAD~", "HEAD", "--sheet", "../out.png").Expect(0);

        Assert.Equal("wrote ../out.png  1 changed, 2 added, 1 removed; 2 other differences: `dls diff` lists them\n", run.Output);
        byte[] png = File.ReadAllBytes(_scene.At("out.png"));
        Assert.Equal([0x89, 0x50, 0x4E, 0x47], png[..4]);
        int width = (png[18] << 8) | png[19];
        Assert.InRange(width, 6 * 180, 6 * 260);
    }

    [Fact]
    public void The_work_tree_is_a_side_too_and_what_is_not_here_is_grey()
    {
        _scene.Write("repo/img/new.jpg", Drawn.Jpeg(30, 30, 9));
        JsonElement result = JsonDocument.Parse(
            _scene.Dls("repo", "diff", "--sheet", "../out.jpg", "--json").Expect(0).Output).RootElement;
        Assert.Equal(1, result.GetProperty("changed").GetInt64());
        Assert.Equal([0xFF, 0xD8], File.ReadAllBytes(_scene.At("out.jpg"))[..2]);

        _scene.Dls("repo", "push", "--all", "--quiet").Expect(0);
        _scene.Clone("repo", "clone");
        _scene.Dls("clone", "fetch", "--all", "--listings").Expect(0);
        Assert.Contains("1 changed", _scene.Dls("clone", "diff", "HEAD~", "HEAD", "--sheet", "../grey.jpg").Expect(0).Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_there_stays_and_a_name_without_a_form_is_refused()
    {
        _scene.Write("there.jpg", "mine\n");
        _scene.Dls("repo", "diff", "HEAD~", "HEAD", "--sheet", "../there.jpg").Expect(1);
        Assert.Equal("mine\n", File.ReadAllText(_scene.At("there.jpg")));
        _scene.Dls("repo", "diff", "HEAD~", "HEAD", "--sheet", "../there.jpg", "--force").Expect(0);
        _scene.Dls("repo", "diff", "HEAD~", "HEAD", "--sheet", "../sheet.txt").Expect(2);
    }

    private void Record(string message)
    {
        _scene.Dls("repo", "add", "img", "--quiet").Expect(0);
        _scene.Commit("repo", message);
    }
}
