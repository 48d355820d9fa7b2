using CommandLine;
using DlStore.Operations.Lineage;
using DlStore.Remotes;

namespace DlStore.Cli.Commands.Lineage;

/// <summary><c>dls where WHAT</c>.</summary>
[Details("From a path, any file's bytes or a digest to every place that is known to have it: "
    + "pointers and commits, the local store, remotes as last read. Contacts nobody.")]
[Example("dls where weights/best.pth", "which commits name it, and where its bytes are")]
[Example("dls where 57921777", "an object by the first digits of its digest")]
[Exits(ExitCode.NoRepository)]
internal sealed class WhereCommand : Command
{
    [Value(0, MetaName = "PATH", Required = true, HelpText = "a managed path, any file, a digest, or at least six digits of one")]
    public string What { get; set; } = "";

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        WhereResult result = Where.Run(session.Repo, What, cancel);
        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.WhereResult);
            return Task.FromResult(ExitCode.Done);
        }

        session.Terminal.Result(result.Oid.ToString());
        foreach (string user in result.UsedBy)
        {
            session.Terminal.Result($"  pointer  {user}");
        }

        if (result.Erased is { } erased)
        {
            session.Terminal.Result($"  {erased}");
        }

        session.Terminal.Result(result.Store is null ? "  store    not here" : $"  store    {result.Store}");
        foreach (RemotePresence remote in result.Remotes)
        {
            string text = Describe(session, remote);
            session.Terminal.Result($"  remote   {remote.Remote}: {text}");
        }

        foreach (string task in result.Tasks)
        {
            session.Terminal.Result($"  task     {task}");
        }

        foreach (string target in result.Targets)
        {
            session.Terminal.Result($"  target   {target}");
        }

        return Task.FromResult(ExitCode.Done);
    }

    private static string Describe(Session session, RemotePresence remote) => remote.Evidence.Kind switch
    {
        EvidenceKind.Pinned =>
            $"in pin {remote.Evidence.Commit![..12]}, read {Format.Ago(session.Clock.GetUtcNow() - remote.Evidence.ReadAt!.Value)}",
        EvidenceKind.Indexed => "named by an index as last read",
        EvidenceKind.Damaged => $"damaged or gone there, found by {remote.Evidence.FoundBy} "
            + $"{Format.Ago(session.Clock.GetUtcNow() - remote.Evidence.ReadAt!.Value)}",
        EvidenceKind.Unknown or EvidenceKind.NoRemote => "not known to be there",
        _ => throw new InvalidOperationException($"no text for {remote.Evidence.Kind}"),
    };
}
