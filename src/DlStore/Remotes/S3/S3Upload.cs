using System.Net;
using Amazon.S3;
using Amazon.S3.Model;

namespace DlStore.Remotes.S3;

/// <summary>An upload in parts that a service has open.</summary>
internal sealed class S3Upload
{
    /// <summary>How many open uploads of one name are looked at.</summary>
    private const int UploadsMax = 8;

    private readonly S3Session _session;
    private readonly string _name;
    private readonly Dictionary<int, PartDetail> _parts = [];

    private S3Upload(S3Session session, string name, string id)
    {
        _session = session;
        _name = name;
        Id = id;
    }

    /// <summary>Gets the service's name of it.</summary>
    public string Id { get; }

    /// <summary>Tells whether a call failed because the upload, or a part of it, is not there any more.</summary>
    public static bool IsGone(DlsException e) =>
        e.InnerException is AmazonS3Exception { ErrorCode: "NoSuchUpload" or "InvalidPart" or "NoSuchKey" or "ConditionalRequestConflict" };

    /// <summary>Finds the open upload of a name that has most parts, or begins one.</summary>
    public static async Task<S3Upload> FindOrBeginAsync(S3Session session, string name, LocalFile file, CancellationToken cancel)
    {
        S3Upload? best = null;
        foreach (string id in await ListOpenAsync(session, name, cancel))
        {
            S3Upload found = new(session, name, id);
            if (await found.ListPartsAsync(cancel) && (best is null || found._parts.Count > best._parts.Count))
            {
                best = found;
            }
        }

        return best ?? new S3Upload(session, name, await BeginAsync(session, name, file, cancel));
    }

    /// <summary>Tells whether a part of that number is there.</summary>
    public bool HasPart(int number) => _parts.ContainsKey(number);

    /// <summary>Gives the service's mark of a part that is there with these bytes; null if there is none.</summary>
    public string? FindPart(int number, long length, string md5) =>
        _parts.TryGetValue(number, out PartDetail? part) && part.Size == length && part.ETag.Trim('"') == md5 ? part.ETag : null;

    /// <summary>Puts the parts together under the name; what has the name gives way.</summary>
    public Task CompleteAsync(IReadOnlyList<PartETag> tags, CancellationToken cancel) => _session.CallAsync(
        S3Call.Send(_name), (client, watch) => client.CompleteMultipartUploadAsync(
            new CompleteMultipartUploadRequest
            {
                BucketName = _session.Bucket,
                Key = _session.KeyOf(_name),
                UploadId = Id,
                PartETags = [.. tags],
            },
            watch.Token),
        cancel, S3Watch.Work);

    /// <summary>Gives the upload up; one that is gone already is no error.</summary>
    public Task AbortAsync(CancellationToken cancel) => _session.CallAsync(S3Call.Send(_name), async (client, watch) =>
    {
        try
        {
            await client.AbortMultipartUploadAsync(
                new AbortMultipartUploadRequest { BucketName = _session.Bucket, Key = _session.KeyOf(_name), UploadId = Id },
                watch.Token);
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotFound)
        {
            return false;
        }

        return true;
    }, cancel);

    private static Task<string> BeginAsync(S3Session session, string name, LocalFile file, CancellationToken cancel) => session.CallAsync(
        S3Call.Send(name), async (client, watch) =>
        {
            InitiateMultipartUploadRequest request = new()
            {
                BucketName = session.Bucket,
                Key = session.KeyOf(name),
                ContentType = "application/octet-stream",
            };
            request.Metadata[S3Facts.HashKey] = file.Oid.ToHex();
            return (await client.InitiateMultipartUploadAsync(request, watch.Token)).UploadId;
        }, cancel);

    /// <summary>Lists the open uploads of a name; none where that is not allowed.</summary>
    private static Task<List<string>> ListOpenAsync(S3Session session, string name, CancellationToken cancel)
    {
        string key = session.KeyOf(name);
        return session.CallAsync(S3Call.Send(name), async (client, watch) =>
        {
            try
            {
                ListMultipartUploadsResponse answer = await client.ListMultipartUploadsAsync(
                    new ListMultipartUploadsRequest { BucketName = session.Bucket, Prefix = key }, watch.Token);
                return (answer.MultipartUploads ?? []).Where(u => u.Key == key && !string.IsNullOrEmpty(u.UploadId))
                    .Select(static u => u.UploadId).Take(UploadsMax).ToList();
            }
            catch (AmazonS3Exception e) when (e.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.NotImplemented)
            {
                return [];
            }
        }, cancel);
    }

    /// <summary>Lists the parts that are there.</summary>
    /// <returns>False if the upload is not there any more.</returns>
    private Task<bool> ListPartsAsync(CancellationToken cancel) => _session.CallAsync(S3Call.Send(_name), async (client, watch) =>
    {
        ListPartsRequest request = new() { BucketName = _session.Bucket, Key = _session.KeyOf(_name), UploadId = Id };
        try
        {
            for (int last = -1; ;)
            {
                ListPartsResponse answer = await client.ListPartsAsync(request, watch.Token);
                foreach (PartDetail part in answer.Parts ?? [])
                {
                    _parts[part.PartNumber ?? 0] = part;
                    watch.Moved();
                }

                int next = answer.NextPartNumberMarker ?? 0;
                if (answer.IsTruncated != true || next <= last)
                {
                    return true;
                }

                last = next;
                request.PartNumberMarker = $"{next}";
            }
        }
        catch (AmazonS3Exception e) when (e.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Forbidden)
        {
            return false;
        }
    }, cancel);
}
