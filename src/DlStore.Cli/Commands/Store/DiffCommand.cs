using CommandLine;
using DlStore.Cli.Commands.Merges;
using DlStore.Operations.Merges;
using DlStore.Operations.Store;
using DlStore.Operations.Views;
using DlStore.WorkTree;

namespace DlStore.Cli.Commands.Store;

/// <summary><c>dls diff [A [B]] [PATH...]</c>.</summary>
[Details("Without a commit: HEAD against the work tree. With one: that commit against the work tree. With two: "
    + "the one against the other. A word that git knows as a commit and that is not an existing path "
    + "is a commit; everything after `--` is a path. Needs no file's bytes, only listings.")]
[Example("dls diff", "what an add would record")]
[Example("dls diff v1 v2", "files added, removed, changed and renamed between two tags")]
[Example("dls diff HEAD~1 HEAD data/train", "one directory only")]
[Example("dls diff v1 v2 --sheet changes.jpg", "the pictures that differ, to look at")]
[Example("dls diff --conflict", "what clashes in a merge that is not finished")]
[Exits(ExitCode.Partial, ExitCode.Findings, ExitCode.NoRepository, ExitCode.Missing)]
internal sealed class DiffCommand : Command
{
    [Value(0, MetaName = "REV-OR-PATH", HelpText = "up to two commits, then paths")]
    public IEnumerable<string> Words { get; set; } = [];

    [Option("exit-code", HelpText = "exit 4 if anything differs")]
    public bool ExitWithCode { get; set; }

    [Option("sheet", MetaValue = "FILE", HelpText = "draw the pictures that differ, before beside after, into this .jpg or .png")]
    public string? Sheet { get; set; }

    [Option("force", HelpText = "with --sheet: replace a file that is there")]
    public bool Force { get; set; }

    [Option("conflict", HelpText = "what clashes in pointers that git has not merged, our side against theirs; the words are paths")]
    public bool Conflict { get; set; }

    public override async Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        if (Conflict)
        {
            return await ShowClashesAsync(session, cancel);
        }

        DiffOptions options = Sort(session);
        IReadOnlyList<DiffLine> lines;
        using (ProgressLine progress = session.StartProgress())
        {
            lines = Diff.Run(session.Repo, options with { Progress = progress }, cancel);
        }

        if (Sheet is not null)
        {
            WriteSheet(session, options, lines);
        }
        else if (Json)
        {
            session.Terminal.WriteJson(lines, ResultJson.Default.IReadOnlyListDiffLine);
        }
        else
        {
            Print(session, lines);
        }

        IReadOnlyList<UnreadablePointer> left = options.To is null && options.Paths.Count == 0
            ? session.Repo.ListPointers().Unreadable : [];
        UnreadableReport.Print(session, left);
        return left.Count > 0 ? ExitCode.Partial : ExitWithCode && lines.Count > 0 ? ExitCode.Findings : ExitCode.Done;
    }

    private void WriteSheet(Session session, DiffOptions options, IReadOnlyList<DiffLine> lines)
    {
        DiffSheetResult result = DiffSheet.Run(session.Repo, options, lines, Sheet!, Force);
        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.DiffSheetResult);
            return;
        }

        string left = result.NotShown > 0 ? $", {Format.Count(result.NotShown)} of them not drawn" : "";
        string others = result.Others > 0 ? $"; {Format.Count(result.Others, "other difference")}: `dls diff` lists them" : "";
        session.Terminal.Result($"wrote {session.Terminal.Name(Path.GetRelativePath(session.CurrentDirectory, result.File))}  "
            + $"{Format.Count(result.Changed)} changed, {Format.Count(result.Added)} added, {Format.Count(result.Removed)} removed"
            + $"{left}{others}");
    }

    /// <summary>Looks as <c>dls resolve</c> does, and decides nothing.</summary>
    private async Task<int> ShowClashesAsync(Session session, CancellationToken cancel)
    {
        ResolveResult result = await Resolve.RunAsync(session.Repo, new ResolveOptions { Paths = [.. Words], DryRun = true }, cancel);
        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.ResolveResult);
        }
        else
        {
            ResolveReport.Print(session, result, dryRun: true);
        }

        return result.Problems.Count > 0 ? ExitCode.Partial
            : ExitWithCode && result.Pointers.Any(static p => !p.IsMerged) ? ExitCode.Findings : ExitCode.Done;
    }

    private DiffOptions Sort(Session session)
    {
        List<string> revs = [];
        List<string> paths = [];
        foreach (string word in Words)
        {
            bool mayBeRev = paths.Count == 0 && revs.Count < 2 && !Path.Exists(Path.Combine(session.CurrentDirectory, word));
            if (mayBeRev && session.Repo.IsCommit(word))
            {
                revs.Add(word);
            }
            else
            {
                paths.Add(word);
            }
        }

        return new DiffOptions { From = revs.Count > 0 ? revs[0] : null, To = revs.Count > 1 ? revs[1] : null, Paths = paths };
    }

    private static void Print(Session session, IReadOnlyList<DiffLine> lines)
    {
        foreach (DiffLine line in lines)
        {
            string name = session.Terminal.Name(line.Path);
            string text = line.Kind switch
            {
                DiffKind.Renamed => $"renamed   {session.Terminal.Name(line.From!)} -> {name}  {Format.Bytes(line.NewSize)}",
                DiffKind.Changed => $"changed   {name}  {Format.Bytes(line.OldSize)} -> {Format.Bytes(line.NewSize)}",
                DiffKind.Added => $"added     {name}  {Format.Bytes(line.NewSize)}",
                DiffKind.Removed => $"removed   {name}  {Format.Bytes(line.OldSize)}",
                _ => $"{DiffKinds.Name(line.Kind),-9} {name}",
            };
            session.Terminal.Result(text);
        }

        string summary = string.Join(", ", lines.GroupBy(l => l.Kind).Select(g => $"{Format.Count(g.Count())} {DiffKinds.Name(g.Key)}"));
        session.Terminal.Note(lines.Count == 0 ? "no differences" : summary);
    }
}
