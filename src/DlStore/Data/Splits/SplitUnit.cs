namespace DlStore.Data.Splits;

/// <summary>What a split made of one unit. Images that came with a side are not counted.</summary>
/// <param name="Unit">Its name.</param>
/// <param name="Groups">How many groups it has, those with equal bytes joined.</param>
/// <param name="Images">How many images were to be split.</param>
/// <param name="Target">How many of them should be trained on.</param>
/// <param name="Train">How many are.</param>
public sealed record SplitUnit(string Unit, int Groups, int Images, int Target, int Train);
