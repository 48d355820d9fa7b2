namespace DlStore.Operations.Hooks;

/// <summary>
/// Sees to the pre-push hook after a command has written something: in a clone where nobody ran <c>dls init</c>, <c>git push</c> would
/// publish pointers without their bytes, and merge them as text. Registers the merge driver along with the hook.
/// Costs a few reads of small files while all is well.
/// </summary>
public static class HookSetup
{
    /// <summary>
    /// Installs the hook as init would, if git would not run it and there are pointers to publish. Never after <c>dls uninstall</c>. Fails
    /// in words only.
    /// </summary>
    /// <param name="repo">The repository.</param>
    /// <param name="program">Absolute path of the running dls, for the hook.</param>
    /// <returns>One line to tell, and whether the hook was installed; null if there was nothing to do.</returns>
    public static (string Line, bool IsInstalled)? SeeTo(Repo repo, string program)
    {
        try
        {
            if (!repo.Config.IsHookWanted || HookCheck.Look(repo).Runs || !HookCheck.IsAtStake(repo))
            {
                return null;
            }

            (string? done, string? toDo) = new HookFile(repo, program).Install();
            // A clone in which nobody ran init has no merge driver either.
            _ = new DriverConfig(repo, program).Register();
            return done is not null ? ($"{done}: stored bytes go first when you run `git push`", true)
                : toDo is not null ? ($"`git push` would publish pointers without their bytes: {toDo}", false)
                : null;
        }
        catch (Exception e) when (e is DlsException or IOException or UnauthorizedAccessException)
        {
            return ($"the pre-push hook could not be installed, so `git push` would publish pointers without their bytes: {e.Message}",
                false);
        }
    }
}
