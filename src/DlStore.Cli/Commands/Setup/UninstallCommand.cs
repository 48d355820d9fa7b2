using CommandLine;
using DlStore.Operations.Setup;

namespace DlStore.Cli.Commands.Setup;

/// <summary><c>dls uninstall</c>.</summary>
[Details("Takes back what init did outside the repository's own files: the hooks, the merge and diff drivers, and the lines in "
    + ".gitattributes. "
    + "Pointers, configuration and stored bytes stay. This clone notes it (dls.hook is false), so that no later command installs the hook "
    + "again; `dls init` does.")]
[Example("dls uninstall", "remove the hook from this clone")]
[Exits(ExitCode.NoRepository)]
internal sealed class UninstallCommand : Command
{
    [Option("dry-run", HelpText = "show what would be removed and remove nothing")]
    public bool DryRun { get; set; }

    public override bool SeesToHook => false;

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        IReadOnlyList<string> done = Uninstall.Run(session.Repo, DryRun);
        if (Json)
        {
            session.Terminal.WriteJson(done, ResultJson.Default.IReadOnlyListString);
            return Task.FromResult(ExitCode.Done);
        }

        foreach (string line in done.Count == 0 ? ["nothing to do"] : done)
        {
            session.Terminal.Result(line);
        }

        session.Terminal.Note($"stored bytes stay in {session.Repo.Store.Root}");
        return Task.FromResult(ExitCode.Done);
    }
}
