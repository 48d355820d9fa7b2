using DlStore.Io;
using DlStore.TestKit;
using DlStore.WorkTree;

namespace DlStore.Tests.WorkTree;

/// <summary>Small files that are replaced together: each is old or new, and nothing of it is left beside them.</summary>
public sealed class FileReplacementsTests
{
    [Fact]
    public void Files_are_replaced_made_and_removed_and_nothing_is_left_beside_them()
    {
        using TempDir temp = new();
        temp.Write("a", "old");
        temp.Write("gone", "old");
        FileReplacements files = new(new WorkDir(temp.Path));
        files.Put("a", "first"u8.ToArray());
        files.Put("b/c/d", "made"u8.ToArray());
        files.Put("a", "last"u8.ToArray());
        files.Remove("gone");
        files.Remove("never/there");

        files.Apply("change.pointed", "change.unpointed");

        Assert.True(files.IsEmpty);
        Assert.Equal("last", File.ReadAllText(temp.At("a")));
        Assert.Equal("made", File.ReadAllText(temp.At("b/c/d")));
        Assert.Equal(["a", "b", "b/c", "b/c/d"], TreeSnapshot.Of(temp.Path).Items.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_a_killed_command_left_of_a_file_is_taken_away_by_the_next_that_writes_it()
    {
        using TempDir temp = new();
        string left = $".dls-tmp-{Fnv1a.Hex("a.dls")}";
        temp.Write(left, "half");
        FileReplacements files = new(new WorkDir(temp.Path));
        files.Put("a.dls", "whole"u8.ToArray());

        files.Apply("change.pointed", "change.unpointed");

        Assert.Equal("whole", File.ReadAllText(temp.At("a.dls")));
        Assert.False(File.Exists(temp.At(left)));
    }

    [Fact]
    public void A_file_that_cannot_be_written_leaves_the_others_as_they_were()
    {
        using TempDir temp = new();
        temp.Write("a", "old");
        temp.MakeDirectory("elsewhere");
        Directory.CreateSymbolicLink(temp.At("link"), temp.At("elsewhere"));
        FileReplacements files = new(new WorkDir(temp.Path));
        files.Put("a", "new"u8.ToArray());
        files.Put("link/b", "outside"u8.ToArray());

        Assert.Throws<DlsException>(() => files.Apply("change.pointed", "change.unpointed"));

        Assert.Equal("old", File.ReadAllText(temp.At("a")));
        Assert.Equal(["a", "elsewhere", "link"], TreeSnapshot.Of(temp.Path).Items.Keys.Order(StringComparer.Ordinal));
    }
}
