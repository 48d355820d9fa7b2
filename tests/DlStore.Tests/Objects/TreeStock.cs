using System.Text;
using DlStore.Objects;

namespace DlStore.Tests.Objects;

/// <summary>Nodes in memory, and trees made from dictionaries of paths: the model that tree code is compared with.</summary>
internal sealed class TreeStock
{
    private readonly Dictionary<Oid, byte[]> _nodes = [];

    public IReadOnlyDictionary<Oid, byte[]> Nodes => _nodes;

    /// <summary>Gets the nodes read since the last reset.</summary>
    public int Reads { get; set; }

    public static Oid OidOf(string content) => Oid.Of(Encoding.UTF8.GetBytes(content));

    public void Put(Oid oid, ReadOnlySpan<byte> node)
    {
        Assert.Equal(oid, Oid.Of(node));
        Assert.InRange(node.Length, TreeNode.HeaderLength, TreeNode.LengthMax);
        _nodes[oid] = node.ToArray();
    }

    /// <summary>Puts bytes under an oid that need not be theirs.</summary>
    public void Forge(Oid oid, byte[] node) => _nodes[oid] = node;

    public byte[] Read(Oid oid)
    {
        Reads++;
        return _nodes.TryGetValue(oid, out byte[]? node) ? node : throw ObjectStore.NotHere(oid);
    }

    public byte[]? Find(Oid oid) => _nodes.GetValueOrDefault(oid);

    /// <summary>Writes one directory of plain files; content names the blob and gives its size.</summary>
    public TreeTotals WriteFlat(IEnumerable<(byte[] Name, string Content)> sorted)
    {
        TreeWriter writer = new(Put);
        foreach ((byte[] name, string content) in sorted)
        {
            writer.Add(name, TreeMode.File, content.Length, OidOf(content), 0);
        }

        return writer.Finish();
    }

    /// <summary>Writes a whole tree from paths with <c>/</c> between names.</summary>
    public TreeTotals WriteTree(IReadOnlyDictionary<string, string> files)
    {
        SortedDictionary<string, Dictionary<string, string>> directories = new(BytewiseComparer.Instance);
        SortedDictionary<string, string> here = new(BytewiseComparer.Instance);
        foreach ((string path, string content) in files)
        {
            int slash = path.IndexOf('/', StringComparison.Ordinal);
            if (slash < 0)
            {
                here[path] = content;
            }
            else
            {
                directories.TryAdd(path[..slash], []);
                directories[path[..slash]][path[(slash + 1)..]] = content;
            }
        }

        TreeWriter writer = new(Put);
        foreach (string name in here.Keys.Concat(directories.Keys).Order(BytewiseComparer.Instance))
        {
            if (directories.TryGetValue(name, out Dictionary<string, string>? below))
            {
                TreeTotals totals = WriteTree(below);
                writer.Add(Encoding.UTF8.GetBytes(name), TreeMode.Directory, totals.Size, totals.Oid, totals.Files);
            }
            else
            {
                writer.Add(Encoding.UTF8.GetBytes(name), TreeMode.File, here[name].Length, OidOf(here[name]), 0);
            }
        }

        return writer.Finish();
    }

    /// <summary>Reads a whole tree back as path and oid.</summary>
    public SortedDictionary<string, Oid> ReadTree(Oid root)
    {
        SortedDictionary<string, Oid> files = new(StringComparer.Ordinal);
        ReadInto(root, "", files);
        return files;
    }

    private void ReadInto(Oid root, string prefix, SortedDictionary<string, Oid> files)
    {
        TreeCursor cursor = new(Read, root);
        while (cursor.Next())
        {
            string path = prefix + Encoding.UTF8.GetString(cursor.Name);
            if (cursor.Mode == TreeMode.Directory)
            {
                ReadInto(cursor.Oid, path + "/", files);
            }
            else
            {
                files.Add(path, cursor.Oid);
            }
        }
    }

    /// <summary>UTF-8 order, as trees have it.</summary>
    internal sealed class BytewiseComparer : IComparer<string>
    {
        public static readonly BytewiseComparer Instance = new();

        public int Compare(string? x, string? y) => Encoding.UTF8.GetBytes(x!).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y!));
    }
}
