using DlStore.Remotes;

namespace DlStore.Operations.Transfers;

/// <summary>Keeps the lists of a published remote, after what they name.</summary>
internal static class PublishedLists
{
    /// <summary>Writes the list of the index files, and those of repositories' pins.</summary>
    /// <param name="remote">Where.</param>
    /// <param name="repoIds">Whose pins.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="DlsException">Kind Failed: a list could not be written; everything else is there.</exception>
    public static async Task WriteAsync(IRemote remote, IEnumerable<string> repoIds, CancellationToken cancel)
    {
        try
        {
            foreach (string repoId in repoIds)
            {
                await RemoteList.WriteAsync(remote, RemoteLayout.Pins(repoId), RemoteListing.PinsMax, cancel);
            }

            await RemoteList.WriteAsync(remote, RemoteLayout.IndexDirectory, RemoteListing.IndexesMax, cancel);
            await remote.FlushAsync(cancel);
        }
        catch (DlsException e) when (e.Kind == ErrorKind.Failed)
        {
            throw new DlsException(e.Kind, $"list what remote '{remote.Name}' holds: {e.Message}",
                $"all else is there; run `dls remote publish {remote.Name}` once it can be written", e)
            { Remote = remote.Name };
        }
    }
}
