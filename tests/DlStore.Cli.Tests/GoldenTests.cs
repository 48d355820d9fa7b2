using System.Text;
using System.Text.RegularExpressions;
using DlStore.TestKit;

namespace DlStore.Cli.Tests;

/// <summary>
/// What users read: each story's commands with both streams and exit codes, as approved text (DLS_APPROVE=1 rewrites it).
/// </summary>
public sealed partial class GoldenTests : IDisposable
{
    private readonly Scene _scene = new();
    private readonly StringBuilder _transcript = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void First_day()
    {
        Directory.CreateDirectory(_scene.At("repo"));
        _scene.Git("repo", "init", "-q", "-b", "main");
        Say("repo", "init");
        Say("repo", "init");
        Say("repo", "status");
        Say("repo", "remote", "add", "lab", "../remote", "--default");
        Say("repo", "remote", "list");
        _scene.WriteSample("repo/data");
        Scene.LetFilesAge();
        Say("repo", "add", "--dry-run", "data");
        Say("repo", "add", "data");
        Say("repo", "add", "data");
        _scene.Commit("repo", "one");
        Say("repo", "status");
        Say("repo", "push", "--dry-run");
        Say("repo", "push");
        Say("repo", "push");
        Say("repo", "status");
        Say("repo", "verify");
        Say("repo", "verify", "--remote", "lab");
        Say("repo", "remote", "check");
        _scene.Clone("repo", "clone");
        Say("clone", "status");
        Say("clone", "pull", "data/img");
        Say("clone", "status");
        Say("clone", "pull");
        Say("clone", "pull");
        Approve("first-day");
    }

    [Fact]
    public void Changes()
    {
        Committed();
        _scene.Write("repo/data/img/001.txt", "another\n");
        _scene.Write("repo/data/new.txt", "new\n");
        File.Move(_scene.At("repo/data/img/004.txt"), _scene.At("repo/data/img/moved.txt"));
        File.Delete(_scene.At("repo/data/empty"));
        Say("repo", "status");
        Say("repo", "status", "-v");
        Say("repo", "status", "--exit-code");
        Say("repo", "diff");
        Say("repo", "checkout");
        Say("repo", "checkout", "data");
        Say("repo", "add", "data");
        _scene.Commit("repo", "two");
        Say("repo", "diff", "v1", "HEAD");
        Say("repo", "diff", "--exit-code", "v1");
        Say("repo", "ls");
        Say("repo", "ls", "data");
        Say("repo", "ls", "-R", "--rev", "v1", "data");
        Say("repo", "cat", "data/new.txt");
        Say("repo", "where", "data/new.txt");
        _scene.Git("repo", "checkout", "-q", "v1");
        Say("repo", "status");
        Say("repo", "add", "data");
        Say("repo", "checkout");
        Say("repo", "status");
        _scene.Write("repo/data/img/001.txt", "local\n");
        Say("repo", "checkout", "--force", "data");
        Say("repo", "trash", "list");
        Say("repo", "rm", "data/img/002.txt");
        Say("repo", "rm", "data");
        Say("repo", "status");
        Approve("changes");
    }

    [Fact]
    public void Errors()
    {
        Directory.CreateDirectory(_scene.At("plain"));
        Say("plain", "status");
        Committed();
        Say("repo", "add");
        Say("repo", "add", "nothing");
        Say("repo", "add", "../outside");
        Say("repo", "add", "data.dls", "--frobnicate");
        Say("repo", "checkout", "nothing");
        Say("repo", "cat", "data");
        Say("repo", "cat", "data/none");
        Say("repo", "ls", "data/none");
        Say("repo", "rm", "nothing");
        Say("repo", "where", "nothing");
        Say("repo", "pull", "--remote", "none");
        Say("repo", "push", "--remote", "none");
        Say("repo", "remote", "add", "x", "gs://bucket");
        Say("repo", "trash", "restore", "none");
        Say("repo", "checkout", "--rev", "none", "data");
        _scene.Write("repo/src/a.txt", "git's\n");
        _scene.Commit("repo", "src");
        Say("repo", "add", "src");
        _scene.RunProgram("mkfifo", ["data/fifo"], _scene.At("repo")).Expect(0);
        Say("repo", "add", "data");
        _scene.Clone("repo", "clone");
        Say("clone", "pull");
        Say("clone", "checkout");
        Say("clone", "cat", "data/run.sh");
        Say("repo", "stauts");
        Approve("errors");
    }

    [Fact]
    public void Json()
    {
        Committed();
        Say("repo", "add", "data", "--json");
        Say("repo", "status", "--json");
        Say("repo", "push", "--json");
        Say("repo", "status", "--json", "-v");
        _scene.Write("repo/data/img/001.txt", "another\n");
        Say("repo", "diff", "--json");
        Say("repo", "checkout", "--force", "data", "--json");
        Say("repo", "trash", "list", "--json");
        Say("repo", "ls", "data/img", "--json");
        Say("repo", "where", "data/empty", "--json");
        Say("repo", "verify", "--json");
        Say("repo", "verify", "--remote", "lab", "--json");
        Say("repo", "remote", "list", "--json");
        Say("repo", "index", "rebuild", "--json");
        _scene.Clone("repo", "clone");
        Say("clone", "fetch", "--json");
        Say("clone", "pull", "--json");
        Say("repo", "rm", "data", "--json");
        Say("repo", "add", "nothing", "--json");
        Approve("json");
    }

