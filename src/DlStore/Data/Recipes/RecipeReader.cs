using DlStore.Data.Texts;

namespace DlStore.Data.Recipes;

/// <summary>Reads the <c>recipe:</c> of a project file; docs/formats/project-file.md lists the operations with their units.</summary>
internal static class RecipeReader
{
    private const int CountMax = 1_000_000;
    private const int StepsMax = 1_000;
    private static readonly string[] _stepKeys = [
        "height", "width", "zoom", "rotation", "shear", "brightness", "channel", "crop", "flip", "edge", "mix", "count"];

    /// <summary>The steps of the seeds' suite: 99 images of each of nine, all of them different.</summary>
    public static IReadOnlyList<RecipeStep> Suite(int count) =>
    [
        new RecipeStep { Name = "height", Count = count, Height = new(-5_000, 5_000) },
        new RecipeStep { Name = "zoom", Count = count, Zoom = new(7_000, 13_000) },
        new RecipeStep { Name = "brightness", Count = count, Brightness = new(100, 500) },
        new RecipeStep
        {
            Name = "mix", Count = 6 * count, Rotation = new(-500, 500),
                Width = new(-100, 100), WidthIsShare = true, Height = new(-100, 100), HeightIsShare = true, Zoom = new(7_000, 13_000),
        },
    ];

    public static IReadOnlyList<RecipeStep> ReadSteps(YamlNode node, int count)
    {
        IReadOnlyList<YamlNode> items = node.RequireItems();
        if (items.Count is 0 or > StepsMax)
        {
            throw node.Bad($"a recipe has 1 to {StepsMax} steps");
        }

        return [.. items.Select(item => ReadStep(item, count))];
    }

    public static int ReadCount(YamlNode node) => (int)node.RequireNumber(1, CountMax);

    /// <summary>A step is a mapping of operations, or the bare name of one that takes no value.</summary>
    private static RecipeStep ReadStep(YamlNode node, int count)
    {
        if (node.Text == "edge")
        {
            return new RecipeStep { Name = "edge", Count = count, Edge = true };
        }

        node.RequireOnly(_stepKeys);
        if (node.Find("mix") is { } mix)
        {
            node.RequireOnly("mix", "count");
            mix.RequireOnly(_stepKeys.AsSpan()[..^2]);
            return ReadOperations(mix, "mix", node.Find("count") is { } own ? ReadCount(own) : count);
        }

        string name = string.Join('+', node.RequireKeys().Select(k => k.Key).Where(k => k != "count"));
        return name.Length == 0 ? throw node.Bad("the step names no operation")
            : ReadOperations(node, name, node.Find("count") is { } c ? ReadCount(c) : count);
    }

    private static RecipeStep ReadOperations(YamlNode node, string name, int count) => new()
    {
        Name = name,
        Count = count,
        Height = Length(node.Find("height")),
        HeightIsShare = IsShare(node.Find("height")),
        Width = Length(node.Find("width")),
        WidthIsShare = IsShare(node.Find("width")),
        Zoom = Around(node.Find("zoom"), 10_000, 1m, 0.05m, 20m),
        Rotation = Around(node.Find("rotation"), 1_000, 0m, -360m, 360m),
        Shear = Around(node.Find("shear"), 1_000, 0m, -80m, 80m),
        Brightness = Around(node.Find("brightness"), 1_000, 1m, 0m, 20m),
        Channel = Around(node.Find("channel"), 1, 0m, -255m, 255m),
        Crop = UpTo(node.Find("crop")),
        Flip = ReadFlip(node.Find("flip")),
        Edge = node.Find("edge")?.RequireBool() ?? false,
    };

    /// <summary>A whole number means pixels, a number below 1 in size a share of the side, as in Keras.</summary>
    private static DrawRange? Length(YamlNode? node) => node is null ? null : Around(node, 1_000, 0m, -10_000m, 10_000m);

    private static bool IsShare(YamlNode? node) =>
        node is not null && node.RequireItems().All(static i => Math.Abs(i.RequireDecimal(-10_000m, 10_000m)) < 1m)
            && node.RequireItems().Any(static i => i.RequireDecimal(-10_000m, 10_000m) != 0m);

    /// <summary>One number is a distance to both sides of the neutral value; two numbers are the ends themselves.</summary>
    private static DrawRange? Around(YamlNode? node, int unit, decimal neutral, decimal min, decimal max)
    {
        if (node is null)
        {
            return null;
        }

        IReadOnlyList<YamlNode> ends = node.RequireItems();
        if (ends.Count is 0 or > 2)
        {
            throw node.Bad("expected one number, or a list of two: from, to");
        }

        decimal first = ends[0].RequireDecimal(min, max);
        decimal low = ends.Count == 2 ? first : neutral - Math.Abs(first);
        decimal high = ends.Count == 2 ? ends[1].RequireDecimal(min, max) : neutral + Math.Abs(first);
        return low > high || low < min || high > max ? throw node.Bad($"'{low}' to '{high}' is not a range within {min} to {max}")
            : new DrawRange(ToUnits(ends[0], low, unit), ToUnits(node, high, unit));
    }

    private static DrawRange? UpTo(YamlNode? node)
    {
        if (node is null)
        {
            return null;
        }

        IReadOnlyList<YamlNode> ends = node.RequireItems();
        decimal low = ends.Count == 2 ? ends[0].RequireDecimal(0m, 0.45m) : 0m;
        decimal high = ends.Count is 1 or 2
            ? ends[^1].RequireDecimal(0m, 0.45m) : throw node.Bad("expected one number, or a list of two: from, to");
        return low > high ? throw node.Bad("the first number is greater than the second")
            : new DrawRange(ToUnits(node, low, 1_000), ToUnits(node, high, 1_000));
    }

    private static int ToUnits(YamlNode node, decimal value, int unit) =>
        value * unit is var units && decimal.Truncate(units) == units
            ? (int)units : throw node.Bad($"'{value}' has more decimals than are used ({unit} steps to 1)");

    private static FlipChoice ReadFlip(YamlNode? node) => node?.RequireText() switch
    {
        null => FlipChoice.None,
        "horizontal" => FlipChoice.Horizontal,
        "vertical" => FlipChoice.Vertical,
        "both" => FlipChoice.Both,
        _ => throw node.Bad($"flip '{node.Text}' is none of horizontal, vertical, both"),
    };
}
