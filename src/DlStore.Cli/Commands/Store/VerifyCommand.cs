using CommandLine;
using DlStore.Operations.Commits;
using DlStore.Operations.Store;
using DlStore.Operations.Transfers;

namespace DlStore.Cli.Commands.Store;

/// <summary><c>dls verify [PATH...]</c>.</summary>
[Details("Reads every byte of the local store and checks it against its digest. Of a remote, every file is hashed where it lies "
    + "if the host of an ssh remote gives a shell; an S3 service tells the checksum that it stored when the file was sent, which says "
    + "nothing of the bytes as they are now; everything else comes here. The report counts each of the three, and --download reads "
    + "everything here, each object in each pack too. Names each damaged object with the paths and commits that use it. "
    + "Damaged places are noted: `dls repair` puts good copies in their place, `dls pull` fetches, and `dls push` sends them again. "
    + "With --commit: whether a remote has every byte that one commit needs, which is what a build server wants to know.")]
[Example("dls verify", "the whole local store")]
[Example("dls verify data", "everything one pointer names is here and right")]
[Example("dls verify --remote lab", "everything a remote's indexes name")]
[Example("dls verify --remote cloud --download", "read here, not by what a service says")]
[Example("dls verify --commit HEAD", "whoever checks this commit out gets all of it from the default remote")]
[Example("dls verify --commit v1 --remote lab --quick", "by names and lengths alone: no file there is read")]
[Exits(ExitCode.NoRepository, ExitCode.Missing, ExitCode.Corrupt)]
internal sealed class VerifyCommand : Command
{
    private const int UsersMax = 5;

    [Value(0, MetaName = "PATH", HelpText = "check only what these managed paths name")]
    public IEnumerable<string> Paths { get; set; } = [];

    [Option('r', "remote", MetaValue = "NAME", HelpText = "check this remote instead of the local store")]
    public string? Remote { get; set; }

    [Option("download", HelpText = "read every byte of the remote here, whatever the far side could tell")]
    public bool Download { get; set; }

    [Option("commit", MetaValue = "REV", HelpText = "look on the remote for what this commit needs, and for nothing else")]
    public string? Commit { get; set; }

    [Option("quick", HelpText = "with --commit: go by names and lengths, and read no file of the remote")]
    public bool Quick { get; set; }

    public override bool TryTakeWords(IReadOnlyList<string> words)
    {
        Paths = words;
        return true;
    }

    public override async Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        RefuseMixed();
        if (Commit is { } commit)
        {
            return await CheckCommitAsync(session, commit, cancel);
        }

