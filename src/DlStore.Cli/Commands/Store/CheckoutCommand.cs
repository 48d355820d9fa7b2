using CommandLine;
using DlStore.Operations.Store;
using DlStore.Operations.Tasks;

namespace DlStore.Cli.Commands.Store;

/// <summary><c>dls checkout [PATH...]</c> and <c>dls checkout task:NAME[/KIND]</c>.</summary>
[Details("Brings files to what the pointers name and touches only what differs. Without a path, local changes that are not in the way "
    + "stay; with one, they are undone. Bytes that the store does not hold are never overwritten: the command stops and names them, "
    + "or with --force moves them to the trash. A bare word is always a path; `task:NAME` or `task:NAME/KIND` makes a new detached "
    + "git work tree at the commit a task ran from, with the recorded source, data and outputs in it byte for byte: sources of "
    + "other repositories in sources/N, the data where the kind puts it, outputs in tasks/NAME/attempts/N/outputs.")]
[Example("dls checkout", "after `git checkout v1`: move the data to that tag too")]
[Example("dls checkout data/train", "restore one directory inside a managed one")]
[Example("dls checkout --rev v1 weights/best.pth", "take one pointer and its bytes from another commit")]
[Example("dls checkout --copy weights/best.pth", "where `dls config dls.link hard` made it a read-only link: a file to write to")]
[Example("dls checkout task:game1/ssd --to ../again", "everything as it was when that task ran")]
[Exits(ExitCode.Partial, ExitCode.NoRepository, ExitCode.Locked, ExitCode.Missing, ExitCode.Corrupt)]
internal sealed class CheckoutCommand : Command
{
    private const string TaskPrefix = "task:";

    [Value(0, MetaName = "PATH", HelpText = "managed paths, paths inside them, or directories above some; all if none is given")]
    public IEnumerable<string> Paths { get; set; } = [];

    [Option("rev", MetaValue = "REV", HelpText = "take the pointers of PATH from this commit first, and stage them")]
    public string? Rev { get; set; }

    [Option('f', "force", HelpText = "move local bytes that the store does not hold to the trash")]
    public bool Force { get; set; }

    [Option("link", HelpText = "make large files links of the store's read-only objects, also those that are up to date")]
    public bool Link { get; set; }

    [Option("copy", HelpText = "make linked files copies that may be written to, also those that are up to date")]
    public bool Copy { get; set; }

    [Option("to", MetaValue = "DIR", HelpText = "task: the new work tree; beside the repository if not given")]
    public string? To { get; set; }

    [Option("here", HelpText = "task: in this work tree, if it is clean")]
    public bool Here { get; set; }

    [Option("attempt", MetaValue = "N", HelpText = "task: this attempt, not the newest")]
    public int? Attempt { get; set; }

    [Option("dry-run", HelpText = "show what would change and touch nothing")]
    public bool DryRun { get; set; }

    public override bool TryTakeWords(IReadOnlyList<string> words)
    {
        Paths = words;
        return true;
    }

    public override async Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        string[] paths = [.. Paths];
        if (paths is [var task] && task.StartsWith(TaskPrefix, StringComparison.Ordinal))
        {
            return await RunTaskAsync(session, task[TaskPrefix.Length..], cancel);
        }

        if (To is not null || Here || Attempt is not null || paths.Any(static p => p.StartsWith(TaskPrefix, StringComparison.Ordinal)))
        {
            throw new DlsException(ErrorKind.Usage, "check out: --to, --here and --attempt go with one task:NAME and nothing else");
        }

        CheckoutResult result = RunPaths(session, paths, cancel);
        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.CheckoutResult);
        }
        else
        {
            CheckoutReport.Print(session, result, DryRun);
        }

        return result.IsComplete ? ExitCode.Done : ExitCode.Partial;
    }

    private CheckoutResult RunPaths(Session session, string[] paths, CancellationToken cancel)
    {
        if (Link && Copy)
        {
            throw new DlsException(ErrorKind.Usage, "check out: --link and --copy exclude each other");
        }

        using ProgressLine progress = session.StartProgress();
        return Checkout.Run(session.Repo, new CheckoutOptions
        {
            Paths = paths,
            Rev = Rev,
            Force = Force,
            Links = Link ? LinkMode.Hard : Copy ? LinkMode.None : null,
            DryRun = DryRun,
            Progress = progress,
        }, cancel);
    }

    private async Task<int> RunTaskAsync(Session session, string task, CancellationToken cancel)
    {
        if (Rev is not null || Force || Link || Copy || (Here && To is not null))
        {
            throw new DlsException(ErrorKind.Usage,
                $"check out task '{task}': --rev, --force, --link and --copy do not go with a task, nor --here with --to");
        }

        TaskCheckoutResult result;
        using (ProgressLine progress = session.StartProgress())
        {
            result = await TaskCheckout.RunAsync(session.Repo, new TaskCheckoutOptions
            {
                Task = task,
                Attempt = Attempt,
                To = To,
                Here = Here,
                DryRun = DryRun,
                Progress = progress
            }, cancel);
        }

        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.TaskCheckoutResult);
            return ExitCode.Done;
        }

        Print(session.Terminal, result);
        return ExitCode.Done;
    }

    private void Print(Terminal terminal, TaskCheckoutResult result)
    {
        terminal.Result($"{result.Task}/{result.Kind} attempt {result.Attempt} at commit {result.Commit[..12]}"
            + $" {(DryRun ? "would be" : "is")} in {result.Directory}");
        foreach (TaskCheckoutPart part in result.Parts)
        {
            string files = DryRun ? "" : $" ({Format.Count(part.Files, "file")})";
            terminal.Result($"  {part.What}{files}  {(part.Path.Length == 0 ? "." : part.Path)}");
        }

        if (!DryRun && !Here)
        {
            terminal.Note($"`git worktree remove {result.Directory}` removes it again");
        }
    }
}
