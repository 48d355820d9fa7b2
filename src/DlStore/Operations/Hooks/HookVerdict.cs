namespace DlStore.Operations.Hooks;

/// <summary>What came of trying the hook in force.</summary>
/// <param name="IsGood">Whether dls answered and the hook ended well.</param>
/// <param name="Text">What was found.</param>
/// <param name="Hint">What to do, or null.</param>
public sealed record HookVerdict(bool IsGood, string Text, string? Hint);
