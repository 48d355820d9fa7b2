using CommandLine;
using DlStore.Operations.Hooks;
using DlStore.Operations.Transfers;

namespace DlStore.Cli.Commands.Transfers;

/// <summary><c>dls hook pre-push</c>: git calls it with the refs it is about to push; bytes go first, or git's push stops.</summary>
[Example("dls hook pre-push origin URL < refs", "called by the pre-push hook that `dls init` installs")]
[Exits(ExitCode.Partial, ExitCode.NoRepository)]
internal sealed class HookPrePushCommand : Command
{
    [Value(0, MetaName = "ARGS", HelpText = "git's arguments to the hook")]
    public IEnumerable<string> Words { get; set; } = [];

    public override bool SeesToHook => false;

    public override bool TryTakeWords(IReadOnlyList<string> words)
    {
        Words = words;
        return true;
    }

    public override async Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        if (HookTrial.TryAnswer(session.Repo))
        {
            return ExitCode.Done;
        }

        using StreamReader input = new(Terminal.OpenInput());
        string refs = await input.ReadToEndAsync(cancel);
        IReadOnlyList<PushResult> results;
        using (ProgressLine progress = session.StartProgress())
        {
            results = await PrePush.RunAsync(session.Repo, refs, Words.FirstOrDefault(), progress, cancel);
        }

        foreach (PushResult pushed in results.Where(static p =>
            p.Objects > 0 || p.Repaired > 0 || !p.IsComplete || p.Problems.Count + p.Unreadable.Count > 0))
        {
            // Git shows the hook's standard output among its own talk.
            PushReport.Print(session, pushed, dryRun: false);
        }

        return results.Any(static r => r is { Missing.Count: > 0 } or { IsTipUnreadable: true }) ? ExitCode.Partial : ExitCode.Done;
    }
}
