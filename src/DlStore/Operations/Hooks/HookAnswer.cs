namespace DlStore.Operations.Hooks;

/// <summary>What git would do with the pre-push hook here.</summary>
public enum HookAnswer
{
    /// <summary>It would run it, and the hook leads to dls.</summary>
    Runs,
    /// <summary>There is no hook where git looks.</summary>
    Missing,
    /// <summary>There is one, and git passes over it because it is not executable.</summary>
    NotExecutable,
    /// <summary>There is one that leads to dls, and it cannot start, or goes on where dls fails.</summary>
    Broken,
    /// <summary>It would run a hook that does not lead to dls.</summary>
    Foreign,
}
