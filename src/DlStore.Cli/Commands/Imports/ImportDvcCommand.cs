using CommandLine;
using DlStore.Operations.Dvc;

namespace DlStore.Cli.Commands.Imports;

/// <summary><c>dls import dvc [PATH...]</c>.</summary>
[Details("Makes pointers of what DVC has recorded in this work tree: every out of every .dvc file and dvc.lock, or those that are named. "
    + "The bytes are taken from the work tree, from DVC's cache, or from its remotes (directories, ssh, S3, web); their MD5 is checked, by "
    + "the rules of DVC 2 or 3, while they are read once and stored. The .dvc files are removed, the pointers staged; dvc.yaml, dvc.lock "
    + "and params.yaml stay as they are, .dvc too. What differs from the record stops the import before anything is touched. Outs that git "
    + "keeps (cache: false) are left to it. Where bytes are missing or damaged, the out stays DVC's and is listed, exit code 3. "
    + "With --history nothing of the work tree changes: a new branch has the commits of the one that is checked out, with pointers in the "
    + "place of .dvc files in every one of them; the old and new ids stand in the file commit-map below the git directory. "
    + "Passwords and keys in DVC's settings are not read. What is read is written down in `dls help dvc-files`.")]
[Example("dls import dvc --dry-run", "see what would become a pointer, and what is missing")]
[Example("dls import dvc", "take over everything")]
[Example("dls import dvc data/raw.dvc models", "one out, and all below a directory")]
[Example("dls import dvc --history --branch with-dls", "a new branch with the same commits, every version of every out a pointer")]
[Exits(ExitCode.Partial, ExitCode.NoRepository, ExitCode.Locked)]
internal sealed class ImportDvcCommand : Command
{
    private const int ShownMax = 5;

    [Value(0, MetaName = "PATH", HelpText = ".dvc files, dvc.lock, outs, or directories with some; all unless given")]
    public IEnumerable<string> Paths { get; set; } = [];

    [Option("keep", HelpText = "leave the .dvc files")]
    public bool Keep { get; set; }

    [Option("keep-modified", HelpText = "point at what was recorded; files that differ stay and show as modified")]
    public bool KeepModified { get; set; }

    [Option("history", HelpText = "make a branch with the same commits, in which every version is a pointer")]
    public bool History { get; set; }

    [Option("branch", MetaValue = "NAME", HelpText = "with --history, the new branch; unless given, the one that is here with -dls")]
    public string? Branch { get; set; }

    [Option("dry-run", HelpText = "show what would be imported and write nothing")]
    public bool DryRun { get; set; }

    public override async Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        if (History || Branch is not null)
        {
            return await RunHistoryAsync(session, cancel);
        }

        DvcImportResult result;
        using (ProgressLine progress = session.StartProgress())
        {
            result = await DvcImport.RunAsync(session.Repo, new DvcImportOptions
            {
                Paths = [.. Paths],
                Keep = Keep,
                KeepModified = KeepModified,
                DryRun = DryRun,
                Progress = progress,
            }, cancel);
        }

