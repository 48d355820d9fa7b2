using CommandLine;
using DlStore.Operations.Deploys;

namespace DlStore.Cli.Commands.Deploys;

/// <summary><c>dls target check [NAME]</c>.</summary>
[Details("Reaches each target's host and looks whether its home exists and can be written, "
    + "and how much disk is free. Nothing is changed there; a home that does not exist has to be made by hand.")]
[Example("dls target check", "all targets")]
[Exits(ExitCode.Findings, ExitCode.NoRepository)]
internal sealed class TargetCheckCommand : Command
{
    [Value(0, MetaName = "NAME", HelpText = "the target; all of them if not given")]
    public string? Name { get; set; }

    public override async Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        IReadOnlyList<TargetCheckResult> targets = await TargetCheck.RunAsync(session.Repo, Name, cancel);
        if (Json)
        {
            session.Terminal.WriteJson(targets, ResultJson.Default.IReadOnlyListTargetCheckResult);
        }
        else
        {
            foreach (TargetCheckResult check in targets)
            {
                string free = check.DiskFree < 0 ? "free disk unknown" : $"{Format.Bytes(check.DiskFree)} free";
                string state = !check.Reached ? "not reached"
                    : $"{(check.Exists ? "there" : "not there")}, {(check.Writable ? "can be written" : "cannot be written")}, {free}";
                session.Terminal.Result($"{check.Target.Name}  {check.Target.Host}:{check.Target.Home}: {state}", check.Problems.Count > 0
                    ? Ink.Bad : Ink.Good);
                foreach (string problem in check.Problems)
                {
                    session.Terminal.Result($"  {problem}", Ink.Bad);
                }
            }
        }

        return targets.Any(static t => t.Problems.Count > 0) ? ExitCode.Findings : ExitCode.Done;
    }
}
