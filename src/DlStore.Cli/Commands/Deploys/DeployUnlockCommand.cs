using CommandLine;
using DlStore.Operations.Deploys;

namespace DlStore.Cli.Commands.Deploys;

/// <summary><c>dls deploy unlock TARGET</c>.</summary>
[Details("Takes away a lock on a target whose holder cannot be seen, and settles what it left unfinished: done "
    + "if all of it is in place, else the old state comes back. A lock is refused while its holder's process "
    + "is alive; one whose process is proven gone is broken by the next deploy without this.")]
[Example("dls deploy unlock gaa", "after a machine that was deploying has died")]
[Exits(ExitCode.NoRepository, ExitCode.Locked)]
internal sealed class DeployUnlockCommand : Command
{
    [Value(0, MetaName = "TARGET", Required = true, HelpText = "the target")]
    public string Target { get; set; } = "";

    [Option("dry-run", HelpText = "say what would be done and change nothing")]
    public bool DryRun { get; set; }

    public override async Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        IReadOnlyList<string> done = await DeployUnlock.RunAsync(session.Repo, Target, DryRun, cancel);
        if (Json)
        {
            session.Terminal.WriteJson(done, ResultJson.Default.IReadOnlyListString);
            return ExitCode.Done;
        }

        foreach (string line in done)
        {
            session.Terminal.Result(line);
        }

        if (done.Count == 0)
        {
            session.Terminal.Note($"target '{Target}' is not locked, and nothing is unfinished there");
        }

        return ExitCode.Done;
    }
}
