using CommandLine;
using DlStore.Io;
using DlStore.Operations.Datasets;

namespace DlStore.Cli.Commands.Datasets;

/// <summary><c>dls dataset export croissant NAME</c>.</summary>
[Details("Describes the version of a data set that is here in Croissant 1.0, the JSON-LD of MLCommons that hubs and search engines for "
    + "data read: the canonical archive with its digest, the files in it, classes, splits, images and boxes. Every file is hashed, and a "
    + "data set that is not what its lock says is refused. What dls cannot know (licence, page, who made it, when it was published) is "
    + "only said if you say it.")]
[Example("dls dataset export croissant game --out croissant.json",
    "beside the archive that `dls dataset export tar game data_set.tar.gz` writes")]
[Example("dls dataset export croissant game --license https://creativecommons.org/licenses/by/4.0/ --creator 'Example Ltd'",
    "with what only you know, to standard output")]
[Exits(ExitCode.NoRepository, ExitCode.Missing)]
internal sealed class DatasetExportCroissantCommand : Command
{
    [Value(0, MetaName = "NAME", Required = true, HelpText = "the data set")]
    public string Name { get; set; } = "";

    [Value(1, MetaName = "FILE", HelpText = "the same as --out, as the other formats have it")]
    public string? To { get; set; }

    [Option("out", MetaValue = "FILE", HelpText = "where to write it; default standard output")]
    public string? Out { get; set; }

    [Option("canvas", MetaValue = "SIZE", HelpText = "the canvas, if it has several")]
    public string? Canvas { get; set; }

    [Option("license", MetaValue = "URL", HelpText = "the licence; without it the description says that it is not known")]
    public string? License { get; set; }

    [Option("url", MetaValue = "URL", HelpText = "the page of the data set")]
    public string? Url { get; set; }

    [Option("creator", MetaValue = "TEXT", HelpText = "the organization that made it")]
    public string? Creator { get; set; }

    [Option("published", MetaValue = "DAY", HelpText = "when it was published, as 2026-01-31")]
    public string? Published { get; set; }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        if (To is not null && Out is not null)
        {
            throw new DlsException(ErrorKind.Usage, "export to Croissant: it is written to one file, and two are named", "leave out --out");
        }

        string? target = To ?? Out;
        DatasetCroissantResult result = Describe(session, cancel);
        if (target is { } file)
        {
            AtomicFile.Write(Path.GetFullPath(Path.Combine(session.CurrentDirectory, file)), result.ToText());
        }

        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.DatasetCroissantResult);
            return Task.FromResult(ExitCode.Done);
        }

        if (target is null)
        {
            session.Terminal.ResultText(result.ToText());
        }
        else
        {
            session.Terminal.Result($"wrote {session.Terminal.Name(target)}  {Format.Count(result.Images, "image")}, "
                + Format.Count(result.Boxes, "box", "boxes"));
        }

        if (result.Unknown.Count > 0)
        {
            session.Terminal.Warn($"Croissant asks for {string.Join(", ", result.Unknown)}, which dls cannot know; "
                + "--license, --url, --creator and --published say it");
        }

        return Task.FromResult(ExitCode.Done);
    }

    private DatasetCroissantResult Describe(Session session, CancellationToken cancel)
    {
        using ProgressLine progress = session.StartProgress();
        return DatasetCroissant.Run(session.Repo, new DatasetCroissantOptions
        {
            Name = DatasetReport.NameOf(session, "export", Name),
            Canvas = Canvas,
            License = License,
            Page = Url,
            Creator = Creator,
            Published = Published,
            Progress = progress,
        }, cancel);
    }
}
