using System.Text;
using DlStore.Data.Names;
using DlStore.Data.Sets;
using DlStore.Lineage;
using DlStore.Objects;
using DlStore.Operations.Index;
using DlStore.Operations.Lineage;
using DlStore.TestKit;

namespace DlStore.Tests.Lineage;

/// <summary>
/// From anything up to its sources and down to where it is live (R69, R70), and that the index holds no fact of its own (R72).
/// </summary>
public sealed class LineageTests : IDisposable
{
    private readonly OpenedRepo _opened = new();

    public void Dispose() => _opened.Dispose();

    [Fact]
    public void R69_weights_lead_to_task_source_data_set_and_masters()
    {
        (MadeAttempt first, _, Oid master) = TwoTasks();

        foreach (string name in (string[])[first.Weights.ToString(),
            first.Weights.ToHex()[..8], "tasks/first/attempts/1/outputs/work/out/best.pth"])
        {
            LineageResult found = Trace(false, name);

            Assert.Equal([$"object:{first.Weights}"], found.Roots);
            Assert.Contains(
                found.Edges, e => e.Word == LineageWord.Generated && e.From == $"attempt:{first.Start.Id}" && e.To == $"object:{first.Weights}");
            LineageNode attempt = Assert.Single(found.Nodes, n => n.Kind == LineageKind.Attempt);
            Assert.Equal("first/ssd attempt 1", attempt.Name);
            Assert.Contains("done", attempt.Facts);
            Assert.Contains($"commit {first.Start.Commit}", attempt.Facts);
            Assert.Contains("epochs=20 lr=0.01", attempt.Facts);
            Assert.Contains("memo: why first was run", attempt.Facts);
            Assert.Contains(found.Nodes, n => n.Kind == LineageKind.Source && n.Facts.Contains("dirty: 1 file differs, captured"));
            LineageNode dataset = Assert.Single(found.Nodes, n => n.Kind == LineageKind.Dataset);
            Assert.Contains($"dirHash {first.Start.Data!.DirHash}", dataset.Facts);
            Assert.Equal(["close", "open"], found.Nodes.Where(n => n.Kind == LineageKind.Project).Select(n => n.Name));
            LineageNode image = Assert.Single(found.Nodes, n => n.Name == master.ToString());
            Assert.StartsWith("projects/close/master/image.jpg at ", image.Facts[0], StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Initial_weights_lead_to_the_task_they_came_from()
    {
        (MadeAttempt first, MadeAttempt second, _) = TwoTasks();

        LineageResult found = Trace(false, "second/ssd");

        Assert.Equal([$"attempt:{second.Start.Id}"], found.Roots);
        Assert.Contains(found.Edges, e => e.From == $"attempt:{second.Start.Id}" && e.Word == LineageWord.Used && e.To == $"object:{first.Weights}");
        Assert.Contains(
            found.Edges, e => e.From == $"attempt:{first.Start.Id}" && e.Word == LineageWord.Generated && e.To == $"object:{first.Weights}");
        Assert.Contains(found.Nodes, n => n.Name == "first/ssd attempt 1");
    }

    [Theory]
    [InlineData("projects/close/master/image.jpg")]
    [InlineData("projects/close/master/image.xml")]
    [InlineData("projects/close")]
    [InlineData("project:close")]
    [InlineData("close")]
    public void R70_master_annotation_and_project_lead_to_tasks_and_live_targets(string name)
    {
        (MadeAttempt first, MadeAttempt second, _) = TwoTasks();
        using (Repo repo = _opened.Open())
        {
            TaskStory story = new(repo);
            story.Deploy("field", 1, "first", first);
            story.Deploy("field", 2, "second", second);
            story.Deploy("lab", 1, "first", first);
            story.Deploy("lab", 2, null, null);
        }

        _opened.Git("add", "-A");
        _opened.Git("commit", "-q", "-m", "deployed");

        LineageResult found = Trace(true, name);

        Assert.Equal(["first/ssd attempt 1", "second/ssd attempt 1"], found.Nodes.Where(n => n.Kind == LineageKind.Attempt).Select(n => n.Name));
        LineageNode target = Assert.Single(found.Nodes, n => n.Kind == LineageKind.Target);
        Assert.Equal("field", target.Name);
        Assert.Contains("task second is live by entry 2 (deploy) of 2026-01-02T03:04:05Z", target.Facts[0], StringComparison.Ordinal);
        Assert.Contains(found.Edges, e => e.From == "target:field" && e.Word == LineageWord.Used && e.To == $"object:{second.Weights}");
    }

    [Fact]
    public void A_project_that_a_data_set_does_not_hold_leads_nowhere()
    {
        TwoTasks();
        using (Repo repo = _opened.Open())
        {
            new TaskStory(repo).Project("other", "another master");
        }

        _opened.Git("add", "-A");
        _opened.Git("commit", "-q", "-m", "other");

        Assert.Single(Trace(true, "project:other").Nodes);
    }

    [Fact]
    public void Unknown_and_ambiguous_names_are_refused_with_what_to_do()
    {
        (MadeAttempt first, _, _) = TwoTasks();

        DlsException unknown = Assert.Throws<DlsException>(() => Trace(false, "ffffffffffff"));
        Assert.Equal(ErrorKind.Usage, unknown.Kind);
        Assert.NotNull(unknown.Hint);
        Assert.Throws<DlsException>(() => Trace(false, "sha256:" + new string('e', 64)));
        Assert.Throws<DlsException>(() => Trace(false, first.Weights.ToHex()[..5]));

        using (Repo repo = _opened.Open())
        {
            new TaskStory(repo).Project("first", "a project with a task's name");
        }

        _opened.Git("add", "-A");
        _opened.Git("commit", "-q", "-m", "same name");
        DlsException ambiguous = Assert.Throws<DlsException>(() => Trace(false, "first"));
        Assert.Equal(["task first", "project first"], ambiguous.Items);
        Assert.Equal(["task:first"], Trace(false, "task:first").Roots);
    }

    [Fact]
    public void Records_that_are_not_committed_answer_and_are_read_again_when_they_change()
    {
        TwoTasks();
        MadeAttempt third;
        using (Repo repo = _opened.Open())
        {
            third = new TaskStory(repo).Attempt("third", collected: false);
        }

        Assert.Contains("not collected", Trace(false, "third/ssd").Nodes[0].Facts);
        using (Repo repo = _opened.Open())
        {
            new TaskStory(repo).Collect(PortableName.Parse("third", "task"), third.Start);
        }

        Assert.Contains("done", Trace(false, "third/ssd").Nodes[0].Facts);
        Directory.Delete(_opened.At("tasks/third"), recursive: true);
        Assert.Throws<DlsException>(() => Trace(false, "third/ssd"));
    }

    [Fact]
    public void Commits_that_are_rewritten_take_their_facts_along()
    {
        TwoTasks();
        _opened.Git("checkout", "-q", "-b", "side");
        using (Repo repo = _opened.Open())
        {
            new TaskStory(repo).Attempt("aside");
        }

        _opened.Git("add", "-A");
        _opened.Git("commit", "-q", "-m", "aside");
        Assert.NotEmpty(Trace(false, "task:aside").Nodes);
        _opened.Git("checkout", "-q", "main");
        Assert.NotEmpty(Trace(false, "task:aside").Nodes);
        _opened.Git("branch", "-q", "-D", "side");

        Assert.Throws<DlsException>(() => Trace(false, "task:aside"));
        Assert.Equal(Dump(), Rebuilt());
    }

    [Fact]
    public void R72_a_rebuilt_index_gives_the_same_answers()
    {
        TwoTasks();
        _opened.Git("checkout", "-q", "-b", "side");
        using (Repo repo = _opened.Open())
        {
            TaskStory story = new(repo);
            story.Deploy("field", 1, "first", story.Attempt("first"));
        }

        _opened.Git("add", "-A");
        _opened.Git("commit", "-q", "-m", "again");
        _opened.Git("checkout", "-q", "main");
        _opened.Git("merge", "-q", "--no-ff", "-m", "merge", "side");
        using (Repo repo = _opened.Open())
        {
            new TaskStory(repo).Attempt("loose");
        }

        string before = Dump();

        Assert.Contains("second/ssd attempt 1", before, StringComparison.Ordinal);
        Assert.Contains("loose/ssd attempt 1", before, StringComparison.Ordinal);
        Assert.Equal(before, Rebuilt());
        File.Delete(_opened.At(".git/dls/index.sqlite"));
        Assert.Equal(before, Dump());
    }

    [Fact]
    public void A_record_of_a_hostile_clone_is_named_and_the_others_answer()
    {
        TwoTasks();
        _opened.Write("tasks/bad/task.json", "{\"format\": 1, \"name\": \"../../etc\"}"u8.ToArray());
        _opened.Write("tasks/worse/task.json", Encoding.UTF8.GetBytes(new string('[', 100_000)));
        _opened.Git("add", "-A");
        _opened.Git("commit", "-q", "-m", "hostile");

        LineageResult found = Trace(false, "task:first");

        Assert.Equal(2, found.Problems.Count);
        Assert.Contains("tasks/bad/task.json", found.Problems[0], StringComparison.Ordinal);
    }

    private (MadeAttempt First, MadeAttempt Second, Oid Master) TwoTasks()
    {
        Oid master;
        MadeAttempt first;
        MadeAttempt second;
        using (Repo repo = _opened.Open())
        {
            TaskStory story = new(repo);
            master = story.Project("close", "the master of close");
            Oid other = story.Project("open", "the master of open");
            DatasetLock game = story.Dataset("game", ("close", master), ("open", other));
            first = story.Attempt("first", ("game", game));
            second = story.Attempt("second", ("game", game), first, "first");
        }

        _opened.Git("add", "-A");
        _opened.Git("commit", "-q", "-m", "two tasks");
        return (first, second, master);
    }

    private LineageResult Trace(bool down, params string[] what)
    {
        using Repo repo = _opened.Open();
        return LineageTrace.Run(repo, new LineageOptions { What = what, Down = down }, CancellationToken.None);
    }

    private string Rebuilt()
    {
        using (Repo repo = _opened.Open())
        {
            _ = IndexRebuild.Run(repo, dryRun: false, CancellationToken.None);
        }

        return Dump();
    }

    private static (string[] Names, string Pointers) Names(LineageQuery query) => (
        [
            .. query.Tasks().Select(t => "task:" + t),
                .. query.DatasetNames().Select(d => "dataset:" + d), .. query.Projects().Select(p => "project:" + p),
            .. query.LastDeployments().Select(d => "target:" + d.Target),
                .. query.Pointers().Select(p => p.Oid.ToString()).Distinct().Order(StringComparer.Ordinal),
        ],
        string.Join('\n', query.Pointers()) + "\n");

    /// <summary>Every answer in both directions, as text.</summary>
    private string Dump()
    {
        StringBuilder text = new();
        string[] names;
        using (Repo repo = _opened.Open())
        {
            (names, string pointers) = IndexCatchUp.Ask(
                repo, index => Names(new LineageQuery(index, repo.StateDirectory)), CancellationToken.None);
            text.Append(pointers);
        }

        foreach (string name in names)
        {
            foreach (bool down in (bool[])[false, true])
            {
                LineageResult found = Trace(down, name);
                text.Append(name).Append(down ? " down\n" : " up\n");
                found.Nodes.ToList().ForEach(n => text.Append($"  {n.Key} {LineageKinds.Name(n.Kind)} {n.Name}: {string.Join("; ", n.Facts)}\n"));
                text.AppendJoin('\n', found.Steps).Append('\n');
            }
        }

        return text.ToString();
    }
}