        VerifyResult result;
        using (ProgressLine progress = session.StartProgress())
        {
            result = await Verify.RunAsync(
                session.Repo, new VerifyOptions
                {
                    Remote = Remote,
                    Download = Download,
                    Paths = [.. Paths],
                    Progress = progress,
                }, cancel);
        }

        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.VerifyResult);
        }
        else
        {
            Print(session, result);
        }

        return result.Damaged.Count > 0 ? ExitCode.Corrupt : ExitCode.Done;
    }

    private void RefuseMixed()
    {
        string? wrong = Quick && Commit is null ? "--quick goes with --commit"
            : Quick && Download ? "--quick reads nothing, and --download everything"
            : Commit is not null && Paths.Any() ? "--commit looks at all pointers of a commit, and goes with no path" : null;
        if (wrong is not null)
        {
            throw new DlsException(ErrorKind.Usage, $"verify: {wrong}", "run `dls verify --help` for examples");
        }
    }

    private async Task<int> CheckCommitAsync(Session session, string commit, CancellationToken cancel)
    {
        CommitCheckResult result;
        using (ProgressLine progress = session.StartProgress())
        {
            result = await CommitCheck.RunAsync(
                session.Repo,
                new CommitCheckOptions { Commit = commit, Remote = Remote, Download = Download, Quick = Quick, Progress = progress },
                cancel);
        }

        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.CommitCheckResult);
        }
        else
        {
            Print(session, result);
        }

        return result.DamagedObjects > 0 ? ExitCode.Corrupt : result.MissingObjects > 0 ? ExitCode.Missing : ExitCode.Done;
    }

    private static void Print(Session session, CommitCheckResult result)
    {
        foreach (LostPath lost in result.Missing)
        {
            string by = lost.Author is { } author ? $" (commit {lost.Commit![..12]} of {author})" : "";
            session.Terminal.Result($"{session.Terminal.Name(lost.Path)}: {lost.Reason}{by}", Ink.Bad);
        }

        if (result.Erased > 0)
        {
            session.Terminal.Result($"{Format.Count(result.Erased)} erased on purpose: named, and rightly not there", Ink.Dim);
        }

        VerifyResult files = result.Checked;
        string needs = $"commit {result.Commit[..12]} has {Format.Count(result.Pointers, "pointer")} that need "
            + $"{Format.Count(result.Objects, "object")}";
        string how = files.ByLength is { Files: > 0 } byLength
            ? $": {Format.Count(byLength.Files, "file")} ({Format.Bytes(byLength.Bytes)}) by name and length, not read"
            : Ways(files) is { Length: > 0 } ways ? ways : ", read and hashed here";
        session.Terminal.Result(result.MissingObjects > 0
            ? $"{needs}; remote '{result.Remote}' lacks {Format.Count(result.MissingObjects)} of them"
            : result.Pointers == 0 ? $"commit {result.Commit[..12]} has no pointer, so it needs nothing"
            : $"{needs}; remote '{result.Remote}' has all of them in {Format.Count(files.Packs, "pack")} and "
                + $"{Format.Count(files.LargeBlobs, "large blob")}, {Format.Bytes(files.Bytes)}{how}");
        if (result.MissingObjects > 0)
        {
            session.Terminal.Note(result.DamagedObjects > 0
                ? $"noted: `dls repair --remote {result.Remote}` sends good copies from here or another remote"
                : $"`dls push --remote {result.Remote}` in a clone that has them sends them");
        }
    }

    private void Print(Session session, VerifyResult result)
    {
        foreach (DamagedObject damaged in result.Damaged)
        {
            session.Terminal.Result($"{damaged.What}: {damaged.Wrong}", Ink.Bad);
            if (damaged.Where.Length > 0 && damaged.Where != damaged.What)
            {
                session.Terminal.Result($"  in {damaged.Where}");
            }

            foreach (string user in damaged.UsedBy.Take(UsersMax))
            {
                session.Terminal.Result($"  used by {user}");
            }

            if (damaged.UsedBy.Count > UsersMax)
            {
                session.Terminal.Result($"  and {Format.Count(damaged.UsedBy.Count - UsersMax)} more");
            }
        }

        if (result.Erased > 0)
        {
            session.Terminal.Result($"{Format.Count(result.Erased)} erased on purpose: named, and rightly not there", Ink.Dim);
        }

        session.Terminal.Result(Summary(result));
        if (result.Stored is { Files: > 0 } && result.Damaged.Count == 0)
        {
            session.Terminal.Note($"`dls verify --remote {Remote} --download` reads what is there now");
        }

        if (result.Damaged.Count > 0)
        {
            session.Terminal.Note(Remote is null
                ? "run `dls repair`: it takes good copies from the work tree and the remotes"
                : $"noted: `dls repair --remote {Remote}` sends good copies from here or another remote");
        }
    }

    private static string Summary(VerifyResult result)
    {
        string read = $"{Format.Count(result.Objects, "object")} in {Format.Count(result.Packs, "pack")} and "
            + $"{Format.Count(result.LargeBlobs, "large blob")}, {Format.Bytes(result.Bytes)}";
        string ways = Ways(result);
        return result.Damaged.Count > 0 ? $"{Format.Count(result.Damaged.Count)} damaged or lost; checked were {read}{ways}"
            : result.Stored is { Files: > 0 } ? $"nothing wrong found, but not all was read: {read}{ways}"
            : $"all right: {read}{ways}";
    }

    /// <summary>Says how the files of a remote were checked, unless all of them were read here.</summary>
    private static string Ways(VerifyResult result)
    {
        (VerifiedFiles? Files, string How)[] ways =
        [
            (result.HashedThere, "hashed there"),
            (result.Stored, "by the checksum that the service stored when it was sent, not read"),
            (result.ReadHere, "read and hashed here"),
        ];
        return ways[..2].All(static w => w.Files is not { Files: > 0 }) ? ""
            : ": " + string.Join("; ", ways.Where(static w => w.Files is { Files: > 0 }).Select(
                static w => $"{Format.Count(w.Files!.Value.Files, "file")} ({Format.Bytes(w.Files!.Value.Bytes)}) {w.How}"));
    }
}
