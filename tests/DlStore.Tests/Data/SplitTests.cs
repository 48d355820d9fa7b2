using System.Text;
using DlStore.Data.Annotations;
using DlStore.Data.Splits;
using DlStore.Objects;
using DlStore.TestKit;
using Xunit.Abstractions;

namespace DlStore.Tests.Data;

public sealed class SplitTests(ITestOutputHelper output)
{
    [Fact]
    public void Single_images_are_counted_as_the_author_counted_them()
    {
        int[] sizes = [792, 792, 594, 99, 99, 891, 99, 99, 99, 99, 99];
        foreach (SplitMethod method in new[] { SplitMethod.Hash, SplitMethod.Legacy })
        {
            SplitResult split = Split.Run(Singles(sizes), new SplitOptions { Method = method });

            Assert.Equal((3006, 756), (Count(split, SplitSide.Train), Count(split, SplitSide.Val)));
            Assert.Equal([633, 633, 79, 475, 79, 79, 712, 79, 79, 79, 79], split.Units.Select(static u => u.Train));
        }

        Assert.Equal((79, 20), (Count(Split.Run(Singles([99]), new SplitOptions()), SplitSide.Train),
            Count(Split.Run(Singles([99]), new SplitOptions()), SplitSide.Val)));
    }

    [Fact]
    public void No_group_is_parted_no_bytes_are_on_two_sides_and_order_does_not_matter()
    {
        Random random = Seeded.Start(output);
        for (int n = 0; n < 200; n++)
        {
            SplitItem[] items = Items(random);
            SplitOptions options = Options(random);
            Dictionary<string, SplitSide> sides = Sides(items, options);
            SplitItem[] shuffled = [.. items];
            random.Shuffle(shuffled);

            Assert.All(items.GroupBy(static i => (i.Unit, i.Group)), g => Assert.Single(g.Select(i => sides[i.Id]).Distinct()));
            Assert.All(items.GroupBy(static i => i.Oid), g => Assert.Single(g.Select(i => sides[i.Id]).Distinct()));
            Assert.Equal(sides, Sides(shuffled, options));
            Assert.DoesNotContain(SplitSide.None, sides.Values);
        }
    }

    [Fact]
    public void A_unit_more_or_less_moves_only_what_has_twins_in_it()
    {
        Random random = Seeded.Start(output);
        int moved = 0;
        for (int n = 0; n < 300; n++)
        {
            SplitItem[] all = Items(random);
            SplitOptions options = Options(random);
            string removed = all[random.Next(all.Length)].Unit;
            SplitItem[] rest = [.. all.Where(i => i.Unit != removed)];
            SplitResult with = Split.Run(all, options);
            Dictionary<string, SplitSide> without = Sides(rest, options);
            HashSet<string> twins = [.. with.CrossTwins.Select(i => all[i].Id)];

            for (int i = 0; i < all.Length; i++)
            {
                if (all[i].Unit != removed && with.Sides[i] != without[all[i].Id])
                {
                    moved++;
                    Assert.Contains(all[i].Id, twins);
                }
            }
        }

        Assert.True(moved > 0, "no twin moved in any history: the test does not reach them");
    }

    [Fact]
    public void The_share_is_off_by_less_than_a_group_and_neither_side_is_empty()
    {
        Random random = Seeded.Start(output);
        for (int n = 0; n < 300; n++)
        {
            SplitItem[] items = [.. Items(random).DistinctBy(static i => i.Oid)];
            int percent = random.Next(1, 100);
            SplitResult split = Split.Run(items, new SplitOptions { TrainPercent = percent });
            foreach (SplitUnit unit in split.Units.Where(static u => u.Groups >= 2))
            {
                int largest = items.Where(i => i.Unit == unit.Unit).GroupBy(static i => i.Group).Max(static g => g.Count());
                Assert.InRange(unit.Train, 1, unit.Images - 1);
                Assert.True(Math.Abs(unit.Train - unit.Target) <= largest, $"{unit}, largest group {largest}");
                Assert.Equal(unit.Images * percent / 100, unit.Target);
            }
        }
    }

    [Fact]
    public void Groups_walk_to_the_target_and_the_straddling_one_goes_where_it_is_nearer()
    {
        // 10 groups of 10 images; 75 % is in the middle of the eighth: whole to train, which is no further off.
        Assert.Equal(80, Count(Split.Run(Grouped(10, 10), new SplitOptions { TrainPercent = 75 }), SplitSide.Train));
        Assert.Equal(70, Count(Split.Run(Grouped(10, 10), new SplitOptions { TrainPercent = 74 }), SplitSide.Train));
        Assert.Equal(90, Count(Split.Run(Grouped(10, 10), new SplitOptions { TrainPercent = 99 }), SplitSide.Train));
        Assert.Equal(100, Count(Split.Run(Grouped(10, 10), new SplitOptions { TrainPercent = 100 }), SplitSide.Train));
        Assert.Equal(0, Count(Split.Run(Grouped(10, 10), new SplitOptions { TrainPercent = 0 }), SplitSide.Train));
        Assert.Equal(7, Count(Split.Run(Grouped(1, 7), new SplitOptions()), SplitSide.Train));
        Assert.Equal(1, Count(Split.Run(Grouped(1, 1), new SplitOptions()), SplitSide.Train));
    }

