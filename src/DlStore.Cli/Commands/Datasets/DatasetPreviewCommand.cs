using CommandLine;
using DlStore.Operations.Datasets;
using DlStore.Operations.Views;

namespace DlStore.Cli.Commands.Datasets;

/// <summary><c>dls dataset preview NAME</c>.</summary>
[Details("Writes a contact sheet as one picture: the images that lint names first, then some of every class "
    + "and side, with their boxes and labels. A look at it takes a minute and has saved weeks.")]
[Example("dls dataset preview game --out sheet.jpg", "look before training")]
[Example("dls dataset preview game --html game.html", "a page to mail")]
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

    [Option("html", MetaValue = "FILE", HelpText = "write a page that stands alone, with counts and the first 60 pictures, instead")]
    public string? Html { get; set; }

    [Option("force", HelpText = "replace the file if it exists")]
    public bool Force { get; set; }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        if (PerGroup is < 1 or > 100)
        {
            throw new DlsException(ErrorKind.Usage, $"use --per-group {PerGroup}: it goes from 1 to 100");
        }

        if (Html is { } page)
        {
            WritePage(session, page);
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

    private void WritePage(Session session, string file)
    {
        string path = Path.GetFullPath(Path.Combine(session.CurrentDirectory, file));
        if (!file.EndsWith(".html", StringComparison.OrdinalIgnoreCase) || Json || Out is not null)
        {
            throw new DlsException(ErrorKind.Usage, $"write a page to '{file}': {(file.EndsWith(".html", StringComparison.OrdinalIgnoreCase)
                ? "--html goes neither with --out nor with --json" : "its name is not that of a page")}",
                "run `dls dataset preview NAME --html FILE.html`");
        }

        if (File.Exists(path) && !Force)
        {
            throw new DlsException(
                ErrorKind.Failed, $"write a page to '{file}': the file exists", "name another one, or replace it with --force");
        }

        string name = DatasetReport.NameOf(session, "preview", Name);
        _ = DatasetShow.Run(session.Repo, name);
        session.Terminal.Flush();
        throw PageProgram.Become(PageProgram.Find(AppContext.BaseDirectory),
            ["page", path, "dataset/" + name, .. Canvas is null ? Array.Empty<string>() : ["canvas=" + Canvas]], session.Environment);
    }
}
