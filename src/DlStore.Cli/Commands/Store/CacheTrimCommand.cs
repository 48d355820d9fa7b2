using CommandLine;
using DlStore.Operations.Collect;

namespace DlStore.Cli.Commands.Store;

/// <summary><c>dls cache trim</c>.</summary>
[Details("Drops bytes from the local store that a remote provably holds: a pin there names them, and the file that has them was looked at "
    + "now, by its hash where the far side can tell one or by reading it. What the pointers of HEAD and of the work trees name stays, "
    + "unless it is fetched on demand only, and so do all listings. A fetch brings back what is gone.")]
[Example("dls cache trim --dry-run", "say what could go")]
[Example("dls cache trim --keep 7d", "older versions that have been here for a week")]
[Example("dls cache trim --remote lab --quick", "by names and lengths on the remote, without reading there")]
[Exits(ExitCode.NoRepository, ExitCode.Locked)]
internal sealed class CacheTrimCommand : Command
{
    [Option("keep", MetaValue = "TIME", HelpText = "spare what was stored or fetched within this time: 90s, 30m, 12h, 3d (default 30d)")]
    public string? Keep { get; set; }

    [Option('r', "remote", MetaValue = "NAME", HelpText = "the remote that has to hold it; the default one if not given")]
    public string? Remote { get; set; }

    [Option("quick", HelpText = "go by names and lengths on the remote, and read no file there")]
    public bool Quick { get; set; }

    [Option("dry-run", HelpText = "say what would go and drop nothing")]
    public bool DryRun { get; set; }

    public override async Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        CacheTrimResult result;
        using (ProgressLine progress = session.StartProgress())
        {
            result = await CacheTrim.RunAsync(session.Repo, new CacheTrimOptions
            {
                Remote = Remote,
                Keep = Age.Parse("--keep", Keep ?? "30d"),
                Quick = Quick,
                DryRun = DryRun,
                Progress = progress,
            }, cancel);
        }

        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.CacheTrimResult);
            return ExitCode.Done;
        }

        session.Terminal.Result(result.Dropped == 0 ? "nothing to drop"
            : $"{(DryRun ? "would free" : "freed")} {Format.Bytes(result.BytesFreed)}: {Format.Count(result.Dropped, "object")} "
                + $"that '{result.Remote}' holds");
        (long Count, string Why)[] stay =
        [
            (result.InUse, "named by HEAD or a work tree"),
            (result.NotPinned,
                $"named by no pin on '{result.Remote}': `dls push --all` sends what commits name, `dls gc` deletes the rest"),
            (result.NotThere, $"not in a good place on '{result.Remote}': `dls verify --remote {result.Remote}` says more"),
            (result.TooNew, "too new (--keep), or too few in their pack"),
        ];
        foreach ((long count, string why) in stay.Where(static s => s.Count > 0))
        {
            session.Terminal.Result($"{Format.Count(count, "object")} {(count == 1 ? "stays" : "stay")}: {why}");
        }

        return ExitCode.Done;
    }
}
