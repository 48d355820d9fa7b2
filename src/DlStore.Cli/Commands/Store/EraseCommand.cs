using CommandLine;
using DlStore.Operations.Erasing;

namespace DlStore.Cli.Commands.Store;

/// <summary><c>dls erase WHAT...</c>.</summary>
[Details("Erases bytes that must go (a person's picture, a leaked key) from every version and every remote. It goes by content: whatever "
    + "names the same bytes, in any commit, loses them. First it prints what goes and what names it, and does nothing without --yes. Then "
    + "it writes a tombstone on each remote and here (who, when, why), and deletes the bytes here: from the store, from packs that wait "
    + "for a push, and from the trash. The bytes of a remote go at its next `dls gc --remote NAME`, which spares nothing "
    + "that has a tombstone. "
    + "From then on reads answer 'erased on DATE by WHO: REASON', pushes leave the bytes out, and nobody can add them again. Of a "
    + "directory every file goes that nothing outside of it names; its listings stay, and so do file names and what git itself keeps. "
    + "Other clones, hosts and targets keep their copies: run this there too.")]
[Example("dls erase data/people/17.jpg --reason 'asked for by the person' --dry-run", "say what would go, and what names it")]
[Example("dls erase data/people/17.jpg --reason 'asked for by the person' --all-versions --yes", "every content that it ever had")]
[Example("dls erase keys.txt --rev v1 --reason 'leaked key' --yes", "a file that only an older commit has")]
[Example("dls erase --revoke sha256:5891…", "let the same bytes be stored again")]
[Exits(ExitCode.Partial, ExitCode.NoRepository, ExitCode.Locked, ExitCode.Missing)]
internal sealed class EraseCommand : Command
{
    [Value(0, MetaName = "PATH", Required = true, HelpText = "managed paths, paths inside them, directories above some, or digests")]
    public IEnumerable<string> What { get; set; } = [];

    [Option("reason", MetaValue = "TEXT", HelpText = "why, one line; everybody who misses the bytes reads it")]
    public string? Reason { get; set; }

    [Option("rev", MetaValue = "REV", HelpText = "the pointers of this commit")]
    public string? Rev { get; set; }

    [Option('r', "remote", MetaValue = "NAMES", HelpText = "only these remotes, with commas; every one if not given")]
    public string? Remote { get; set; }

    [Option("all-versions", HelpText = "every content that the paths had in any commit, not only the present one")]
    public bool AllVersions { get; set; }

    [Option("shared", HelpText = "files of a directory too that something outside of it names")]
    public bool Shared { get; set; }

    [Option("work-tree", HelpText = "delete the files too that have these bytes in the work tree")]
    public bool WorkTree { get; set; }

    [Option("revoke", HelpText = "take the tombstones of these digests away; it brings no bytes back")]
    public bool Revoke { get; set; }

    [Option("dry-run", HelpText = "say what would be erased and erase nothing")]
    public bool DryRun { get; set; }

    [Option("yes", HelpText = "erase; without it nothing is done")]
    public bool Yes { get; set; }

    public override async Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        RequireOneWay();
        if (Revoke)
        {
            EraseResult revoked = await Erase.RevokeAsync(session.Repo, [.. What], Values(Remote), cancel);
            return Write(session, revoked, EraseReport.PrintRevoked);
        }

        EraseResult result;
        using (session.StartProgress())
        {
            result = await Erase.RunAsync(session.Repo, new EraseOptions
            {
                What = [.. What],
                Reason = Reason ?? (DryRun ? "a plan" : null) ?? throw new DlsException(ErrorKind.Usage, "erase: --reason is missing",
                    "write why, for example --reason 'a person asked for it': everybody who misses the bytes reads it"),
                Rev = Rev,
                Remotes = Values(Remote),
                AllVersions = AllVersions,
                Shared = Shared,
                WorkTree = WorkTree,
                DryRun = DryRun || !Yes,
            }, cancel);
        }

        int code = Write(session, result, EraseReport.Print);
        if (DryRun || result.IsApplied)
        {
            return code;
        }

        session.Terminal.Note(result.Objects.Count == 0 ? "there is nothing to erase" : "nothing was erased: run it again with --yes");
        return ExitCode.Failed;
    }

    private int Write(Session session, EraseResult result, Action<Session, EraseResult> print)
    {
        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.EraseResult);
        }
        else
        {
            print(session, result);
        }

        return result.IsComplete ? ExitCode.Done : ExitCode.Partial;
    }

    private void RequireOneWay()
    {
        if (DryRun && Yes)
        {
            throw new DlsException(ErrorKind.Usage, "erase: --dry-run does nothing and --yes erases; they do not go together");
        }

        if (Revoke && (Reason is not null || Rev is not null || AllVersions || Shared || WorkTree || DryRun || Yes))
        {
            throw new DlsException(ErrorKind.Usage, "erase: --revoke goes with digests and --remote only",
                "run `dls erase --revoke DIGEST`; it brings no bytes back");
        }
    }
}
