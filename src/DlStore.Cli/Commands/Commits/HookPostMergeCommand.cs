namespace DlStore.Cli.Commands.Commits;

/// <summary><c>dls hook post-merge</c>: called by git after a merge or a pull.</summary>
[Example("dls hook post-merge \"$@\"", "called by the hook that `dls init --hooks` installs")]
[Exits(ExitCode.NoRepository)]
internal sealed class HookPostMergeCommand : HookFollowCommand
{
    protected override bool IsEnd => true;
}
