using CommandLine;
using DlStore.Operations.Datasets;

namespace DlStore.Cli.Commands.Datasets;

/// <summary><c>dls dataset import FORMAT DIR NAME</c>.</summary>
[Details("Takes a labelled set as it is into datasets/NAME: its images, annotations, lists and classes. Faults of lists "
    + "that would mislead a trainer (a blank line, a line that is no image, trainval that is not train and val) stop "
    + "it, each with its line, and so does everything that would be left out; --accept CODE says yes to it, and the command tells what "
    + "that meant, with counts. What is wrong in single annotations is kept as it came and reported. Images are "
    + "JPEG; PNG, GIF, BMP and WebP are written as JPEG of quality 95, and the command says which. What fractions mean in "
    + "pixels is told from the boxes, unless --boxes says it.")]
[Example("dls dataset import voc ~/VOCdevkit/BCCD bccd", "a set in Pascal VOC layout")]
[Example("dls dataset import darknet ds7 ds7 --boxes labelimg", "a darknet set whose labels were made with labelImg")]
[Exits(ExitCode.NoRepository, ExitCode.Locked)]
internal sealed class DatasetImportCommand : Command
{
    [Value(0, MetaName = "FORMAT", Required = true, HelpText = "voc, darknet, ultralytics, coco, labelme, or auto for what DIR looks like")]
    public string Layout { get; set; } = "";

    [Value(1, MetaName = "DIR", Required = true, HelpText = "the directory that holds the set")]
    public string From { get; set; } = "";

    [Value(2, MetaName = "NAME", Required = true, HelpText = "the data set to make")]
    public string Name { get; set; } = "";

    [Option("boxes", MetaValue = "RULE", HelpText = "how fractions become pixels: voc, labelimg or alexeyab")]
    public string? Boxes { get; set; }

    [Option("accept", MetaValue = "CODE,...", HelpText = "faults that do not stop the import, with commas")]
    public string? Accept { get; set; }

    [Option("dry-run", HelpText = "check and write nothing")]
    public bool DryRun { get; set; }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        DatasetImportResult result;
        using (ProgressLine progress = session.StartProgress())
        {
            result = DatasetImport.Run(session.Repo, new DatasetImportOptions
            {
                Layout = Layout,
                From = From,
                Name = Name,
                Boxes = Boxes,
                Accept = Values(Accept),
                DryRun = DryRun,
                Progress = progress
            }, cancel);
        }

        PrintFindings(session.Terminal, result);
        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.DatasetImportResult);
            return Task.FromResult(ExitCode.Done);
        }

        Print(session.Terminal, result);
        return Task.FromResult(ExitCode.Done);
    }

    /// <summary>Tells what was seen, what was found and what accepting did; with --json too, because nobody reads a document that went
    /// well.</summary>
    private static void PrintFindings(Terminal terminal, DatasetImportResult result)
    {
        foreach (string line in result.Saw)
        {
            terminal.Note(line);
        }

        foreach (string line in result.Converted)
        {
            terminal.Note(line);
        }

        foreach (string line in result.Accepted)
        {
            terminal.Warn(line);
        }

        foreach (string line in ImportLosses.SumUp(result.Findings))
        {
            terminal.Warn(line);
        }
    }

    private void Print(Terminal terminal, DatasetImportResult result)
    {
        terminal.Result($"{(DryRun ? "would import" : "imported")} data set {result.Name}  {Format.Count(result.Images, "image")}: train "
            + $"{Format.Count(result.Sides[0])}, val {Format.Count(result.Sides[1])}, test {Format.Count(result.Sides[2])}", Ink.Good);
        foreach ((string label, int boxes) in result.Boxes)
        {
            terminal.Result($"  {label}  {Format.Count(boxes, "box", "boxes")}");
        }

        if (result.Lock is { } made)
        {
            terminal.Result($"  dirHash {made.Canvases.Values.First().DirHash}");
            Data.Sets.LockedLint lint = made.Canvases.Values.First().Lint;
            if (lint.Errors > 0)
            {
                terminal.Warn($"lint finds in it {DatasetReport.LintOf(lint)}: "
                    + $"run `dls dataset lint {result.Name}`");
            }

            terminal.Note("staged; run `git commit`, then `dls push`");
        }
    }
}
