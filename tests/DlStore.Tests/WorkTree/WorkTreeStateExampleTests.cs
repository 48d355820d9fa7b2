using DlStore.Io;
using DlStore.Objects;
using DlStore.TestKit;
using DlStore.WorkTree;

namespace DlStore.Tests.WorkTree;

/// <summary>The byte examples of docs/formats/work-tree-state.md and remote-layout.md (pin is with the remotes) against the code.</summary>
public sealed class WorkTreeStateExampleTests
{
    private static readonly Oid Hello = Oid.Of("hello\n"u8);

    [Fact]
    public void Base_is_the_text_of_the_page()
    {
        using TempDir temp = new();
        FileStat stat = new(6, 1_700_000_000_123_456_789, 1_700_000_001_000_000_000, 4242, 0x1A4, 0, 0);

        Base written = Base.Read(temp.Path);
        written.Set(RelPath.Parse("weights/hello.bin"), new BaseEntry(ObjectKind.Blob, Hello, 6, stat, 1_700_000_002_000_000_000));
        written.Set(RelPath.Parse("data"), new BaseEntry(ObjectKind.Tree, new TreeWriter((_, _) => { }).Finish().Oid, 0, default, 0));
        written.Write();

        Assert.Equal(FormatPage.Read("work-tree-state").Text("dls-base 1"), File.ReadAllText(temp.At("base")));
    }

    [Fact]
    public void Stat_cache_is_the_bytes_of_the_page_but_for_its_stamp()
    {
        using TempDir temp = new();
        DiskEntry entry = new()
        {
            Oid = Hello,
            Size = 6,
            Mtime = 1_700_000_000_123_456_789,
            Ctime = 1_700_000_001_000_000_000,
            Inode = 4242,
            NameLength = 3,
            Mode = TreeMode.Executable
        };
        DirListing listing = new("", "run"u8.ToArray(), [entry], 1);
        TreeWriter tree = new((_, _) => { });
        tree.Add("run"u8, TreeMode.Executable, 6, Hello, 0);
        listing.Totals = tree.Finish();

        using (StatCacheWriter writer = new(temp.At("cache")))
        {
            writer.Add(listing, long.MaxValue);
            writer.Finish();
        }

        byte[] actual = File.ReadAllBytes(temp.At("cache"));
        actual.AsSpan(8, 8).Clear();
        Assert.Equal(Convert.ToHexStringLower(FormatPage.Read("work-tree-state").Hex("444c5343")), Convert.ToHexStringLower(actual));
    }

    [Fact]
    public void Checkout_journal_is_the_text_of_the_page()
    {
        using TempDir temp = new();

        File.WriteAllText(
            temp.Write($"journal/{CheckoutJournal.StateName(RelPath.Parse("an/earlier one"))}", ""),
            FormatPage.Read("work-tree-state").Text("dls-checkout 1"));
        CheckoutJournal journal = CheckoutJournal.Read(temp.Path);
        Assert.Equal(
            new InterruptedCheckout(RelPath.Parse("an/earlier one"), Hello, "0123456789abcdef"),
            journal.Find(RelPath.Parse("an/earlier one")));

        journal.Begin([new(RelPath.Parse("an/earlier one"), Hello), new(RelPath.Parse("weights/hello.bin"), Hello)]);
        journal.End([RelPath.Parse("an/earlier one")]);

        string file = Assert.Single(Directory.GetFiles(temp.At("journal")));
        Assert.Equal("checkouts", Path.GetFileName(file));
        string tag = journal.Find(RelPath.Parse("weights/hello.bin"))!.Tag;
        Assert.Matches("^[0-9a-f]{16}$", tag);
        File.WriteAllText(file, FormatPage.Read("work-tree-state").Text("dls-checkout 2"));
        Assert.Equal(
            new InterruptedCheckout(RelPath.Parse("weights/hello.bin"), Hello, "0123456789abcdef"),
            CheckoutJournal.Read(temp.Path).Find(RelPath.Parse("weights/hello.bin")));
        Assert.Null(CheckoutJournal.Read(temp.Path).Find(RelPath.Parse("weights/other.bin")));
    }
}
