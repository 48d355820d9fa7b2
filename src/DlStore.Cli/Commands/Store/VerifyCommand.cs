using CommandLine;
using DlStore.Operations.Store;

namespace DlStore.Cli.Commands.Store;

/// <summary><c>dls verify [PATH...]</c>.</summary>
[Details("Reads every byte of the local store, or of a remote, and checks it against its digest. Names each damaged "
    + "object with the paths and commits that use it. Damaged places of the local store are noted, so that "
    + "`dls pull` fetches the objects again; those of a remote, so that `dls push` sends them again.")]
[Example("dls verify", "the whole local store")]
[Example("dls verify data", "everything one pointer names is here and right")]
[Example("dls verify --remote lab", "everything a remote's indexes name")]
[Exits(ExitCode.NoRepository, ExitCode.Corrupt)]
internal sealed class VerifyCommand : Command
{
    private const int UsersMax = 5;

    [Value(0, MetaName = "PATH", HelpText = "check only what these managed paths name")]
    public IEnumerable<string> Paths { get; set; } = [];

    [Option('r', "remote", MetaValue = "NAME", HelpText = "check this remote instead of the local store")]
    public string? Remote { get; set; }

    public override bool TryTakeWords(IReadOnlyList<string> words)
    {
        Paths = words;
        return true;
    }

    public override async Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        VerifyResult result;
        using (ProgressLine progress = session.StartProgress())
        {
            result = await Verify.RunAsync(
                session.Repo, new VerifyOptions { Remote = Remote, Paths = [.. Paths], Progress = progress }, cancel);
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

        string read = $"{Format.Count(result.Objects, "object")} in {Format.Count(result.Packs, "pack")} and "
            + $"{Format.Count(result.LargeBlobs, "large blob")}, {Format.Bytes(result.Bytes)}";
        session.Terminal.Result(
            result.Damaged.Count == 0 ? $"all right: {read}" : $"{Format.Count(result.Damaged.Count)} damaged or lost; read were {read}");
        if (result.Damaged.Count > 0)
        {
            session.Terminal.Note(Remote is null ? "run `dls pull` (or `dls fetch --all`) to fetch damaged objects again"
                : $"noted: `dls push --repair --remote {Remote}` sends what is here again; otherwise run it in a clone that has the bytes");
        }
    }
}
