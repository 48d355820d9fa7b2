using CommandLine;
using DlStore.Operations.Moves;

namespace DlStore.Cli.Commands.Store;

/// <summary><c>dls untrack PATH...</c>.</summary>
[Details("Stops managing paths and leaves their files where they are: for git to take (--git), for git to ignore as before (--ignored), or "
    + "for you to decide. Everything that the pointer names has to be on disk. Stored objects stay, so older commits still have them.")]
[Example("dls untrack --git labels.csv", "back into git")]
[Example("dls untrack --ignored cache", "out of both: the files stay, and git ignores them")]
[Exits(ExitCode.NoRepository, ExitCode.Locked)]
internal sealed class UntrackCommand : Command
{
    [Value(0, MetaName = "PATH", Required = true, HelpText = "managed paths, or directories above some")]
    public IEnumerable<string> Paths { get; set; } = [];

    [Option("git", HelpText = "stage the files themselves in git")]
    public bool ToGit { get; set; }

    [Option("ignored", HelpText = "keep the line that has git ignore them")]
    public bool Ignored { get; set; }

    [Option("dry-run", HelpText = "show what would be untracked and change nothing")]
    public bool DryRun { get; set; }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        if (ToGit && Ignored)
        {
            throw new DlsException(ErrorKind.Usage, "untrack: git cannot both take and ignore the files", "give --git or --ignored");
        }

        UntrackTo to = ToGit ? UntrackTo.Git : Ignored ? UntrackTo.Ignored : UntrackTo.Nobody;
        IReadOnlyList<UntrackedPath> done = Untrack.Run(
            session.Repo, new UntrackOptions { Paths = [.. Paths], To = to, DryRun = DryRun }, cancel);
        if (Json)
        {
            session.Terminal.WriteJson(done, ResultJson.Default.IReadOnlyListUntrackedPath);
            return Task.FromResult(ExitCode.Done);
        }

        string where = ToGit ? "staged in git" : Ignored ? "ignored by git" : "git sees them as new";
        foreach (UntrackedPath path in done)
        {
            session.Terminal.Result($"{(DryRun ? "would untrack" : "untracked")} {session.Terminal.Name(path.Path)} "
                + $"({Format.Count(path.Files, "file")}, {Format.Bytes(path.Bytes)}; {where})");
        }

        return Task.FromResult(ExitCode.Done);
    }
}
