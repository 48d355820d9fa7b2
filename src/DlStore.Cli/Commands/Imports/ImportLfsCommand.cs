using CommandLine;
using DlStore.Operations.Lfs;
using DlStore.Operations.Store;

namespace DlStore.Cli.Commands.Imports;

/// <summary><c>dls import lfs [PATH...]</c>.</summary>
[Details("Every file that git-lfs keeps becomes a file that dls keeps: PATH.dls in place of the pointer of git-lfs, its bytes in the "
    + "store, PATH out of git and ignored, and the lines of .gitattributes that no other file needs taken out. Files with changes are "
    + "refused before anything is touched. Bytes come from the work tree, from .git/lfs or by `git lfs fetch`; what is nowhere stays "
    + "with git-lfs and is listed, exit code 3. Everything is staged; --commit makes the one commit. Killed anywhere, the same command "
    + "again finishes.")]
[Example("dls import lfs", "all files, each under a pointer of its own; then git commit")]
[Example("dls import lfs --dir data --commit", "the directory as one pointer, in one commit")]
[Example("dls import lfs --history", "all commits again, on a new branch dls/BRANCH")]
[Example("dls import lfs --include '*.pth' --dry-run", "show what would become of some")]
[Exits(ExitCode.Partial, ExitCode.NoRepository, ExitCode.Locked, ExitCode.Corrupt)]
internal sealed class ImportLfsCommand : Command
{
    private const int Shown = 5;

    [Value(0, MetaName = "PATH", HelpText = "files, directories or globs to take over; all files of git-lfs if none is given")]
    public IEnumerable<string> Paths { get; set; } = [];

    [Option("include", MetaValue = "PATTERN,...", HelpText = "only files that match, by the rules of .gitignore")]
    public string? Include { get; set; }

    [Option("exclude", MetaValue = "PATTERN,...", HelpText = "files that stay with git-lfs")]
    public string? Exclude { get; set; }

    [Option("dir", MetaValue = "DIR,...", HelpText = "directories that become one pointer each, with all that git tracks in them")]
    public string? Directories { get; set; }

    [Option("history", HelpText = "write a new branch with the same commits, in which dls keeps what git-lfs kept")]
    public bool History { get; set; }

    [Option("branch", MetaValue = "NAME", HelpText = "with --history: the new branch; dls/ and the current one's name if not given")]
    public string? Branch { get; set; }

    [Option("no-fetch", HelpText = "do not ask git-lfs for bytes that are not here")]
    public bool NoFetch { get; set; }

    [Option("commit", HelpText = "commit what was staged; refused if something else is staged")]
    public bool Commit { get; set; }

    [Option("dry-run", HelpText = "show what would be taken over and write nothing")]
    public bool DryRun { get; set; }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        if (History || Branch is not null)
        {
            return Task.FromResult(RunHistory(session, cancel));
        }

        ImportLfsResult result;
        using (ProgressLine progress = session.StartProgress())
        {
            result = ImportLfs.Run(session.Repo, new ImportLfsOptions
            {
                Paths = [.. Paths],
                Include = Values(Include),
                Exclude = Values(Exclude),
                Directories = Values(Directories),
                NoFetch = NoFetch,
                Commit = Commit,
                DryRun = DryRun,
                Progress = progress,
            }, cancel);
        }

        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.ImportLfsResult);
        }
        else
        {
            Print(session.Terminal, result);
        }

        return Task.FromResult(result.Left.Count > 0 ? ExitCode.Partial : ExitCode.Done);
    }

    private int RunHistory(Session session, CancellationToken cancel)
    {
        if (!History || Commit || Paths.Any() || Include is not null || Exclude is not null || Directories is not null)
        {
            throw new DlsException(
                ErrorKind.Usage, "import lfs: --branch goes with --history, and --history with no paths and no --commit",
                "run `dls import lfs --history --branch NAME`; it takes all files of all commits");
        }

        ImportLfsHistoryResult result;
        using (ProgressLine progress = session.StartProgress())
        {
            result = ImportLfsHistory.Run(session.Repo, new ImportLfsHistoryOptions
            {
                Branch = Branch,
                NoFetch = NoFetch,
                DryRun = DryRun,
                Progress = progress,
            }, cancel);
        }

        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.ImportLfsHistoryResult);
        }
        else
        {
            LeftLfsReport.PrintHistory(session.Terminal, result, DryRun);
        }

        return result.Missing.Count + result.Left.Count > 0 ? ExitCode.Partial : ExitCode.Done;
    }

    private void Print(Terminal terminal, ImportLfsResult result)
    {
        string would = DryRun ? "would be " : "";
        foreach (AddedPath path in result.Paths)
        {
            terminal.Result($"{would}imported {terminal.Name(path.Path)}  "
                + $"{Format.Count(path.Pointer.Files, "file")}, {Format.Bytes(path.Pointer.Size)}");
        }

        if (result.Fetched > 0)
        {
            terminal.Note($"git-lfs {(DryRun ? "would fetch" : "fetched")} {Format.Count(result.Fetched, "object")}");
        }

        foreach (string file in result.Attributes)
        {
            terminal.Note($"{(DryRun ? "would take" : "took")} lines of git-lfs out of {terminal.Name(file)}");
        }

        if (result.Plain.Count > 0)
        {
            terminal.Note($"attributes send {Format.Count(result.Plain.Count, "file")} to git-lfs that git has as plain bytes; left so: "
                + $"{string.Join(", ", result.Plain.Take(Shown).Select(terminal.Name))}{(result.Plain.Count > Shown ? " ..." : "")}");
        }

        LeftLfsReport.Print(terminal, result.Left, DryRun ? "would stay with git-lfs" : "stays with git-lfs");
        if (result.Commit is { } id)
        {
            terminal.Note($"committed {id[..Math.Min(12, id.Length)]}; then `dls push`");
        }
        else if (result.IsStaged)
        {
            terminal.Note("staged; run `git commit -m 'from git-lfs to dls'`, then `dls push`");
        }
        else if (result.Paths.Count == 0 && result.Left.Count == 0)
        {
            terminal.Note("git has no files of git-lfs");
        }
    }
}
