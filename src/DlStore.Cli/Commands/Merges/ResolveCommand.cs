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
    private const int LinesMax = 100;

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
            Print(session, result);
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

    private void Print(Session session, ResolveResult result)
    {
        if (result.Pointers.Count + result.Problems.Count == 0)
        {
            session.Terminal.Result("nothing is unmerged");
        }

        foreach (ResolvedPointer pointer in result.Pointers)
        {
            if (pointer.IsMerged)
            {
                PrintMerged(session, pointer);
            }
            else
            {
                PrintOpen(session, pointer);
            }
        }

        foreach (string problem in result.Problems)
        {
            session.Terminal.Result($"problem: {session.Terminal.Name(problem)}", Ink.Bad);
        }
    }

    private void PrintMerged(Session session, ResolvedPointer pointer)
    {
        string would = DryRun ? "would be " : "";
        string name = session.Terminal.Name(pointer.Path);
        session.Terminal.Result(pointer.Pointer is { } p
            ? $"{name}  {would}merged and staged: {Format.Count(p.Files, "file")}, {Format.Bytes(p.Size)}"
            : $"{name}  {would}managed no more");
        foreach (string beside in pointer.Beside)
        {
            session.Terminal.Result($"  kept beside  {session.Terminal.Name($"{pointer.Path}/{beside}")}");
        }

        if (!DryRun)
        {
            session.Terminal.Note(pointer.Pointer is null ? "run `dls checkout` to remove the files that dls wrote there"
                : $"run `dls pull {session.Repo.ToTyped(pointer.Path.Value)}` to have its files");
        }
    }

    private static void PrintOpen(Session session, ResolvedPointer pointer)
    {
        string name = session.Terminal.Name(pointer.Path);
        int decided = pointer.Clashes.Count + pointer.Keys.Count - pointer.Left;
        session.Terminal.Result(
            $"{name}  {Format.Count(pointer.Left, "clash", "clashes")} to decide{(decided > 0 ? $", {decided} decided" : "")}", Ink.Bad);
        MergeClash[] open = [.. pointer.Clashes.Where(static c => c.Decided is null)];
        foreach (MergeClash clash in open.Take(LinesMax))
        {
            string path = clash.Path.Length == 0 ? pointer.Path.Value : $"{pointer.Path}/{clash.Path}";
            session.Terminal.Result($"  {session.Terminal.Name(path)}  {session.Terminal.Name(clash.Describe())}; {Sizes(clash)}");
        }

        if (open.Length > LinesMax)
        {
            session.Terminal.Result($"  and {Format.Count(open.Length - LinesMax)} more; --json lists all");
        }

        foreach (KeyClash key in pointer.Keys.Where(static k => k.Decided is null))
        {
            session.Terminal.Result($"  {name}.dls, key {key.Key}  {key.Ours ?? "nothing"} here, {key.Theirs ?? "nothing"} there");
        }

        string typed = session.Repo.ToTyped(pointer.Path.Value);
        session.Terminal.Note($"  `dls resolve --ours {typed}` keeps this side of it, `--theirs` takes the other, `--both` keeps both; "
            + "also for single paths inside");
    }

    private static string Sizes(MergeClash clash) => $"{Size(clash.Ours)} here, {Size(clash.Theirs)} there";

    private static string Size(ClashSide? side) => side is null ? "nothing"
        : side.Files is { } files ? Format.Count(files, "file") : Format.Bytes(side.Size);
}
