using CommandLine;
using DlStore.Operations.Projects;

namespace DlStore.Cli.Commands.Projects;

/// <summary><c>dls project extend NAME</c>.</summary>
[Details("Writes the labelling aid master/image_extended.jpg, the master in a corner of a larger picture, and master/image_extended.xml "
    + "with what is known of the master if there is none yet. An aid that this command would not make of the master "
    + "is not replaced without --force. The aid is stored behind a pointer, the annotation is staged.")]
[Example("dls project extend close", "a white aid of 400x400")]
[Example("dls project extend close --size 1080x2400 --color 125 --placement ru", "another size, grey, right upper corner")]
[Exits(ExitCode.NoRepository, ExitCode.Locked, ExitCode.Missing)]
internal sealed class ProjectExtendCommand : Command
{
    [Value(0, MetaName = "NAME", Required = true, HelpText = "the project")]
    public string Name { get; set; } = "";

    [Option("size", MetaValue = "SIZE", Default = "400x400", HelpText = "size of the aid, WIDTHxHEIGHT")]
    public string Size { get; set; } = "400x400";

    [Option("color", MetaValue = "GREY", Default = 255, HelpText = "what is around the master: 0 is black, 255 white")]
    public int Color { get; set; } = 255;

    [Option("placement", MetaValue = "CORNER", HelpText = "lu or ru; the project's own if not given")]
    public string? Placement { get; set; }

    [Option("force", HelpText = "replace an aid that somebody changed")]
    public bool Force { get; set; }

    [Option("dry-run", HelpText = "show what would be written and write nothing")]
    public bool DryRun { get; set; }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        IReadOnlyList<Data.Recipes.Placement> placements = ProjectArguments.Placements(Placement, "--placement");
        if (placements.Count > 1)
        {
            throw new DlsException(ErrorKind.Usage,
                $"bad value '{Placement}' for option '--placement': the master is in one corner of the aid", "give lu or ru");
        }

        ProjectExtendOptions options = new()
        {
            Name = Name,
            Size = ProjectArguments.Size(Size, "--size"),
            Grey = Color,
            Placement = placements.Count > 0 ? placements[0] : null,
            Force = Force,
            DryRun = DryRun,
        };
        IReadOnlyList<ExtendedMaster> result = ProjectExtend.Run(session.Repo, options);
        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.IReadOnlyListExtendedMaster);
            return Task.FromResult(ExitCode.Done);
        }

        foreach (ExtendedMaster master in result)
        {
            Print(session.Terminal, master);
        }

        return Task.FromResult(ExitCode.Done);
    }

    private void Print(Terminal terminal, ExtendedMaster master)
    {
        terminal.Result($"{(master.IsWritten ? DryRun ? "would write" : "wrote" : "unchanged")} {master.Image}",
            master.IsWritten ? Ink.Good : Ink.Dim);
        if (master.Annotation is { } annotation)
        {
            terminal.Result($"{(DryRun ? "would write" : "wrote")} {annotation}", Ink.Good);
        }

        if (master.Trashed is { } id)
        {
            terminal.Note($"the old aid is in the trash; `dls trash restore {id}` brings it back");
        }
    }
}
