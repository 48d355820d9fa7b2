using CommandLine;
using DlStore.Operations.Commits;

namespace DlStore.Cli.Commands.Commits;

/// <summary>
/// <c>dls hook post-checkout|post-merge|post-rewrite</c>: git calls it after it has moved pointers; the files follow, or one line says why
/// not. Never fails: git's work is done.
/// </summary>
[Example("dls hook post-checkout \"$@\"", "called by the hooks that `dls init --hooks` installs")]
[Exits(ExitCode.NoRepository)]
internal sealed class HookFollowCommand(bool isEnd) : Command
{
    /// <summary>Makes the command of a hook in the middle of something.</summary>
    public static Command Early() => new HookFollowCommand(isEnd: false);

    /// <summary>Makes the command of a hook at the end.</summary>
    public static Command AtEnd() => new HookFollowCommand(isEnd: true);

    [Value(0, MetaName = "ARGS", HelpText = "git's arguments to the hook")]
    public IEnumerable<string> Words { get; set; } = [];

    public override bool SeesToHook => false;

    public override bool TryTakeWords(IReadOnlyList<string> words)
    {
        Words = words;
        return true;
    }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        IReadOnlyList<string> lines;
        using (ProgressLine progress = session.StartProgress())
        {
            lines = FollowGit.Run(session.Repo, isEnd, progress, cancel);
        }

        foreach (string line in lines)
        {
            session.Terminal.Note(line);
        }

        return Task.FromResult(ExitCode.Done);
    }
}
