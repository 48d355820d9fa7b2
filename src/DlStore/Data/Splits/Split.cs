using DlStore.Data.Annotations;
using DlStore.Objects;

namespace DlStore.Data.Splits;

/// <summary>
/// Puts images on sides (docs/formats/dataset-file.md). Each unit is split by itself, so that adding or removing one moves no image of
/// another; only images whose bytes stand in
/// several units depend on more than their own unit. The order of the items does not matter.
/// </summary>
public static class Split
{
    /// <summary>Splits.</summary>
    /// <param name="items">The images, in any order.</param>
    /// <param name="options">What the split depends on besides.</param>
    /// <returns>One side an image.</returns>
    /// <exception cref="DlsException">Kind Failed: equal bytes came with two different sides.</exception>
    public static SplitResult Run(IReadOnlyList<SplitItem> items, SplitOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)options.TrainPercent, 100u);
        return options.Method switch
        {
            SplitMethod.Legacy => RunLegacy(items, options),
            SplitMethod.Hash => RunHash(items, options),
            _ => throw new ArgumentOutOfRangeException(nameof(options)),
        };
    }

    /// <summary>Gives how many images of a unit should be trained on.</summary>
    /// <param name="images">How many there are.</param>
    /// <param name="percent">0 to 100.</param>
    /// <returns>Rounded down.</returns>
    public static int Target(int images, int percent) => (int)((long)images * percent / 100);

    private static SplitResult RunHash(IReadOnlyList<SplitItem> items, SplitOptions options)
    {
        SplitGroups groups = SplitGroups.Join(items);
        SplitSide[] sides = new SplitSide[items.Count];
        List<SplitUnit> units = [];
        foreach ((string unit, List<SplitGroup> own) in groups.ByUnit)
        {
            int images = own.Sum(static g => g.Items.Count);
            int target = Target(images, options.TrainPercent);
            Place(own, target, options);
            units.Add(new SplitUnit(unit, own.Count, images, target, 0));
        }

        List<int> twins = groups.PlaceTwins(options);
        foreach (SplitGroup group in groups.ByUnit.SelectMany(static u => u.Value))
        {
            foreach (int i in group.Items)
            {
                sides[i] = group.Side;
            }
        }

        for (int i = 0; i < sides.Length; i++)
        {
            sides[i] = items[i].Given == SplitSide.None ? sides[i] : items[i].Given;
        }

        return new SplitResult(sides, Count(items, sides, units), twins);
    }

    private static void Place(List<SplitGroup> groups, int target, SplitOptions options)
    {
        if (options.ValFromReal)
        {
            // A unit is all generated or all real; in a mixed one the generated images pull their group along.
            foreach (SplitGroup group in groups.Where(static g => g.HasGenerated))
            {
                group.Side = SplitSide.Train;
            }

            groups = [.. groups.Where(static g => !g.HasGenerated)];
            target = Target(groups.Sum(static g => g.Items.Count), options.TrainPercent);
        }

        if (groups.Count == 0)
        {
            return;
        }

        Oid[] keys = [.. groups.Select(g => SplitHash.Of("group", options.Seed, g.Unit, g.Name))];
        SplitGroup[] order = [.. groups];
        Array.Sort(keys, order);
        int first = CountTrain(order, target, options.TrainPercent);
        for (int i = 0; i < order.Length; i++)
        {
            order[i].Side = i < first ? SplitSide.Train : SplitSide.Val;
        }
    }

    /// <summary>Gives how many groups, from the first, are trained on.</summary>
    private static int CountTrain(SplitGroup[] order, int target, int percent)
    {
        if (order.Length == 1)
        {
            return percent >= 50 ? 1 : 0;
        }

        int groups = 0;
        int train = 0;
        while (groups < order.Length && train < target)
        {
            int with = train + order[groups].Items.Count;
            if (Math.Abs(with - target) > Math.Abs(train - target))
            {
                // The group that straddles the target would leave it further off: it and all behind it are looked at.
                break;
            }

            train = with;
            groups++;
        }

        return Math.Clamp(groups, percent > 0 ? 1 : 0, percent < 100 ? order.Length - 1 : order.Length);
    }

    private static SplitResult RunLegacy(IReadOnlyList<SplitItem> items, SplitOptions options)
    {
        SplitSide[] sides = [.. items.Select(static i => i.Given)];
        SortedDictionary<string, List<int>> free = new(StringComparer.Ordinal);
        List<SplitUnit> units = [];
        for (int i = 0; i < items.Count; i++)
        {
            if (items[i].Given != SplitSide.None)
            {
                continue;
            }

            if (options.ValFromReal && !items[i].IsReal)
            {
                sides[i] = SplitSide.Train;
            }

            Of(free, items[i].Unit).Add(i);
        }

        foreach ((string unit, List<int> all) in free)
        {
            int[] own = [.. all.Where(i => sides[i] == SplitSide.None)];
            Oid[] keys = [.. own.Select(i => SplitHash.Of("image", options.Seed, items[i].Id))];
            Array.Sort(keys, own);
            int target = Target(own.Length, options.TrainPercent);
            for (int i = 0; i < own.Length; i++)
            {
                sides[own[i]] = i < target ? SplitSide.Train : SplitSide.Val;
            }

            units.Add(new SplitUnit(unit, all.Count, all.Count, target + all.Count - own.Length, 0));
        }

        return new SplitResult(sides, Count(items, sides, units), []);
    }

    private static List<int> Of(SortedDictionary<string, List<int>> lists, string key)
    {
        if (!lists.TryGetValue(key, out List<int>? list))
        {
            list = [];
            lists.Add(key, list);
        }

        return list;
    }

    private static List<SplitUnit> Count(IReadOnlyList<SplitItem> items, SplitSide[] sides, List<SplitUnit> units)
    {
        Dictionary<string, int> train = new(StringComparer.Ordinal);
        for (int i = 0; i < items.Count; i++)
        {
            if (items[i].Given == SplitSide.None && sides[i] == SplitSide.Train)
            {
                train[items[i].Unit] = train.GetValueOrDefault(items[i].Unit) + 1;
            }
        }

        return [.. units.Select(u => u with { Train = train.GetValueOrDefault(u.Unit) })];
    }
}
