using CommandLine;
using DlStore.Operations.Projects;

namespace DlStore.Cli.Commands.Projects;

/// <summary><c>dls project show NAME</c>.</summary>
[Details("Prints everything that is known of one project: masters with their digests and boxes, annotations, the recipe "
    + "as it is hashed, the program and whether it may run here, builds, and the data sets that take it in.")]
[Example("dls project show close", "one project in full")]
[Exits(ExitCode.NoRepository)]
internal sealed class ProjectShowCommand : Command
{
    [Value(0, MetaName = "NAME", Required = true, HelpText = "the project")]
    public string Name { get; set; } = "";

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        ProjectShowResult project = ProjectShow.Run(session.Repo, Name);
        Terminal terminal = session.Terminal;
        if (Json)
        {
            terminal.WriteJson(project, ResultJson.Default.ProjectShowResult);
            return Task.FromResult(ExitCode.Done);
        }

        Print(terminal, project);
        return Task.FromResult(ExitCode.Done);
    }

    private static void Print(Terminal terminal, ProjectShowResult project)
    {
        terminal.Result($"{project.Name}  {terminal.Name(string.Join(", ", project.Labels))}, at "
            + $"{string.Join(" and ", project.Placements)}, {project.Review.ToString().ToLowerInvariant()}", Ink.Strong);
        foreach ((string key, string value) in project.Origin)
        {
            terminal.Result($"  origin      {terminal.Name(key)}: {terminal.Name(value)}");
        }

        foreach (ShownMaster master in project.Masters)
        {
            Print(terminal, master);
        }

        terminal.Result($"  recipe      {project.Recipe}  {project.RecipeHash}");
        foreach (string line in project.RecipeLines)
        {
            terminal.Result($"    {terminal.Name(line)}", Ink.Dim);
        }

        if (project.Program is { } program)
        {
            terminal.Result(
                $"  program     {terminal.Name(program.Line)}  {(program.IsTrusted ? "allowed" : "not allowed; `dls trust` allows it")}");
        }

        foreach (ProjectBuildState build in project.Builds)
        {
            terminal.Result(
                $"  build       {build.Canvas}  {Format.Count(build.Images, "image")}{(build.Stale is { } why ? $"  ({why})" : "")}");
        }

        terminal.Result($"  data sets   {(project.Datasets.Count > 0 ? string.Join(", ", project.Datasets) : "none")}");
    }

    private static void Print(Terminal terminal, ShownMaster master)
    {
        string size = master.Width > 0 ? $"  {master.Width}x{master.Height}" : "";
        terminal.Result(
            $"  master      {terminal.Name(master.Path)}{size}{(master.IsHere || master.Problem is not null ? "" : "  (not here)")}");
        if (master.Oid is { } oid)
        {
            terminal.Result($"              {oid}");
        }

        if (master.Annotation is { } annotation)
        {
            terminal.Result($"  annotation  {terminal.Name(annotation)}");
            terminal.Result($"              {master.AnnotationHash?.ToString() ?? "(cannot be read)"}");
        }

        foreach (ShownBox box in master.Boxes)
        {
            terminal.Result($"  object      {terminal.Name(box.Label)} at {string.Join(',', box.Box)}");
        }

        if (master.Problem is { } problem)
        {
            terminal.Result($"  problem     {terminal.Name(problem)}", Ink.Bad);
        }
    }
}
