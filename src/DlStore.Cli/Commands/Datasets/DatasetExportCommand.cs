using CommandLine;
using DlStore.Operations.Datasets;

namespace DlStore.Cli.Commands.Datasets;

/// <summary><c>dls dataset export FORMAT NAME TO</c>.</summary>
[Details("Writes a data set for another program: voc, darknet, ultralytics, coco or imagefolder into a new directory, or tar "
    + "into a file, data_set.tar.gz, that has the same bytes on every machine. What was written is read again "
    + "and compared, image by image and box by box; the target appears only if nothing was lost. "
    + "imagefolder is SIDE/CLASS/ID.jpg, one class an image, without boxes.")]
[Example("dls dataset export darknet game /tmp/game", "lists, labels and obj.data with the set's own paths")]
[Example("dls dataset export imagefolder game /tmp/game --leave-out", "what torchvision's ImageFolder reads")]
[Example("dls dataset export tar game data_set.tar.gz --canvas 400x400", "the canonical archive of one canvas")]
[Exits(ExitCode.NoRepository, ExitCode.Missing)]
internal sealed class DatasetExportCommand : Command
{
    [Value(0, MetaName = "FORMAT", Required = true, HelpText = "voc, darknet, ultralytics, coco, imagefolder or tar; or croissant")]
    public string Layout { get; set; } = "";

    [Value(1, MetaName = "NAME", Required = true, HelpText = "the data set")]
    public string Name { get; set; } = "";

    [Value(2, MetaName = "TO", Required = true, HelpText = "the directory or file to make")]
    public string To { get; set; } = "";

    [Option("canvas", MetaValue = "SIZE", HelpText = "the canvas, if it has several")]
    public string? Canvas { get; set; }

    [Option("boxes", MetaValue = "RULE", Default = "voc", HelpText = "how pixels become fractions: voc, labelimg or alexeyab")]
    public string Boxes { get; set; } = "voc";

    [Option("leave-out", HelpText = "imagefolder: leave out images of no class or of several, and tell how many")]
    public bool LeaveOut { get; set; }

    [Option("dry-run", HelpText = "check and write nothing")]
    public bool DryRun { get; set; }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        DatasetExportResult result;
        using (ProgressLine progress = session.StartProgress())
        {
            result = DatasetExport.Run(session.Repo, new DatasetExportOptions
            {
                Layout = Layout,
                Name = DatasetReport.NameOf(session, "export", Name),
                To = To,
                Canvas = Canvas,
                Boxes = Boxes,
                LeavesOut = LeaveOut,
                DryRun = DryRun,
                Progress = progress
            }, cancel);
        }

        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.DatasetExportResult);
            return Task.FromResult(ExitCode.Done);
        }

        if (result.LeftOut > 0)
        {
            session.Terminal.Warn($"left out {Format.Count(result.LeftOut, "image")} of no class or of several");
        }

        string archive = result.Digest is { } digest ? $", {Format.Bytes(result.Bytes)}, {digest}" : "";
        session.Terminal.Result($"{(DryRun ? "would write" : "wrote")} {session.Terminal.Name(To)}  "
            + $"{Format.Count(result.Images, "image")}, {Format.Count(result.Boxes, "box", "boxes")}{archive}");
        return Task.FromResult(ExitCode.Done);
    }
}
