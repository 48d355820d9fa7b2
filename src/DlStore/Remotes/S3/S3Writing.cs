using System.Security.Cryptography;
using Amazon.S3;
using Amazon.S3.Model;

using Oid = DlStore.Objects.Oid;

namespace DlStore.Remotes.S3;

/// <summary>
/// Puts files into a bucket that go in one request. A put creates: the service refuses it if the name is taken, and what is there is
/// compared before it counts. The reply to a put may be lost and the put repeated, and then the name is taken by our own: the id in the
/// metadata tells.
/// </summary>
/// <param name="session">The bucket.</param>
/// <param name="reading">Reads what is there.</param>
internal sealed class S3Writing(S3Session session, S3Reading reading)
{
    private const int AttemptsMax = 4;

    private volatile bool _hasNoCondition;

    /// <summary>Sends a small file.</summary>
    public async Task<PutResult> PutAsync(string name, ReadOnlyMemory<byte> bytes, bool replace, CancellationToken cancel)
    {
        Oid oid = Oid.Of(bytes.Span);
        Put put = new(session.KeyOf(name), name, oid, bytes.Length, _ => new MemoryStream(bytes.ToArray(), writable: false), null);
        // Most names are new: one request then.
        if (await CreateAsync(put, cancel) is null)
        {
            return PutResult.Sent;
        }

        if (!replace || await IsSameAsync(name, bytes, cancel))
        {
            return PutResult.AlreadyThere;
        }

        await SendAsync(put, cancel);
        return PutResult.Sent;
    }

    /// <summary>Sends a file of which nothing, or something wrong, is there.</summary>
    /// <returns>False if the right bytes turned out to be there; never if what is there was found to be wrong.</returns>
    public async Task<bool> PutFileAsync(string name, LocalFile file, bool isReplacing, Action<long>? done, CancellationToken cancel)
    {
        Put put = new(session.KeyOf(name), name, file.Oid, file.Size, watch => new FilePart(file, 0, file.Size, watch), done);
        if (isReplacing)
        {
            await SendAsync(put, cancel);
            return true;
        }

        S3Facts? there = await CreateAsync(put, cancel);
        if (there is not null && await IsRightAsync(name, there, file, cancel))
        {
            put.Told.Ended();
            return false;
        }

        if (there is not null)
        {
            await SendAsync(put, cancel);
        }

        return true;
    }

    /// <summary>Tells whether what is there has the right bytes: by the hash that was kept when it was sent, else by reading it.</summary>
    public async Task<bool> IsRightAsync(string name, S3Facts there, LocalFile file, CancellationToken cancel) =>
        there.Size == file.Size && (there.Hash ?? await reading.HashAsync(name, file.Size, null, cancel)) == file.Oid;

    /// <summary>
    /// Finds out whether the service refuses a put to a name that is taken, by putting a scratch file twice. Some ignore the condition, and
    /// then nothing can be made by one of several alone.
    /// </summary>
    public async Task<bool> HasExclusiveCreateAsync(CancellationToken cancel)
    {
        string name = $"tmp/exclusive-{NewId()}";
        Put put = new(session.KeyOf(name), name, Oid.Of("1"u8), 1, static _ => new MemoryStream("1"u8.ToArray(), writable: false), null);
        bool first = await TryCreateAsync(put, NewId(), cancel) == Created.Yes;
        bool second = first && await TryCreateAsync(put, NewId(), cancel) == Created.Yes;
        _ = await session.CallAsync(S3Call.Remove(name), (client, watch) =>
            client.DeleteObjectAsync(new DeleteObjectRequest { BucketName = session.Bucket, Key = put.Key }, watch.Token), cancel);
        _hasNoCondition |= !first || second;
        return first && !second;
    }

    /// <summary>Makes a file unless its name is taken.</summary>
    /// <returns>Null if it was made; else what another has made under that name.</returns>
    private async Task<S3Facts?> CreateAsync(Put put, CancellationToken cancel)
    {
        string id = NewId();
        for (int attempt = 1; ; attempt++)
        {
            Created created = _hasNoCondition ? Created.CannotTell : await TryCreateAsync(put, id, cancel);
            if (created == Created.Yes)
            {
                return null;
            }

            S3Facts? there = await reading.FindAsync(S3Call.Send(put.Name), cancel);
            if (there is not null)
            {
                return there.WriteId == id ? null : there;
            }

            if (created == Created.CannotTell)
            {
                await SendAsync(put, cancel);
                return null;
            }

            if (attempt == AttemptsMax)
            {
                throw new DlsException(
                    ErrorKind.Failed, $"send '{put.Name}' to remote '{session.Remote}': the name is taken, and nothing is there",
                    "run the command again")
                { Remote = session.Remote };
            }
        }
    }

    private async Task<Created> TryCreateAsync(Put put, string id, CancellationToken cancel)
    {
        return await session.CallAsync(S3Call.Send(put.Name), async (client, watch) =>
        {
            try
            {
                await PutAsync(put, id, isNew: true, client, watch);
                return Created.Yes;
            }
            catch (AmazonS3Exception e) when (S3Failure.IsTaken(e))
            {
                return Created.Taken;
            }
            catch (AmazonS3Exception e) when (e.ErrorCode == "NotImplemented" || (int)e.StatusCode == 501)
            {
                _hasNoCondition = true;
                return Created.CannotTell;
            }
        }, cancel);
    }

    /// <summary>Puts a file whatever is there.</summary>
    private Task SendAsync(Put put, CancellationToken cancel) =>
        session.CallAsync(S3Call.Send(put.Name), (client, watch) => PutAsync(put, NewId(), isNew: false, client, watch), cancel);

    private async Task<string> PutAsync(Put put, string id, bool isNew, AmazonS3Client client, S3Watch watch)
    {
        PutObjectResponse answer = await client.PutObjectAsync(Request(put, id, watch, isNew), watch.Token);
        put.Told.Ended();
        // A web server that answers everything with 200 has stored nothing.
        return string.IsNullOrEmpty(answer.ETag) ? throw S3Failure.NotS3(session, S3Call.Send(put.Name)) : answer.ETag;
    }

    private PutObjectRequest Request(Put put, string id, S3Watch watch, bool isNew)
    {
        byte[] oid = new byte[Oid.Length];
        put.Oid.CopyTo(oid);
        PutObjectRequest request = new()
        {
            BucketName = session.Bucket,
            Key = put.Key,
            InputStream = put.Open(watch),
            IfNoneMatch = isNew ? "*" : null,
            ChecksumSHA256 = Convert.ToBase64String(oid),
            ContentType = "application/octet-stream",
            // The SHA-256 of the body is signed, and the service refuses other bytes.
            UseChunkEncoding = false,
        };
        request.Metadata[S3Facts.HashKey] = put.Oid.ToHex();
        request.Metadata[S3Facts.WriteKey] = id;
        request.StreamTransferProgress += put.Told.Moved;
        return request;
    }

    private async Task<bool> IsSameAsync(string name, ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        try
        {
            return await reading.ReadAsync(name, bytes.Length, cancel) is { } there && bytes.Span.SequenceEqual(there);
        }
        catch (DlsException e) when (e.Kind == ErrorKind.Corrupt)
        {
            return false;
        }
    }

    private static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    private enum Created
    {
        Yes,
        Taken,
        CannotTell,
    }

    /// <summary>A file to put.</summary>
    private sealed record Put(string Key, string Name, Oid Oid, long Size, Func<S3Watch, Stream> Open, Action<long>? Done)
    {
        /// <summary>Gets what was told of it: over all attempts.</summary>
        public Told Told { get; } = new(Done, Size);
    }
}
