using System.Globalization;
using System.Text;
using DlStore.Data.Names;

namespace DlStore.Data.Recipes;

/// <summary>
/// What a project that dls makes is to say: the text of its project.yaml, with the default recipe written out so that a person can edit it,
/// and its README. Reading the text gives
/// the same recipe as no text at all.
/// </summary>
internal sealed record ProjectDraft
{
    /// <summary>Gets the name.</summary>
    public required PortableName Name { get; init; }

    /// <summary>Gets the class.</summary>
    public required string Label { get; init; }

    /// <summary>Gets the masters relative to the project; one that is <c>master/image.jpg</c> need not be named.</summary>
    public IReadOnlyList<string> Masters { get; init; } = [];

    /// <summary>Gets where on a canvas the masters are put.</summary>
    public IReadOnlyList<Placement> Placements { get; init; } = [Placement.LeftUpper];

    /// <summary>Gets the program relative to the project, or null for the built-in engine.</summary>
    public string? Program { get; init; }

    /// <summary>Gets the glyph source, or null.</summary>
    public GlyphSource? Glyphs { get; init; }

    /// <summary>Gets how many images a step makes from each master at each placement.</summary>
    public int Count { get; init; } = 99;

    /// <summary>Gets the seed of all draws.</summary>
    public long Seed { get; init; }

    /// <summary>Gets whether a person has looked at it.</summary>
    public ReviewState Review { get; init; }

    /// <summary>Gets where the master comes from.</summary>
    public IReadOnlyDictionary<string, string> Origin { get; init; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Gives the text of project.yaml.</summary>
    /// <returns>UTF-8 text with LF.</returns>
    public string ToYaml()
    {
        StringBuilder text = new(
            "# What this project teaches and what `dls build` makes of it; `dls help project-file` describes every key.\n");
        text.Append(CultureInfo.InvariantCulture, $"label: {Quote(Label)}\n");
        if (Masters.Count > 1)
        {
            text.Append("masters:\n").AppendJoin("", Masters.Select(static m => $"  - {Quote(m)}\n"));
        }

        text.Append(CultureInfo.InvariantCulture, $"placements: [{string.Join(", ", Placements.Select(Data.Recipes.Placements.ToText))}"
            + $"]   # corners of a larger canvas: lu, ru or both\n");
        AppendRecipe(text);
        if (Review != ReviewState.Accepted)
        {
            text.Append(CultureInfo.InvariantCulture, $"review: {ReviewText(Review)}\n");
        }

        if (Origin.Count > 0)
        {
            text.Append("origin:\n").AppendJoin("", Origin.Select(static o => $"  {o.Key}: {Quote(o.Value)}\n"));
        }

        return text.ToString();
    }

    /// <summary>Gives the text of README.md.</summary>
    /// <returns>UTF-8 text with LF.</returns>
    public string ToReadme() => $"# {Name}\n\nTraining data for the class `{Label}`. The master images and their "
        + "annotations are in master/, what is made of them is in project.yaml.\n";

    /// <summary>Gives a review state as project.yaml has it.</summary>
    /// <param name="review">The state.</param>
    /// <returns>One word.</returns>
    public static string ReviewText(ReviewState review) => review switch
    {
        ReviewState.Accepted => "accepted",
        ReviewState.Unreviewed => "unreviewed",
        ReviewState.Rejected => "rejected",
        _ => throw new ArgumentOutOfRangeException(nameof(review)),
    };

    /// <summary>Quotes a text, so that YAML takes it for nothing else.</summary>
    /// <param name="text">One line.</param>
    /// <returns>In double quotes.</returns>
    public static string Quote(
        string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private void AppendRecipe(StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"seed: {Seed}\n");
        if (Program is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"recipe:\n  program: [{Quote(Program)}]\n");
            return;
        }

        if (Glyphs is { } glyphs)
        {
            AppendGlyphs(text, glyphs);
            return;
        }

        text.Append(CultureInfo.InvariantCulture,
            $"count: {Count}                    # images of each step, from each master, at each placement\nrecipe:\n");
        text.Append("  - height: 5                # moved up or down by at most 5 pixels\n");
        text.Append("  - zoom: 0.3                # 0.7 to 1.3 times, each direction by itself\n");
        text.Append("  - brightness: [0.1, 0.5]   # 0.1 to 0.5 times as bright\n");
        text.Append("  - mix: {rotation: 0.5, width: 0.1, height: 0.1, zoom: 0.3}   # degrees, and shares of the side\n");
        text.Append(CultureInfo.InvariantCulture, $"    count: {6L * Count}\n");
    }

    /// <summary>A thousand characters need no suite each: one step, on white as the character's own paper.</summary>
    private void AppendGlyphs(StringBuilder text, GlyphSource glyphs)
    {
        text.Append(CultureInfo.InvariantCulture, $"count: {Count}                    # images of each character\nfill: "
            + $"255\nrecipe:\n  glyphs:\n    corpus: {Quote(glyphs.Corpus)}\n");
        text.Append(glyphs.Font is { } font ? $"    font: {Quote(font)}\n" : "");
        text.Append(CultureInfo.InvariantCulture,
            $"    size: {glyphs.Size}\n    characters: {glyphs.CharactersMax}   # the most frequent ones\n  steps:\n");
        text.Append("    - mix: {rotation: 0.5, width: 0.1, height: 0.1, zoom: 0.3}   # degrees, and shares of the side\n");
    }
}
