using CommandLine;
using DlStore.Operations.Index;

namespace DlStore.Cli.Commands.Lineage;

/// <summary><c>dls index rebuild</c>.</summary>
[Details("Makes the pack index from the packs and the SQLite index from git's "
    + "commits. Neither holds a fact of its own, so nothing can be lost.")]
[Example("dls index rebuild", "after an index was deleted or damaged")]
[Exits(ExitCode.NoRepository, ExitCode.Locked)]
internal sealed class IndexRebuildCommand : Command
{
    [Option("dry-run", HelpText = "count and write nothing")]
    public bool DryRun { get; set; }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        IndexRebuildResult result = IndexRebuild.Run(session.Repo, DryRun, cancel);
        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.IndexRebuildResult);
        }
        else
        {
            session.Terminal.Result($"{(DryRun ? "would index" : "indexed")} {Format.Count(result.Objects)} packed "
                + $"objects and the pointers of {Format.Count(result.Commits, "commit")}");
        }

        return Task.FromResult(ExitCode.Done);
    }
}
