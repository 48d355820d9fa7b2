using CommandLine;
using DlStore.Operations.Imports;

namespace DlStore.Cli.Commands.Projects;

/// <summary><c>dls project import DIR</c>.</summary>
[Details("Takes in a whole checkout of dl_image_manager (projects/, backup_project/, projects_store/) or any directory of such projects: "
    + "each becomes projects/NAME, file for file, without its build. Masters are stored behind pointers, texts are staged. A "
    + "copy with the same masters is there already and adds nothing; other content under a name that is taken is refused, or "
    + "imported with --prefix. Sets become datasets/SET.yaml, with the merge and the canvas of their configurations, which "
    + "are read and never run. A program comes with the modules that it imports from the checkout, and a project.yaml that "
    + "lets it run in a private copy as it stands; it is not trusted by being imported. With --recipe builtin it becomes a "
    + "recipe of the built-in engine, and what differs is listed. Exits with 3 if a project was refused.")]
[Example("dls project import ~/dl_image_manager", "everything, with its sets")]
[Example("dls project import ~/dl_image_manager --recipe builtin", "images are made by dls itself, without Keras")]
[Example("dls project import old --prefix old_", "projects whose name is taken become old_NAME")]
[Exits(ExitCode.Partial, ExitCode.NoRepository, ExitCode.Locked)]
internal sealed class ProjectImportCommand : Command
{
    [Value(0, MetaName = "DIR", Required = true, HelpText = "a checkout, a directory of projects, or one project")]
    public string Directory { get; set; } = "";

    [Option("prefix", MetaValue = "TEXT", HelpText = "goes before a name that other content has already")]
    public string? Prefix { get; set; }

    [Option("recipe", MetaValue = "WHAT",
        HelpText = "program (unless given) keeps the programs, builtin turns them into recipes of dls's own")]
    public string Recipe { get; set; } = "program";

    [Option("dry-run", HelpText = "show what would be imported and write nothing")]
    public bool DryRun { get; set; }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        bool isBuiltin = Recipe switch
        {
            "program" => false,
            "builtin" => true,
            _ => throw new DlsException(ErrorKind.Usage, $"use --recipe '{Recipe}': it is neither program nor builtin",
                "run `dls project import --help`"),
        };
        ProjectImportResult result;
        using (ProgressLine progress = session.StartProgress())
        {
            result = ProjectImport.Run(session.Repo,
                new ProjectImportOptions
                {
                    Directory = Directory,
                    Prefix = Prefix,
                    BuiltinRecipes = isBuiltin,
                    DryRun = DryRun,
                    Progress = progress,
                },
                cancel);
        }

        int code = result.Projects.Any(static p => p.Outcome == ImportOutcome.Refused) ? ExitCode.Partial : ExitCode.Done;
        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.ProjectImportResult);
            return Task.FromResult(code);
        }

        Print(session.Terminal, result);
        return Task.FromResult(code);
    }

    private void Print(Terminal terminal, ProjectImportResult result)
    {
        foreach (ImportedProject project in result.Projects)
        {
            string source = terminal.Name(project.Source);
            string reason = project.Reason is { } why ? $"  ({why})" : "";
            (string line, Ink ink) = project.Outcome switch
            {
                ImportOutcome.Imported => ($"{(DryRun ? "would import" : "imported")} {project.Name}  from {source}", Ink.Good),
                ImportOutcome.AlreadyThere => ($"already there {project.Name}  {source}{reason}", Ink.Dim),
                ImportOutcome.Refused => ($"refused {source}{reason}", Ink.Bad),
                _ => throw new ArgumentOutOfRangeException(nameof(result)),
            };
            terminal.Result(line, ink);
        }

        PrintFiles(terminal, result);
        foreach (SharedMaster shared in result.Shared)
        {
            string labels = shared.Labels.Count == 1
                ? $"annotations say {shared.Labels[0]}, file names two classes" : $"classes {string.Join(", ", shared.Labels)}";
            terminal.Warn($"{string.Join(" and ", shared.Projects)} have the same picture ({terminal.Name(labels)})");
        }

        foreach (string remark in result.Remarks)
        {
            terminal.Warn(terminal.Name(remark));
        }

        PrintTotals(terminal, result);
    }

    private void PrintFiles(Terminal terminal, ProjectImportResult result)
    {
        foreach (ImportedSet set in result.Sets)
        {
            terminal.Result($"{(set.IsWritten ? DryRun ? "would write" : "wrote" : "already there")}"
                + $" {set.File}  {Format.Count(set.Projects, "project")}", set.IsWritten ? Ink.Good : Ink.Dim);
        }

        foreach (ImportedModule module in result.Modules)
        {
            terminal.Result($"{(module.IsWritten ? DryRun ? "would write" : "wrote" : "already there")} {terminal.Name(module.File)}",
                module.IsWritten ? Ink.Good : Ink.Dim);
        }
    }

    private void PrintTotals(Terminal terminal, ProjectImportResult result)
    {
        int imported = result.Projects.Count(static p => p.Outcome == ImportOutcome.Imported);
        int refused = result.Projects.Count(static p => p.Outcome == ImportOutcome.Refused);
        terminal.Note($"{Format.Count(imported)} imported, {Format.Count(result.Projects.Count - imported - refused)} already there, "
            + $"{Format.Count(refused)} refused{(refused > 0 && Prefix is null ? "; --prefix gives them other names" : "")}");
        if (!DryRun && Recipe == "program" && result.Projects.Any(static p => p is { Outcome: ImportOutcome.Imported, HasProgram: true }))
        {
            terminal.Note("their programs may not run yet: read them, then allow them with `dls trust PROJECT`");
        }
    }
}
