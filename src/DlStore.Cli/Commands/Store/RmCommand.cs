using CommandLine;
using DlStore.Operations.Store;

namespace DlStore.Cli.Commands.Store;

/// <summary><c>dls rm PATH...</c>.</summary>
[Details("Stops managing a path: removes its pointer (or its entry in the pointer around it) and moves the "
    + "files on disk to the trash. Stored objects stay, so older commits still have them.")]
[Example("dls rm data/old.jpg", "drop one file from a managed directory")]
[Example("dls rm --keep weights.pth", "stop managing a file and leave it on disk")]
[Exits(ExitCode.NoRepository, ExitCode.Locked)]
internal sealed class RmCommand : Command
{
    [Value(0, MetaName = "PATH", Required = true, HelpText = "managed paths, or paths inside managed directories")]
    public IEnumerable<string> Paths { get; set; } = [];

    [Option("keep", HelpText = "leave the files on disk")]
    public bool Keep { get; set; }

    [Option("no-git", HelpText = "leave git's index alone")]
    public bool NoGit { get; set; }

    [Option("dry-run", HelpText = "show what would be removed and remove nothing")]
    public bool DryRun { get; set; }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        RmResult result = Rm.Run(session.Repo, new RmOptions { Paths = [.. Paths], Keep = Keep, NoGit = NoGit, DryRun = DryRun });
        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.RmResult);
            return Task.FromResult(ExitCode.Done);
        }

        foreach (RemovedPath path in result.Paths)
        {
            session.Terminal.Result($"{(DryRun ? "would remove" : "removed")} {session.Terminal.Name(path.Path)} ("
                + $"{Format.Count(path.Files, "file")}){(path.IsPointer ? "" : " from the pointer around it")}");
        }

        if (result.Trashed is { } trash)
        {
            session.Terminal.Result($"moved the files on disk to the trash as {trash.Id}");
            session.Terminal.Note($"`dls trash restore {trash.Id}` brings them back");
        }

        return Task.FromResult(ExitCode.Done);
    }
}
