namespace DlStore;

/// <summary>
/// What a command has found out about the directories of the paths it was given: neighbours need not be resolved again. Lives as long as
/// its plan.
/// </summary>
internal sealed class TypedDirectories
{
    /// <summary>Gets directories as typed, made absolute, with what they are without symlinks.</summary>
    public Dictionary<string, string> Real { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets directories of the work tree that are known to be in no repository of their own.</summary>
    public HashSet<string> Plain { get; } = new(StringComparer.Ordinal);
}
