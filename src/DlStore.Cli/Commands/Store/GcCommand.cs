using CommandLine;
using DlStore.Operations.Store;

namespace DlStore.Cli.Commands.Store;

/// <summary><c>dls gc</c>.</summary>
[Details(
    "Deletes from the local store what nothing names: no pointer, task or deployment of any commit that branches, tags, stash, reflogs "
    + "or another work tree reach, nothing staged and nothing on disk. Git keeps unreachable commits in its reflogs for 30 to 90 days, "
    + "and so dls keeps their bytes. Remotes are not touched. If something cannot be read that may name bytes, nothing is deleted.")]
[Example("dls gc --dry-run", "say what would go")]
[Example("dls gc --grace 0s", "spare nothing for being new")]
[Exits(ExitCode.NoRepository, ExitCode.Locked, ExitCode.Missing, ExitCode.Corrupt)]
internal sealed class GcCommand : Command
{
    [Option("grace", MetaValue = "TIME", HelpText = "spare what was stored within this time: 90s, 30m, 12h, 3d (default 1h)")]
    public string? Grace { get; set; }

    [Option("dry-run", HelpText = "say what would be deleted and delete nothing")]
    public bool DryRun { get; set; }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        GcResult result;
        using (ProgressLine progress = session.StartProgress())
        {
            GcOptions options = new() { DryRun = DryRun, Progress = progress };
            result = Gc.Run(session.Repo, Grace is { } text ? options with { Grace = ParseTime(text) } : options, cancel);
        }

        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.GcResult);
            return Task.FromResult(ExitCode.Done);
        }

        long gone = result.Dead + result.DeadBlobs;
        session.Terminal.Result(gone == 0
            ? $"nothing to delete: {Format.Count(result.Live, "object")} in use"
            : $"{(DryRun ? "would free" : "freed")} {Format.Bytes(result.BytesFreed)}: "
                + $"{Format.Count(gone, "object")} that nothing names; {Format.Count(result.Live)} in use");
        if (result.Kept > 0)
        {
            session.Terminal.Result(
                $"{Format.Count(result.Kept, "object")} that nothing names stay: too new (--grace), or too few in their pack");
        }

        if (result.NotHere > 0)
        {
            session.Terminal.Note($"{Format.Count(result.NotHere, "listing")} are not here; a remote has them with what they name");
        }

        return Task.FromResult(ExitCode.Done);
    }

    private static TimeSpan ParseTime(string text)
    {
        int unit = text.Length == 0 ? 0 : text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86400, _ => 0 };
        return unit > 0 && int.TryParse(text[..^1], System.Globalization.NumberStyles.None,
            System.Globalization.CultureInfo.InvariantCulture, out int n) && n <= int.MaxValue / unit
            ? TimeSpan.FromSeconds((long)n * unit)
            : throw new DlsException(ErrorKind.Usage, $"use --grace '{text}': it is no time", "write 90s, 30m, 12h or 3d");
    }
}
