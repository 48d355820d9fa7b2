using System.Text;
using DlStore.Objects;
using DlStore.TestKit;
using Xunit.Abstractions;

namespace DlStore.Tests.Objects;

public sealed class TreePropertyTests(ITestOutputHelper output)
{
    private sealed record Row(string Name, TreeMode Mode, long Size, Oid Oid, long Files);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(300)]
    [InlineData(5000)]
    public void What_was_written_is_read_back(int count)
    {
        Random random = Seeded.Start(output);
        TreeStock stock = new();
        List<Row> rows = [];
        foreach (byte[] name in RandomNames.Sorted(random, count))
        {
            TreeMode mode = (TreeMode)random.Next(1, 5);
            long files = mode == TreeMode.Directory ? random.NextInt64(1L << 40) : 1;
            rows.Add(new Row(Encoding.UTF8.GetString(name), mode, random.NextInt64(1L << 40), new Oid(Seeded.Bytes(random, 32)), files));
        }

        TreeWriter writer = new(stock.Put);
        rows.ForEach(r => writer.Add(Encoding.UTF8.GetBytes(r.Name), r.Mode, r.Size, r.Oid, r.Files));
        TreeTotals totals = writer.Finish();

        List<Row> read = [];
        TreeCursor cursor = new(stock.Read, totals.Oid);
        while (cursor.Next())
        {
            read.Add(new Row(Encoding.UTF8.GetString(cursor.Name), cursor.Mode, cursor.Size, cursor.Oid, cursor.Files));
        }

        Assert.Equal(rows, read);
        Assert.Equal(rows.Sum(r => r.Size), totals.Size);
        Assert.Equal(rows.Sum(r => r.Files), totals.Files);
        Assert.False(cursor.Next());
    }

    [Fact]
    public void Writer_can_be_used_again_after_finish()
    {
        TreeStock stock = new();
        TreeWriter writer = new(stock.Put);
        List<byte[]> names = RandomNames.Sorted(Seeded.Start(output), 3000);

        Oid[] roots = new Oid[3];
        for (int i = 0; i < 3; i++)
        {
            names.ForEach(n => writer.Add(n, TreeMode.File, 1, TreeStock.OidOf("x"), 0));
            roots[i] = writer.Finish().Oid;
            Assert.Equal(stock.WriteFlat([]).Oid, writer.Finish().Oid);
        }

        Assert.Equal(roots[0], roots[1]);
        Assert.Equal(roots[0], roots[2]);
    }

    [Fact]
    public void Root_does_not_depend_on_history()
    {
        Random random = Seeded.Start(output);
        TreeStock stock = new();
        WorkTreeMerge merge = new(stock);
        List<byte[]> names = RandomNames.Sorted(random, 1500);
        Dictionary<string, string> files = names.ToDictionary(n => Encoding.UTF8.GetString(n), n => "0", StringComparer.Ordinal);
        TreeTotals grown = stock.WriteTree(files);

        for (int step = 0; step < 60; step++)
        {
            string name = Encoding.UTF8.GetString(names[random.Next(names.Count)]);
            if (files.Remove(name))
            {
                grown = merge.Remove(grown, name);
            }
            else
            {
                files[name] = $"{step}";
                grown = merge.Set(grown, name, files[name]);
            }

            Assert.Equal(stock.WriteTree(files), grown);
        }
    }

    [Fact]
    public void One_changed_file_of_twenty_thousand_rewrites_at_most_six_nodes()
    {
        Random random = Seeded.Start(output);
        TreeStock stock = new();
        List<(byte[] Name, string Content)> files = [
            .. Enumerable.Range(0, 20_000).Select(i => (Encoding.UTF8.GetBytes($"img_{i:d6}.jpg"), $"{i}"))];
        stock.WriteFlat(files);

        for (int round = 0; round < 20; round++)
        {
            int before = stock.Nodes.Count;
            int i = random.Next(files.Count);
            files[i] = (files[i].Name, $"changed {round}");
            stock.WriteFlat(files);

            Assert.InRange(stock.Nodes.Count - before, 1, 6);
        }
    }

    [Fact]
    public void Nodes_stay_below_their_limits_with_the_longest_names()
    {
        TreeStock stock = new();
        int cuts = 0;

        stock.WriteFlat(Enumerable.Range(0, 4000).Select(i => (Encoding.UTF8.GetBytes($"{i:d5}{new string('n', 250)}"), "x")));

        foreach ((Oid oid, byte[] bytes) in stock.Nodes)
        {
            TreeNode node = TreeNode.Open(bytes, oid);
            Assert.InRange(node.Count, 1, TreeNode.EntriesMax);
            cuts += node.Level == 0 ? 1 : 0;
        }

        Assert.InRange(cuts, 4, 100);
    }

    [Fact]
    public void Entries_out_of_order_are_a_bug_of_the_caller()
    {
        TreeWriter writer = new((_, _) => { });
        writer.Add("b"u8, TreeMode.File, 1, default, 0);

        Assert.Throws<InvalidOperationException>(() => writer.Add("a"u8, TreeMode.File, 1, default, 0));
    }

    [Fact]
    public void Closure_names_every_node_and_blob_that_is_not_proven()
    {
        Random random = Seeded.Start(output);
        for (int round = 0; round < 40; round++)
        {
            TreeStock stock = new();
            Dictionary<string, string> old = RandomTree(random, random.Next(0, 400));
            Dictionary<string, string> now = Changed(random, old);
            HashSet<Oid> before = Walk(stock, stock.WriteTree(old).Oid, null);
            HashSet<Oid> whole = Walk(stock, stock.WriteTree(now).Oid, null);

            HashSet<Oid> step = Walk(stock, stock.WriteTree(now).Oid, stock.WriteTree(old).Oid);

            HashSet<Oid> expected = [.. whole.Except(before)];
            Assert.Superset(expected, step);
            Assert.Subset(whole, step);
            Assert.Equal(now.Values.Select(TreeStock.OidOf).ToHashSet(), whole.Where(o => !stock.Nodes.ContainsKey(o)).ToHashSet());
        }
    }

    [Fact]
    public void Closure_of_one_change_reads_a_handful_of_nodes()
    {
        TreeStock stock = new();
        Dictionary<string,
            string> files = Enumerable.Range(0, 30_000).ToDictionary(i => $"d{i % 10}/img_{i:d6}.jpg", i => $"{i}", StringComparer.Ordinal);
        Oid old = stock.WriteTree(files).Oid;
        files["d3/img_000003.jpg"] = "changed";
        Oid now = stock.WriteTree(files).Oid;

        int reads = 0;
        List<Oid> blobs = [];
        TreeClosure closure = new(oid =>
        {
            reads++;
            return stock.Find(oid);
        })
        {
            Blob = (oid, _) => blobs.Add(oid),
        };
        closure.Walk(now, old);

        Assert.Equal([TreeStock.OidOf("changed")], blobs);
        Assert.InRange(reads, 1, 12);
    }

    [Fact]
    public void Missing_nodes_are_told_and_the_rest_is_walked()
    {
        TreeStock stock = new();
        Dictionary<string, string> files = new(StringComparer.Ordinal) { ["a/1"] = "1", ["b/2"] = "2", ["c"] = "3" };
        Oid root = stock.WriteTree(files).Oid;
        Oid gone = stock.WriteTree(new Dictionary<string, string> { ["1"] = "1" }).Oid;
        List<Oid> missing = [];
        HashSet<Oid> blobs = [];

        new TreeClosure(
            oid => oid == gone ? null : stock.Find(oid))
        { MissingNode = missing.Add, Blob = (oid, _) => blobs.Add(oid) }.Walk(root, null);

        Assert.Equal([gone], missing);
        Assert.Equal([TreeStock.OidOf("2"), TreeStock.OidOf("3")], blobs.OrderBy(o => o == TreeStock.OidOf("3")));
    }

    internal static Dictionary<string, string> RandomTree(Random random, int count)
    {
        Dictionary<string, string> files = new(StringComparer.Ordinal);
        for (int i = 0; i < count; i++)
        {
            // Directories end in d, files never do: no path is both.
            string directory = string.Concat(Enumerable.Range(0, random.Next(0, 4)).Select(_ => $"{random.Next(4)}d/"));
            files[$"{directory}{random.Next(200)}{(random.Next(10) == 0 ? RandomNames.Printable(random)[..1] : "")}.jpg"] =
                $"{random.Next(50)}";
        }

        return files;
    }

    internal static Dictionary<string, string> Changed(Random random, Dictionary<string, string> files)
    {
        Dictionary<string, string> changed = new(files, StringComparer.Ordinal);
        foreach (string path in files.Keys.Where(_ => random.Next(10) == 0).ToArray())
        {
            changed.Remove(path);
        }

        foreach ((string path, string content) in RandomTree(random, random.Next(0, 20)))
        {
            changed[path] = content + " new";
        }

        return changed;
    }

    private static HashSet<Oid> Walk(TreeStock stock, Oid root, Oid? proven)
    {
        HashSet<Oid> all = [];
        HashSet<Oid> missing = [];
        new TreeClosure(
            stock.Find)
        { Node = o => all.Add(o), Blob = (o, _) => all.Add(o), MissingNode = o => missing.Add(o) }.Walk(root, proven);
        Assert.Empty(missing);
        return all;
    }

    /// <summary>Inserts and removes through the code that <c>add</c> of a single path uses.</summary>
    private sealed class WorkTreeMerge(TreeStock stock)
    {
        private readonly DlStore.WorkTree.TreeMerge _merge = new(stock.Read, stock.Put);

        public TreeTotals Set(TreeTotals root, string name, string content) =>
            _merge.Set(Directory(root), name, new DlStore.WorkTree.PathEntry(TreeMode.File, TreeStock.OidOf(content), content.Length, 1));

        public TreeTotals Remove(TreeTotals root, string name) => _merge.Set(Directory(root), name, default);

        private static DlStore.WorkTree.PathEntry Directory(TreeTotals t) => new(TreeMode.Directory, t.Oid, t.Size, t.Files);
    }
}
