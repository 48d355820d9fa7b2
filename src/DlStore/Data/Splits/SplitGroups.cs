using System.Runtime.InteropServices;
using DlStore.Data.Annotations;
using DlStore.Objects;

namespace DlStore.Data.Splits;

/// <summary>
/// The groups of a split. Groups of one unit that share bytes are one group from the start. Groups of different units that share bytes, and
/// all that hangs together through them,
/// are placed afterwards by a hash of the shared bytes, without any other group being moved for it.
/// </summary>
internal sealed class SplitGroups
{
    private readonly IReadOnlyList<SplitItem> _items;
    private readonly List<SplitGroup> _all = [];
    private readonly int[] _groupOf;

    private SplitGroups(IReadOnlyList<SplitItem> items)
    {
        _items = items;
        _groupOf = new int[items.Count];
    }

    /// <summary>Gets the groups of each unit; images that came with a side are in none.</summary>
    public SortedDictionary<string, List<SplitGroup>> ByUnit { get; } = new(StringComparer.Ordinal);

    public static SplitGroups Join(IReadOnlyList<SplitItem> items)
    {
        SplitGroups made = new(items);
        made.JoinInside();
        return made;
    }

    /// <summary>
    /// Places what shares bytes across units, or with an image that came with a side. Gives the positions of the images that were placed
    /// so.
    /// </summary>
    public List<int> PlaceTwins(SplitOptions options)
    {
        Dictionary<Oid, SplitSide> given = GivenSides();
        Dictionary<Oid, int> firstGroup = [];
        DisjointSets sets = new(_all.Count);
        HashSet<Oid> shared = [];
        for (int i = 0; i < _items.Count; i++)
        {
            if (_items[i].Given != SplitSide.None)
            {
                continue;
            }

            Oid oid = _items[i].Oid;
            ref int first = ref CollectionsMarshal.GetValueRefOrAddDefault(firstGroup, oid, out bool known);
            if (!known)
            {
                first = _groupOf[i];
            }
            else if (first != _groupOf[i])
            {
                // Inside a unit equal bytes are one group already: this is another unit.
                sets.Union(first, _groupOf[i]);
                shared.Add(oid);
            }
        }

        Component?[] components = new Component?[_all.Count];
        for (int i = 0; i < _items.Count; i++)
        {
            bool isGiven = given.TryGetValue(_items[i].Oid, out SplitSide side);
            if (_items[i].Given == SplitSide.None && (isGiven || shared.Contains(_items[i].Oid)))
            {
                (components[sets.Find(_groupOf[i])] ??= new Component()).Add(_items[i], shared.Contains(_items[i].Oid), side);
            }
        }

        return Place(options, sets, components);
    }

    private List<int> Place(SplitOptions options, DisjointSets sets, Component?[] components)
    {
        bool[] hasGenerated = new bool[_all.Count];
        for (int g = 0; g < _all.Count; g++)
        {
            hasGenerated[sets.Find(g)] |= _all[g].HasGenerated;
        }

        List<int> placed = [];
        for (int g = 0; g < _all.Count; g++)
        {
            int root = sets.Find(g);
            if (components[root] is { } component)
            {
                _all[g].Side = component.Given != SplitSide.None ? component.Given
                    : (options.ValFromReal && hasGenerated[root]) || SplitHash.IsTrain(options, component.Smallest) ? SplitSide.Train
                    : SplitSide.Val;
                placed.AddRange(_all[g].Items);
            }
        }

        placed.Sort();
        return placed;
    }

    private Dictionary<Oid, SplitSide> GivenSides()
    {
        Dictionary<Oid, SplitSide> given = [];
        Dictionary<Oid, string> ids = [];
        foreach (SplitItem item in _items.Where(static i => i.Given != SplitSide.None))
        {
            if (!given.TryAdd(item.Oid, item.Given) && given[item.Oid] != item.Given)
            {
                throw Conflict(ids[item.Oid], given[item.Oid], item.Id, item.Given);
            }

            ids.TryAdd(item.Oid, item.Id);
        }

        return given;
    }

    private static DlsException Conflict(string first, SplitSide firstSide, string second, SplitSide secondSide) => new(
        ErrorKind.Failed, $"split images: '{first}' ({Name(firstSide)}) and '{second}' ({Name(secondSide)}) have "
            + "the same bytes or belong together with such, and came with different sides",
        "remove one of them from its list");

    private static string Name(SplitSide side) => side.ToString().ToLowerInvariant();

    private void JoinInside()
    {
        Dictionary<(string Unit, string Group), int> byName = [];
        Dictionary<(string Unit, Oid Oid), int> byOid = [];
        List<(string Unit, string Group)> names = [];
        List<(int Item, int Node)> nodes = [];
        List<(int A, int B)> equal = [];
        for (int i = 0; i < _items.Count; i++)
        {
            SplitItem item = _items[i];
            if (item.Given != SplitSide.None)
            {
                continue;
            }

            if (!byName.TryGetValue((item.Unit, item.Group), out int node))
            {
                node = names.Count;
                byName.Add((item.Unit, item.Group), node);
                names.Add((item.Unit, item.Group));
            }

            nodes.Add((i, node));
            if (!byOid.TryAdd((item.Unit, item.Oid), node))
            {
                equal.Add((byOid[(item.Unit, item.Oid)], node));
            }
        }

        DisjointSets sets = new(names.Count);
        foreach ((int a, int b) in equal)
        {
            sets.Union(a, b);
        }

        Fill(names, nodes, sets);
    }

    private void Fill(List<(string Unit, string Group)> names, List<(int Item, int Node)> nodes, DisjointSets sets)
    {
        int[] groupOfRoot = new int[names.Count];
        Array.Fill(groupOfRoot, -1);
        foreach ((int item, int node) in nodes)
        {
            int root = sets.Find(node);
            if (groupOfRoot[root] < 0)
            {
                groupOfRoot[root] = _all.Count;
                SplitGroup made = new(names[node].Unit, names[node].Group);
                _all.Add(made);
                if (!ByUnit.TryGetValue(made.Unit, out List<SplitGroup>? own))
                {
                    own = [];
                    ByUnit.Add(made.Unit, own);
                }

                own.Add(made);
            }

            SplitGroup group = _all[groupOfRoot[root]];
            group.Name = string.CompareOrdinal(names[node].Group, group.Name) < 0 ? names[node].Group : group.Name;
            group.HasGenerated |= !_items[item].IsReal;
            group.Items.Add(item);
            _groupOf[item] = groupOfRoot[root];
        }
    }

    /// <summary>What decides the side of groups that hang together.</summary>
    private sealed class Component
    {
        private bool _hasShared;
        private string _givenBy = "";

        public Oid Smallest { get; private set; }

        public SplitSide Given { get; private set; }

        public void Add(SplitItem item, bool isShared, SplitSide given)
        {
            if (isShared && (!_hasShared || item.Oid < Smallest))
            {
                Smallest = item.Oid;
                _hasShared = true;
            }

            if (given == SplitSide.None)
            {
                return;
            }

            if (Given != SplitSide.None && Given != given)
            {
                throw Conflict(_givenBy, Given, item.Id, given);
            }

            Given = given;
            _givenBy = item.Id;
        }
    }
}
