using System.Buffers;
using System.Text;
using System.Text.Json;
using DlStore.Operations.Lineage;
using DlStore.Web.Writing;

namespace DlStore.Web.Pages;

/// <summary>A part of lineage as a graph, and as a list for those who do not see it.</summary>
/// <param name="word">What was asked for.</param>
/// <param name="found">What was found.</param>
/// <param name="links">Where pages lie.</param>
internal sealed class LineagePage(string word, LineageResult found, ILinks links)
{
    /// <summary>More nodes are a grey cloud, and take seconds to lay out.</summary>
    private const int NodesMax = 1000;
    private readonly HtmlText _html = new();

    /// <summary>Gets whether the work tree has a data set of that name.</summary>
    public Func<string, bool> HasDataset { get; init; } = static _ => true;

    /// <summary>Makes the page where anything can be looked for.</summary>
    public static Page Search(ILinks links)
    {
        HtmlText html = new();
        html.Add($"""<form class="filter" method="get" action="{links.LineageSearch}"><label>""");
        html.Add($"""a task, a data set, a project, a target, a file's """);
        html.Add($"""digest or its beginning <input type="text" class="wide" name="x" required autocomplete="off" spellcheck="false">""");
        html.Add($"""</label>""");
        html.Add($"""<label class="check"><input type="checkbox" name="down" value="1"> what was made of it</label>""");
        html.Add($"""<button class="main">trace""");
        html.Add($"""</button></form><p class="dim">as <code>task:game1/ssd</code>, <code>dataset:game</code>, <code>""");
        html.Add($"""target:field</code>, """);
        html.Add($"""or the SHA-256 that <code>sha256sum</code> gives of a weight file</p>""");
        return new Page("Lineage", Place.Lineage, html.ToMarkup(), []);
    }

    public Page Make()
    {
        string option = found.IsDown ? " --down" : "";
        foreach (string problem in found.Problems)
        {
            _html.Add($"""<p class="error">{problem}</p>""");
        }

        string what = found.IsDown ? "Everything that was made of it, and where that is live" : "Everything that it was made of";
        string other = found.IsDown ? "What it was made of" : "What was made of it";
        _html.Add($"""<p>{what}. {Parts.Link(links.Lineage(word, !found.IsDown), other)}</p>""");
        string[] targets = [.. found.Nodes.Where(static n => n.Kind == LineageKind.Target).Select(static n => n.Name)];
        string live = targets.Length == 0 ? "Not known to be live anywhere; the page of the targets has what was live before."
            : $"Live on {string.Join(", ", targets)}, as far as is known here.";
        _html.AddIf(found.IsDown, $"<p>{live}</p>");
        Graph();
        List();
        return new Page($"Lineage of {Short(word)}", Place.Lineage, _html.ToMarkup(), [$"dls lineage {Parts.Word(word)}{option}"])
        {
            Sub = $"{Shown.Count(found.Nodes.Count, "thing")}, {Shown.Count(found.Edges.Count, "link")}",
            HasGraph = found.Nodes.Count <= NodesMax,
        };
    }

    private static string Short(string word) => word.Length == 64 && word.All(char.IsAsciiHexDigit) ? word[..12] : word;

    private void Graph()
    {
        if (found.Nodes.Count > NodesMax)
        {
            _html.Add($"""<p class="note">{Shown.Count(found.Nodes.Count)} things are more than a graph shows ({NodesMax}); the list """);
            _html.Add($"""has them all.</p>""");
            return;
        }

        _html.Add($"""<div class="pager"><button type="button" data-zoom="graph" value="in">larger</button>""");
        _html.Add($"""<button type="button" data-zoom="graph" value="out">smaller</button><span>""");
        _html.Add($"""drag to move; Ctrl and the wheel zoom</span></div>""");
        _html.Add($"""<svg class="graph" data-graph="graph" role="group" aria-label="graph; the same is in the list below"></svg>""");
        _html.Add($"""<script type="application/json" id="graph">{Frame.Json(Data())}</script>""");
    }

    private string Data()
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("nodes");
            foreach (LineageNode node in found.Nodes)
            {
                json.WriteStartObject();
                json.WriteString("id", node.Key);
                json.WriteString("kind", LineageKinds.Name(node.Kind));
                json.WriteString("name", node.Name);
                json.WriteString("href", Address(node));
                json.WriteBoolean("root", found.Roots.Contains(node.Key));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("edges");
            foreach (LineageEdge edge in found.Edges)
            {
                json.WriteStartObject();
                // Bytes go from what was used, or derived from, to what used it; and from an attempt to what it made.
                bool isMade = edge.Word == LineageWord.Generated;
                json.WriteString("from", isMade ? edge.From : edge.To);
                json.WriteString("to", isMade ? edge.To : edge.From);
                json.WriteString("word", LineageWords.Name(edge.Word));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private string? Address(LineageNode node) => node.Kind switch
    {
        LineageKind.Task => links.Task(node.Name),
        LineageKind.Attempt => links.Task(node.Name.Split('/', ' ')[0]),
        LineageKind.Dataset => HasDataset(DatasetOf(node)) ? links.Dataset(DatasetOf(node), CanvasOf(node)) : null,
        LineageKind.Project => links.Project(node.Name),
        LineageKind.Target => links.Targets(),
        _ => null,
    };

    private static string DatasetOf(LineageNode node) => node.Name.Split('@', ' ')[0];

    /// <summary>A node of a data set is called <c>NAME CANVAS</c>.</summary>
    private static string? CanvasOf(LineageNode node) => node.Name.Split(' ') is [_, var canvas] ? canvas : null;

    private void List()
    {
        _html.Add($"<h2>The same as a list</h2>");
        Parts.Head(_html, "things", ["kind", "name", "what is known"]);
        foreach (LineageNode node in found.Nodes)
        {
            _html.Add($"""<tr><td>{LineageKinds.Name(node.Kind)}</td><td class="name">{Parts.Link(Address(node), node.Name)}</td>""");
            _html.Add($"""<td class="text">{string.Join("; ", node.Facts)}</td></tr>""");
        }

        _html.Add($"</tbody></table></div>");
    }
}
