using DlStore.WorkTree;

namespace DlStore.Cli.Commands.Store;

/// <summary><c>dls trash list</c>.</summary>
[Details("What commands took out of the way because the store did not hold it. Nothing leaves the trash by itself.")]
[Example("dls trash list", "what is in the trash, oldest first")]
[Exits(ExitCode.NoRepository)]
internal sealed class TrashListCommand : Command
{
    private const int NamesMax = 3;

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        IReadOnlyList<TrashEntry> entries = session.Repo.Trash.List();
        if (Json)
        {
            session.Terminal.WriteJson(entries, ResultJson.Default.IReadOnlyListTrashEntry);
            return Task.FromResult(ExitCode.Done);
        }

        foreach (TrashEntry entry in entries)
        {
            string more = entry.Paths.Count > NamesMax ? $" and {Format.Count(entry.Paths.Count - NamesMax)} more" : "";
            session.Terminal.Result(
                $"{entry.Id}  {entry.Why}  {string.Join(", ", entry.Paths.Take(NamesMax).Select(session.Terminal.Name))}{more}");
        }

        if (entries.Count == 0)
        {
            session.Terminal.Note("the trash is empty");
        }

        return Task.FromResult(ExitCode.Done);
    }
}
