using DlStore.Git;
using DlStore.Io;
using DlStore.Objects;
using DlStore.Operations.Transfers;
using DlStore.Remotes;

namespace DlStore.Operations.Origins;

/// <summary>
/// Makes pointers of what the pin of one commit names: a dls remote knows that much of every commit that was pushed, whatever became of
/// its git repository.
/// </summary>
/// <param name="repo">The temporary repository, whose default remote it is.</param>
/// <param name="request">What to take.</param>
/// <param name="path">The path.</param>
internal sealed class OriginPins(Repo repo, OriginRequest request, RelPath path)
{
    private const int ShownMax = 10;

    /// <summary>Writes them into the temporary repository.</summary>
    /// <returns>The commit that was chosen.</returns>
    public async Task<string> WriteAsync(CancellationToken cancel)
    {
        IRemote remote = repo.OpenRemote(null);
        RemoteCache cache = new(repo.RemoteCacheRoot, remote.Name, remote.Location);
        await RemoteFormat.RequireAsync("get from", remote, cache, cancel);
        string pin = await ChooseAsync(remote, cancel);
        IReadOnlyList<PinLine> lines = Pin.Parse(await remote.ReadAsync(pin, Pin.LengthMax, cancel) ?? [], pin);
        PinLine[] wanted = [.. lines.Where(
            l => l.Path.IsAtOrBelow(path) || (l.Kind == ObjectKind.Tree && path.IsAtOrBelow(l.Path)))];
        if (wanted.Length == 0)
        {
            throw new DlsException(ErrorKind.Usage, $"get '{path}' from '{request.Source}': the pin '{pin}' names no such path",
                "name one of these, or a path in one")
            {
                Items = [.. lines.Select(static l => l.Path.Value).Take(ShownMax)],
            };
        }

        NamedObject[] trees = [.. wanted.Where(static l => l.Kind == ObjectKind.Tree)
            .Select(static l => new NamedObject(l.Oid, ObjectKind.Tree, l.Path.Value))];
        if (trees.Length > 0)
        {
            _ = await Fetch.RunAsync(repo, new FetchOptions { Objects = trees, Listings = true, Verb = "get" }, cancel);
        }

        using WorkTreeChange change = WorkTreeChange.Open(repo);
        foreach (PinLine line in wanted)
        {
            change.Point(line.Path, new Pointer { Kind = line.Kind, Oid = line.Oid, Size = line.Size, Files = CountFiles(line) });
        }

        change.Commit();
        return pin[(pin.LastIndexOf('/') + 1)..];
    }

    /// <summary>Finds the pin of the commit that was asked for; without one there must be only one.</summary>
    private async Task<string> ChooseAsync(IRemote remote, CancellationToken cancel)
    {
        List<string> found = [];
        await foreach (RemoteFile file in RemoteListing.ListAsync(remote, "pins", RemoteListing.PinsMax, cancel))
        {
            string commit = file.Name[(file.Name.LastIndexOf('/') + 1)..];
            if (CommitId.TryParse(commit, out _) && (request.Rev is null || commit.StartsWith(request.Rev, StringComparison.Ordinal)))
            {
                found.Add(file.Name);
            }
        }

        return found.Count == 1 ? found[0] : throw new DlsException(
            ErrorKind.Usage,
            found.Count == 0 ? $"get from '{request.Source}': no pin there is of a commit '{request.Rev ?? "(any)"}'"
                : $"get from '{request.Source}': {found.Count} commits are pinned there, and which one is not said",
            "say which with --rev COMMIT, by the beginning of its id")
        {
            Items = [.. found.Take(ShownMax)],
        };
    }

    private long CountFiles(PinLine line)
    {
        if (line.Kind == ObjectKind.Blob)
        {
            return 1;
        }

        TreeNode node = TreeNode.Open(repo.Store.Read(line.Oid), line.Oid);
        long files = 0;
        while (node.Next())
        {
            files += node.Level > 0 || node.Mode == TreeMode.Directory ? node.Files : 1;
        }

        return files;
    }
}
