using System.Net;
using System.Security.Cryptography;
using Amazon.S3;
using Amazon.S3.Model;

using Oid = DlStore.Objects.Oid;

namespace DlStore.Remotes.S3;

/// <summary>
/// Reads files of a bucket. A line that breaks within a file costs what had not come: the read goes on there, if the file is still the
/// same.
/// </summary>
/// <param name="session">The bucket.</param>
internal sealed class S3Reading(S3Session session)
{
    private const int BufferLength = 1 << 18;

    /// <summary>How often in a row a read may break without a byte between.</summary>
    private const int BreaksMax = 5;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Asks what a file is; null if it is not there.</summary>
    public Task<S3Facts?> FindAsync(S3Call call, CancellationToken cancel)
    {
        string key = session.KeyOf(call.Name);
        return session.CallAsync<S3Facts?>(call, async (client, watch) =>
        {
            try
            {
                return S3Facts.From(await client.GetObjectMetadataAsync(
                    new GetObjectMetadataRequest { BucketName = session.Bucket, Key = key, ChecksumMode = ChecksumMode.ENABLED },
                    watch.Token));
            }
            catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotFound)
            {
                return null;
            }
        }, cancel);
    }

    /// <summary>Reads a small file whole; null if it is not there.</summary>
    public async Task<byte[]?> ReadAsync(string name, int lengthMax, CancellationToken cancel)
    {
        using MemoryStream bytes = new();
        bool isThere = await StreamAsync(name, new Range(0, null, lengthMax), piece => bytes.Write(piece.Span), cancel);
        return isThere ? bytes.ToArray() : null;
    }

    /// <summary>Reads part of a file.</summary>
    /// <exception cref="DlsException">Kind Missing: it is not there or ends early.</exception>
    public async Task ReadRangeAsync(string name, long offset, Memory<byte> buffer, CancellationToken cancel)
    {
        int done = 0;
        bool isThere = await StreamAsync(name, new Range(offset, buffer.Length, buffer.Length), piece =>
        {
            piece.CopyTo(buffer[done..]);
            done += piece.Length;
        }, cancel);
        if (!isThere || done < buffer.Length)
        {
            string what = isThere ? "it ends early" : "it is not there";
            throw new DlsException(
                ErrorKind.Missing, $"read '{name}' of remote '{session.Remote}': {what}", "run `dls remote check`");
        }
    }

    /// <summary>Reads a whole file and hashes it; null if it is not there.</summary>
    /// <param name="name">Which file.</param>
    /// <param name="lengthMax">The most bytes to accept.</param>
    /// <param name="take">Given every piece.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<Oid?> HashAsync(string name, long lengthMax, Action<ReadOnlyMemory<byte>>? take, CancellationToken cancel)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        bool isThere = await StreamAsync(name, new Range(0, null, lengthMax), piece =>
        {
            hash.AppendData(piece.Span);
            take?.Invoke(piece);
        }, cancel);
        return isThere ? Oid.From(hash) : null;
    }

    /// <summary>Copies a file here; flushed when this returns.</summary>
    /// <exception cref="DlsException">Kind Missing: it is not there; kind Corrupt: it is too long.</exception>
    public async Task<Oid> DownloadAsync(string name, string path, long lengthMax, Action<long>? done, CancellationToken cancel)
    {
        _ = session.KeyOf(name);
        cancel.ThrowIfCancellationRequested();
        using ReceivedFile file = new(path, done);
        bool isThere = await StreamAsync(name, new Range(0, null, lengthMax), piece => file.Take(piece.Span), cancel);
        return isThere ? file.Finish() : throw new DlsException(
            ErrorKind.Missing, $"read '{name}' of remote '{session.Remote}': it is not there", "run `dls remote check`");
    }

    /// <summary>Reads a file or a part of it, piece by piece; false if it is not there.</summary>
    private async Task<bool> StreamAsync(string name, Range range, Action<ReadOnlyMemory<byte>> take, CancellationToken cancel)
    {
        Progress progress = new(session.KeyOf(name), range, take);
        for (int breaks = 0; ;)
        {
            long before = progress.Done;
            try
            {
                return await session.CallAsync(S3Call.Read(name), (client, watch) => GetAsync(client, watch, name, progress), cancel);
            }
            catch (DlsException e) when (S3Failure.IsBrokenLine(e) && (progress.Done > before || breaks < BreaksMax))
            {
                breaks = progress.Done > before ? 0 : breaks + 1;
                await Task.Delay(Pause, cancel);
            }
        }
    }

    private async Task<bool> GetAsync(AmazonS3Client client, S3Watch watch, string name, Progress progress)
    {
        long at = progress.Range.Offset + progress.Done;
        bool isPart = at > 0 || progress.Range.Length is not null;
        if (progress.Range.Length == progress.Done)
        {
            return true;
        }

        GetObjectRequest request = new() { BucketName = session.Bucket, Key = progress.Key, EtagToMatch = progress.Tag };
        if (isPart)
        {
            request.ByteRange = progress.Range.Length is { } n
                ? new ByteRange(at, progress.Range.Offset + n - 1) : new ByteRange($"bytes={at}-");
        }

        try
        {
            using GetObjectResponse response = await client.GetObjectAsync(request, watch.Token);
            if (isPart && response.HttpStatusCode != HttpStatusCode.PartialContent)
            {
                throw new DlsException(ErrorKind.Failed,
                    $"read '{name}' of remote '{session.Remote}': {session.Place} sent the whole file and not the part that was asked for",
                    "use an endpoint that serves ranges")
                { Remote = session.Remote };
            }

            progress.Tag ??= response.ETag;
            await CopyAsync(response, watch, name, progress);
            return true;
        }
        catch (AmazonS3Exception e) when (S3Failure.IsMissing(e))
        {
            return false;
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            return true;
        }
    }

    private async Task CopyAsync(GetObjectResponse response, S3Watch watch, string name, Progress progress)
    {
        RequireLength(name, progress.Done + response.ContentLength, progress.Range.LengthMax);
        byte[] buffer = new byte[BufferLength];
        long came = 0;
        for (int n; (n = await response.ResponseStream.ReadAsync(buffer, watch.Token)) > 0; came += n)
        {
            RequireLength(name, progress.Done + n, progress.Range.LengthMax);
            progress.Take(buffer.AsMemory(0, n));
            progress.Done += n;
            watch.Moved();
        }

        if (came < response.ContentLength)
        {
            throw new EndOfStreamException();
        }
    }

    private void RequireLength(string name, long length, long lengthMax)
    {
        if (length > lengthMax)
        {
            throw new DlsException(
                ErrorKind.Corrupt, $"read '{name}' of remote '{session.Remote}': it has {length} bytes or more, allowed are {lengthMax}",
                $"run `dls verify --remote {session.Remote}`; nothing of it was used");
        }
    }

    /// <summary>What is read.</summary>
    /// <param name="Offset">Where it begins.</param>
    /// <param name="Length">Its bytes; null to the end of the file.</param>
    /// <param name="LengthMax">The most bytes to accept.</param>
    private readonly record struct Range(long Offset, long? Length, long LengthMax);

    /// <summary>How far a read has come.</summary>
    private sealed class Progress(string key, Range range, Action<ReadOnlyMemory<byte>> take)
    {
        public string Key => key;

        public Range Range => range;

        public Action<ReadOnlyMemory<byte>> Take => take;

        public long Done { get; set; }

        /// <summary>Gets or sets the mark of the bytes that came first: the rest must be of the same.</summary>
        public string? Tag { get; set; }
    }
}
