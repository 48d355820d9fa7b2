using CommandLine;
using DlStore.Operations.Lfs;

namespace DlStore.Cli.Commands.Imports;

/// <summary><c>dls export lfs</c>.</summary>
[Details("Writes one commit on top of the one that is checked out, in which git-lfs keeps what dls keeps: a pointer of git-lfs for each "
    + "file, those in managed directories too, attributes for git-lfs in place of those of dls, no ignore lines of dls. --to makes a "
    + "repository of its own that others clone with git and git-lfs; --branch a branch here, to push with `git lfs push`. The bytes go to "
    + ".git/lfs/objects. What is not in the store is listed, exit code 3: `dls fetch` brings it. Nothing that is there is changed.")]
[Example("dls export lfs --to ../for-lfs", "a new repository with the whole history and that commit")]
[Example("dls export lfs --branch lfs", "a branch here")]
[Exits(ExitCode.Partial, ExitCode.NoRepository, ExitCode.Missing, ExitCode.Corrupt)]
internal sealed class ExportLfsCommand : Command
{
    [Option("to", MetaValue = "DIR", HelpText = "a directory that is not there yet and becomes a git repository")]
    public string? To { get; set; }

    [Option("branch", MetaValue = "NAME", HelpText = "a new branch of this repository")]
    public string? Branch { get; set; }

    [Option("dry-run", HelpText = "show what would be exported and write nothing")]
    public bool DryRun { get; set; }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        if (string.IsNullOrEmpty(To) == string.IsNullOrEmpty(Branch))
        {
            throw new DlsException(ErrorKind.Usage, "export lfs: it is not said where to", "give one of `--to DIR` and `--branch NAME`");
        }

        ExportLfsResult result;
        using (ProgressLine progress = session.StartProgress())
        {
            result = ExportLfs.Run(session.Repo, new ExportLfsOptions
            {
                Directory = To,
                Branch = Branch,
                DryRun = DryRun,
                Progress = progress,
            }, cancel);
        }

        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.ExportLfsResult);
        }
        else
        {
            Print(session.Terminal, result);
        }

        return Task.FromResult(result.Missing.Count > 0 ? ExitCode.Partial : ExitCode.Done);
    }

    private void Print(Terminal terminal, ExportLfsResult result)
    {
        string where = result.Directory is { } directory ? terminal.Name(directory) : $"branch {terminal.Name(result.Branch)}";
        string plain = result.Plain > 0 ? $", and {Format.Count(result.Plain, "file")} that git keeps itself" : "";
        terminal.Result($"{(DryRun ? "would export to" : "exported to")} {where}  "
            + $"{Format.Count(result.Files, "file")}, {Format.Bytes(result.Bytes)}{plain}");
        LeftLfsReport.Print(terminal, result.Missing, "missing");
        if (result.Missing.Count > 0)
        {
            terminal.Note("run `dls fetch`, then export again; git-lfs has only pointers of what is missing");
        }

        if (result.Commit is not null && result.Directory is null)
        {
            string name = terminal.Name(result.Branch);
            terminal.Note($"run `git lfs push --all REMOTE {name}`, then `git push REMOTE {name}`");
        }
        else if (result.Commit is not null && !result.IsCheckedOut)
        {
            terminal.Note("git-lfs is not installed: the work tree there holds pointers, as in a clone without git-lfs");
        }
    }
}
