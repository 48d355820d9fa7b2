using System.Text.RegularExpressions;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Imports;

/// <summary>docs/from-dvc.md: its walk is typed word for word, and every command that its table names is one of those typed.</summary>
public sealed class FromDvcPageTests
{
    private static readonly string Page = File.ReadAllText(SourceTree.At("docs/from-dvc.md"));

    [Fact]
    public void The_walk_can_be_typed_as_it_stands()
    {
        using Scene scene = new();
        Directory.CreateDirectory(scene.At("walk/shop"));
        scene.Git("walk/shop", "init", "-q", "-b", "main");
        Dvc(scene, "init");
        scene.Write("walk/shop/.dvc/config", "[core]\n    remote = store\n['remote \"store\"']\n    url = ../../dvc-store\n");
        for (int version = 1; version <= 3; version++)
        {
            for (int i = 1; i <= 40; i++)
            {
                scene.Write($"walk/shop/raw/{i}.txt", Numbers(i * version, 900));
            }

            Dvc(scene, "add", "raw", "3", "copy");
            scene.Write("walk/shop/model.pkl", Numbers(version, 100_000));
            Dvc(scene, "add", "model.pkl", "3", "copy");
            scene.Write("walk/shop/features/all.txt", Numbers(version, 5000));
            File.Delete(scene.At("walk/shop/dvc.lock"));
            File.Delete(scene.At("walk/shop/dvc.yaml"));
            Dvc(scene, "stage", "featurize", "features", "3");
            scene.Write("walk/shop/params.yaml", $"lr: 0.{version}\n");
            scene.Commit("walk/shop", $"version {version}");
        }

        ReadmeWalkTests.Walk(scene, "docs/from-dvc.md", Page);
    }

    /// <summary>A command that a row names is typed in the walk, or is one of those that the page only points to.</summary>
    [Fact]
    public void Every_command_that_the_page_names_is_typed_or_known()
    {
        string[] pointedTo = ["task show", "task diff", "task create", "build", "dataset build", "lineage", "deploy"];
        string typed = string.Join('\n', Page.Split('\n').Where(static l => l.StartsWith("$ ", StringComparison.Ordinal)));

        Assert.All(Regex.Matches(Page, "`dls ([^`]+)`").Select(static m => m.Groups[1].Value), words =>
        {
            CommandEntry entry = CommandTable.Match(words.Split(' '), out _)!;
            Assert.NotNull(entry);
            Assert.True(pointedTo.Contains(entry.Words) || typed.Contains($"dls {entry.Words}", StringComparison.Ordinal), entry.Words);
            Assert.All(Regex.Matches(words, "--[a-z-]+").Select(static m => m.Value), option =>
                Assert.Contains(option, typed, StringComparison.Ordinal));
        });
    }

    private static void Dvc(Scene scene, params string[] words) => scene.RunProgram(
        "/usr/bin/python3", [SourceTree.At("tests/DlStore.Cli.Tests/Imports/dvc.py"), .. words], scene.At("walk/shop")).Expect(0);

    private static string Numbers(int from, int to) => string.Concat(Enumerable.Range(from, Math.Max(0, to - from + 1)).Select(static n => $"{n}\n"));
}
