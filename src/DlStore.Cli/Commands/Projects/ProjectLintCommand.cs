using CommandLine;
using DlStore.Data.Findings;
using DlStore.Operations.Projects;

namespace DlStore.Cli.Commands.Projects;

/// <summary><c>dls project lint [NAME...]</c>.</summary>
[Details("Checks projects before anything is built of them: project.yaml and recipe, masters and their annotations, "
    + "programs, what lies in build/, and pictures that several projects share. Prints `CODE severity file:line message`; "
    + "`dls help lint` lists the codes. Exits with 4 if there is an error. Executes and changes nothing.")]
[Example("dls project lint", "every project")]
[Example("dls project lint close ru_close", "two of them")]
[Exits(ExitCode.Findings, ExitCode.NoRepository)]
internal sealed class ProjectLintCommand : Command
{
    [Value(0, MetaName = "NAME", HelpText = "projects by name; all if none is given")]
    public IEnumerable<string> Names { get; set; } = [];

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        ProjectLintResult result = ProjectLint.Run(session.Repo, [.. Names], cancel);
        int code = result.Errors > 0 ? ExitCode.Findings : ExitCode.Done;
        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.ProjectLintResult);
            return Task.FromResult(code);
        }

        FindingReport.Print(session.Terminal, result.Findings);
        int warnings = result.Findings.Count(static f => f.Severity == Severity.Warning);
        session.Terminal.Result(
            $"{Format.Count(result.Projects, "project")}: {Format.Count(result.Errors, "error")}, {Format.Count(warnings, "warning")}",
            result.Errors > 0 ? Ink.Bad : Ink.Good);
        return Task.FromResult(code);
    }
}
