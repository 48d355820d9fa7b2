namespace DlStore.Learning.Weights;

/// <summary>Where the numbers of a storage stand in a file.</summary>
/// <param name="Offset">Where they begin.</param>
/// <param name="Size">Their bytes.</param>
internal sealed record NumberPlace(long Offset, long Size);
