using CommandLine;
using DlStore.Operations.Transfers;

namespace DlStore.Cli.Commands.Transfers;

/// <summary><c>dls remote mirror FROM TO</c>.</summary>
[Details("Copies every pack and large blob that the first remote's indexes name and the second lacks, with an index, then the pins of this "
    + "repository. Nothing is decoded: the bytes come here and go on, and each file is hashed on the way. If something that is named is "
    + "damaged or gone on the first, no index and no pin is copied, and it is listed. Nothing is removed from the second. Killed "
    + "anywhere, a rerun copies only what is left.")]
[Example("dls remote mirror lab cloud", "a second place for all that lab has")]
[Example("dls remote mirror lab cloud --dry-run", "how much that would be")]
[Exits(ExitCode.Partial, ExitCode.NoRepository, ExitCode.Locked)]
internal sealed class RemoteMirrorCommand : Command
{
    private const int NamesMax = 5;

    [Value(0, MetaName = "FROM", Required = true, HelpText = "the remote to copy from")]
    public string From { get; set; } = "";

    [Value(1, MetaName = "TO", Required = true, HelpText = "the remote to copy to")]
    public string To { get; set; } = "";

    [Option("all-repos", HelpText = "the pins of every repository that shares the first remote, not only this one's")]
    public bool AllRepos { get; set; }

    [Option("create", HelpText = "make the second remote if none is there")]
    public bool Create { get; set; }

    [Option('j', "jobs", MetaValue = "N", HelpText = "transfers under way at once")]
    public int? Jobs { get; set; }

    [Option("limit-rate", MetaValue = "RATE", HelpText = TransferRate.Help)]
    public string? LimitRate { get; set; }

    [Option("dry-run", HelpText = "show what would be copied and copy nothing")]
    public bool DryRun { get; set; }

    public override async Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        session.Repo.TransferRate = TransferRate.Of(LimitRate);
        MirrorResult result;
        using (ProgressLine progress = session.StartProgress())
        {
            MirrorOptions options = new()
            {
                From = From,
                To = To,
                AllRepositories = AllRepos,
                Create = Create,
                Jobs = TransferJobs.Of(Jobs),
                DryRun = DryRun,
                Progress = progress
            };
            result = await Mirror.RunAsync(session.Repo, options, cancel);
        }

        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.MirrorResult);
        }
        else
        {
            Print(session.Terminal, result);
        }

        return result.Missing.Count == 0 ? ExitCode.Done : ExitCode.Partial;
    }

    private void Print(Terminal terminal, MirrorResult result)
    {
        string verb = DryRun ? "would copy" : "copied";
        terminal.Result(result.Files + result.Pins == 0 && result.Missing.Count == 0
            ? $"nothing to copy: {result.To} has what {result.From} has"
            : $"{verb} {Format.Count(result.Files, "file")}, {Format.Bytes(result.Bytes)}, and "
                + $"{Format.Count(result.Pins, "pin")} from {result.From} to {result.To}");
        if (!result.IsDurable)
        {
            terminal.Warn($"not confirmed durable: {result.To} cannot say that what it was sent would survive a loss of power there");
        }

        if (result.Missing.Count == 0)
        {
            return;
        }

        terminal.Warn($"{Format.Count(result.Missing.Count, "file")} of {result.From} {(result.Missing.Count == 1 ? "is" : "are")} "
            + "damaged or gone, so no index and no pin was copied");
        foreach (string missing in result.Missing.Take(NamesMax))
        {
            terminal.Detail("  ", missing);
        }

        if (result.Missing.Count > NamesMax)
        {
            terminal.Detail("  ", $"and {Format.Count(result.Missing.Count - NamesMax)} more; --json lists all");
        }

        terminal.Detail("hint: ", $"run `dls push --repair --remote {result.From}` in a clone that has them, then this again");
    }
}
