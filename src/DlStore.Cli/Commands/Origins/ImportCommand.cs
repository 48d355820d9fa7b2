using CommandLine;
using DlStore.Operations.Origins;

namespace DlStore.Cli.Commands.Origins;

/// <summary><c>dls import SOURCE PATH [NAME]</c>.</summary>
[Details("Makes a path of another repository a managed path here: its bytes go into this repository's store, and its pointer says which "
    + "repository, path and commit they are from. `dls update` brings it to what is there later. The source is a git repository as git "
    + "takes it, or with --store a dls remote; no history is fetched. Nothing is fetched from there by any other command.")]
[Example("dls import git@example.org:team/faces.git data/val val", "into val, with its origin")]
[Example("dls import ../faces weights/best.pth --rev v1", "what a tag has; `dls update` follows the tag")]
[Exits(ExitCode.NoRepository, ExitCode.Locked, ExitCode.Missing, ExitCode.Corrupt)]
internal sealed class ImportCommand : Command
{
    [Value(0, MetaName = "SOURCE", Required = true, HelpText = "a git repository, or with --store the URL of a dls remote")]
    public string Source { get; set; } = "";

    [Value(1, MetaName = "NAME", Required = true, HelpText = "the path there, from its top")]
    public string Target { get; set; } = "";

    [Value(2, MetaName = "PATH", HelpText = "the new managed path; the path's own name here if not given")]
    public string? To { get; set; }

    [Option("rev", MetaValue = "REV", HelpText = "a branch, a tag or a full commit id; HEAD if not given")]
    public string? Rev { get; set; }

    [Option("store", HelpText = "the source is a dls remote")]
    public bool Store { get; set; }

    [Option("from", MetaValue = "URL", HelpText = "the dls remote that has the bytes, if it is another than that repository says")]
    public string? From { get; set; }

    public override async Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        ImportedPath result;
        using (ProgressLine progress = session.StartProgress())
        {
            OriginRequest request = new() { Source = Source, Path = Target, Rev = Rev, IsStore = Store, From = From, Progress = progress };
            result = await Import.RunAsync(session.Repo, session.Settings(), request, To, cancel);
        }

        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.ImportedPath);
        }
        else
        {
            session.Terminal.Result($"imported {session.Terminal.Name(result.Path)} ({Format.Count(result.Files, "file")}, "
                + $"{Format.Bytes(result.Bytes)}) as of commit {result.Origin.Commit[..12]}");
            session.Terminal.Note("staged; run `git commit`, then `dls push`; `dls update` follows its origin");
        }

        return ExitCode.Done;
    }
}