    [Fact]
    public void Validation_from_real_images_leaves_every_generated_one_in_train()
    {
        Random random = Seeded.Start(output);
        SplitItem[] items = [.. Items(random),
            .. Enumerable.Range(0, 50).Select(static i => Item("r" + i, "real", "r" + i, "r" + i) with { IsReal = true })];
        foreach (SplitMethod method in new[] { SplitMethod.Hash, SplitMethod.Legacy })
        {
            SplitResult split = Split.Run(items, new SplitOptions { ValFromReal = true, Method = method });

            Assert.All(Enumerable.Range(0, items.Length).Where(i => !items[i].IsReal), i => Assert.Equal(SplitSide.Train, split.Sides[i]));
            Assert.Equal(10, Count(split, SplitSide.Val));
        }
    }

    [Fact]
    public void Given_sides_stay_and_their_twins_follow()
    {
        SplitItem[] items =
        [
            Item("t", "real", "t", "x") with { Given = SplitSide.Test, IsReal = true },
                Item("v", "real", "v", "y") with { Given = SplitSide.Val, IsReal = true },
            .. Enumerable.Range(0, 20).Select(static i => Item("g" + i, "gen", "g" + i, i switch { 0 => "x", 1 => "y", _ => "g" + i })),
        ];

        Dictionary<string, SplitSide> sides = Sides(items, new SplitOptions { TrainPercent = 100 });

        Assert.Equal((SplitSide.Test, SplitSide.Val), (sides["t"], sides["v"]));
        Assert.Equal((SplitSide.Test, SplitSide.Val), (sides["g0"], sides["g1"]));
        Assert.Equal(18, sides.Values.Count(static s => s == SplitSide.Train));
    }

    [Fact]
    public void Bytes_that_came_with_two_sides_are_refused_by_name()
    {
        SplitItem[] items = [
            Item("a", "real", "a", "x") with { Given = SplitSide.Train }, Item("b", "real", "b", "x") with { Given = SplitSide.Val }];
        SplitItem[] through = [
            items[0], Item("c", "real", "c", "y") with { Given = SplitSide.Val }, Item("g", "gen", "g", "x"), Item("h", "gen", "g", "y")];

        Assert.Contains("'a' (train) and 'b' (val)",
            Assert.Throws<DlsException>(() => Split.Run(items, new SplitOptions())).Message, StringComparison.Ordinal);
        Assert.Contains(
            "different sides", Assert.Throws<DlsException>(() => Split.Run(through, new SplitOptions())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_order_is_the_one_the_page_describes()
    {
        // printf 'group\0S\0u\0a\0' | sha256sum, for four groups of one image each.
        SplitItem[] items = [.. "abcd".Select(static c => Item($"{c}", "u", $"{c}", $"{c}"))];
        string[] order = [
            .. items.OrderBy(static i => Oid.Of(Encoding.UTF8.GetBytes($"group\0S\0u\0{i.Group}\0"))).Select(static i => i.Id)];

        Dictionary<string, SplitSide> sides = Sides(items, new SplitOptions { TrainPercent = 50, Seed = "S" });

        Assert.Equal([.. order[..2]], sides.Where(static s => s.Value == SplitSide.Train).Select(static s => s.Key).ToHashSet());
        Assert.Equal(FormatPage.Read("dataset-file").Text("707e"),
            string.Concat(order.Select(static id => $"{Oid.Of(Encoding.UTF8.GetBytes($"group\0S\0u\0{id}\0")).ToHex()}  {id}\n")));
    }

    [Fact]
    public void Another_seed_is_another_split()
    {
        SplitItem[] items = Singles([500]);

        Assert.NotEqual(Split.Run(items, new SplitOptions()).Sides, Split.Run(items, new SplitOptions { Seed = "1" }).Sides);
    }

    private static SplitItem Item(
        string id, string unit, string group, string bytes) => new(id, unit, group, Oid.Of(Encoding.UTF8.GetBytes(bytes)), IsReal: false);

    private static SplitItem[] Singles(int[] sizes) =>
        [.. sizes.SelectMany(static (n, u) => Enumerable.Range(0, n).Select(i => Item($"{u}_{i}", $"u{u}", $"{i}", $"{u} {i}")))];

    private static SplitItem[] Grouped(int groups, int size) =>
        [.. Enumerable.Range(0, groups * size).Select(i => Item($"{i}", "u", $"g{i / size}", $"{i}"))];

    /// <summary>A few units of a few groups; some bytes stand in one unit twice, some in two.</summary>
    private static SplitItem[] Items(Random random) =>
        [.. Enumerable.Range(0, random.Next(5, 120)).Select(
            i => Item($"i{i}", $"u{random.Next(4)}", $"g{random.Next(12)}", random.Next(8) == 0 ? $"twin {random.Next(6)}" : $"{i}"))];

    private static SplitOptions Options(
        Random random) => new() { TrainPercent = random.Next(101), Seed = $"{random.Next(9)}", ValFromReal = random.Next(5) == 0 };

    private static Dictionary<string, SplitSide> Sides(SplitItem[] items, SplitOptions options)
    {
        SplitResult split = Split.Run(items, options);
        return Enumerable.Range(0, items.Length).ToDictionary(i => items[i].Id, i => split.Sides[i]);
    }

    private static int Count(SplitResult split, SplitSide side) => split.Sides.Count(s => s == side);
}
