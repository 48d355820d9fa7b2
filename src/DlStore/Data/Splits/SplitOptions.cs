namespace DlStore.Data.Splits;

/// <summary>What a split depends on besides the images.</summary>
public sealed record SplitOptions
{
    /// <summary>Gets the method.</summary>
    public SplitMethod Method { get; init; } = SplitMethod.Hash;

    /// <summary>Gets the part of each unit that is trained on, 0 to 100.</summary>
    public int TrainPercent { get; init; } = 80;

    /// <summary>Gets the text that makes this split another one than the next.</summary>
    public string Seed { get; init; } = "0";

    /// <summary>
    /// Gets a value indicating whether only real images are looked at during training: everything generated is trained on.
    /// </summary>
    public bool ValFromReal { get; init; }
}
