using CommandLine;
using DlStore.Data.Recipes;
using DlStore.Operations.Projects;

namespace DlStore.Cli.Commands.Projects;

/// <summary><c>dls project review [NAME...]</c>.</summary>
[Details("Says of harvested projects that they are good or not; data sets leave out those that nobody has looked at and those "
    + "that were rejected. The verdict is one line of project.yaml, the rest of the file stays as it is, and the file is "
    + "staged. Without a verdict the projects that nobody has looked at are listed, with --sheet as a picture too.")]
[Example("dls project review --sheet review.jpg", "list what nobody has looked at, with a contact sheet")]
[Example("dls project review autogenclose_3 autogenclose_4 --accept", "these are good")]
[Example("dls project review --all-unreviewed --accept", "all that are left are good")]
[Exits(ExitCode.NoRepository, ExitCode.Locked)]
internal sealed class ProjectReviewCommand : Command
{
    [Value(0, MetaName = "NAME", HelpText = "projects by name")]
    public IEnumerable<string> Names { get; set; } = [];

    [Option("accept", HelpText = "they are good")]
    public bool Accept { get; set; }

    [Option("reject", HelpText = "they are not to be used")]
    public bool Reject { get; set; }

    [Option("all-unreviewed", HelpText = "every project that nobody has looked at")]
    public bool AllUnreviewed { get; set; }

    [Option("sheet", MetaValue = "FILE", HelpText = "write a contact sheet of the projects, .jpg or .png")]
    public string? Sheet { get; set; }

    [Option("dry-run", HelpText = "show what would change and change nothing")]
    public bool DryRun { get; set; }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        if (Accept && Reject)
        {
            throw new DlsException(ErrorKind.Usage, "review: --accept and --reject do not go together", "give one of them");
        }

        ReviewState? verdict = Accept ? ReviewState.Accepted : Reject ? ReviewState.Rejected : null;
        ProjectReviewResult result = ProjectReview.Run(session.Repo, new ProjectReviewOptions
        {
            Names = [.. Names],
            AllUnreviewed = AllUnreviewed,
            Verdict = verdict,
            Sheet = Sheet,
            DryRun = DryRun
        });
        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.ProjectReviewResult);
            return Task.FromResult(ExitCode.Done);
        }

        Print(session.Terminal, result, verdict);
        return Task.FromResult(ExitCode.Done);
    }

    private void Print(Terminal terminal, ProjectReviewResult result, ReviewState? verdict)
    {
        foreach (ReviewedProject project in result.Projects)
        {
            string state = project.Now.ToString().ToLowerInvariant();
            string change = project.Now == project.Before ? verdict is null ? "" : "  (unchanged)" : DryRun ? "  (would change)" : "";
            string origin = project.Origin.TryGetValue("file", out string? file) ? $"  from {terminal.Name(file)}" : "";
            terminal.Result(
                $"{state,-10}  {project.Project}{(project.Label is { } label ? $"  {terminal.Name(label)}" : "")}{origin}{change}");
        }

        if (result.Sheet is { } sheet)
        {
            terminal.Result($"contact sheet {terminal.Name(sheet)}");
        }

        if (result.Projects.Count == 0)
        {
            terminal.Note("there is no project that nobody has looked at");
        }
        else if (verdict is not null && !DryRun)
        {
            terminal.Note("staged; run `git commit`");
        }
    }
}
