using System.Runtime.CompilerServices;

namespace DlStore.Remotes.Web;

/// <summary>
/// Lists a directory of a web server: by the list that pushes keep on a published remote, or by the page that the server makes of a
/// directory (nginx as JSON; nginx, Apache and others as HTML). Where there is neither, that is an error and never an empty listing.
/// </summary>
/// <param name="remote">The remote.</param>
internal sealed class WebListing(WebRemote remote)
{
    private const int DepthMax = 4;
    private const int DirectoriesMax = 100_000;
    private int _directories;

    /// <summary>Lists the files below a directory.</summary>
    /// <exception cref="DlsException">Kind Failed: the server shows no directories and there is no list.</exception>
    public async IAsyncEnumerable<RemoteFile> ListAsync(string directory, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (await ReadListAsync(directory, cancel) is { } listed)
        {
            foreach (RemoteFile file in listed)
            {
                yield return file;
            }

            yield break;
        }

        Stack<(string Name, int Depth)> left = new([(directory, 0)]);
        while (left.TryPop(out (string Name, int Depth) next))
        {
            foreach (WebName[] chunk in (await ReadPageAsync(next.Name, cancel)).Chunk(remote.ParallelMax))
            {
                foreach (WebName name in chunk.Where(n => n.IsDirectory && next.Depth < DepthMax))
                {
                    left.Push(($"{next.Name}/{name.Name}", next.Depth + 1));
                }

                RemoteFile?[] files = await Task.WhenAll(
                    chunk.Where(static n => !n.IsDirectory).Select(n => FileAsync($"{next.Name}/{n.Name}", n, cancel)));
                foreach (RemoteFile file in files.OfType<RemoteFile>())
                {
                    yield return file;
                }
            }
        }
    }

    private async Task<IReadOnlyList<RemoteFile>?> ReadListAsync(string directory, CancellationToken cancel)
    {
        string name = RemoteList.NameOf(directory);
        return await remote.ReadAsync(name, RemoteList.LengthMax, cancel) is { } bytes
            ? RemoteList.Parse(bytes, directory, DateTimeOffset.UnixEpoch) : null;
    }

    /// <summary>Reads what the server shows for a directory; nothing if it is not there.</summary>
    private async Task<IReadOnlyList<WebName>> ReadPageAsync(string directory, CancellationToken cancel)
    {
        if (++_directories > DirectoriesMax)
        {
            throw remote.Failure(directory, $"it has more than {DirectoriesMax} directories, more than any dls makes", "check the server");
        }

        (bool isThere, IReadOnlyList<WebName>? names) = await AskPageAsync(directory, cancel);
        if (names is not null)
        {
            return names;
        }

        // A server that shows no directories may well say of one that it is not there.
        bool isEmpty = !isThere && ((await AskPageAsync("", cancel)).Names is not null
            || await remote.FindSizeAsync(RemoteLayout.Format, cancel) is null);
        return isEmpty ? [] : throw remote.Failure(
            directory + "/", "the server shows no list of it, and the remote has no list file",
            "run `dls remote publish NAME` in a clone that pushes to the place behind it, or let the server list directories");
    }

    private async Task<(bool IsThere, IReadOnlyList<WebName>? Names)> AskPageAsync(string directory, CancellationToken cancel)
    {
        using WebAnswer answer = await remote.AskDirectoryAsync(directory, cancel);
        return !answer.IsThere ? (answer.IsRefused, null)
            : (true, WebPage.Parse(await remote.ReadWholeAsync(answer, RemoteList.LengthMax, cancel), answer.MediaType));
    }

    /// <summary>Completes what a page says of a file: HTML has no exact sizes.</summary>
    private async Task<RemoteFile?> FileAsync(string name, WebName shown, CancellationToken cancel) =>
        shown.Size is { } size ? new RemoteFile(name, size, shown.Changed)
        : await remote.FindAsync(name, cancel) is { } found ? new RemoteFile(name, found.Size, found.Changed) : null;
}
