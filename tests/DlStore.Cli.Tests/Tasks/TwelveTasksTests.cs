using System.Text.Json;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Tasks;

/// <summary>
/// The history of a season (R51, P17, P18): twelve tasks of two kinds with parents and dirty sources; compared, deployed, taken back,
/// audited, removed and cleaned up, in two clones.
/// </summary>
public sealed class TwelveTasksTests : IDisposable
{
    private const int Tasks = 12;
    private readonly Scene _scene = new();

    public void Dispose() => _scene.Dispose();

    private RunResult Dls(params string[] arguments) => _scene.Dls("repo", arguments);

    [Fact]
    public void Nothing_of_twelve_tasks_is_mixed_up_or_lost()
    {
        Make();
        for (int i = 1; i <= Tasks; i++)
        {
            // Every third task runs a source that is in no commit; every second begins with the weights of the one before.
            File.AppendAllText(_scene.At("repo/trainer/train.sh"), $"# state {i}\n");
            if (i % 3 != 0)
            {
                _scene.Commit("repo", $"source {i}");
            }

            string[] from = i % 2 == 0 ? ["--from", $"try{i - 1}"] : [];
            string kinds = i % 4 == 0 ? "one,two" : i % 2 == 1 ? "one,two" : "one";
            Dls(["task", "create", $"try{i}", "--kind", kinds, "--trust", "--memo", $"memo {i}", "--detach", .. from]).Expect(0);
            if (i % 2 == 1 || i == Tasks)
            {
                Dls("task", "collect", $"try{i}", "--wait").Expect(0);
            }

            _scene.Git("repo", "add", "tasks");
            _scene.Git("repo", "commit", "-q", "--no-verify", "-m", $"try{i}", "--", "tasks");
        }

        _scene.Commit("repo", "all");
        Dls("push").Expect(0);
        _scene.Clone("repo", "clone");

        // The second clone brings home what the first one has not, and finds nothing wrong with any of it.
        _scene.Dls("clone", "task", "collect").Expect(0);
        _scene.Commit("clone", "collected there");
        _scene.Dls("clone", "fetch", "--all").Expect(0);
        Assert.DoesNotContain("broken", _scene.Dls("clone", "audit").Expect(0).Output, StringComparison.OrdinalIgnoreCase);
        _scene.Dls("clone", "push").Expect(0);
        _scene.Git("repo", "pull", "-q", _scene.At("clone"), "main");
        string list = Dls("task", "list").Expect(0).Output;
        Assert.Equal(Tasks, Enumerable.Range(1, Tasks).Count(i => list.Contains($"try{i} ", StringComparison.Ordinal)));
        Dls("fetch", "--all").Expect(0);
        Dls("audit", "--full").Expect(0);

        // The state of each source is its own, also where it was never committed.
        Dls("pull", "tasks/try3/attempts/1/source", "tasks/try9/attempts/1/source").Expect(0);
        Assert.EndsWith("# state 3\n", File.ReadAllText(_scene.At("repo/tasks/try3/attempts/1/source/train.sh")), StringComparison.Ordinal);
        Assert.EndsWith("# state 9\n", File.ReadAllText(_scene.At("repo/tasks/try9/attempts/1/source/train.sh")), StringComparison.Ordinal);
        Assert.Equal(1, TaskFiles.Show(_scene, "repo", "try12").GetProperty("parents").GetArrayLength());

        DeployAndTakeBack();
        RemoveAndCleanUp();
    }

    private void Make()
    {
        TaskFiles.Make(_scene, "one", "two");
        foreach (string kind in (string[])["one", "two"])
        {
            _scene.Write($"repo/.dlstore/kinds/{kind}.yaml",
                TaskFiles.Kind.Replace("weights/best.bin", $"{kind}/best.bin", StringComparison.Ordinal) + "initial: initial.bin\n");
        }

        Directory.CreateDirectory(_scene.At("game"));
        Dls("target", "add", "game", "--host", "local", "--kind", "one,two", "--home", _scene.At("game"), "--quiet").Expect(0);
        _scene.Commit("repo", "kinds and a target");
    }

    private void DeployAndTakeBack()
    {
        Dls("task", "diff", "try1/one", "try11/one").Expect(0);
        Dls("deploy", "try1", "--target", "game", "--kind", "one").Expect(0);
        string first = File.ReadAllText(_scene.At("game/one/best.bin"));
        Dls("deploy", "try11", "--target", "game", "--kind", "one").Expect(0);
        Assert.NotEqual(first, File.ReadAllText(_scene.At("game/one/best.bin")));
        Dls("undeploy", "game").Expect(0);
        Assert.Equal(first, File.ReadAllText(_scene.At("game/one/best.bin")));
        Assert.Contains("try1", Dls("lineage", "../game/one/best.bin").Expect(0).Output, StringComparison.Ordinal);
        Dls("audit").Expect(0);
        _scene.Commit("repo", "deployed");
    }

    private void RemoveAndCleanUp()
    {
        Assert.Contains("target game", Dls("task", "rm", "try1").Expect(1).Error, StringComparison.Ordinal);
        Assert.Contains("task try6", Dls("task", "rm", "try5").Expect(1).Error, StringComparison.Ordinal);
        Dls("task", "rm", "try12").Expect(0);
        _scene.Commit("repo", "without try12");
        Dls("gc", "--grace", "0s").Expect(0);
        Dls("verify").Expect(0);
        Dls("audit", "--full").Expect(0);
        using JsonDocument weights = JsonDocument.Parse(Dls("task", "show", "try1", "--json").Expect(0).OutputBytes);
        string oid = weights.RootElement.GetProperty(
            "attempts")[0].GetProperty("record").GetProperty("weights").GetProperty("oid").GetString()!;
        Assert.Equal(File.ReadAllText(_scene.At("game/one/best.bin")),
            Dls("cat", $"tasks/try1/attempts/1/outputs/best/{oid[7..]}").Expect(0).Output);
    }
}