        int code = result.IsPartial ? ExitCode.Partial : ExitCode.Done;
        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.DvcImportResult);
            return code;
        }

        foreach (DvcImportedOut item in result.Outs)
        {
            PrintOut(session.Terminal, item);
        }

        PrintFiles(session.Terminal, result);
        PrintNext(session.Terminal, result);
        return code;
    }

    private async Task<int> RunHistoryAsync(Session session, CancellationToken cancel)
    {
        if (!History || Keep || KeepModified || Paths.Any())
        {
            throw new DlsException(ErrorKind.Usage, "import dvc --history: it takes over the whole history of the branch that is here",
                "leave out paths, --keep and --keep-modified; --branch goes with --history only");
        }

        DvcHistoryResult result;
        using (ProgressLine progress = session.StartProgress())
        {
            result = await DvcHistory.RunAsync(session.Repo, new DvcHistoryOptions(Branch, DryRun, progress), cancel);
        }

        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.DvcHistoryResult);
        }
        else
        {
            PrintHistory(session.Terminal, result);
        }

        return result.Lost.Count > 0 ? ExitCode.Partial : ExitCode.Done;
    }

    private void PrintHistory(Terminal terminal, DvcHistoryResult result)
    {
        terminal.Result($"{(DryRun ? "would make" : "made")} branch {result.Branch}  {Format.Count(result.Commits, "commit")}, "
            + $"{Format.Count(result.Versions, "version")} of outs as pointers", Ink.Good);
        foreach (DvcLostVersion lost in result.Lost)
        {
            string word = lost.Out.Outcome switch
            {
                DvcOutcome.Damaged => "damaged",
                DvcOutcome.Missing => "missing",
                _ => "left",
            };
            string where = $"{terminal.Name(lost.Out.Path)} in {lost.Commit[..12]}";
            terminal.Result($"{word} {where}  ({terminal.Name(lost.Out.Record)}: {lost.Out.Reason})", Ink.Bad);
            PrintItems(terminal, lost.Out);
        }

        if (result.CommitMap is { } map)
        {
            string branch = DlStore.Io.ShellWord.Of(result.Branch);
            terminal.Note($"old and new ids are in {terminal.Name(map)}");
            terminal.Note($"look at it with `git log --stat {branch}`; then `git checkout {branch}`, `dls checkout`, and `dls push`");
        }
    }

    private void PrintOut(Terminal terminal, DvcImportedOut item)
    {
        string path = terminal.Name(item.Path);
        (string line, Ink ink) = item.Outcome switch
        {
            DvcOutcome.Imported => ($"{(DryRun ? "would import" : "imported")} {path}  {Format.Count(item.Files, "file")}, "
                + $"{Format.Bytes(item.Size)}  (from {From(item)}){Rest(item)}", Ink.Good),
            DvcOutcome.AlreadyThere => ($"already there {path}", Ink.Dim),
            DvcOutcome.LeftToGit => ($"left to git {path}  ({item.Reason})", Ink.Dim),
            DvcOutcome.Outside => ($"left {path}  ({item.Reason})", Ink.Changed),
            DvcOutcome.Missing => ($"missing {path}  ({item.Reason})", Ink.Bad),
            DvcOutcome.Damaged => ($"damaged {path}  ({item.Reason})", Ink.Bad),
            DvcOutcome.Refused => ($"refused {path}  ({item.Record}: {item.Reason})", Ink.Bad),
            DvcOutcome.Held => ($"held back {path}  ({item.Reason})", Ink.Changed),
            _ => throw new ArgumentOutOfRangeException(nameof(item)),
        };
        terminal.Result(line, ink);
        PrintItems(terminal, item);
    }

    private static void PrintItems(Terminal terminal, DvcImportedOut item)
    {
        foreach (string lost in item.Items.Take(ShownMax))
        {
            terminal.Result($"  {terminal.Name(lost)}");
        }

        if (item.Items.Count > ShownMax)
        {
            terminal.Result($"  and {Format.Count(item.Items.Count - ShownMax)} more; --json lists them");
        }
    }

    private static string From(DvcImportedOut item) => item.From.Count == 1
        ? item.From.Keys.Single() : string.Join(", ", item.From.Select(static f => $"{f.Key} {Format.Count(f.Value)}"));

    private static string Rest(DvcImportedOut item) =>
        (item.Modified > 0 ? $", {Format.Count(item.Modified, "file")} modified and kept" : "")
        + (item.Unrecorded > 0 ? $", {Format.Count(item.Unrecorded, "file")} there that DVC had not recorded" : "")
        + (item.Unlinked > 0 ? $", {Format.Count(item.Unlinked, "symlink")} into the cache made a file" : "");

    private void PrintFiles(Terminal terminal, DvcImportResult result)
    {
        if (result.Outs.Count == 0)
        {
            terminal.Note("nothing to import: DVC has recorded nothing here that dls does not have");
        }

        if (result.Removed.Count > 0)
        {
            string more = result.Removed.Count > ShownMax ? " ..." : "";
            terminal.Note($"{(DryRun ? "would remove" : "removed")} {Format.Count(result.Removed.Count, ".dvc file")}: "
                + string.Join(", ", result.Removed.Take(ShownMax).Select(terminal.Name)) + more);
        }

        foreach (string file in result.IgnoreFiles)
        {
            terminal.Note($"{(DryRun ? "would take" : "took")} the lines of .dvcignore into {terminal.Name(file)}");
        }

        if (result.Pipelines.Count > 0)
        {
            terminal.Note($"left as they are: {string.Join(", ", result.Pipelines.Select(terminal.Name))}; dls runs no pipelines");
        }

        foreach (DvcRemoteHint remote in result.Remotes)
        {
            terminal.Note($"DVC's remote '{terminal.Name(remote.Name)}' is {terminal.Name(remote.Place)}"
                + (remote.Command is { } command ? $"; a remote of dls beside it: `{command}`" : ""));
        }
    }

    private void PrintNext(Terminal terminal, DvcImportResult result)
    {
        if (!DryRun && result.Outs.Any(static o => o.Outcome == DvcOutcome.Imported))
        {
            terminal.Note("staged; run `git commit -m \"dls in place of DVC\"`, then `dls push`");
        }

        if (!DryRun && result.Unneeded.Count > 0)
        {
            string all = string.Join(' ', result.Unneeded);
            string repro = result.Pipelines.Count > 0 ? ", `dvc repro` does" : "";
            terminal.Note($"dls needs nothing of {all}{repro}; older commits do: `dls import dvc --history` first, if they are to keep "
                + $"their bytes, then `git rm -rq {all} && rm -rf {all}`");
        }
    }
}
