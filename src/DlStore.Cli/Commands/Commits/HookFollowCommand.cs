using CommandLine;
using DlStore.Operations.Commits;

namespace DlStore.Cli.Commands.Commits;

/// <summary>
/// What git calls after it has moved pointers: the files follow, or one line says why not. Never fails: git's work is done.
/// </summary>
internal abstract class HookFollowCommand : Command
{
    [Value(0, MetaName = "ARGS", HelpText = "git's arguments to the hook")]
    public IEnumerable<string> Words { get; set; } = [];

    public override bool SeesToHook => false;

    /// <summary>Gets a value indicating whether git is done when it calls: not so in the middle of a rebase.</summary>
    protected abstract bool IsEnd { get; }

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
            lines = FollowGit.Run(session.Repo, IsEnd, progress, cancel);
        }

        foreach (string line in lines)
        {
            session.Terminal.Note(line);
        }

        return Task.FromResult(ExitCode.Done);
    }
}
