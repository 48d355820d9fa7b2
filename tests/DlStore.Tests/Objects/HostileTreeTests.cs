using System.Buffers.Binary;
using System.Text;
using DlStore.Objects;

namespace DlStore.Tests.Objects;

/// <summary>Trees whose single nodes are valid and which are a trap as a whole.</summary>
public sealed class HostileTreeTests
{
    private static readonly Oid A = Oid.Of("a"u8);
    private static readonly Oid B = Oid.Of("b"u8);
    private static readonly Oid C = Oid.Of("c"u8);

    [Fact]
    public void A_node_below_itself_is_refused()
    {
        TreeStock stock = new();
        stock.Forge(A, Branch(1, ("a", A)));

        AssertCorrupt(() => ReadAll(stock, A));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(3, 15)]
    public void A_level_that_does_not_fall_is_refused(int above, int below)
    {
        TreeStock stock = new();
        stock.Forge(A, Branch(above, ("a", B)));
        stock.Forge(B, Branch(below, ("a", C)));
        stock.Forge(C, Leaf("a"));

        AssertCorrupt(() => ReadAll(stock, A));
        AssertCorrupt(() => new TreeClosure(stock.Find).Walk(A, null));
    }

    [Fact]
    public void A_directory_that_is_its_own_grandchild_is_refused_or_ended()
    {
        TreeStock stock = new();
        stock.Forge(A, DirectoryLeaf(B));
        stock.Forge(B, DirectoryLeaf(A));

        int nodes = 0;
        new TreeClosure(stock.Find) { Node = _ => nodes++ }.Walk(A, null);

        Assert.Equal(2, nodes);
    }

    [Fact]
    public void One_leaf_named_twice_is_refused()
    {
        TreeStock stock = new();
        stock.Forge(A, Branch(1, ("a", B), ("b", B)));
        stock.Forge(B, Leaf("a"));

        AssertCorrupt(() => ReadAll(stock, A));
    }

    [Fact]
    public void Leaves_in_the_wrong_order_are_refused()
    {
        TreeStock stock = new();
        stock.Forge(A, Branch(1, ("a", B), ("b", C)));
        stock.Forge(B, Leaf("m", "z"));
        stock.Forge(C, Leaf("n"));

        AssertCorrupt(() => ReadAll(stock, A));
    }

    [Fact]
    public void A_thousand_to_the_fifteenth_empty_leaves_are_refused_at_the_first()
    {
        TreeStock stock = new();
        Oid below = Oid.Of("leaf"u8);
        stock.Forge(below, Leaf());
        for (int level = 1; level <= TreeNode.LevelMax; level++)
        {
            Oid oid = Oid.Of([(byte)level]);
            stock.Forge(oid, Branch(level, [.. Enumerable.Range(0, 1000).Select(i => ($"{i:d4}", below))]));
            below = oid;
        }

        AssertCorrupt(() => ReadAll(stock, below));
        Assert.InRange(stock.Reads, 1, 20);
    }

    [Fact]
    public void Directories_nested_a_hundred_thousand_deep_are_refused()
    {
        TreeStock stock = new();
        Oid below = Oid.Of("leaf"u8);
        stock.Forge(below, Leaf("f"));
        for (int i = 0; i < 100_000; i++)
        {
            byte[] node = DirectoryLeaf(below);
            below = Oid.Of(node);
            stock.Forge(below, node);
        }

        AssertCorrupt(() => new TreeClosure(stock.Find).Walk(below, null));
        AssertCorrupt(() => TreeNode.RequireDepth(TreeNode.DepthMax + 1, "x"));
        TreeNode.RequireDepth(TreeNode.DepthMax, "x");
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData(".git")]
    [InlineData(".GiT")]
    [InlineData(".dlStore")]
    [InlineData("a/b")]
    [InlineData("a\0b")]
    [InlineData("")]
    public void Names_that_lead_elsewhere_are_refused(string name)
    {
        byte[] leaf = Leaf(name);

        AssertCorrupt(() => TreeNode.Open(leaf, A));
        AssertCorrupt(() => TreeNode.Open(Branch(1, (name, A)), A));
    }

    [Theory]
    [InlineData(5, 0x80000000u)]
    [InlineData(5, uint.MaxValue)]
    [InlineData(5, 1025u)]
    [InlineData(5, 2u)]
    [InlineData(5, 0u)]
    public void Counts_that_the_bytes_do_not_hold_are_refused(int at, uint count)
    {
        byte[] leaf = Leaf("a");
        BinaryPrimitives.WriteUInt32BigEndian(leaf.AsSpan(at), count);

        AssertCorrupt(() => TreeNode.Open(leaf, A));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(255)]
    public void Unknown_modes_are_refused(byte mode)
    {
        byte[] leaf = Leaf("a");
        leaf[TreeNode.HeaderLength] = mode;

        AssertCorrupt(() => TreeNode.Open(leaf, A));
    }

    [Fact]
    public void Negative_sizes_levels_above_fifteen_and_long_nodes_are_refused()
    {
        byte[] negative = Leaf("a");
        negative[TreeNode.HeaderLength + 1] = 0x80;
        byte[] level = Branch(1, ("a", A));
        level[4] = 16;

        AssertCorrupt(() => TreeNode.Open(negative, A));
        AssertCorrupt(() => TreeNode.Open(level, A));
        AssertCorrupt(() => TreeNode.Open(new byte[TreeNode.LengthMax + 1], A));
        AssertCorrupt(() => TreeNode.Open([.. Leaf("a"), 0], A));
    }

    private static void AssertCorrupt(Action action) => Assert.Equal(ErrorKind.Corrupt, Assert.Throws<DlsException>(action).Kind);

    private static int ReadAll(TreeStock stock, Oid root)
    {
        TreeCursor cursor = new(stock.Read, root);
        int n = 0;
        while (cursor.Next())
        {
            n++;
        }

        return n;
    }

    private static byte[] Leaf(params string[] names) => Node(0, names, b => b.AddRange([1, .. new byte[8], .. new byte[32]]));

    private static byte[] DirectoryLeaf(Oid below)
    {
        byte[] oid = new byte[32];
        below.CopyTo(oid);
        return Node(0, ["d"], b => b.AddRange([4, .. new byte[8], .. oid, .. new byte[8]]));
    }

    private static byte[] Branch(int level, params (string Name, Oid Oid)[] children)
    {
        int i = 0;
        byte[] one = new byte[8];
        one[7] = 1;
        return Node(level, [.. children.Select(c => c.Name)], b =>
        {
            byte[] oid = new byte[32];
            children[i++].Oid.CopyTo(oid);
            b.AddRange([.. oid, .. one, .. one, .. one]);
        });
    }

    private static byte[] Node(int level, string[] names, Action<List<byte>> fixedPart)
    {
        List<byte> bytes = [.. "DLT1"u8, (byte)level, 0, 0, (byte)(names.Length >> 8), (byte)names.Length];
        foreach (string name in names)
        {
            fixedPart(bytes);
            byte[] utf8 = Encoding.UTF8.GetBytes(name);
            bytes.AddRange([(byte)(utf8.Length >> 8), (byte)utf8.Length, .. utf8]);
        }

        return [.. bytes];
    }
}
