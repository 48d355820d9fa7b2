using System.Text;
using DlStore.Operations.Lineage;

namespace DlStore.Cli.Commands.Lineage;

/// <summary>
/// Prints lineage as a tree, at most <see cref="WidthMax"/> columns wide. A node that has been printed is only named when it comes
/// again.
/// </summary>
internal sealed class LineageReport
{
    private const int WidthMax = 100;
    private const int ChildrenMax = 20;
    private const int DigestShort = 23; // sha256: and 16 digits
    private const int ProblemsMax = 5;
    private readonly Terminal _terminal;
    private readonly LineageResult _result;
    private readonly Dictionary<string, LineageNode> _nodes;
    private readonly ILookup<string, LineageStep> _children;
    private readonly HashSet<string> _printed = [];
    private readonly HashSet<string> _live = [];

    public LineageReport(Terminal terminal, LineageResult result)
    {
        _terminal = terminal;
        _result = result;
        _nodes = result.Nodes.ToDictionary(static n => n.Key, StringComparer.Ordinal);
        _children = result.Steps.ToLookup(static s => s.Parent, StringComparer.Ordinal);
        FindLive();
    }

    public void Print()
    {
        foreach (string root in _result.Roots)
        {
            LineageNode node = _nodes[root];
            _terminal.Result($"{Kind(node)} {node.Name}");
            PrintBelow(root, "");
        }

        if (_result.IsDown)
        {
            PrintCounts();
        }

        PrintProblems(_terminal, _result);
    }

    /// <summary>Says which records could not be read, so that no form of the answer seems to be whole.</summary>
    public static void PrintProblems(Terminal terminal, LineageResult result)
    {
        foreach (string problem in result.Problems.Take(ProblemsMax))
        {
            terminal.Warn(problem);
        }

        if (result.Problems.Count > 0)
        {
            terminal.Note("what these records say is missing above; `dls audit` lists all of them");
        }
    }

    /// <summary>Names what a node is.</summary>
    public static string Kind(LineageNode node) => node.Kind == LineageKind.Dataset ? "data set" : LineageKinds.Name(node.Kind);

    /// <summary>Cuts a digest.</summary>
    public static string Short(string name) => name.StartsWith("sha256:", StringComparison.Ordinal) && name.Length > DigestShort
        ? name[..DigestShort] : name;

    private void PrintBelow(string key, string indent)
    {
        _printed.Add(key);
        // What is live somewhere must not be among those that are left out.
        LineageStep[] steps = [.. _children[key].OrderBy(s => _live.Contains(s.Child) ? 0 : 1)];
        foreach (string line in Wrap(_nodes[key].Facts, WidthMax - indent.Length - 2))
        {
            _terminal.Result($"{indent}{(steps.Length > 0 ? "│ " : "  ")}{line}");
        }

        int shown = steps.Length > ChildrenMax + 1 ? ChildrenMax : steps.Length;
        for (int i = 0; i < shown; i++)
        {
            bool last = i == steps.Length - 1;
            LineageNode child = _nodes[steps[i].Child];
            bool again = _printed.Contains(child.Key);
            _terminal.Result(Format.Cut(
                $"{indent}{(last ? "└─" : "├─")} {Phrase(steps[i])} {Kind(child)} {Short(child.Name)}{(again ? " (see above)" : "")}",
                WidthMax));
            if (!again)
            {
                PrintBelow(child.Key, indent + (last ? "   " : "│  "));
            }
        }

        if (shown < steps.Length)
        {
            _terminal.Result($"{indent}└─ ... and {Format.Count(steps.Length - shown)} more (--json lists them)");
        }
    }

    private void PrintCounts()
    {
        List<string> parts = [];
        foreach ((LineageKind kind, string one, string many) in (ReadOnlySpan<(LineageKind, string, string)>)[
            (LineageKind.Dataset, "data set version", "data set versions"), (LineageKind.Attempt, "attempt", "attempts"),
            (LineageKind.Weights, "version of weights", "versions of weights")])
        {
            int n = _result.Nodes.Count(node => node.Kind == kind);
            if (n > 0)
            {
                parts.Add(Format.Count(n, one, many));
            }
        }

        string[] targets = [.. _result.Nodes.Where(static n => n.Kind == LineageKind.Target).Select(static n => n.Name)];
        parts.Add(targets.Length == 0 ? "not known to be live anywhere" : $"live on {string.Join(", ", targets)} as far as is known here");
        _terminal.Result(string.Join(", ", parts));
    }

    private void FindLive()
    {
        ILookup<string, string> parents = _result.Steps.ToLookup(static s => s.Child, static s => s.Parent, StringComparer.Ordinal);
        Queue<string> left = new(_result.Nodes.Where(static n => n.Kind == LineageKind.Target).Select(static n => n.Key));
        while (left.TryDequeue(out string? key))
        {
            if (_live.Add(key))
            {
                foreach (string parent in parents[key])
                {
                    left.Enqueue(parent);
                }
            }
        }
    }

    private static string Phrase(LineageStep step) => (step.Edge.Word, step.Edge.From == step.Parent) switch
    {
        (LineageWord.Used, true) => "used",
        (LineageWord.Used, false) => "used by",
        (LineageWord.Generated, true) => "generated",
        (LineageWord.Generated, false) => "generated by",
        (LineageWord.Derived, true) => "derived from",
        (LineageWord.Derived, false) => "derived to",
    };

    /// <summary>Packs phrases into lines; one that is longer than a line is broken at blanks.</summary>
    private static IEnumerable<string> Wrap(IReadOnlyList<string> facts, int width)
    {
        StringBuilder line = new();
        int used = 0;
        foreach (string fact in facts)
        {
            string text = Format.Escape(fact);
            int separator = line.Length == 0 ? 0 : 2;
            if (line.Length > 0 && used + separator + Format.Width(text) <= width)
            {
                line.Append("; ").Append(text);
                used += separator + Format.Width(text);
                continue;
            }

            if (line.Length > 0)
            {
                yield return line.ToString();
                line.Clear();
            }

            foreach (string full in Break(line, text, width))
            {
                yield return full;
            }

            used = Format.Width(line.ToString());
        }

        if (line.Length > 0)
        {
            yield return line.ToString();
        }
    }

    /// <summary>Adds a phrase to an empty line word by word, and gives the lines that are full before its last one.</summary>
    private static IEnumerable<string> Break(StringBuilder line, string text, int width)
    {
        int used = 0;
        foreach (string word in text.Split(' '))
        {
            if (used > 0 && used + 1 + Format.Width(word) > width)
            {
                yield return line.ToString();
                line.Clear().Append("  ");
                used = 2;
            }

            bool isIndent = line.Length == 2 && line[0] == ' ';
            line.Append(used == 0 || isIndent ? "" : " ").Append(word);
            used = Format.Width(line.ToString());
        }
    }
}
