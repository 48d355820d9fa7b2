using DlStore.Data.Findings;
using DlStore.Data.Sets;

namespace DlStore.Operations.Datasets;

/// <summary>What was imported.</summary>
/// <param name="Name">The data set.</param>
/// <param name="Images">Images.</param>
/// <param name="Boxes">Boxes by class.</param>
/// <param name="Sides">Images on train, val, test; those in no list are in none.</param>
/// <param name="Findings">What is wrong with it all the same; it is in the lock too.</param>
/// <param name="Converted">Which images were no JPEG and what was made of them, a sentence a kind.</param>
/// <param name="Lock">What it came to; null in a dry run.</param>
public sealed record DatasetImportResult(string Name, int Images, IReadOnlyDictionary<string,
    int> Boxes, IReadOnlyList<int> Sides, IReadOnlyList<Finding> Findings, IReadOnlyList<string> Converted, DatasetLock? Lock)
{
    /// <summary>Gets what the directory was taken for and how its boxes were read, in sentences.</summary>
    public IReadOnlyList<string> Saw { get; init; } = [];

    /// <summary>Gets what accepting codes has done, a sentence with counts for each code.</summary>
    public IReadOnlyList<string> Accepted { get; init; } = [];

    /// <summary>Gets how many images lie in the directory.</summary>
    public int ImagesSeen { get; init; }

    /// <summary>Gets how many boxes its files name.</summary>
    public int BoxesSeen { get; init; }
}
