using CommandLine;
using DlStore.Operations.Projects;

namespace DlStore.Cli.Commands.Projects;

/// <summary><c>dls project rm NAME</c>.</summary>
[Details("Takes a project out: its directory goes to the trash as it is, and git's index forgets it. Stored "
    + "objects stay, so older commits still have its masters. Refused while a data set takes it in.")]
[Example("dls project rm autogenclose_3", "remove one project")]
[Exits(ExitCode.NoRepository, ExitCode.Locked)]
internal sealed class ProjectRmCommand : Command
{
    [Value(0, MetaName = "NAME", Required = true, HelpText = "the project")]
    public string Name { get; set; } = "";

    [Option("dry-run", HelpText = "show what would be removed and remove nothing")]
    public bool DryRun { get; set; }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        ProjectRmResult result = ProjectRm.Run(session.Repo, new ProjectRmOptions { Name = Name, DryRun = DryRun });
        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.ProjectRmResult);
            return Task.FromResult(ExitCode.Done);
        }

        session.Terminal.Result(
            $"{(DryRun ? "would remove" : "removed")} projects/{result.Project}  {Format.Count(result.Staged.Count, "file")} in git, "
            + $"{Format.Count(result.Pointers.Count)} of them {(result.Pointers.Count == 1 ? "a pointer" : "pointers")}");
        if (result.Trashed is { } trash)
        {
            session.Terminal.Result($"moved the directory to the trash as {trash.Id}");
            session.Terminal.Note($"`dls trash restore {trash.Id}` brings it back, then `git add projects/{result.Project}`");
        }

        return Task.FromResult(ExitCode.Done);
    }
}
