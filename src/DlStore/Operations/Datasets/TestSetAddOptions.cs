namespace DlStore.Operations.Datasets;

/// <summary>What to add to a test set.</summary>
public sealed record TestSetAddOptions
{
    /// <summary>Gets the test set's name; it is made if it does not exist.</summary>
    public required string Name { get; init; }

    /// <summary>Gets picture files and directories of them, as typed: JPEG, or PNG, GIF, BMP and WebP, which are written as JPEG.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>
    /// Gets the class of images that have no annotation: it fills the whole image. <c>none</c> means that nothing is in them.
    /// </summary>
    public string? Label { get; init; }

    /// <summary>Gets what the set is for, or null to leave it.</summary>
    public string? Description { get; init; }

    /// <summary>Gets a value indicating whether to plan only.</summary>
    public bool DryRun { get; init; }
}
