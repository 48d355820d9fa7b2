using System.Net;
using Amazon.S3;
using Amazon.S3.Model;

namespace DlStore.Remotes.S3;

/// <summary>
/// Gives files other names and removes them. S3 has no renaming: the service copies, and then the old name goes; between the two, both are
/// there.
/// </summary>
/// <param name="session">The bucket.</param>
/// <param name="reading">Reads what is there.</param>
/// <param name="sizes">What is copied at once.</param>
internal sealed class S3Moving(S3Session session, S3Reading reading, S3Sizes sizes)
{
    /// <summary>Gives a file another name; what has it gives way.</summary>
    /// <returns>False if no file has the name.</returns>
    public async Task<bool> MoveAsync(string name, string newName, CancellationToken cancel)
    {
        string key = session.KeyOf(name);
        string newKey = session.KeyOf(newName);
        if (await reading.FindAsync(S3Call.Move(name), cancel) is not { } there)
        {
            return false;
        }

        bool copied = there.Size <= sizes.CopyMax
            ? await CopyAsync(name, key, newKey, cancel) : await CopyInPartsAsync(name, there, newKey, cancel);
        if (copied)
        {
            await RemoveAsync(name, cancel);
        }

        return copied;
    }

    /// <summary>Removes a file; the service does not tell whether it was there.</summary>
    public Task RemoveAsync(string name, CancellationToken cancel)
    {
        DeleteObjectRequest request = new() { BucketName = session.Bucket, Key = session.KeyOf(name) };
        return session.CallAsync(S3Call.Remove(name), (client, watch) => client.DeleteObjectAsync(request, watch.Token), cancel);
    }

    private Task<bool> CopyAsync(string name, string key, string newKey, CancellationToken cancel) => session.CallAsync(
        S3Call.Move(name), async (client, watch) =>
        {
            try
            {
                await client.CopyObjectAsync(
                    new CopyObjectRequest
                    {
                        SourceBucket = session.Bucket,
                        SourceKey = key,
                        DestinationBucket = session.Bucket,
                        DestinationKey = newKey,
                    },
                    watch.Token);
                return true;
            }
            catch (AmazonS3Exception e) when (S3Failure.IsMissing(e))
            {
                return false;
            }
        }, cancel, S3Watch.Work);

    private Task<bool> CopyInPartsAsync(string name, S3Facts there, string newKey, CancellationToken cancel) => session.CallAsync(
        S3Call.Move(name), async (client, watch) =>
        {
            InitiateMultipartUploadRequest begin = new() { BucketName = session.Bucket, Key = newKey };
            if (there.Hash is { } hash)
            {
                begin.Metadata[S3Facts.HashKey] = hash.ToHex();
            }

            string id = (await client.InitiateMultipartUploadAsync(begin, watch.Token)).UploadId;
            try
            {
                List<PartETag> tags = await CopyPartsAsync(client, watch, name, there, newKey, id);
                await client.CompleteMultipartUploadAsync(
                    new CompleteMultipartUploadRequest { BucketName = session.Bucket, Key = newKey, UploadId = id, PartETags = tags },
                    watch.Token);
                return true;
            }
            catch (AmazonS3Exception e) when (S3Failure.IsMissing(e) || e.StatusCode == HttpStatusCode.PreconditionFailed)
            {
                await client.AbortMultipartUploadAsync(
                    new AbortMultipartUploadRequest { BucketName = session.Bucket, Key = newKey, UploadId = id }, watch.Token);
                return false;
            }
        }, cancel, S3Watch.Work);

    private async Task<List<PartETag>> CopyPartsAsync(
        AmazonS3Client client, S3Watch watch, string name, S3Facts there, string newKey, string id)
    {
        long part = sizes.CopyPartOf(there.Size);
        List<PartETag> tags = [];
        for (long at = 0; at < there.Size; at += part)
        {
            CopyPartResponse copied = await client.CopyPartAsync(
                new CopyPartRequest
                {
                    SourceBucket = session.Bucket,
                    SourceKey = session.KeyOf(name),
                    DestinationBucket = session.Bucket,
                    DestinationKey = newKey,
                    UploadId = id,
                    PartNumber = tags.Count + 1,
                    FirstByte = at,
                    LastByte = Math.Min(at + part, there.Size) - 1,
                    ETagToMatch = [there.Tag],
                },
                watch.Token);
            tags.Add(new PartETag(tags.Count + 1, copied.ETag));
            watch.Working();
        }

        return tags;
    }
}
