namespace DlStore.Operations.Datasets;

/// <summary>What to import and how.</summary>
public sealed record DatasetImportOptions
{
    /// <summary>Gets the layout's name: voc, darknet, ultralytics, coco, labelme, or auto for what the directory looks like.</summary>
    public required string Layout { get; init; }

    /// <summary>Gets the directory, as typed.</summary>
    public required string From { get; init; }

    /// <summary>Gets the name of the data set to make.</summary>
    public required string Name { get; init; }

    /// <summary>Gets how fractions become pixels, or null for what the directory says.</summary>
    public string? Boxes { get; init; }

    /// <summary>Gets codes of faults that do not stop the import.</summary>
    public IReadOnlyList<string> Accept { get; init; } = [];

    /// <summary>Gets a value indicating whether to plan only.</summary>
    public bool DryRun { get; init; }

    /// <summary>Gets who is told about progress.</summary>
    public IProgress<WorkProgress>? Progress { get; init; }
}
