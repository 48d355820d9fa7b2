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
    public void A_kind_that_is_there_is_never_overwritten_and_a_preset_that_is_not_is_named()
    {
        _scene.MakeRepo();
        _scene.Write("repo/.dlstore/kinds/mine.yaml", "mine\n");

        RunResult used = _scene.Dls("repo", "kind", "new", "mine").Expect(2);
        RunResult unknown = _scene.Dls("repo", "kind", "new", "other", "--preset", "yolo").Expect(2);

        Assert.Contains("already", used.Error, StringComparison.Ordinal);
        Assert.Equal("mine\n", File.ReadAllText(_scene.At("repo/.dlstore/kinds/mine.yaml")));
        Assert.Contains("darknet, pytorch-ssd, resset, ultralytics", unknown.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_scene.At("repo/.dlstore/kinds/other.yaml")));
    }
}
