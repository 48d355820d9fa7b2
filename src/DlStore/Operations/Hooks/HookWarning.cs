namespace DlStore.Operations.Hooks;

/// <summary>
/// Says that git would publish pointers without their bytes, because it would not run the pre-push hook. No finding about the files
/// themselves.
/// </summary>
/// <param name="What">One line.</param>
/// <param name="Hint">What to type.</param>
public sealed record HookWarning(string What, string Hint);
