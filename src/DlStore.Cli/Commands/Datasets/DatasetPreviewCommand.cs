using CommandLine;
using DlStore.Operations.Datasets;

namespace DlStore.Cli.Commands.Datasets;

/// <summary><c>dls dataset preview NAME</c>.</summary>
[Details("Writes a contact sheet as one picture: the images that lint names first, then some of every class "
    + "and side, with their boxes and labels. A look at it takes a minute and has saved weeks.")]
[Example("dls dataset preview game --out sheet.jpg", "look before training")]
[Exits(ExitCode.NoRepository, ExitCode.Missing)]
internal sealed class DatasetPreviewCommand : Command
{
    [Value(0, MetaName = "NAME", Required = true, HelpText = "the data set")]
    public string Name { get; set; } = "";

    [Option("canvas", MetaValue = "SIZE", HelpText = "the canvas; the first one unless told")]
    public string? Canvas { get; set; }

    [Option("out", MetaValue = "FILE", HelpText = "the file to write, .jpg or .png; NAME-CANVAS.jpg here unless told")]
    public string? Out { get; set; }

    [Option("per-group", MetaValue = "N", Default = 8, HelpText = "images of each class and side")]
    public int PerGroup { get; set; } = 8;

    [Option("force", HelpText = "replace the file if it exists")]
    public bool Force { get; set; }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        if (PerGroup is < 1 or > 100)
        {
            throw new DlsException(ErrorKind.Usage, $"use --per-group {PerGroup}: it goes from 1 to 100");
        }

        DatasetPreviewResult result;
        using (ProgressLine progress = session.StartProgress())
        {
            result = DatasetPreview.Run(session.Repo, new DatasetPreviewOptions
            {
                Name = DatasetReport.NameOf(session, "preview", Name),
                Canvas = Canvas,
                Out = Out,
                PerGroup = PerGroup,
                Force = Force,
                Progress = progress
            }, cancel);
        }

        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.DatasetPreviewResult);
            return Task.FromResult(ExitCode.Done);
        }

        session.Terminal.Result($"wrote {session.Terminal.Name(Out ?? result.File)}  {Format.Count(result.Shown, "image")}, "
            + $"{Format.Count(result.Suspicious)} of them suspicious");
        return Task.FromResult(ExitCode.Done);
    }
}
