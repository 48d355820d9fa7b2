using CommandLine;
using DlStore.Operations.Origins;

namespace DlStore.Cli.Commands.Origins;

/// <summary><c>dls get SOURCE PATH</c>.</summary>
[Details("Brings one file or directory of another repository, without cloning it and without its history; works in any directory. The "
    + "source is a git repository as git takes it; its committed .dlstore/config says where the bytes are. With --store the source is a "
    + "dls remote itself, and --rev a commit that is pinned there. Everything is checked on the way, and is there as a whole or not at "
    + "all.")]
[Example("dls get git@example.org:team/faces.git data/val", "into ./val")]
[Example("dls get ../faces weights/best.pth --rev v1 --to best.pth", "as it was at a tag")]
[Example("dls get --store s3://weights/dls data --rev 3f2a91c", "from a dls remote, by a commit that is pinned there")]
[Exits(ExitCode.Missing, ExitCode.Corrupt)]
internal sealed class GetCommand : Command
{
    [Value(0, MetaName = "SOURCE", Required = true, HelpText = "a git repository, or with --store the URL of a dls remote")]
    public string Source { get; set; } = "";

    [Value(1, MetaName = "NAME", Required = true, HelpText = "the path there, from its top")]
    public string Target { get; set; } = "";

    [Option("rev", MetaValue = "REV", HelpText = "a branch, a tag or a full commit id; HEAD if not given")]
    public string? Rev { get; set; }

    [Option("to", MetaValue = "PATH", HelpText = "where to put it; the path's own name here if not given")]
    public string? To { get; set; }

    [Option("store", HelpText = "the source is a dls remote")]
    public bool Store { get; set; }

    [Option("from", MetaValue = "URL", HelpText = "the dls remote that has the bytes, if it is another than that repository says")]
    public string? From { get; set; }

    public override bool SeesToHook => false;

    public override async Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        string to = Path.GetFullPath(Path.Combine(session.CurrentDirectory, To ?? Target.TrimEnd('/').Split('/')[^1]));
        GetResult result;
        using (ProgressLine progress = session.StartProgress())
        {
            OriginRequest request = new() { Source = Source, Path = Target, Rev = Rev, IsStore = Store, From = From, Progress = progress };
            result = await Get.RunAsync(session.Settings(), request, to, cancel);
        }

        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.GetResult);
        }
        else
        {
            session.Terminal.Result($"wrote {session.Terminal.Name(Path.GetRelativePath(session.CurrentDirectory, result.To))} "
                + $"({Format.Count(result.Files, "file")}, {Format.Bytes(result.Bytes)}) as of commit {result.Commit[..12]}");
        }

        return ExitCode.Done;
    }
}
