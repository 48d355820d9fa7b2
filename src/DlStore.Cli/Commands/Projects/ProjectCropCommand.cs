using CommandLine;
using DlStore.Operations.Projects;

namespace DlStore.Cli.Commands.Projects;

/// <summary><c>dls project crop SHOT...</c>.</summary>
[Details("Cuts the upper corners out of screenshots, as lu_NAME.jpg and ru_NAME.jpg, and records in crops.tsv "
    + "beside them from which file, with its digest, and at which offset each piece was cut. Another "
    + "file of that name is never replaced; the same piece is left alone. Nothing is staged.")]
[Example("dls project crop shots/*.jpg --to pieces", "two pieces of 400x400 of each")]
[Example("dls project crop shot.jpg --size 224x224 --corners ru", "the right upper corner alone")]
[Exits(ExitCode.NoRepository, ExitCode.Locked)]
internal sealed class ProjectCropCommand : Command
{
    [Value(0, MetaName = "SHOT", Required = true, HelpText = "screenshots, JPEG")]
    public IEnumerable<string> Shots { get; set; } = [];

    [Option("size", MetaValue = "SIZE", Default = "400x400", HelpText = "size of a piece, WIDTHxHEIGHT")]
    public string Size { get; set; } = "400x400";

    [Option("to", MetaValue = "DIR", HelpText = "where the pieces go; beside each screenshot if not given")]
    public string? To { get; set; }

    [Option("corners", MetaValue = "CORNERS", HelpText = "lu, ru or lu,ru; both if not given")]
    public string? Corners { get; set; }

    [Option("dry-run", HelpText = "show what would be cut and write nothing")]
    public bool DryRun { get; set; }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        ProjectCropOptions options = new()
        {
            Shots = [.. Shots],
            Size = ProjectArguments.Size(Size, "--size"),
            To = To,
            Corners = ProjectArguments.Placements(Corners, "--corners"),
            DryRun = DryRun
        };
        IReadOnlyList<CroppedPiece> result = ProjectCrop.Run(session.Repo, options, cancel);
        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.IReadOnlyListCroppedPiece);
            return Task.FromResult(ExitCode.Done);
        }

        foreach (CroppedPiece piece in result)
        {
            session.Terminal.Result($"{(piece.IsNew ? DryRun ? "would write" : "wrote" : "unchanged")} {session.Terminal.Name(piece.File)}"
                + $"  {Size} at {piece.X},{piece.Y} of {session.Terminal.Name(piece.Source)}", piece.IsNew ? Ink.Good : Ink.Dim);
        }

        return Task.FromResult(ExitCode.Done);
    }
}
