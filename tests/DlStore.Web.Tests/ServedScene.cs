using DlStore.Learning.Logs;
using DlStore.Learning.Records;
using DlStore.TestKit;

namespace DlStore.Web.Tests;

/// <summary>A repository with runs of every sort, among them hostile texts, for pages to show.</summary>
internal static class ServedScene
{
    /// <summary>Markup that must come out as text wherever it stands.</summary>
    public const string Hostile = "<img src=x onerror=\"window.hit=1\">'\"&amp;</script><script>window.hit=1</script>\u202e";

    /// <summary>Writes five runs.</summary>
    public static void Fill(Scene scene)
    {
        scene.MakeRepo();
        string[] states = ["a.jpg", "b.jpg", "c.jpg"];
        for (int i = 0; i < 3; i++)
        {
            Run(scene, $"try{i}", "ssd", $"0.{i + 1}", $"0.{5 + i}", states.Select((s, k) => (s, "close", k <= i ? "close" : "open", "0.9")));
        }

        Run(scene, "hostile", "ssd", Hostile, "0.1", [(Hostile, "close", "open", "0.5")]);
        Run(scene, "net1", "resnet", "0.1", null, []);
        Run(scene, "net1", "resnet", "0.2", null, []);
        scene.Dls("repo", "task", "memo", "hostile", Hostile).Expect(0);
        scene.Dls("repo", "task", "memo", "try2", "the best one").Expect(0);
        scene.Commit("repo", "memos");
    }

    private static void Run(
        Scene scene, string task, string kind, string lr, string? map, IEnumerable<(string Image, string Truth, string Found, string Score)> rows)
    {
        SortedDictionary<string, string> files = new(StringComparer.Ordinal)
        {
            ["log"] = $"first line of {task}\n{(task == "hostile" ? Hostile : "plain")}\nlast line\n",
            ["work/best.bin"] = $"weights of {task}\n",
        };
        string table = FinishedTask.Rows([.. rows]);
        if (table.Length > 0)
        {
            files["test.log"] = table;
        }

        new FinishedTask
        {
            Name = task,
            Kind = kind,
            Parameters = new SortedDictionary<string, string> { ["lr"] = lr, ["note"] = task == "hostile" ? Hostile : "plain" },
            Files = files,
            Result = map is null ? null : new AttemptResult(new SortedDictionary<string, string> { ["map"] = map }, 3)
            {
                Classes = [new ClassNumbers(task == "hostile" ? Hostile : "close", new SortedDictionary<string, string> { ["ap"] = map })],
            },
            Metrics = new SortedDictionary<string, string> { ["loss"] = "0.2" },
            Points = [.. Enumerable.Range(1, 30).Select(i => new MetricLine(i, i, "loss", i == 9 ? double.NaN : 1.0 / i))],
        }.Write(scene);
    }
}
