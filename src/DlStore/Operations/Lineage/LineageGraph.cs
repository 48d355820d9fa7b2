namespace DlStore.Operations.Lineage;

/// <summary>Something that lineage knows.</summary>
/// <param name="Key">Kind and name, unique in a graph: <c>attempt:0123...</c>.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Name">How people call it.</param>
/// <param name="Facts">What is known of it, a phrase each.</param>
public sealed record LineageNode(string Key, LineageKind Kind, string Name, IReadOnlyList<string> Facts);

/// <summary>What one thing has to do with another: FROM used TO, FROM generated TO, FROM derived from TO.</summary>
/// <param name="From">Key of the node that used, generated or was derived.</param>
/// <param name="Word">What they have to do with each other.</param>
/// <param name="To">Key of the other node.</param>
public sealed record LineageEdge(string From, LineageWord Word, string To);

/// <summary>A step of a walk through lineage, for printing as a tree.</summary>
/// <param name="Parent">Key of the node it started from.</param>
/// <param name="Child">Key of the node it led to.</param>
/// <param name="Edge">Why.</param>
public sealed record LineageStep(string Parent, string Child, LineageEdge Edge);

/// <summary>A part of lineage, as it was found going up or down from one or more things.</summary>
/// <param name="Roots">Keys of the nodes that were asked for.</param>
/// <param name="IsDown">To what was made of them; else to what they were made of.</param>
/// <param name="Nodes">Every node, in the order in which it was found.</param>
/// <param name="Edges">Every edge, once.</param>
/// <param name="Steps">The walk.</param>
/// <param name="Problems">Records that could not be read: what they say is missing here.</param>
public sealed record LineageResult(
    IReadOnlyList<string> Roots, bool IsDown, IReadOnlyList<LineageNode> Nodes,
        IReadOnlyList<LineageEdge> Edges, IReadOnlyList<LineageStep> Steps, IReadOnlyList<string> Problems);

/// <summary>A graph that is being found.</summary>
/// <param name="depthMax">Steps from the roots.</param>
internal sealed class LineageGraph(int depthMax)
{
    private readonly Dictionary<string, LineageNode> _nodes = new(StringComparer.Ordinal);
    private readonly List<LineageNode> _order = [];
    private readonly HashSet<LineageEdge> _edges = [];
    private readonly List<LineageEdge> _edgeOrder = [];
    private readonly List<LineageStep> _steps = [];
    private readonly Queue<(int Depth, Action<int> Visit)> _left = new();

    public List<string> Roots { get; } = [];

    /// <summary>Adds a node unless it is there; what leads on from it is found later, nearest first.</summary>
    public string Add(int depth, LineageNode node, Action<string, int> next)
    {
        if (_nodes.TryAdd(node.Key, node))
        {
            _order.Add(node);
            if (depth < depthMax)
            {
                _left.Enqueue((depth, d => next(node.Key, d + 1)));
            }
        }

        return node.Key;
    }

    public void Link(string parent, string child, LineageEdge edge)
    {
        if (_edges.Add(edge))
        {
            _edgeOrder.Add(edge);
            _steps.Add(new LineageStep(parent, child, edge));
        }
    }

    /// <summary>Finds everything. Each node is visited once, so that circles of records that name each other end.</summary>
    public LineageResult Finish(bool isDown, IReadOnlyList<string> problems, CancellationToken cancel)
    {
        while (_left.TryDequeue(out (int Depth, Action<int> Visit) next))
        {
            cancel.ThrowIfCancellationRequested();
            next.Visit(next.Depth);
        }

        return new LineageResult([.. Roots.Distinct()], isDown, _order, _edgeOrder, _steps, problems);
    }
}
