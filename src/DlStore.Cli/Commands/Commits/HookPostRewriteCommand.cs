namespace DlStore.Cli.Commands.Commits;

/// <summary><c>dls hook post-rewrite</c>: called by git at the end of a rebase, and after an amend.</summary>
[Example("dls hook post-rewrite \"$@\"", "called by the hook that `dls init --hooks` installs")]
[Exits(ExitCode.NoRepository)]
internal sealed class HookPostRewriteCommand : HookFollowCommand
{
    protected override bool IsEnd => true;
}
