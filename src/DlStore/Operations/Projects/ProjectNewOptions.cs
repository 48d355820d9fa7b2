using DlStore.Data.Recipes;

namespace DlStore.Operations.Projects;

/// <summary>What project to make.</summary>
public sealed record ProjectNewOptions
{
    /// <summary>Gets the name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the master images, as typed; the first one becomes <c>master/image.jpg</c>.</summary>
    public IReadOnlyList<string> Images { get; init; } = [];

    /// <summary>Gets the class, or null: the name, without the mark <c>ru_</c>.</summary>
    public string? Label { get; init; }

    /// <summary>Gets the placements; empty for what the name says.</summary>
    public IReadOnlyList<Placement> Placements { get; init; } = [];

    /// <summary>Gets a program that makes the images, as typed, or null for the built-in engine.</summary>
    public string? Program { get; init; }

    /// <summary>Gets a text whose characters become masters, as typed, or null.</summary>
    public string? Corpus { get; init; }

    /// <summary>Gets a font file for them, as typed, or null for the installed one.</summary>
    public string? Font { get; init; }

    /// <summary>Gets the side of a character's master in pixels, 8 to 1,024.</summary>
    public int GlyphSize { get; init; } = 64;

    /// <summary>Gets how many characters are used at most, 1 to 100,000.</summary>
    public int CharactersMax { get; init; } = 1_000;

    /// <summary>Gets where corpus, font or images come from, a URL for example, or null; the pointers keep it.</summary>
    public string? Origin { get; init; }

    /// <summary>Gets the seed of all draws, from 0.</summary>
    public long Seed { get; init; }

    /// <summary>Gets how many images a step makes from each master at each placement, 1 to 100,000.</summary>
    public int Count { get; init; } = 99;

    /// <summary>Gets a value indicating whether to plan only.</summary>
    public bool DryRun { get; init; }
}
