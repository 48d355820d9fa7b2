using CommandLine;
using DlStore.Operations.Tasks;

namespace DlStore.Cli.Commands.Tasks;

/// <summary><c>dls task create</c>.</summary>
[Details("Builds the data set if it has to be, captures the source exactly as it is, sends what the host lacks, and starts "
    + "a run that needs nobody: this command may be killed, the line may drop, the run goes on. The plan is shown and "
    + "checked before anything is built. Without --detach it follows the log and brings the result home.")]
[Example("dls task create try8 --kind ssd --memo \"new close buttons\"", "train one kind and wait for it")]
[Example("dls task create try9 --kind ssd,resnet34 --from try8 --set epochs=50 --detach",
    "two kinds from the weights of try8, in the background")]
[Example("dls task create try10 --kind resnet34 --reuse ssd=try8", "train one kind again and keep the other part")]
[Exits(ExitCode.NoRepository, ExitCode.Locked, ExitCode.Missing, ExitCode.Untrusted)]
internal sealed class TaskCreateCommand : TaskOptions
{
    [Value(0, MetaName = "NAME", Required = true, HelpText = "the task; used names are refused")]
    public string Name { get; set; } = "";

    [Option("kind", MetaValue = "K,...", HelpText = "the kinds to run; may be left out if there is one only")]
    public string? Kind { get; set; }

    [Option("algo", MetaValue = "K,...", Hidden = true, HelpText = "the same as --kind")]
    public string? Algo { get; set; }

    [Option("all", HelpText = "run every kind")]
    public bool All { get; set; }

    [Option('m', "memo", MetaValue = "TEXT", HelpText = "what it is for")]
    public string? Memo { get; set; }

    [Option("reuse", MetaValue = "KIND=TASK,...", HelpText = "take parts over from other tasks instead of training them")]
    public string? Reuse { get; set; }

    public override async Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        TaskCreateResult result;
        using (ProgressLine progress = session.StartProgress())
        {
            TaskCreateOptions options = Options(
                session, Name, progress) with
            { Kinds = [.. Values(Kind), .. Values(Algo)], All = All, Memo = Memo, Reuse = Values(Reuse) };
            result = await TaskCreate.RunAsync(session.Repo, options, cancel);
        }

        return await FinishAsync(session, result, cancel);
    }
}
