using CommandLine;
using DlStore.Operations.Merges;
using DlStore.WorkTree.Merges;

namespace DlStore.Cli.Commands.Merges;

/// <summary><c>dls resolve [--ours|--theirs|--both] [PATH...]</c>.</summary>
[Details("Ends merges that git left open in pointers. Without an option it merges what does not clash, lists what does, "
    + "and exits with 4 if something is left; files are never touched. With an option it decides what clashes at or below the paths. When "
    + "all of a pointer is decided, the pointer is written and staged; `dls pull PATH` then brings its files. It starts from what git's "
    + "index has, so it works without the merge driver, and after a merge that could not read a listing. In a rebase git swaps the sides, "
    + "and so does this: --ours is the branch that is rebased onto, --theirs your own commit. git does not tell merge drivers of `-X ours` "
    + "and `-X theirs`: such a merge stops here too, and `dls resolve --ours .` does what was meant.")]
[Example("dls resolve", "what clashes, path by path")]
[Example("dls resolve --theirs data/img/000.jpg", "take the other side's version of one file")]
[Example("dls resolve --both data/img", "keep both versions: 000.jpg and 000.theirs.jpg")]
[Example("dls resolve --ours .", "keep this side wherever something clashes")]
[Exits(ExitCode.Partial, ExitCode.Findings, ExitCode.NoRepository, ExitCode.Locked, ExitCode.Missing, ExitCode.Corrupt)]
internal sealed class ResolveCommand : Command
{
    [Value(0, MetaName = "PATH", HelpText = "unmerged pointers, directories above some, or paths inside; all if none is given")]
    public IEnumerable<string> Paths { get; set; } = [];

    [Option("ours", HelpText = "keep this side's version of what clashes")]
    public bool Ours { get; set; }

    [Option("theirs", HelpText = "take the other side's version")]
    public bool Theirs { get; set; }

    [Option("both", HelpText = "keep this side's, and the other's beside it under a free name")]
    public bool Both { get; set; }

    [Option("dry-run", HelpText = "show what would be decided and write nothing")]
    public bool DryRun { get; set; }

    public override bool TryTakeWords(IReadOnlyList<string> words)
    {
        Paths = words;
        return true;
    }

    public override async Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        MergeChoice? choice = ReadChoice();
        ResolveResult result = await Resolve.RunAsync(
            session.Repo, new ResolveOptions { Paths = [.. Paths], Choice = choice, DryRun = DryRun }, cancel);
        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.ResolveResult);
        }
        else
        {
            ResolveReport.Print(session, result, DryRun);
        }

        return result.Problems.Count > 0 ? ExitCode.Partial
            : choice is null && result.Pointers.Any(static p => !p.IsMerged) ? ExitCode.Findings : ExitCode.Done;
    }

    private MergeChoice? ReadChoice()
    {
        if ((Ours ? 1 : 0) + (Theirs ? 1 : 0) + (Both ? 1 : 0) > 1)
        {
            throw new DlsException(ErrorKind.Usage, "resolve: only one of --ours, --theirs and --both goes at a time",
                "run it once for each, with the paths that are meant");
        }

        return Ours ? MergeChoice.Ours : Theirs ? MergeChoice.Theirs : Both ? MergeChoice.Both : null;
    }
}
