using DlStore.TestKit;
using DlStore.WorkTree;
using DlStore.WorkTree.Merges;
using Xunit.Abstractions;

namespace DlStore.Tests.WorkTree.Merges;

/// <summary>The three-way merge of directories: what counts, what clashes, and the same tree in both orders of the sides.</summary>
public sealed class TreeMergePlanTests(ITestOutputHelper output)
{
    private readonly MergeTrees _trees = new();

    [Fact]
    public void Changes_additions_and_removals_of_different_paths_all_count() => _trees.AssertMerges(
        _trees.Tree("a/1", "one", "a/2", "two", "b/3", "three", "c", "four"),
        _trees.Tree("a/1", "ONE", "a/2", "two", "b/3", "three", "a/new", "ours"),
        _trees.Tree("a/1", "one", "a/2", "TWO", "c", "four", "a/other", "theirs"),
        _trees.Tree("a/1", "ONE", "a/2", "TWO", "a/new", "ours", "a/other", "theirs"));

    [Fact]
    public void What_both_did_alike_counts_once() => _trees.AssertMerges(
        _trees.Tree("a", "1", "b", "2", "c", "3"), _trees.Tree("a", "x", "c", "3", "new", "n"), _trees.Tree("a", "x", "c", "4", "new", "n"),
        _trees.Tree("a", "x", "c", "4", "new", "n"));

    [Fact]
    public void Trees_that_two_sides_share_are_not_read()
    {
        Dictionary<string, string> files = Enumerable.Range(0, 300).ToDictionary(static i => $"d{i % 30}/f{i}", static i => $"{i}");
        PathEntry before = _trees.Tree(files);
        PathEntry ours = _trees.Tree(new Dictionary<string, string>(files) { ["d1/f1"] = "ours" });
        PathEntry theirs = _trees.Tree(new Dictionary<string, string>(files) { ["d2/f2"] = "theirs" });
        _trees.Stock.Reads = 0;

        TreeMergePlan plan = _trees.Plan(before, ours, theirs);

        Assert.Equal(3, _trees.Stock.Reads);
        Assert.Equal(
            _trees.Tree(new Dictionary<string, string>(files) { ["d1/f1"] = "ours", ["d2/f2"] = "theirs" }), _trees.Write(plan));
    }

    [Fact]
    public void A_change_follows_a_rename_on_the_other_side() => _trees.AssertMerges(
        _trees.Tree("a/1", "one", "b", "b"), _trees.Tree("a/1", "changed", "b", "b"), _trees.Tree("c/first", "one", "b", "b"),
        _trees.Tree("c/first", "changed", "b", "b"));

    [Fact]
    public void A_change_follows_a_renamed_directory_file_by_file() => _trees.AssertMerges(
        _trees.Tree("a/1", "one", "a/2", "two", "a/3", "three"),
        _trees.Tree("a/1", "ONE", "a/2", "two", "a/3", "THREE"),
        _trees.Tree("z/1", "one", "z/2", "two", "z/3", "three"),
        _trees.Tree("z/1", "ONE", "z/2", "two", "z/3", "THREE"));

    [Fact]
    public void A_file_added_to_a_directory_that_the_other_side_renamed_stays_where_it_was_added() => _trees.AssertMerges(
        _trees.Tree("a/1", "one"), _trees.Tree("a/1", "one", "a/new", "new"), _trees.Tree("z/1", "one"),
        _trees.Tree("a/new", "new", "z/1", "one"));

    [Fact]
    public void A_changed_mode_and_changed_bytes_go_together_also_over_a_rename()
    {
        _trees.AssertMerges(_trees.Tree("a", "1"), _trees.Tree("a", "+x1"), _trees.Tree("a", "2"), _trees.Tree("a", "+x2"));
        _trees.AssertMerges(_trees.Tree("a", "1"), _trees.Tree("a", "2"), _trees.Tree("b", "+x1"), _trees.Tree("b", "+x2"));
        _trees.AssertClashes(_trees.Tree("a", "1"), _trees.Tree("a", "->1"), _trees.Tree("a", "2"), "a");
        _trees.AssertClashes(_trees.Tree("b", "1"), _trees.Tree("a", "+xn", "b", "1"), _trees.Tree("a", "n", "b", "1"), "a");
    }

