using CommandLine;
using DlStore.Operations;

namespace DlStore.Cli.Commands;

/// <summary><c>dls checkout [PATH...]</c>.</summary>
[Details("Brings files to what the pointers name and touches only what differs. Without a path, local changes that are not in the way stay; with one, they are undone. Bytes that the store does not hold are never overwritten: the command stops and names them, or with --force moves them to the trash. A bare word is always a path.")]
[Example("dls checkout", "after `git checkout v1`: move the data to that tag too")]
[Example("dls checkout data/train", "restore one directory inside a managed one")]
[Example("dls checkout --rev v1 weights/best.pth", "take one pointer and its bytes from another commit")]
[Exits(ExitCode.Partial, ExitCode.NoRepository, ExitCode.Locked, ExitCode.Missing, ExitCode.Corrupt)]
internal sealed class CheckoutCommand : Command
{
    [Value(0, MetaName = "PATH", HelpText = "managed paths, paths inside them, or directories above some; all if none is given")]
    public IEnumerable<string> Paths { get; set; } = [];

    [Option("rev", MetaValue = "REV", HelpText = "take the pointers of PATH from this commit first, and stage them")]
    public string? Rev { get; set; }

    [Option('f', "force", HelpText = "move local bytes that the store does not hold to the trash")]
    public bool Force { get; set; }

    [Option("dry-run", HelpText = "show what would change and touch nothing")]
    public bool DryRun { get; set; }

    public override bool TryTakeWords(IReadOnlyList<string> words)
    {
        Paths = words;
        return true;
    }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        CheckoutResult result;
        using (ProgressLine progress = session.StartProgress())
        {
            result = Checkout.Run(session.Repo, new CheckoutOptions { Paths = [.. Paths], Rev = Rev, Force = Force, DryRun = DryRun, Progress = progress }, cancel);
        }

        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.CheckoutResult);
        }
        else
        {
            CheckoutReport.Print(session, result, DryRun);
        }

        return Task.FromResult(result.IsComplete ? ExitCode.Done : ExitCode.Partial);
    }
}
