using System.Globalization;
using System.Text;
using DlStore.Operations.Lineage;

namespace DlStore.Cli.Commands.Lineage;

/// <summary>Prints lineage as a graph in a language that other programs draw: of Graphviz, or of Mermaid.</summary>
internal static class LineageDrawing
{
    /// <summary>Mermaid, and so GitHub, draws no larger ones, unless its settings are changed.</summary>
    private const int EdgesMax = 500;
    private const int TextMax = 50_000;

    /// <summary>Prints a graph for <c>dot</c>; a node's id is its key.</summary>
    public static void PrintDot(Terminal terminal, LineageResult result)
    {
        terminal.Result("digraph lineage {");
        terminal.Result("  rankdir=LR; node [shape=box, fontname=\"sans-serif\"]; edge [fontname=\"sans-serif\"];");
        foreach (LineageNode node in result.Nodes)
        {
            string shape = node.Kind switch
            {
                LineageKind.Attempt or LineageKind.Task => "ellipse",
                LineageKind.Target => "house",
                _ => "box",
            };
            terminal.Result(
                $"  {Quote(node.Key)} [shape={shape}, label={Quote($"{LineageReport.Kind(node)}\n{LineageReport.Short(node.Name)}")}];");
        }

        foreach (LineageEdge edge in result.Edges)
        {
            terminal.Result($"  {Quote(edge.From)} -> {Quote(edge.To)} [label={Quote(LineageWords.Name(edge.Word))}];");
        }

        terminal.Result("}");
    }

    /// <summary>Prints a flowchart; nodes are numbered as they were found (docs/formats/exports.md).</summary>
    public static void PrintMermaid(Terminal terminal, LineageResult result)
    {
        string text = Mermaid(result);
        terminal.ResultText(text);
        if (result.Edges.Count > EdgesMax || text.Length > TextMax)
        {
            terminal.Warn($"the flowchart has {Format.Count(result.Edges.Count, "edge")} and {Format.Count(text.Length, "character")}; "
                + $"Mermaid draws no more than {EdgesMax} and {Format.Count(TextMax)} by default: take fewer steps with --depth, or --dot");
        }
    }

    private static string Mermaid(LineageResult result)
    {
        StringBuilder text = new("flowchart LR\n");
        Dictionary<string, int> numbers = new(StringComparer.Ordinal);
        foreach (LineageNode node in result.Nodes)
        {
            numbers.Add(node.Key, numbers.Count + 1);
            (string open, string close) = node.Kind switch
            {
                LineageKind.Attempt or LineageKind.Task => ("([", "])"),
                LineageKind.Target => ("[[", "]]"),
                _ => ("[", "]"),
            };
            string label = $"{LineageReport.Kind(node)}<br/>{Escape(LineageReport.Short(node.Name))}";
            text.Append(CultureInfo.InvariantCulture, $"  n{numbers.Count}{open}\"{label}\"{close}\n");
        }

        foreach (LineageEdge edge in result.Edges)
        {
            text.Append(
                CultureInfo.InvariantCulture, $"  n{numbers[edge.From]} -->|{LineageWords.Name(edge.Word)}| n{numbers[edge.To]}\n");
        }

        return text.ToString();
    }

    /// <summary>
    /// Writes a text within the quotes of a label. Letters, digits and blanks stay, and <c>-</c>, <c>_</c> and <c>/</c> between two letters
    /// or digits; everything else, which Mermaid, HTML or Markdown could read, is its number.
    /// </summary>
    private static string Escape(string name)
    {
        StringBuilder text = new();
        Rune[] runes = [.. Format.Escape(name).EnumerateRunes()];
        for (int i = 0; i < runes.Length; i++)
        {
            bool isInner = i > 0 && i + 1 < runes.Length && IsPlain(runes[i - 1]) && IsPlain(runes[i + 1]);
            bool stays = IsPlain(runes[i]) || runes[i].Value == ' ' || (isInner && runes[i].Value is '-' or '_' or '/');
            text.Append(stays ? runes[i].ToString() : string.Create(CultureInfo.InvariantCulture, $"#{runes[i].Value};"));
        }

        return text.ToString();
    }

    private static bool IsPlain(Rune rune) => Rune.IsLetterOrDigit(rune)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    private static string Quote(string text) => "\"" + Format.Escape(
        text.Replace("\n", "\u0001", StringComparison.Ordinal)).Replace("\\x01", "\u0001", StringComparison.Ordinal)
        .Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\u0001", "\\n", StringComparison.Ordinal) + "\"";
}
