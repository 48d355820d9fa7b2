using CommandLine;
using DlStore.Operations.Datasets;

namespace DlStore.Cli.Commands.Datasets;

/// <summary><c>dls testset add NAME PATH...</c>.</summary>
[Details("Keeps test images, which nobody can make again, with what is in them and where they came from. The "
    + "truth is the VOC annotation beside each image (or in Annotations/), or --label for all that have "
    + "none. Images that a data set trains on are refused, and data sets refuse test images.")]
[Example("dls testset add games-2023 shots/", "a directory of labelled screenshots")]
[Example("dls testset add negatives other/ --label none", "images in which nothing must be found")]
[Exits(ExitCode.NoRepository, ExitCode.Locked, ExitCode.Missing)]
internal sealed class TestSetAddCommand : Command
{
    [Value(0, MetaName = "NAME", Required = true, HelpText = "the test set")]
    public string Name { get; set; } = "";

    [Value(1, MetaName = "PATH", Min = 1, HelpText = "JPEG files, or directories of them; PNG, GIF, BMP and WebP are written as JPEG")]
    public IEnumerable<string> Paths { get; set; } = [];

    [Option("label", MetaValue = "CLASS", HelpText = "the class of images without annotation; none: nothing is in them")]
    public string? Label { get; set; }

    [Option("description", MetaValue = "TEXT", HelpText = "what the set is for")]
    public string? Description { get; set; }

    [Option("dry-run", HelpText = "check and write nothing")]
    public bool DryRun { get; set; }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        TestSetAddResult result = TestSetAdd.Run(session.Repo,
            new TestSetAddOptions { Name = Name, Paths = [.. Paths], Label = Label, Description = Description, DryRun = DryRun }, cancel);
        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.TestSetAddResult);
            return Task.FromResult(ExitCode.Done);
        }

        session.Terminal.Result($"{(DryRun ? "would add" : "added")} {Format.Count(result.Added.Count, "image")} to test set {result.Name}"
            + $"{(result.Known > 0 ? $", {Format.Count(result.Known)} were in it already" : "")}");
        foreach (string converted in result.Converted)
        {
            session.Terminal.Note(converted);
        }

        if (result.Added.Count > 0 && !DryRun)
        {
            session.Terminal.Note("staged; run `git commit`, then `dls push`");
        }

        return Task.FromResult(ExitCode.Done);
    }
}
