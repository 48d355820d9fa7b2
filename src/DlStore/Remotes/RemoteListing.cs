using System.Runtime.CompilerServices;

namespace DlStore.Remotes;

/// <summary>
/// Listings of a remote with a limit: what lies there is not trusted, and a listing without end must end in an error and not in a full
/// memory.
/// </summary>
internal static class RemoteListing
{
    /// <summary>The most index files of one remote; clients merge them above eight.</summary>
    public const int IndexesMax = 20_000;

    /// <summary>The most pins of one repository.</summary>
    public const int PinsMax = 1_000_000;

    /// <summary>The most packs or large blobs of one remote.</summary>
    public const int FilesMax = 20_000_000;

    /// <summary>Lists the files below a directory.</summary>
    /// <exception cref="DlsException">Kind Corrupt: there are more than <paramref name="max"/>.</exception>
    public static async IAsyncEnumerable<RemoteFile> ListAsync(
        IRemote remote, string directory, int max, [EnumeratorCancellation] CancellationToken cancel)
    {
        int count = 0;
        await foreach (RemoteFile file in remote.ListAsync(directory, cancel).WithCancellation(cancel))
        {
            if (++count > max)
            {
                throw new DlsException(ErrorKind.Corrupt, $"list '{directory}' of remote '{remote.Name}' ({remote.Location}): "
                    + $"it has more than {max} files, more than any dls writes", "look there for what writes them; nothing of it was used");
            }

            yield return file;
        }
    }
}
