using CommandLine;
using DlStore.Operations.Datasets;

namespace DlStore.Cli.Commands.Datasets;

/// <summary><c>dls dataset verify NAME</c>.</summary>
[Details("Hashes every file of a data set on disk and compares the directory hash with the lock. The same hash comes out of `find . "
    + "-type f -printf '%P\\0' | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum` in datasets/NAME/CANVAS/data_set.")]
[Example("dls dataset verify game", "is it what the lock says")]
[Exits(ExitCode.NoRepository, ExitCode.Missing, ExitCode.Corrupt)]
internal sealed class DatasetVerifyCommand : Command
{
    [Value(0, MetaName = "NAME", Required = true, HelpText = "the data set")]
    public string Name { get; set; } = "";

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        IReadOnlyList<VerifiedCanvas> verified;
        using (ProgressLine progress = session.StartProgress())
        {
            verified = DatasetVerify.Run(session.Repo, DatasetReport.NameOf(session, "verify", Name), progress, cancel);
        }

        int code = verified.All(static v => v.IsRight) ? ExitCode.Done : ExitCode.Corrupt;
        if (Json)
        {
            session.Terminal.WriteJson(verified, ResultJson.Default.IReadOnlyListVerifiedCanvas);
            return Task.FromResult(code);
        }

        foreach (VerifiedCanvas canvas in verified)
        {
            session.Terminal.Result(
                canvas.IsRight ? $"{canvas.Canvas}  {canvas.Found}  as the lock says"
                    : $"{canvas.Canvas}  {canvas.Found}  is not {canvas.Expected} of the lock", canvas.IsRight ? Ink.Good : Ink.Bad);
        }

        if (code != ExitCode.Done)
        {
            session.Terminal.Note(
                $"run `dls status -v` to see what changed, `dls checkout datasets/{DatasetReport.NameOf(Name)}` to go back");
        }

        return Task.FromResult(code);
    }
}
