using System.Text;
using DlStore.Io;
using DlStore.Objects;
using DlStore.TestKit;
using DlStore.Tests.Objects;
using DlStore.WorkTree;
using DlStore.WorkTree.Merges;

namespace DlStore.Tests.WorkTree.Merges;

/// <summary>Pointers as a whole: keys one by one, single files, sides that have none; and the note that is left of what clashes.</summary>
public sealed class PointerMergeTests
{
    private readonly MergeTrees _trees = new();

    [Fact]
    public void Keys_that_one_side_changed_are_taken_and_unequal_changes_clash()
    {
        Pointer before = Blob("1", ("origin", "a"), ("x-note", "n"), ("x-old", "o"));
        Pointer ours = Blob("2", ("origin", "b"), ("x-note", "n2"), ("x-ours", "1")) with { Demand = true };
        Pointer theirs = Blob("1", ("origin", "c"), ("x-note", "n"), ("x-old", "o"), ("x-theirs", "2")) with { Exec = true };

        PointerMerge merge = PointerMerge.Of(_trees.Stock.Read, before, ours, theirs);
        Pointer merged = merge.Write(_trees.Stock.Put, static _ => KeptSide.Ours, static _ => KeptSide.Ours)!;

        Assert.Empty(merge.Clashes);
        Assert.Equal([new KeyClash("origin", "a", "b", "c")], merge.Keys);
        Assert.Equal(TreeStock.OidOf("2"), merged.Oid);
        Assert.True(merged is { Demand: true, Exec: true });
        Assert.Equal("origin=b x-note=n2 x-ours=1 x-theirs=2", string.Join(' ', merged.Others.Select(static o => $"{o.Key}={o.Value}")));
        Assert.Equal("c", merge.Write(_trees.Stock.Put, static _ => KeptSide.Ours, static _ => KeptSide.Theirs)!.Others["origin"]);
        _ = Pointer.Parse(merged.ToBytes(), "x.dls");
    }

    [Fact]
    public void Files_and_bytes_of_a_directory_are_counted_anew()
    {
        Pointer before = Directory(_trees.Tree("a", "1", "b", "22"));
        Pointer ours = Directory(_trees.Tree("a", "1", "b", "22", "c", "333"));
        Pointer theirs = Directory(_trees.Tree("b", "22", "d/e", "4444"));

        Pointer merged = PointerMerge.Of(_trees.Stock.Read, before, ours, theirs)
            .Write(_trees.Stock.Put, static _ => KeptSide.Ours, static _ => KeptSide.Ours)!;

        Assert.Equal(Directory(_trees.Tree("b", "22", "c", "333", "d/e", "4444")).ToBytes(), merged.ToBytes());
        Assert.Equal((3, 9), (merged.Files, merged.Size));
    }

    [Fact]
    public void A_pointer_that_one_side_has_no_more_is_one_decision()
    {
        Pointer before = Directory(_trees.Tree("a", "1"));
        Pointer theirs = Directory(_trees.Tree("a", "2", "b", "3"));

        PointerMerge merge = PointerMerge.Of(_trees.Stock.Read, before, null, theirs);

        MergeClash clash = Assert.Single(merge.Clashes);
        Assert.Equal(("", "deleted here, changed there"), (clash.Path, clash.Describe()));
        Assert.Null(merge.Write(_trees.Stock.Put, static _ => KeptSide.Ours, static _ => KeptSide.Ours));
        Assert.Equal(theirs, merge.Write(_trees.Stock.Put, static _ => KeptSide.Theirs, static _ => KeptSide.Ours));
    }

    [Fact]
    public void Two_directories_that_both_sides_made_are_one_with_the_files_of_both()
    {
        Pointer ours = Directory(_trees.Tree("a", "1", "same", "s"));
        Pointer theirs = Directory(_trees.Tree("b", "2", "same", "s"));

        PointerMerge merge = PointerMerge.Of(_trees.Stock.Read, null, ours, theirs);

        Assert.Empty(merge.Clashes);
        Assert.Equal(_trees.Tree("a", "1", "b", "2", "same", "s").Oid,
            merge.Write(_trees.Stock.Put, static _ => KeptSide.Ours, static _ => KeptSide.Ours)!.Oid);
    }

    [Fact]
    public void A_note_is_read_back_and_is_about_its_three_versions_only()
    {
        using TempDir temp = new();
        RelPath path = RelPath.Parse("data");
        PathEntry o = MergeTrees.Leaf("ours");
        MergeNote note = new()
        {
            Path = "data",
            Ours = "dls-pointer 1\nours\n",
            Theirs = "dls-pointer 1\ntheirs\n",
            TheirsName = "other",
            Clashes = [MergeClash.Of("a\nb", default, o, default, "old") with { Decided = MergeChoice.Both }],
            Keys = [new KeyClash("origin", null, "b", "c")],
        };

        note.Write(temp.Path);
        MergeNote read = MergeNote.Find(temp.Path, path)!;

        Assert.Equal(note.Clashes, read.Clashes);
        Assert.Equal(note.Keys, read.Keys);
        Assert.True(read.IsAbout(null, Encoding.UTF8.GetBytes(note.Ours), Encoding.UTF8.GetBytes(note.Theirs)));
        Assert.False(read.IsAbout(Encoding.UTF8.GetBytes(note.Ours), Encoding.UTF8.GetBytes(note.Ours), Encoding.UTF8.GetBytes(note.Theirs)));
        Assert.False(read.IsAbout(null, Encoding.UTF8.GetBytes(note.Ours), null));
        string file = Directory(temp);
        File.WriteAllText(file, File.ReadAllText(file).Replace("dls-merge 1", "dls-merge 2", StringComparison.Ordinal));
        Assert.Null(MergeNote.Find(temp.Path, path));
        File.WriteAllText(file, "{");
        Assert.Null(MergeNote.Find(temp.Path, path));
        MergeNote.Remove(temp.Path, path);
        Assert.False(MergeNote.Exists(temp.Path, path));
    }

    [Fact]
    public void Notes_count_while_their_merge_is_open_or_they_are_young()
    {
        using TempDir temp = new();
        RelPath path = RelPath.Parse("data");
        new MergeNote { Path = "data" }.Write(temp.Path);
        MergeNote.WriteMade(temp.Path, path, "x"u8);
        DateTimeOffset later = DateTimeOffset.UtcNow + TimeSpan.FromDays(2);

        Assert.Equal((2, 0), Counts(MergeNote.List(temp.Path, [], DateTimeOffset.UtcNow)));
        Assert.Equal((1, 1), Counts(MergeNote.List(temp.Path, [path], later)));
        Assert.Equal((0, 2), Counts(MergeNote.List(temp.Path, [], later)));
    }

    private static (int, int) Counts((IReadOnlyList<string> Counting, IReadOnlyList<string> Stale) list) =>
        (list.Counting.Count, list.Stale.Count);

    private static string Directory(TempDir temp) => System.IO.Directory.GetFiles(temp.At("merges")).Single();

    private static Pointer Directory(PathEntry tree) =>
        new() { Kind = ObjectKind.Tree, Oid = tree.Oid, Size = tree.Size, Files = tree.Files };

    private static Pointer Blob(string content, params (string Key, string Value)[] others) => new()
    {
        Kind = ObjectKind.Blob,
        Oid = TreeStock.OidOf(content),
        Size = content.Length,
        Others = new SortedDictionary<string, string>(others.ToDictionary(static o => o.Key, static o => o.Value), StringComparer.Ordinal),
    };
}
