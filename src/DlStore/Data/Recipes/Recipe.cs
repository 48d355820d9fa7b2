using System.Globalization;
using System.Text;
using DlStore.Images;
using DlStore.Objects;

namespace DlStore.Data.Recipes;

/// <summary>What fills the place of pixels that lie outside the master.</summary>
/// <param name="Red">0 to 255.</param>
/// <param name="Green">0 to 255.</param>
/// <param name="Blue">0 to 255.</param>
public readonly record struct FillColour(byte Red, byte Green, byte Blue)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Red},{Green},{Blue}");
}

/// <summary>How the characters of a corpus become masters.</summary>
/// <param name="Corpus">The text, a path from the top of the work tree: plain text or a zip that holds one.</param>
/// <param name="Font">A font file, a path from the top of the work tree, or null for the installed Japanese font.</param>
/// <param name="Size">The side of a master in pixels.</param>
/// <param name="CharactersMax">How many characters are used at most: the most frequent ones.</param>
/// <param name="Ink">The grey of the character.</param>
/// <param name="Paper">The grey behind it.</param>
public sealed record GlyphSource(string Corpus, string? Font, int Size, int CharactersMax, byte Ink, byte Paper);

/// <summary>
/// What makes images of a project's masters: the built-in engine, or a program of the repository. Its text, and so its hash, holds every
/// value that can change a pixel,
/// and nothing else.
/// </summary>
public sealed record Recipe
{
    /// <summary>The version of the built-in engine's rules; a change that alters any pixel raises it.</summary>
    public const int EngineVersion = 1;

    /// <summary>Gets the program relative to the project, with its arguments, or null for the built-in engine.</summary>
    public IReadOnlyList<string>? Program { get; init; }

    /// <summary>Gets more files and directories that the program needs: paths from the top of the work tree.</summary>
    public IReadOnlyList<string> Inputs { get; init; } = [];

    /// <summary>Gets a value indicating whether the program starts at the top of its private copy, and not in its project.</summary>
    public bool FromTop { get; init; }

    /// <summary>Gets the name that the private copy has below HOME, or null: the work tree's own.</summary>
    public string? Tree { get; init; }

    /// <summary>Gets how long the program may run.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Gets the steps of the built-in engine; empty for a program.</summary>
    public IReadOnlyList<RecipeStep> Steps { get; init; } = [];

    /// <summary>Gets the glyph source, or null for projects with masters.</summary>
    public GlyphSource? Glyphs { get; init; }

    /// <summary>Gets the seed of all draws.</summary>
    public long Seed { get; init; }

    /// <summary>Gets what fills a tile where the transformed master does not reach.</summary>
    public FillColour Fill { get; init; } = new(125, 125, 125);

    /// <summary>Gets a value indicating whether the nearest pixel of the master is used there instead.</summary>
    public bool FillNearest { get; init; }

    /// <summary>Gets what is around the tile on a larger canvas.</summary>
    public FillColour Background { get; init; } = new(255, 255, 255);

    /// <summary>Gets a value indicating whether every image becomes an edge picture.</summary>
    public bool Edge { get; init; }

    /// <summary>Gets how affine maps are centred.</summary>
    public AffineRule Rule { get; init; } = AffineRule.Fixed;

    /// <summary>Gets the JPEG quality.</summary>
    public int Quality { get; init; } = 95;

    /// <summary>Gets how many images the built-in engine makes from one master at one placement.</summary>
    public int CountPerMaster => Steps.Sum(static s => s.Count);

    /// <summary>Gives the one text of the recipe.</summary>
    /// <returns>Lines, each ended by LF.</returns>
    public string ToText()
    {
        StringBuilder text = new();
        if (Program is { } program)
        {
            text.Append("program ").AppendJoin(' ', program.Select(
                static a => a.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(" ", "\\ ", StringComparison.Ordinal))).Append('\n');
            foreach (string input in Inputs)
            {
                text.Append("input ").Append(input).Append('\n');
            }

            text.Append(FromTop ? "cwd top\n" : "").Append(Tree is null ? "" : $"tree {Tree}\n");

            return text.Append(CultureInfo.InvariantCulture, $"seed {Seed}\n").ToString();
        }

        text.Append(CultureInfo.InvariantCulture,
            $"engine {EngineVersion}\nseed {Seed}\nfill {(FillNearest ? "nearest" : Fill.ToString())}\nbackground {Background}\n");
        text.Append(CultureInfo.InvariantCulture, $"rule {Rule}\nquality {Quality}\nedge {(Edge ? "yes" : "no")}\n");
        if (Glyphs is { } g)
        {
            text.Append(CultureInfo.InvariantCulture, $"glyphs size={g.Size} characters={g.CharactersMax} ink={g.Ink} paper={g.Paper}\n");
        }

        foreach (RecipeStep step in Steps)
        {
            text.Append(step.ToText()).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>Gives the hash of <see cref="ToText"/>: equal recipes have equal ones on every machine.</summary>
    /// <returns>A SHA-256.</returns>
    public Oid Hash() => Oid.Of(Encoding.UTF8.GetBytes(ToText()));
}
