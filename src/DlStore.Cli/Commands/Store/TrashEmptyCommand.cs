using CommandLine;
using DlStore.Operations.Collect;
using DlStore.WorkTree;

namespace DlStore.Cli.Commands.Store;

/// <summary><c>dls trash empty [ID...]</c>.</summary>
[Details("Deletes for good what commands took out of the way. It may be the only copy: the store did not hold it. Without an id, "
    + "what has been in the trash for 30 days or more goes.")]
[Example("dls trash empty --dry-run", "say what would go")]
[Example("dls trash empty --older 7d", "what is older than a week")]
[Example("dls trash empty --older 0s", "everything")]
[Exits(ExitCode.NoRepository, ExitCode.Locked)]
internal sealed class TrashEmptyCommand : Command
{
    private const string OlderDefault = "30d";

    [Value(0, MetaName = "ID", HelpText = "entries of `dls trash list`, whatever their age")]
    public IEnumerable<string> Ids { get; set; } = [];

    [Option("older", MetaValue = "TIME", HelpText = "what was moved there this long ago or longer: 90s, 30m, 12h, 3d (default 30d)")]
    public string? Older { get; set; }

    [Option("dry-run", HelpText = "say what would be deleted and delete nothing")]
    public bool DryRun { get; set; }

    public override bool TryTakeWords(IReadOnlyList<string> words)
    {
        Ids = words;
        return true;
    }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        if (Ids.Any() && Older is not null)
        {
            throw new DlsException(ErrorKind.Usage, "trash empty: --older goes by age, and an id is named", "give one of the two");
        }

        TrashEmptyOptions options = new() { Ids = [.. Ids], Older = Age.Parse("--older", Older ?? OlderDefault), DryRun = DryRun };
        TrashEmptyResult result = TrashEmpty.Run(session.Repo, options, cancel);
        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.TrashEmptyResult);
            return Task.FromResult(ExitCode.Done);
        }

        foreach (TrashEntry entry in result.Deleted)
        {
            session.Terminal.Result($"{(DryRun ? "would delete" : "deleted")} {entry.Id}  {entry.Why}");
        }

        if (result.Deleted.Count + result.Left == 0)
        {
            session.Terminal.Note("the trash is empty");
            return Task.FromResult(ExitCode.Done);
        }

        string left = $"{Format.Count(result.Left, "entry", "entries")} {(result.Left == 1 ? "stays" : "stay")}";
        session.Terminal.Result(result.Deleted.Count == 0
            ? $"nothing to delete: {left}{(Ids.Any() ? "" : $", none of them {Older ?? OlderDefault} old")}"
            : $"{(DryRun ? "would free" : "freed")} {Format.Bytes(result.Bytes)} in {Format.Count(result.Files, "file")}; {left}");
        return Task.FromResult(ExitCode.Done);
    }
}
