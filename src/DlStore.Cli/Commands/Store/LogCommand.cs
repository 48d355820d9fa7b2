using System.Globalization;
using CommandLine;
using DlStore.Operations.Views;

namespace DlStore.Cli.Commands.Store;

/// <summary><c>dls log PATH</c>.</summary>
[Details("Lists the commits that changed a managed path, or a path inside a managed directory, newest first: how many files and bytes it "
    + "had from then on, and what changed against the commit before. Needs listings, no file's bytes, and contacts nobody.")]
[Example("dls log data", "every version of a directory")]
[Example("dls log data/img/001.jpg -n 5", "the last five versions of one file")]
[Example("dls log --all weights/best.pth", "on all branches and tags")]
[Exits(ExitCode.Partial, ExitCode.NoRepository)]
internal sealed class LogCommand : Command
{
    [Value(0, MetaName = "PATH", Required = true, HelpText = "a managed path, or one inside; it need not be there any more")]
    public string Target { get; set; } = "";

    [Option("rev", MetaValue = "REV", HelpText = "begin at this commit and not at HEAD")]
    public string Rev { get; set; } = "HEAD";

    [Option("all", HelpText = "look at all branches and tags")]
    public bool All { get; set; }

    [Option('n', "max-count", MetaValue = "N", HelpText = "at most so many versions")]
    public int? Max { get; set; }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        if (Max is <= 0)
        {
            throw new DlsException(ErrorKind.Usage, $"log: --max-count {Max} asks for nothing", "give a number from 1 up, or leave it out");
        }

        IReadOnlyList<PathVersion> versions =
            PathLog.Run(session.Repo, new PathLogOptions { Path = Target, Rev = Rev, All = All, Max = Max }, cancel);
        if (Json)
        {
            session.Terminal.WriteJson(versions, ResultJson.Default.IReadOnlyListPathVersion);
        }
        else
        {
            foreach (PathVersion version in versions)
            {
                Print(session, version);
            }
        }

        return Task.FromResult(versions.Any(static v => v.Unknown is not null) ? ExitCode.Partial : ExitCode.Done);
    }

    private static void Print(Session session, PathVersion version)
    {
        string date = version.At.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        string what = version.Oid is null && version.Unknown is null ? "removed"
            : $"{Format.Count(version.Files, "file")}, {Format.Bytes(version.Size)}";
        (long Count, string Word)[] changes =
            [(version.Added, "added"), (version.Removed, "removed"), (version.Changed, "changed"), (version.Renamed, "renamed")];
        string changed = string.Join(", ", changes.Where(static c => c.Count > 0).Select(static c => $"{Format.Count(c.Count)} {c.Word}"));
        session.Terminal.Result($"{version.Commit[..12]}  {date}  {what}{(changed.Length > 0 ? $"  ({changed})" : "")}"
            + $"  {version.Author}: {version.Subject}");
        if (version.Unknown is not null)
        {
            session.Terminal.Result($"  not compared: {version.Unknown}; `dls fetch --all --listings` gets the listings", Ink.Changed);
        }
    }
}
