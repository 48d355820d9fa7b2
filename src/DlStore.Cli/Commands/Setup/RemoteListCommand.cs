using DlStore.Operations.Setup;

namespace DlStore.Cli.Commands.Setup;

/// <summary><c>dls remote list</c>.</summary>
[Example("dls remote list", "names, URLs and which one is the default")]
[Exits(ExitCode.NoRepository)]
internal sealed class RemoteListCommand : Command
{
    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        IReadOnlyList<RemoteSetting> remotes = RemoteSettings.List(session.Repo);
        if (Json)
        {
            session.Terminal.WriteJson(remotes, ResultJson.Default.IReadOnlyListRemoteSetting);
            return Task.FromResult(ExitCode.Done);
        }

        foreach (RemoteSetting remote in remotes)
        {
            string marks = (remote.IsDefault ? "  (default)" : "") + (remote.IsLocal ? "  (this clone)" : "");
            session.Terminal.Result($"{remote.Name}  {remote.Location}{marks}");
        }

        if (remotes.Count == 0)
        {
            session.Terminal.Note("no remote is configured; run `dls remote add NAME URL --default`");
        }

        return Task.FromResult(ExitCode.Done);
    }
}
