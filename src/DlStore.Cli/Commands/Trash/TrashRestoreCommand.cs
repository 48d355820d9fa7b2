using CommandLine;

namespace DlStore.Cli.Commands.Trash;

/// <summary><c>dls trash restore ID</c>.</summary>
[Details("Moves an entry's files back to where they came from, or below another directory. Nothing that is there is replaced.")]
[Example("dls trash restore 20260131-101500-a1b2c3", "bring files back")]
[Example("dls trash restore 20260131-101500-a1b2c3 --to /tmp/look", "look at them elsewhere first")]
[Exits(ExitCode.NoRepository)]
internal sealed class TrashRestoreCommand : Command
{
    [Value(0, MetaName = "ID", Required = true, HelpText = "the entry, as `dls trash list` shows it")]
    public string Id { get; set; } = "";

    [Option("to", MetaValue = "DIR", HelpText = "restore below this directory")]
    public string? To { get; set; }

    [Option("dry-run", HelpText = "show what would be restored and move nothing")]
    public bool DryRun { get; set; }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        string? to = To is null ? null : Path.GetFullPath(Path.Combine(session.CurrentDirectory, To));
        IReadOnlyList<string> paths = DryRun
            ? session.Repo.Trash.List().FirstOrDefault(e => e.Id == Id)?.Paths ?? throw new DlsException(ErrorKind.Usage, $"restore '{Id}': there is no such entry in the trash", "run `dls trash list` to see them")
            : session.Repo.Trash.Restore(Id, to);
        if (Json)
        {
            session.Terminal.WriteJson(paths, ResultJson.Default.IReadOnlyListString);
            return Task.FromResult(ExitCode.Done);
        }

        foreach (string path in paths)
        {
            session.Terminal.Result($"{(DryRun ? "would restore" : "restored")} {session.Terminal.Name(path)}");
        }

        return Task.FromResult(ExitCode.Done);
    }
}
