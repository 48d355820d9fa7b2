using CommandLine;
using DlStore.Operations.Moves;

namespace DlStore.Cli.Commands.Store;

/// <summary><c>dls mv SOURCE... DESTINATION</c>.</summary>
[Details("Gives managed paths other names, or moves them into a managed directory or out of one: pointers, ignore lines and the files on "
    + "disk, together. No byte is read, so what was changed stays changed, and what was never pulled moves in the pointers alone. A path "
    + "that you have moved by hand already is recorded where it is.")]
[Example("dls mv data/a.jpg data/b.jpg", "rename a file inside a managed directory")]
[Example("dls mv weights.pth models/", "move into a directory")]
[Example("dls mv data/val val", "make a directory inside a managed one a managed one of its own")]
[Exits(ExitCode.NoRepository, ExitCode.Locked, ExitCode.Missing)]
internal sealed class MvCommand : Command
{
    [Value(0, MetaName = "PATH", Required = true, HelpText = "managed paths, then the new name or a directory to move into")]
    public IEnumerable<string> Paths { get; set; } = [];

    [Option("no-git", HelpText = "leave git's index alone")]
    public bool NoGit { get; set; }

    [Option("dry-run", HelpText = "show what would be moved and move nothing")]
    public bool DryRun { get; set; }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        string[] paths = [.. Paths];
        if (paths.Length < 2)
        {
            throw new DlsException(ErrorKind.Usage, $"mv '{paths[0]}': where to is not said", "run `dls mv OLD NEW`");
        }

        MoveOptions options = new() { Sources = paths[..^1], Destination = paths[^1], NoGit = NoGit, DryRun = DryRun };
        IReadOnlyList<MovedPath> moved = Move.Run(session.Repo, options);
        if (Json)
        {
            session.Terminal.WriteJson(moved, ResultJson.Default.IReadOnlyListMovedPath);
            return Task.FromResult(ExitCode.Done);
        }

        foreach (MovedPath path in moved)
        {
            string disk = path.OnDisk switch
            {
                MoveOnDisk.Renamed => "",
                MoveOnDisk.NotThere => ", not on disk",
                MoveOnDisk.MovedBefore => ", on disk already",
                _ => "",
            };
            session.Terminal.Result($"{(DryRun ? "would move" : "moved")} {session.Terminal.Name(path.From)} to "
                + $"{session.Terminal.Name(path.To)} ({Format.Count(path.Files, "file")}{disk})");
        }

        return Task.FromResult(ExitCode.Done);
    }
}
