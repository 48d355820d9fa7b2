using System.Text.Json;
using DlStore.Learning.Kinds;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Tasks;

/// <summary>The file that <c>kind new</c> writes works as it stands, whatever it is based on.</summary>
public sealed class KindNewTests : IDisposable
{
    private readonly Scene _scene = new();

    public void Dispose() => _scene.Dispose();

    public static TheoryData<string> Bases() => [.. Preset.Names, ""];

    [Theory]
    [MemberData(nameof(Bases))]
    public void It_is_checked_and_a_task_of_it_is_done(string preset)
    {
        _scene.MakeRepo();
        _scene.Environment["DLS_TICK"] = "0.2";
        string[] with = preset.Length == 0 ? [] : ["--preset", preset];

        RunResult made = _scene.Dls("repo", ["kind", "new", "mine", .. with]).Expect(0);
        _scene.Dls("repo", "trust", "mine").Expect(0);
        RunResult check = _scene.Dls("repo", "kind", "check", "mine").Expect(0);
        _scene.Commit("repo", "kind");
        _scene.Dls("repo", "task", "create", "t").Expect(0);

        Assert.Contains("wrote .dlstore/kinds/mine.yaml", made.Output, StringComparison.Ordinal);
        Assert.Contains("kind mine: ready on local", check.Output, StringComparison.Ordinal);
        JsonElement record = TaskFiles.Show(_scene, "repo", "t").GetProperty("record");
        Assert.Equal("done", record.GetProperty("state").GetString());
        Assert.NotEmpty(record.GetProperty("metrics").EnumerateObject());
        Assert.NotEmpty(record.GetProperty("result").GetProperty("metrics").EnumerateObject());
        Assert.Empty(record.GetProperty("alarms").EnumerateArray());
        Assert.NotEqual(JsonValueKind.Null, record.GetProperty("weights").ValueKind);
    }

    [Fact]
    public void What_is_allowed_of_it_does_not_hang_on_other_kinds()
    {
        _scene.MakeRepo();
        _scene.Environment["DLS_TICK"] = "0.2";
        _scene.Dls("repo", "kind", "new", "mine").Expect(0);
        _scene.Commit("repo", "mine");
        _scene.Dls("repo", "trust", "mine").Expect(0);

        _scene.Dls("repo", "kind", "new", "other", "--preset", "darknet").Expect(0);
        _scene.Commit("repo", "other");
        string other = _scene.At("repo/.dlstore/kinds/other.yaml");
        File.AppendAllText(other, "# changed\n");
        _scene.Write("repo/.dlstore/kinds/third.yaml", "no kind yet\n");
        _scene.Dls("repo", "kind", "check", "mine").Expect(0);
        _scene.Dls("repo", "task", "create", "t", "--kind", "mine").Expect(0);

        JsonElement source = TaskFiles.Show(_scene, "repo", "t").GetProperty("start").GetProperty("sources")[0];
        Assert.Equal(1, source.GetProperty("files").GetInt32());
        Assert.Empty(source.GetProperty("dirty").EnumerateArray());
        Assert.Empty(Directory.EnumerateFiles(_scene.At("repo/tasks/t"), "*.patch", SearchOption.AllDirectories));

        File.AppendAllText(_scene.At("repo/.dlstore/kinds/mine.yaml"), "# changed\n");
        _scene.Dls("repo", "kind", "check", "mine").Expect(14);
        _scene.Dls("repo", "task", "create", "u", "--kind", "mine", "--trust").Expect(0);

        source = TaskFiles.Show(_scene, "repo", "u").GetProperty("start").GetProperty("sources")[0];
        Assert.Equal("mine.yaml", Assert.Single(source.GetProperty("dirty").EnumerateArray()).GetString());
        string patch = File.ReadAllText(
            Assert.Single(Directory.EnumerateFiles(_scene.At("repo/tasks/u"), "*.patch", SearchOption.AllDirectories)));
        Assert.Contains("mine.yaml", patch, StringComparison.Ordinal);
        Assert.DoesNotContain("other.yaml", patch, StringComparison.Ordinal);
    }

    [Fact]
    public void A_kind_that_is_there_is_never_overwritten_and_a_preset_that_is_not_is_named()
    {
        _scene.MakeRepo();
        _scene.Write("repo/.dlstore/kinds/mine.yaml", "mine\n");

        RunResult used = _scene.Dls("repo", "kind", "new", "mine").Expect(1);
        RunResult unknown = _scene.Dls("repo", "kind", "new", "other", "--preset", "yolo").Expect(2);

        Assert.Contains("already", used.Error, StringComparison.Ordinal);
        Assert.Equal("mine\n", File.ReadAllText(_scene.At("repo/.dlstore/kinds/mine.yaml")));
        Assert.Contains("darknet, pytorch-ssd, resset, ultralytics", unknown.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_scene.At("repo/.dlstore/kinds/other.yaml")));
    }
}
