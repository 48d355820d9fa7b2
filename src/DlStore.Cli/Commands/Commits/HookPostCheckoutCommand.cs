namespace DlStore.Cli.Commands.Commits;

/// <summary><c>dls hook post-checkout</c>: called by git after a checkout, also in the middle of a rebase.</summary>
[Example("dls hook post-checkout \"$@\"", "called by the hook that `dls init --hooks` installs")]
[Exits(ExitCode.NoRepository)]
internal sealed class HookPostCheckoutCommand : HookFollowCommand
{
    protected override bool IsEnd => false;
}
