namespace DlStore.Git;

/// <summary>A repository inside the work tree.</summary>
/// <param name="Path">Its top, from the top of the work tree.</param>
/// <param name="IsSubmodule">Git's index has it as a submodule.</param>
/// <param name="IsCheckedOut">A work tree is there.</param>
internal sealed record InnerRepo(string Path, bool IsSubmodule, bool IsCheckedOut)
{
    /// <summary>Gets what to do.</summary>
    public string Hint => IsCheckedOut
        ? $"run dls inside it: change to '{Path}' and, if it is no dls repository yet, run `dls init` there"
        : $"run `git submodule update --init -- '{Path}'`, then dls inside it";

    /// <summary>Names it.</summary>
    /// <returns>Fits after "in".</returns>
    public string Describe() => IsSubmodule ? $"submodule '{Path}'" : $"'{Path}', a git repository of its own (no submodule)";
}
