using System.Text.Json;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Store;

/// <summary>Names of a tree are shown escaped by every verb, one a line, and every one of them can be given back to a verb.</summary>
public sealed class ShownNamesTests : IDisposable
{
    private static readonly string[] Names = ["new\nline",
        "car\rriage", "tab\t", "esc\u001b[31mred", "del\u007f", "c1\u0085", "turn\u202ed", "back\\x0aslash", " led ", "-rf", "plain"];
    private readonly Scene _scene = new();

    public ShownNamesTests()
    {
        _scene.MakeRepo();
        foreach (string name in Names)
        {
            _scene.Write("repo/data/" + name, $"bytes of {name}");
        }

        _scene.Dls("repo", "add", "data").Expect(0);
        _scene.Commit("repo", "one");
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Listings_show_one_line_a_name_and_json_the_name_itself()
    {
        RunResult listed = _scene.Dls("repo", "ls", "data").Expect(0);
        using JsonDocument json = JsonDocument.Parse(_scene.Dls("repo", "ls", "data", "--json").Expect(0).Output);

        Assert.Equal(Names.Length, listed.Output.Split('\n').Length - 1);
        Assert.DoesNotContain(listed.Output, static c => c != '\n' && char.IsControl(c));
        Assert.Contains("data/new\\x0aline  ", listed.Output, StringComparison.Ordinal);
        Assert.Contains("data/back\\\\x0aslash  ", listed.Output, StringComparison.Ordinal);
        Assert.Equal(
            Names.Select(static n => "data/" + n).Order(StringComparer.Ordinal),
            json.RootElement.EnumerateArray().Select(static e => e.GetProperty("path").GetString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_verb_takes_every_name_and_prints_it_escaped()
    {
        // Each costs eight programs: the worst are enough here.
        string[] worst = ["new\nline", "esc\u001b[31mred", "back\\x0aslash", "-rf"];
        foreach (string name in worst)
        {
            string path = "data/" + name;
            Assert.Equal($"bytes of {name}", _scene.Dls("repo", "cat", "--", path).Expect(0).Output);
            _scene.Write("repo/" + path, $"edited {name}");
            Plain(_scene.Dls("repo", "status", "-v").Expect(0));
            Plain(_scene.Dls("repo", "checkout", "--", path).Expect(1));
            Plain(_scene.Dls("repo", "add", "--", path).Expect(0));
            Plain(_scene.Dls("repo", "diff", "HEAD").Expect(0));
            Plain(_scene.Dls("repo", "rm", "--", path).Expect(0));
            Plain(_scene.Dls("repo", "trash", "list").Expect(0));
            Assert.False(File.Exists(_scene.At("repo/" + path)));
            Assert.NotEqual(0, _scene.Dls("repo", "cat", "--", path).ExitCode);
        }

        Assert.Equal(worst.Length, Directory.GetDirectories(_scene.At("repo/.git/dls/trash")).Length);
        foreach (string entry in Directory.GetDirectories(_scene.At("repo/.git/dls/trash")))
        {
            Plain(_scene.Dls("repo", "trash", "restore", Path.GetFileName(entry)).Expect(0));
        }

        Assert.All(worst, n => Assert.Equal($"edited {n}", File.ReadAllText(_scene.At("repo/data/" + n))));
    }

    [Fact]
    public void A_pointer_of_such_a_name_is_refused_with_what_to_do()
    {
        _scene.Write("repo/top\nlevel", "x");

        RunResult refused = _scene.Dls("repo", "add", "top\nlevel").Expect(1);

        Assert.Contains("add 'top\\x0alevel': its name holds a control character", refused.Error, StringComparison.Ordinal);
        Assert.Contains("hint: rename it", refused.Error, StringComparison.Ordinal);
    }

    private static void Plain(RunResult result)
    {
        Assert.DoesNotContain(result.Output + result.Error, static c => c != '\n' && char.IsControl(c));
        Assert.DoesNotContain("\u202e", result.Output + result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("\nline", result.Output + result.Error, StringComparison.Ordinal);
    }
}
