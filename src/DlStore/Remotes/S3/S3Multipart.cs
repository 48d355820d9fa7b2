using System.Security.Cryptography;
using Amazon.S3.Model;
using DlStore.Io;

using Oid = DlStore.Objects.Oid;

namespace DlStore.Remotes.S3;

/// <summary>
/// Sends a long file in parts. An upload that was broken off stays at the service and is found again by its name; its parts count only if
/// their MD5 is that of the file here. Completing replaces what has the name, whatever conditions are asked for: the caller has looked
/// before, it is looked again just before completing, and after it.
/// </summary>
/// <param name="session">The bucket.</param>
/// <param name="reading">Reads what is there.</param>
/// <param name="sizes">How long the parts are.</param>
internal sealed class S3Multipart(S3Session session, S3Reading reading, S3Sizes sizes) : IDisposable
{
    private const int PartsAtOnce = 4;
    private const int AttemptsMax = 3;

    private readonly SemaphoreSlim _slots = new(PartsAtOnce);

    /// <summary>Sends a file; what is there gives way if it was found to be wrong, whatever hash is stored of it.</summary>
    /// <returns>False if another has sent the same bytes meanwhile.</returns>
    /// <exception cref="DlsException">Kind Corrupt: the file does not have the bytes of its name, or the service has made something
    /// else.</exception>
    public async Task<bool> SendAsync(string name, LocalFile file, bool isReplacing, Action<long>? done, CancellationToken cancel)
    {
        for (int attempt = 1; ; attempt++)
        {
            S3Upload upload = await S3Upload.FindOrBeginAsync(session, name, file, cancel);
            Parts parts = new(name, file, upload, sizes.PartOf(file.Size), attempt == 1 ? done : null);
            try
            {
                await SendPartsAsync(parts, cancel);
                if (!isReplacing && await IsThereAsync(name, file, cancel))
                {
                    await upload.AbortAsync(cancel);
                    return false;
                }

                CrashPoint.Hit("remote.copied");
                await upload.CompleteAsync(parts.Tags, cancel);
            }
            catch (DlsException e) when (S3Upload.IsGone(e))
            {
                // Another who sends the same has completed it or given it up, or our own completion was repeated after a lost reply.
                if (await IsThereAsync(name, file, cancel))
                {
                    return true;
                }

                if (attempt < AttemptsMax)
                {
                    continue;
                }

                throw;
            }

            return await IsThereAsync(name, file, cancel) ? true : throw new DlsException(
                ErrorKind.Corrupt, $"send '{name}' to remote '{session.Remote}': what the service has put together is something else",
                "run the command again; if that does not help, the service is damaged")
            { Remote = session.Remote };
        }
    }

    public void Dispose() => _slots.Dispose();

    /// <summary>Looks whether the right bytes are there, by length and the hash that was kept when they were sent.</summary>
    private async Task<bool> IsThereAsync(string name, LocalFile file, CancellationToken cancel) =>
        await reading.FindAsync(S3Call.Send(name), cancel) is { } there && there.Size == file.Size
            && (there.Hash ?? await reading.HashAsync(name, file.Size, null, cancel)) == file.Oid;

    private async Task SendPartsAsync(Parts parts, CancellationToken cancel)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using IncrementalHash whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        List<Task> sending = [];
        try
        {
            for (int number = 1; number <= parts.Count; number++)
            {
                string md5 = parts.Hash(number, whole, stop.Token);
                await _slots.WaitAsync(stop.Token);
#pragma warning disable CA2025 // All are waited for before the source is disposed.
                sending.Add(SendPartAsync(parts, number, md5, stop));
#pragma warning restore CA2025
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // A part failed: its task says why.
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
        finally
        {
            await Task.WhenAll(sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        cancel.ThrowIfCancellationRequested();
        await Task.WhenAll(sending.OrderBy(static t => t.IsCanceled));
        Oid found = Oid.From(whole);
        if (found != parts.File.Oid)
        {
            await parts.Upload.AbortAsync(cancel);
            parts.File.RequireRight(found, session.Remote);
        }
    }

    /// <summary>Sends a part unless it is there; gives its slot back, and stops the others when it fails.</summary>
    private async Task SendPartAsync(Parts parts, int number, string md5, CancellationTokenSource stop)
    {
        try
        {
            long length = parts.LengthOf(number);
            string? tag = parts.Upload.FindPart(number, length, md5);
            if (tag is not null)
            {
                parts.Done?.Invoke(length);
            }
            else
            {
                tag = await UploadAsync(parts, number, stop.Token);
            }

            parts.Tags[number - 1] = new PartETag(number, tag);
            CrashPoint.Hit("remote.part");
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
        finally
        {
            _slots.Release();
        }
    }

    private Task<string> UploadAsync(Parts parts, int number, CancellationToken cancel) => session.CallAsync(
        S3Call.Send(parts.Name), async (client, watch) =>
        {
            Told told = new(parts.Done, parts.LengthOf(number));
            UploadPartRequest request = new()
            {
                BucketName = session.Bucket,
                Key = session.KeyOf(parts.Name),
                UploadId = parts.Upload.Id,
                PartNumber = number,
                PartSize = parts.LengthOf(number),
                InputStream = new FilePart(parts.File, parts.OffsetOf(number), parts.LengthOf(number), watch),
                UseChunkEncoding = false,
            };
            request.StreamTransferProgress += told.Moved;
            string tag = (await client.UploadPartAsync(request, watch.Token)).ETag;
            told.Ended();
            return string.IsNullOrEmpty(tag) ? throw S3Failure.NotS3(session, S3Call.Send(parts.Name)) : tag;
        }, cancel);

    /// <summary>How a file is cut.</summary>
    private sealed class Parts(string name, LocalFile file, S3Upload upload, long length, Action<long>? done)
    {
        public string Name => name;

        public LocalFile File => file;

        public S3Upload Upload => upload;

        public Action<long>? Done => done;

        public int Count { get; } = (int)((file.Size + length - 1) / length);

        public PartETag[] Tags { get; } = new PartETag[(int)((file.Size + length - 1) / length)];

        public long OffsetOf(int number) => (number - 1) * length;

        public long LengthOf(int number) => Math.Min(length, file.Size - OffsetOf(number));

        /// <summary>Hashes a part.</summary>
        /// <returns>Its MD5 in hex, by which services name parts; empty if none is there to be compared.</returns>
        public string Hash(int number, IncrementalHash whole, CancellationToken cancel)
        {
            if (!upload.HasPart(number))
            {
                file.Read(OffsetOf(number), LengthOf(number), piece => whole.AppendData(piece.Span), cancel);
                return "";
            }

#pragma warning disable CA5351 // The service names parts so; SHA-256 says what the file is.
            using IncrementalHash md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
#pragma warning restore CA5351
            file.Read(OffsetOf(number), LengthOf(number), piece =>
            {
                whole.AppendData(piece.Span);
                md5.AppendData(piece.Span);
            }, cancel);
            return Convert.ToHexStringLower(md5.GetHashAndReset());
        }
    }
}
