using CommandLine;
using DlStore.Operations.Projects;

namespace DlStore.Cli.Commands.Projects;

/// <summary><c>dls project annotate NAME</c>.</summary>
[Details("Writes for each master an annotation whose one box fits it exactly, as a crop of an object needs it. An annotation that says "
    + "something else is not replaced without --force; the old one then stays in git or goes to the trash. What is written is staged.")]
[Example("dls project annotate close", "a box over the whole master")]
[Example("dls project annotate close --force", "also where there is another annotation")]
[Exits(ExitCode.NoRepository, ExitCode.Locked, ExitCode.Missing)]
internal sealed class ProjectAnnotateCommand : Command
{
    [Value(0, MetaName = "NAME", Required = true, HelpText = "the project")]
    public string Name { get; set; } = "";

    [Option("force", HelpText = "replace an annotation that says something else")]
    public bool Force { get; set; }

    [Option("dry-run", HelpText = "show what would be written and write nothing")]
    public bool DryRun { get; set; }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        IReadOnlyList<AnnotatedMaster> result = ProjectAnnotate.Run(
            session.Repo, new ProjectAnnotateOptions { Name = Name, Force = Force, DryRun = DryRun });
        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.IReadOnlyListAnnotatedMaster);
            return Task.FromResult(ExitCode.Done);
        }

        foreach (AnnotatedMaster master in result)
        {
            session.Terminal.Result($"{(master.IsWritten ? DryRun ? "would write" : "wrote" : "unchanged")} {master.File}  "
                + $"{session.Terminal.Name(master.Label)} at 1,1,{master.Width},{master.Height}", master.IsWritten ? Ink.Good : Ink.Dim);
            if (master.Trashed is { } id)
            {
                session.Terminal.Note($"the old one is in the trash; `dls trash restore {id}` brings it back");
            }
        }

        return Task.FromResult(ExitCode.Done);
    }
}