    [Fact]
    public void Data_sets()
    {
        _scene.MakeRepo();
        ProjectFiles.Write(_scene, "repo", "close", yaml: "recipe: [{brightness: 0.4, count: 20}]\nplacements: [lu, ru]\n");
        ProjectFiles.WriteProgram(_scene, "repo", "open", "cp master/image.jpg build/$1_0.jpg\n");
        _scene.Write("repo/datasets/game.yaml", "projects: [close, open]\ncanvas: 32x32\n");
        _scene.Commit("repo", "projects");
        Say("repo", "build", "--dry-run", "close");
        Say("repo", "build");
        Say("repo", "trust");
        _scene.Write("repo/projects/open/project.yaml", ProjectFiles.Small);
        Say("repo", "trust");
        Say("repo", "build", "close", "--preview");
        Say("repo", "build");
        Say("repo", "build");
        Say("repo", "build", "explain", "close_39");
        Say("repo", "dataset", "list");
        Say("repo", "dataset", "build", "game", "--dry-run");
        Say("repo", "dataset", "build", "game");
        Say("repo", "dataset", "build", "game");
        _scene.Commit("repo", "game");
        Say("repo", "dataset", "list");
        Say("repo", "dataset", "verify", "game");
        Say("repo", "dataset", "lint", "game", "--for", "ssd,resnet34");
        File.AppendAllText(_scene.At("repo/datasets/game/32x32/data_set/ImageSets/Main/val.txt"), "\n");
        Say("repo", "dataset", "lint", "game");
        Say("repo", "dataset", "verify", "game");
        Say("repo", "dataset", "build", "game");
        Say("repo", "checkout", "--force", "datasets/game");
        ProjectFiles.Write(_scene, "repo", "zoom", 3);
        _scene.Write("repo/datasets/game.yaml", "projects: [close, zoom]\ncanvas: 32x32\n");
        Say("repo", "dataset", "build", "game");
        Say("repo", "dataset", "build", "game", "--add-classes");
        Say("repo", "dataset", "diff", "game@HEAD", "game");
        Say("repo", "dataset", "show", "game");
        Say("repo", "dataset", "export", "darknet", "game", "../ds1");
        Say("repo", "dataset", "export", "tar", "game", "../data_set.tar.gz");
        Say("repo", "dataset", "import", "darknet", "../ds1", "ds1");
        Say("repo", "testset", "add", "games", "datasets/ds1/own/data_set");
        Say("repo", "dataset", "rm", "game");
        _scene.Write("shots/a.jpg", Drawn.Jpeg(40, 30, 9));
        Say("repo", "testset", "add", "games", "../shots");
        Say("repo", "testset", "add", "games", "../shots", "--label", "close", "--description", "shots of 2023");
        Say("repo", "testset", "list");
        Say("repo", "testset", "show", "games");
        // What a picture takes is the library's business.
        _transcript.Replace(_transcript.ToString(), Sizes().Replace(_transcript.ToString(), "<SIZE>"));
        Approve("data-sets");
    }

    [Theory]
    [InlineData("add", "data")]
    [InlineData("add", "--remove", "data")]
    [InlineData("checkout", "--force", "data")]
    [InlineData("checkout", "--force", "--rev", "v1", "data")]
    [InlineData("push")]
    [InlineData("push", "--all")]
    [InlineData("pull")]
    [InlineData("fetch", "--all")]
    [InlineData("rm", "data")]
    [InlineData("rm", "data/img")]
    [InlineData("remote", "add", "other", "../other")]
    [InlineData("remote", "remove", "lab")]
    [InlineData("init")]
    [InlineData("uninstall")]
    [InlineData("index", "rebuild")]
    public void A_dry_run_changes_nothing(params string[] command)
    {
        Committed();
        _scene.Write("repo/data/img/001.txt", "another\n");
        _scene.Dls("repo", "add", "data").Expect(0);
        _scene.Commit("repo", "two");
        _scene.Write("repo/data/img/002.txt", "local\n");
        _scene.Dls("repo", "status").Expect(0);
        TreeSnapshot before = TreeSnapshot.Of(_scene.Root, Volatile);

        _scene.Dls("repo", [.. command, "--dry-run"]).Expect(0);

        TreeSnapshot.AssertEqual(before, TreeSnapshot.Of(_scene.Root, Volatile));
    }

    // Locks name their last holder, stat caches may be refreshed by anybody.
    private static string[] Volatile => ["repo/.git/dls/locks", "repo/.git/dls/stat", "repo/.git/index"];

    private void Committed()
    {
        _scene.MakeRepo();
        _scene.WriteSample("repo/data");
        Scene.LetFilesAge();
        _scene.Dls("repo", "add", "data").Expect(0);
        _scene.Commit("repo", "one");
        _scene.Git("repo", "tag", "v1");
    }

    private void Say(string directory, params string[] arguments)
    {
        RunResult result = _scene.Dls(directory, arguments);
        _transcript.Append($"{directory}$ dls {string.Join(' ', arguments)}\n").Append(result.Output);
        foreach (string line in result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            _transcript.Append("| ").Append(line).Append('\n');
        }

        _transcript.Append(result.ExitCode == 0 ? "\n" : $"exit code {result.ExitCode}\n\n");
    }

    private void Approve(string name)
    {
        string text = Golden.Hide(_transcript.ToString(), (_scene.Root, "ROOT"));
        text = TrashId().Replace(text, "<TRASH>");
        text = text.Replace("<DURATION> ago", "just now", StringComparison.Ordinal);
        text = Engine().Replace(text, "<ENGINE>");
        Golden.Approve(name, text);
    }

    [GeneratedRegex(@"\d{8}-\d{6}-[0-9a-f]{6}")]
    private static partial Regex TrashId();

    [GeneratedRegex(@"\b\d+(\.\d+)? ([KM]iB|bytes?|B)\b")]
    private static partial Regex Sizes();

    [GeneratedRegex(@"dls-engine \d+, libjpeg-turbo [\d.]+ probe [0-9a-f]+")]
    private static partial Regex Engine();
}
