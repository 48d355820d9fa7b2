using System.Runtime.CompilerServices;
using Amazon.S3.Model;

namespace DlStore.Remotes.S3;

/// <summary>
/// Lists the files of a bucket page by page. What a service names is not believed: keys that are none of dls's are left out.
/// </summary>
/// <param name="session">The bucket.</param>
internal sealed class S3Listing(S3Session session)
{
    /// <summary>Names have no more parts below what is listed; docs/formats/remote-layout.md.</summary>
    private const int PartsMax = 5;

    /// <summary>A service that gives so many pages in a row without one file does not list, it plays.</summary>
    private const int EmptyPagesMax = 1000;

    /// <summary>Tells whether anything has a key below the prefix.</summary>
    public async Task<bool> HasAnyAsync(CancellationToken cancel) =>
        (await PageAsync(session.Url, session.Prefix, null, 1, cancel)).S3Objects is { Count: > 0 };

    /// <summary>Lists what lies below a directory.</summary>
    public async IAsyncEnumerable<RemoteFile> ListAsync(string directory, [EnumeratorCancellation] CancellationToken cancel)
    {
        string prefix = session.KeyOf(directory) + "/";
        string? next = null;
        int empty = 0;
        do
        {
            ListObjectsV2Response page = await PageAsync(directory, prefix, next, null, cancel);
            bool found = false;
            foreach (S3Object file in page.S3Objects ?? [])
            {
                if (NameOf(file, prefix) is { } name)
                {
                    found = true;
                    yield return new RemoteFile(name, file.Size ?? 0, new DateTimeOffset(file.LastModified ?? DateTime.UnixEpoch));
                }
            }

            empty = found ? 0 : empty + 1;
            string? last = next;
            next = page.IsTruncated == true ? page.NextContinuationToken : null;
            if (next is not null && (next == last || empty > EmptyPagesMax))
            {
                throw new DlsException(
                    ErrorKind.Corrupt, $"list '{directory}' of remote '{session.Remote}': {session.Place} gives a listing without an end",
                    "use a service that lists; nothing of it was used")
                { Remote = session.Remote };
            }
        }
        while (next is not null);
    }

    private Task<ListObjectsV2Response> PageAsync(string directory, string prefix, string? from, int? keysMax, CancellationToken cancel) =>
        session.CallAsync(S3Call.List(directory), async (client, watch) =>
        {
            ListObjectsV2Response page = await client.ListObjectsV2Async(
                new ListObjectsV2Request { BucketName = session.Bucket, Prefix = prefix, ContinuationToken = from, MaxKeys = keysMax },
                watch.Token);
            // The page of another web server would be an empty listing.
            return string.IsNullOrEmpty(page.Name) ? throw S3Failure.NotS3(session, S3Call.List(directory)) : page;
        }, cancel);

    /// <summary>Gives the name of a file on the remote; null if it is not one that dls can have written.</summary>
    private string? NameOf(S3Object file, string prefix)
    {
        if (file.Key is not { } key || !key.StartsWith(prefix, StringComparison.Ordinal) || file.Size is null or < 0)
        {
            return null;
        }

        string[] below = key[prefix.Length..].Split('/');
        bool isName = below.Length <= PartsMax && S3Session.IsSafe(key[prefix.Length..]) && !below[^1].StartsWith('.');
        return isName ? key[session.Prefix.Length..] : null;
    }
}
