using CommandLine;
using DlStore.Operations.Setup;

namespace DlStore.Cli.Commands.Setup;

/// <summary><c>dls init</c>.</summary>
[Details("Writes .dlstore/config with the repository's id, lines in .gitattributes, a .dlsignore, the pre-push hook, and the merge driver. "
    + "In a clone of a repository that has the id it only adds the last two; a committed id is never made anew. A hook that is there is "
    + "kept and runs first; where core.hooksPath leads elsewhere nothing is written, and what to add is said. Safe to repeat.")]
[Example("dls init", "make this git repository a dls repository")]
[Exits(ExitCode.NoRepository)]
internal sealed class InitCommand : Command
{
    [Option("dry-run", HelpText = "show what would be written and write nothing")]
    public bool DryRun { get; set; }

    public override bool SeesToHook => false;

    public override bool TryTakeWords(IReadOnlyList<string> words) => words.Count == 0;

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        InitResult result = Init.Run(session.Repo, Session.ProgramPath, DryRun);
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
