using CommandLine;
using DlStore.Operations.Origins;

namespace DlStore.Cli.Commands.Origins;

/// <summary><c>dls update [PATH...]</c>.</summary>
[Details("Asks the origin of what was imported by `dls import` for what it has now, and brings pointer and files to that. A path with "
    + "changes of your own is left as it is and named.")]
[Example("dls update", "everything that was imported")]
[Example("dls update val --rev v2", "take another tag, and follow that from now on")]
[Exits(ExitCode.Partial, ExitCode.NoRepository, ExitCode.Locked, ExitCode.Missing, ExitCode.Corrupt)]
internal sealed class UpdateCommand : Command
{
    [Value(0, MetaName = "PATH", HelpText = "managed paths that were imported; all of them if none is given")]
    public IEnumerable<string> Paths { get; set; } = [];

    [Option("rev", MetaValue = "REV", HelpText = "follow this branch or tag from now on")]
    public string? Rev { get; set; }

    [Option("dry-run", HelpText = "say what would change and change nothing")]
    public bool DryRun { get; set; }

    public override bool TryTakeWords(IReadOnlyList<string> words)
    {
        Paths = words;
        return true;
    }

    public override async Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        if (Rev is not null && !Paths.Any())
        {
            throw new DlsException(ErrorKind.Usage, "update: --rev changes what a path follows, and none is named", "name the paths");
        }

        IReadOnlyList<ImportedPath> done = await Import.UpdateAsync(session.Repo, session.Settings(), [.. Paths], Rev, DryRun, cancel);
        if (Json)
        {
            session.Terminal.WriteJson(done, ResultJson.Default.IReadOnlyListImportedPath);
        }

        foreach (ImportedPath path in Json ? [] : done)
        {
            string name = session.Terminal.Name(path.Path);
            session.Terminal.Result(path.Refused is { } why ? $"left {name} as it is: {why}"
                : !path.IsChanged ? $"{name} is as its origin has it (commit {path.Origin.Commit[..12]})"
                : $"{(DryRun ? "would update" : "updated")} {name} from commit {path.Before![..12]} to {path.Origin.Commit[..12]} "
                    + $"({Format.Count(path.Files, "file")}, {Format.Bytes(path.Bytes)})");
        }

        if (done.Count == 0)
        {
            session.Terminal.Note("nothing was imported here; `dls import SOURCE PATH` does that");
        }

        return done.Any(static p => p.Refused is not null) ? ExitCode.Partial : ExitCode.Done;
    }
}
