using CommandLine;
using DlStore.WorkTree;

namespace DlStore.Cli.Commands.Store;

/// <summary><c>dls trash restore ID</c>.</summary>
[Details("Moves an entry's files back to where they came from, or below another directory. Nothing that is there is replaced.")]
[Example("dls trash restore 20260131-101500-a1b2c3", "bring files back")]
[Example("dls trash restore 20260131-101500-a1b2c3 --to /tmp/look", "look at them elsewhere first")]
[Exits(ExitCode.NoRepository)]
internal sealed class TrashRestoreCommand : Command
{
    private const int LeftShown = 5;

    [Value(0, MetaName = "ID", Required = true, HelpText = "the entry, as `dls trash list` shows it")]
    public string Id { get; set; } = "";

    [Option("to", MetaValue = "DIR", HelpText = "restore below this directory")]
    public string? To { get; set; }

    [Option("dry-run", HelpText = "show what would be restored and move nothing")]
    public bool DryRun { get; set; }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        string? to = To is null ? null : Path.GetFullPath(Path.Combine(session.CurrentDirectory, To));
        RestoredPaths restored = DryRun ? new RestoredPaths(session.Repo.Trash.Get(Id).Paths, []) : session.Repo.Trash.Restore(Id, to);
        if (Json)
        {
            session.Terminal.WriteJson(restored.Restored, ResultJson.Default.IReadOnlyListString);
            return Task.FromResult(ExitCode.Done);
        }

        foreach (string path in restored.Restored)
        {
            session.Terminal.Result($"{(DryRun ? "would restore" : "restored")} {session.Terminal.Name(path)}");
        }

        if (restored.Left.Count > 0)
        {
            string more = restored.Left.Count > LeftShown ? ", ..." : "";
            session.Terminal.Warn($"{Format.Count(restored.Left.Count, "file")} that the entry's record does not name stay in it: "
                + $"{string.Join(", ", restored.Left.Take(LeftShown).Select(session.Terminal.Name))}{more}");
        }

        return Task.FromResult(ExitCode.Done);
    }
}
