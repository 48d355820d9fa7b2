using CommandLine;
using DlStore.Operations.Setup;

namespace DlStore.Cli.Commands.Setup;

/// <summary><c>dls init</c>.</summary>
[Details("Writes .dlstore/config with the repository's id, lines in .gitattributes, a .dlsignore, the pre-push hook, and the merge and "
    + "diff "
    + "drivers. In a clone of a repository that has the id it only adds the last three; a committed id is never made anew. A hook that "
    + "is there is "
    + "kept and runs first; where core.hooksPath leads elsewhere nothing is written, and what to add is said. With --hooks the files "
    + "follow git: after a "
    + "checkout, merge or rebase `dls checkout` runs where that touches nothing of yours, and before a commit `dls hook pre-commit` "
    + "looks at "
    + "what is staged. Safe to repeat.")]
[Example("dls init", "make this git repository a dls repository")]
[Example("dls init --hooks", "have the files follow git's checkouts and merges")]
[Exits(ExitCode.NoRepository)]
internal sealed class InitCommand : Command
{
    [Option("hooks", HelpText = "install the hooks post-checkout, post-merge, post-rewrite and pre-commit too")]
    public bool Hooks { get; set; }

    [Option("dry-run", HelpText = "show what would be written and write nothing")]
    public bool DryRun { get; set; }

    public override bool SeesToHook => false;

    public override bool TryTakeWords(IReadOnlyList<string> words) => words.Count == 0;

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        InitResult result = Init.Run(session.Repo, Session.ProgramPath, DryRun, Hooks);
        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.InitResult);
            return Task.FromResult(ExitCode.Done);
        }

        foreach (string line in result.Done.Count + result.ToDo.Count == 0 ? ["nothing to do"] : result.Done)
        {
            session.Terminal.Result(line);
        }

        foreach (string line in result.ToDo)
        {
            session.Terminal.Result($"to do: {line}", Ink.Changed);
        }

        if (result.IsNewId && !DryRun)
        {
            session.Terminal.Note("staged; run `git commit`, then `dls remote add NAME URL --default`");
        }

        return Task.FromResult(ExitCode.Done);
    }
}