    [Fact]
    public void A_rename_that_is_not_certain_is_not_followed()
    {
        // Two files of the same bytes went, and two came, with other names: which is which?
        _trees.AssertClashes(
            _trees.Tree("a", "same", "b", "same"), _trees.Tree("a", "changed", "b", "same"), _trees.Tree("c", "same", "d", "same"), "a");
        // An empty file is like every other empty one.
        _trees.AssertClashes(_trees.Tree("a", "", "k", "k"), _trees.Tree("a", "changed", "k", "k"), _trees.Tree("b", "", "k", "k"), "a");
        // Something else is under the new name on the side that made the change.
        _trees.AssertClashes(
            _trees.Tree("a", "1", "k", "k"), _trees.Tree("a", "2", "b", "other", "k", "k"), _trees.Tree("b", "1", "k", "k"), "a", "b");
    }

    [Fact]
    public void Two_new_names_for_one_file_clash_under_both()
    {
        PathEntry before = _trees.Tree("a", "1", "k", "k");
        PathEntry ours = _trees.Tree("b", "1", "k", "k");
        PathEntry theirs = _trees.Tree("c", "1", "k", "k");

        TreeMergePlan plan = _trees.AssertClashes(before, ours, theirs, "b", "c");

        Assert.All(plan.Clashes, static c => Assert.Equal("a", c.From));
        Assert.Equal(ours, _trees.Write(plan));
        Assert.Equal(theirs, _trees.Write(plan, KeptSide.Theirs));
        Assert.Equal(before, _trees.Write(plan, KeptSide.Base));
        _trees.AssertMerges(before, ours, ours, ours);
    }

    [Fact]
    public void A_new_name_for_a_file_that_the_other_side_deleted_clashes()
    {
        PathEntry before = _trees.Tree("d/a", "1", "k", "k");
        PathEntry deleted = _trees.Tree("k", "k");
        PathEntry renamed = _trees.Tree("e/a", "1", "k", "k");

        TreeMergePlan plan = _trees.AssertClashes(before, deleted, renamed, "e/a");

        Assert.Equal(deleted, _trees.Write(plan));
        Assert.Equal(renamed, _trees.Write(plan, KeptSide.Theirs));
        Assert.Equal(before, _trees.Write(plan, KeptSide.Base));
    }

    [Fact]
    public void Deleted_here_and_changed_there_clashes_and_each_side_can_be_written()
    {
        PathEntry before = _trees.Tree("d/a", "1", "d/b", "2");
        PathEntry ours = _trees.Tree("x", "x");
        PathEntry theirs = _trees.Tree("d/a", "changed", "d/b", "2");

        TreeMergePlan plan = _trees.AssertClashes(before, ours, theirs, "d/a");

        Assert.Equal("deleted here, changed there", plan.Clashes.Single().Describe());
        Assert.Equal(ours, _trees.Write(plan));
        Assert.Equal(_trees.Tree("d/a", "changed", "x", "x"), _trees.Write(plan, KeptSide.Theirs));
    }

    [Fact]
    public void Both_added_different_bytes_clash()
    {
        PathEntry before = _trees.Tree("k", "k");
        TreeMergePlan plan = _trees.AssertClashes(
            before, _trees.Tree("k", "k", "n", "1"), _trees.Tree("k", "k", "n", "2"), "n");

        Assert.Equal("both sides added it", plan.Clashes.Single().Describe());
        Assert.Equal(before, _trees.Write(plan, KeptSide.Base));
    }

    [Fact]
    public void A_file_on_one_side_and_a_directory_on_the_other_clash_as_a_whole()
    {
        PathEntry before = _trees.Tree("k", "k", "p", "file");
        PathEntry ours = _trees.Tree("k", "k", "p", "changed");
        PathEntry theirs = _trees.Tree("k", "k", "p/1", "one", "p/2", "two");

        TreeMergePlan plan = _trees.AssertClashes(before, ours, theirs, "p");

        Assert.Equal("a file on one side, a directory on the other", plan.Clashes.Single().Describe());
        Assert.Equal(2, plan.Clashes.Single().Theirs!.Files);
        Assert.Equal(ours, _trees.Write(plan));
        Assert.Equal(theirs, _trees.Write(plan, KeptSide.Theirs));
        // Only one side touched it: no clash.
        _trees.AssertMerges(before, _trees.Tree("k", "K", "p", "file"), theirs, _trees.Tree("k", "K", "p/1", "one", "p/2", "two"));
        _trees.AssertMerges(
            _trees.Tree("k", "k", "p/1", "one"), _trees.Tree("k", "k", "p", "file"), _trees.Tree("k", "k"), _trees.Tree("k", "k", "p", "file"));
    }

