using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using DlStore.Cli.Commands.Lineage;
using DlStore.Operations.Lineage;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Lineage;

/// <summary>What other programs draw of lineage: the form of the text, and names that would end a label or be read as something else.</summary>
public sealed partial class LineageDrawingTests : IDisposable
{
    private readonly Scene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void The_flowchart_has_the_nodes_and_edges_of_the_graph_and_numbers_for_names()
    {
        _scene.MakeRepo();
        MadeAttempt made = null!;
        using (Repo repo = Repo.Open(new RepoSettings { StartDirectory = _scene.At("repo"), Environment = _scene.Environment }))
        {
            TaskStory story = new(repo);
            made = story.Attempt("first", ("game", story.Dataset("game", ("close", story.Project("close", "the master of close")))));
            story.Deploy("field", 1, "first", made);
        }

        _scene.Commit("repo", "a task");
        string[] dot = Lines("lineage", "target", "field", "--dot");

        string[] lines = Lines("lineage", "target", "field", "--mermaid");

        Assert.Equal("flowchart LR", lines[0]);
        Assert.Equal("  n1[[\"target<br/>field\"]]", lines[1]);
        Assert.Contains($"  n2[\"weights<br/>sha256#58;{made.Weights.ToHex()[..16]}\"]", lines);
        Assert.Contains("  n1 -->|used| n2", lines);
        Assert.Contains(lines, static l => l.EndsWith("([\"attempt<br/>first/ssd attempt 1\"])", StringComparison.Ordinal));
        Assert.Equal(dot.Count(static l => l.Contains("shape=", StringComparison.Ordinal)) - 1, lines.Count(IsNode));
        Assert.Equal(
            dot.Count(static l => l.Contains(" -> ", StringComparison.Ordinal)),
            lines.Count(static l => l.Contains(" -->", StringComparison.Ordinal)));
    }

    /// <summary>What Mermaid, the HTML of its labels and the Markdown in them give a meaning.</summary>
    [Theory]
    [InlineData("a\"b", "a#34;b")]
    [InlineData("[x] (y) {z}", "#91;x#93; #40;y#41; #123;z#125;")]
    [InlineData("#35; 100%", "#35;35#59; 100#37;")]
    [InlineData("two\nlines", "two#92;x0alines")]
    [InlineData("\u001b[31mred", "#92;x1b#91;31mred")]
    [InlineData("<b>&amp;</b>", "#60;b#62;#38;amp#59;#60;#47;b#62;")]
    [InlineData("`code` **bold** _it_", "#96;code#96; #42;#42;bold#42;#42; #95;it#95;")]
    [InlineData("- x", "#45; x")]
    [InlineData("1. x", "1#46; x")]
    [InlineData("--> end", "#45;#45;#62; end")]
    [InlineData("style a:b#c;", "style a#58;b#35;c#59;")]
    [InlineData("a-b_c/d", "a-b_c/d")]
    [InlineData("閉じる é 🦆", "閉じる é #129414;")]
    public void A_name_can_neither_end_its_label_nor_be_read_as_anything_but_a_name(string name, string escaped)
    {
        string[] lines = Mermaid([new LineageNode("object:x", LineageKind.Object, name, [])]).Split('\n');

        Assert.Equal(["flowchart LR", $"  n1[\"object<br/>{escaped}\"]", ""], lines);
        string back = Number().Replace(escaped, static m => new Rune(int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture)).ToString());
        Assert.Equal(Format.Escape(name), back);
    }

    [Fact]
    public void Dot_and_mermaid_exclude_each_other_and_a_chart_that_nobody_draws_is_told()
    {
        _scene.MakeRepo();
        RunResult both = InProcess.Dls(_scene, "repo", "lineage", "x", "--dot", "--mermaid");
        Assert.Equal(2, both.ExitCode);
        Assert.Contains("--dot and --mermaid exclude each other", both.Error, StringComparison.Ordinal);
        Assert.Contains("hint:", both.Error, StringComparison.Ordinal);

        LineageNode[] nodes = [.. Enumerable.Range(0, 502).Select(static n => new LineageNode($"task:{n}", LineageKind.Task, $"t{n}", []))];
        StringBuilder talk = new();
        string large = Mermaid(
            nodes, [.. nodes.Skip(1).Select(n => new LineageEdge(nodes[0].Key, LineageWord.Used, n.Key))], talk);
        Assert.Contains("the flowchart has 501 edges", talk.ToString(), StringComparison.Ordinal);
        Assert.Equal(501, large.Split('\n').Count(static l => l.Contains("-->|used|", StringComparison.Ordinal)));
    }

    private static bool IsNode(string line) => Node().IsMatch(line);

    private static string Mermaid(LineageNode[] nodes, LineageEdge[]? edges = null, StringBuilder? warnings = null)
    {
        using MemoryStream output = new();
        using MemoryStream talk = new();
        Terminal terminal = new(output, talk, new TerminalTraits(false, false, false, static () => 80));
        LineageDrawing.PrintMermaid(terminal, new LineageResult([], false, nodes, edges ?? [], [], []));
        terminal.Flush();
        warnings?.Append(Encoding.UTF8.GetString(talk.ToArray()));
        return Encoding.UTF8.GetString(output.ToArray());
    }

    private string[] Lines(params string[] arguments) => InProcess.Dls(_scene, "repo", arguments).Expect(0).Output.TrimEnd('\n').Split('\n');

    [GeneratedRegex("#([0-9]+);")]
    private static partial Regex Number();

    [GeneratedRegex("^  n[0-9]+[\\[(]")]
    private static partial Regex Node();
}
