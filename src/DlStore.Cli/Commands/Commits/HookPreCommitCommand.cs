using CommandLine;
using DlStore.Operations.Commits;

namespace DlStore.Cli.Commands.Commits;

/// <summary><c>dls hook pre-commit</c>.</summary>
[Details("Looks at what is staged: no large file goes into git unmanaged, and no pointer is committed that cannot be read or whose bytes "
    + "are stored neither here nor, as far as is known, on a remote. Contacts nobody. `dls init --hooks` has git run it before each "
    + "commit; "
    + "the pre-commit framework finds it in .pre-commit-hooks.yaml.")]
[Example("dls hook pre-commit", "check what is staged")]
[Example("dls config core.gitMax 10485760", "let git take files up to 10 MiB")]
[Exits(ExitCode.Findings, ExitCode.NoRepository)]
internal sealed class HookPreCommitCommand : Command
{
    [Value(0, MetaName = "ARGS", HelpText = "git's arguments to the hook, or the framework's; not looked at")]
    public IEnumerable<string> Words { get; set; } = [];

    [Option("max", MetaValue = "BYTES", HelpText = "the largest file that git may take; core.gitMax if not given")]
    public long? Max { get; set; }

    public override bool SeesToHook => false;

    public override bool TryTakeWords(IReadOnlyList<string> words)
    {
        Words = words;
        return true;
    }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        if (Max is < 0)
        {
            throw new DlsException(ErrorKind.Usage, $"use --max {Max}: it is no number of bytes", "write a number from 0 on");
        }

        IReadOnlyList<StagedFault> faults = StagedCheck.Run(session.Repo, Max);
        if (Json)
        {
            session.Terminal.WriteJson(faults, ResultJson.Default.IReadOnlyListStagedFault);
        }
        else
        {
            foreach (StagedFault fault in faults)
            {
                session.Terminal.Result($"{session.Terminal.Name(fault.Path)}: {fault.Why}", Ink.Bad);
                session.Terminal.Result($"  run `{fault.Hint}`");
            }

            if (faults.Count > 0)
            {
                session.Terminal.Note("`git commit --no-verify` commits all the same");
            }
        }

        return Task.FromResult(faults.Count > 0 ? ExitCode.Findings : ExitCode.Done);
    }
}