    [Fact]
    public void A_directory_that_lost_all_its_files_to_both_sides_is_gone() => _trees.AssertMerges(
        _trees.Tree("d/a", "1", "d/b", "2", "k", "k"), _trees.Tree("d/a", "1", "k", "k"), _trees.Tree("d/b", "2", "k", "k"),
        _trees.Tree("k", "k"));

    /// <summary>
    /// Whatever two sides did to different paths, the merge is both changes applied to the dictionary, in both orders.
    /// </summary>
    [Fact]
    public void Disjoint_changes_equal_the_dictionary_in_both_orders()
    {
        Random random = Seeded.Start(output);
        for (int round = 0; round < 400; round++)
        {
            Dictionary<string, string> before = [];
            Change(random, before, [], random.Next(60));
            HashSet<string> touched = [];
            Dictionary<string, string> ours = new(before);
            Dictionary<string, string> oursOnly = Change(random, ours, touched, random.Next(25));
            Dictionary<string, string> theirs = new(before);
            Dictionary<string, string> theirsOnly = Change(random, theirs, touched, random.Next(25));
            Dictionary<string, string> expected = new(before);
            Apply(expected, oursOnly);
            Apply(expected, theirsOnly);

            _trees.AssertMerges(_trees.Tree(before), _trees.Tree(ours), _trees.Tree(theirs), _trees.Tree(expected));
        }
    }

    /// <summary>
    /// Whatever clashes: ours and theirs can be written, and change places with the sides.
    /// </summary>
    [Fact]
    public void Any_changes_give_a_tree_and_the_same_clashes_in_both_orders()
    {
        Random random = Seeded.Start(output);
        for (int round = 0; round < 400; round++)
        {
            Dictionary<string, string> before = [];
            Change(random, before, [], random.Next(40));
            Dictionary<string, string> ours = new(before);
            Change(random, ours, [], random.Next(25));
            Dictionary<string, string> theirs = new(before);
            Change(random, theirs, [], random.Next(25));
            PathEntry b = _trees.Tree(before);
            PathEntry o = _trees.Tree(ours);
            PathEntry t = _trees.Tree(theirs);

            TreeMergePlan plan = _trees.Plan(b, o, t);
            TreeMergePlan other = _trees.Plan(b, t, o);

            Assert.Equal(plan.Clashes.Select(static c => c.Path), other.Clashes.Select(static c => c.Path));
            Assert.Equal(_trees.Write(plan), _trees.Write(other, KeptSide.Theirs));
            Assert.Equal(_trees.Write(plan, KeptSide.Theirs), _trees.Write(other));
            Assert.Equal(_trees.Write(plan, KeptSide.Base), _trees.Write(other, KeptSide.Base));
            // What one side merged in is in: merging it again changes nothing.
            PathEntry merged = _trees.Write(plan);
            Assert.Equal(merged, _trees.Write(_trees.Plan(t, merged, t)));
        }
    }

    /// <summary>
    /// Changes, adds and removes paths that nobody touched, and gives what was done; null-like "" in the result removes. No path becomes a
    /// directory above another, and contents are never empty.
    /// </summary>
    private static Dictionary<string, string> Change(Random random, Dictionary<string, string> files, HashSet<string> touched, int count)
    {
        Dictionary<string, string> done = [];
        for (; count > 0; count--)
        {
            string path = string.Join('/', Enumerable.Range(0, random.Next(1, 4)).Select(_ => $"{"abcdefgh"[random.Next(8)]}{random.Next(3)}"));
            bool isInTheWay = files.Keys.Concat(touched).Any(f =>
                f.StartsWith(path + "/", StringComparison.Ordinal) || path.StartsWith(f + "/", StringComparison.Ordinal));
            if (isInTheWay || !touched.Add(path))
            {
                continue;
            }

            if (files.ContainsKey(path) && random.Next(3) == 0)
            {
                files.Remove(path);
                done[path] = "";
            }
            else
            {
                files[path] = done[path] = $"{(random.Next(4) == 0 ? "+x" : "")}{random.Next(1000)}";
            }
        }

        return done;
    }

    private static void Apply(Dictionary<string, string> files, Dictionary<string, string> done)
    {
        foreach ((string path, string content) in done)
        {
            if (content.Length == 0)
            {
                files.Remove(path);
            }
            else
            {
                files[path] = content;
            }
        }
    }
}
