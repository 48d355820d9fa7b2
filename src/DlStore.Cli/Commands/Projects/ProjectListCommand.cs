using DlStore.Data.Recipes;
using DlStore.Operations.Projects;

namespace DlStore.Cli.Commands.Projects;

/// <summary><c>dls project list</c>.</summary>
[Details("Lists the projects with what they teach, what makes their images, and the builds that are on "
    + "disk; a build that is not what the project makes now is marked with an asterisk.")]
[Example("dls project list", "every project, one line each")]
[Exits(ExitCode.NoRepository)]
internal sealed class ProjectListCommand : Command
{
    private const int LabelsMax = 3;

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        IReadOnlyList<ListedProject> projects = ProjectList.Run(session.Repo);
        if (Json)
        {
            session.Terminal.WriteJson(projects, ResultJson.Default.IReadOnlyListListedProject);
            return Task.FromResult(ExitCode.Done);
        }

        if (projects.Count == 0)
        {
            session.Terminal.Note("there is no project; `dls project new NAME --image crop.jpg` makes one");
            return Task.FromResult(ExitCode.Done);
        }

        Column[] columns = [new("NAME"), new("LABEL"), new("MASTERS", Right: true), new("AT"), new("RECIPE"), new("BUILDS"), new("REVIEW")];
        session.Terminal.Table(columns, [.. projects.Where(static p => p.Problem is null).Select(Row)]);
        foreach (ListedProject project in projects.Where(static p => p.Problem is not null))
        {
            session.Terminal.Warn($"{project.Name} cannot be read: {project.Problem}");
        }

        return Task.FromResult(ExitCode.Done);
    }

    private static string[] Row(ListedProject project)
    {
        string labels = string.Join(", ", project.Labels.Take(LabelsMax)) + (project.Labels.Count > LabelsMax ? ", ..." : "");
        string builds = string.Join(
            ", ", project.Builds.Select(static b => $"{b.Canvas} {Format.Count(b.Images)}{(b.Stale is null ? "" : "*")}"));
        return [project.Name, labels, Format.Count(project.Masters), string.Join(",", project.Placements), project.Recipe, builds.Length > 0
            ? builds : "-", project.Review == ReviewState.Accepted ? "" : project.Review.ToString().ToLowerInvariant()];
    }
}
