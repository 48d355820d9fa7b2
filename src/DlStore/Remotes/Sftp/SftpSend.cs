using System.Security.Cryptography;
using DlStore.Io;

using Oid = DlStore.Objects.Oid;

namespace DlStore.Remotes.Sftp;

/// <summary>
/// Sends into the directory of an ssh remote. What is small is sent before it is known whether it is there; only a file whose bytes were
/// found to be wrong is replaced. Of a large file that an earlier send left unfinished, the parts that hash right are copied on the server.
/// </summary>
/// <param name="remote">The remote.</param>
/// <param name="shell">Its shell, if it has one.</param>
/// <param name="clock">The clock.</param>
internal sealed class SftpSend(SshRemote remote, FarShell shell, TimeProvider clock)
{
    // Sent at once, before it is known whether they are there: that costs less than a look.
    private const long BlindMax = 256 * 1024;
    private static readonly TimeSpan PartAge = TimeSpan.FromMinutes(10);
    private readonly SftpStaging _staging = new(remote, shell);

    /// <summary>Sends a file from here.</summary>
    public async Task<PutResult> PutFileAsync(
        ISftp sftp, string name, string path, Oid oid, Action<long>? done, CancellationToken cancel)
    {
        using SendSource source = SendSource.Open(path, oid);
        shell.Start();
        if (source.Size <= BlindMax)
        {
            if (await SendAsync(sftp, (source, name), null, replace: false, done, cancel) == PutResult.Sent)
            {
                return PutResult.Sent;
            }

            done?.Invoke(-source.Size);
            source.Rewind();
        }

        return await SendLookingAsync(sftp, name, source, done, cancel);
    }

    /// <summary>Sends what is not there already, and begins with what an earlier send has left.</summary>
    private async Task<PutResult> SendLookingAsync(ISftp sftp, string name, SendSource source, Action<long>? done, CancellationToken cancel)
    {
        Oid oid = source.Oid;
        Task<SftpAttributes?> looking = sftp.FindAsync(remote.PathOf(name), cancel);
        SftpFile? part = source.Size > PartFile.Length && sftp.CopiesPrefixes ? await FindPartAsync(sftp, oid, source.Size, cancel) : null;
        SftpAttributes? there = await looking;
        if (there is { IsFile: true } && there.Value.Size == source.Size && await HashesToAsync(sftp, name, oid, cancel))
        {
            _staging.NoteUnflushed(name);
            done?.Invoke(source.Size);
            return PutResult.AlreadyThere;
        }

        long told = 0;
        Action<long> tell = n =>
        {
            told += n;
            done?.Invoke(n);
        };
        try
        {
            return await SendAsync(sftp, (source, name), part, there is not null, tell, cancel);
        }
        catch (SftpException) when (part is not null)
        {
            // Its sender has finished with it, or it cannot be copied: what it would have saved is sent.
            done?.Invoke(-told);
            source.Rewind();
            return await SendAsync(sftp, (source, name), null, there is not null, done, cancel);
        }
    }

    private async Task<PutResult> SendAsync(
        ISftp sftp, (SendSource Source, string Name) what, SftpFile? part, bool replace, Action<long>? done, CancellationToken cancel)
    {
        (SendSource source, string name) = what;
        string temp = source.Size > PartFile.Length ? $"tmp/{source.Oid.ToHex()}.{NewToken()}.part" : $"tmp/{NewToken()}";
        bool keep = false;
        bool isOver = false;
        try
        {
            SftpPrefix? prefix = part is { } given ? await source.SkipAsync(given, shell, remote, done, cancel) : null;
            await _staging.UploadAsync(sftp, temp, name, prefix, source.Filler(done, cancel), cancel);
            source.RequireWhole(remote.Name);
            CrashPoint.Hit("remote.copied");
            PutResult result = await _staging.PublishAsync(sftp, temp, name, source.Size, replace, cancel);
            isOver = true;
            await RemoveOldAsync(sftp, prefix is null ? null : part, cancel);
            return result;
        }
        catch (Exception e) when (e is SftpLostException or OperationCanceledException)
        {
            keep = source.Size > PartFile.Length;
            throw;
        }
        finally
        {
            if (!keep && !isOver)
            {
                await _staging.TryRemoveAsync(sftp, temp);
            }
        }
    }

    /// <summary>Sends bytes.</summary>
    public async Task<PutResult> PutAsync(ISftp sftp, string name, ReadOnlyMemory<byte> bytes, bool replace, CancellationToken cancel)
    {
        shell.Start();
        if (bytes.Length <= BlindMax && await SendAsync(sftp, name, bytes, replace: false, cancel) == PutResult.Sent)
        {
            return PutResult.Sent;
        }

        string final = remote.PathOf(name);
        SftpAttributes? there = await sftp.FindAsync(final, cancel);
        if (there is not null && (!replace || (there.Value.IsFile && await IsSameAsync(sftp, final, there.Value.Size, bytes, cancel))))
        {
            _staging.NoteUnflushed(name);
            return PutResult.AlreadyThere;
        }

        return await SendAsync(sftp, name, bytes, replace && there is not null, cancel);
    }

    private async Task<PutResult> SendAsync(ISftp sftp, string name, ReadOnlyMemory<byte> bytes, bool replace, CancellationToken cancel)
    {
        string temp = $"tmp/{NewToken()}";
        int at = 0;
        int Fill(Memory<byte> buffer)
        {
            int n = Math.Min(buffer.Length, bytes.Length - at);
            bytes.Slice(at, n).CopyTo(buffer);
            at += n;
            return n;
        }

        try
        {
            await _staging.UploadAsync(sftp, temp, name, null, Fill, cancel);
            return await _staging.PublishAsync(sftp, temp, name, lengthKnown: -1, replace, cancel);
        }
        catch
        {
            await _staging.TryRemoveAsync(sftp, temp);
            throw;
        }
    }

    /// <summary>Moves a file over whatever has the new name.</summary>
    /// <returns>False if no file has the name.</returns>
    public Task<bool> MoveAsync(ISftp sftp, string from, string newName, CancellationToken cancel) =>
        _staging.MoveAsync(sftp, from, newName, cancel);

    /// <summary>Makes everything put so far durable.</summary>
    public Task<Durability> FlushAsync(CancellationToken cancel) => _staging.FlushAsync(cancel);

    private async Task<bool> HashesToAsync(ISftp sftp, string name, Oid oid, CancellationToken cancel)
    {
        if (await shell.HashAsync(name, null, cancel) is { } told)
        {
            return told == oid.ToHex();
        }

        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        return await sftp.DownloadAsync(remote.PathOf(name), long.MaxValue, hash.AppendData, cancel) && Oid.From(hash) == oid;
    }

    private static async Task<bool> IsSameAsync(
        ISftp sftp, string path, long size, ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        byte[] there = new byte[bytes.Length];
        return size == bytes.Length && await sftp.ReadAsync(path, 0, there, cancel) == bytes.Length && bytes.Span.SequenceEqual(there);
    }

    /// <summary>Finds what an earlier send of the same bytes left: the longest, if it has a whole part.</summary>
    private async Task<SftpFile?> FindPartAsync(ISftp sftp, Oid oid, long size, CancellationToken cancel)
    {
        SftpFile? best = null;
        await foreach (SftpFile file in sftp.ListAsync(remote.PathOf("tmp"), 0, cancel))
        {
            bool isPart = Path.GetFileName(file.Path).StartsWith(oid.ToHex() + ".", StringComparison.Ordinal);
            if (isPart && file.Attributes.Size is var length && length >= PartFile.Length && length <= size
                && length > (best?.Attributes.Size ?? 0))
            {
                best = file;
            }
        }

        return best;
    }

    /// <summary>Removes a part that was used, unless somebody may still be writing to it.</summary>
    private async Task RemoveOldAsync(ISftp sftp, SftpFile? part, CancellationToken cancel)
    {
        if (part is { } used && clock.GetUtcNow() - used.Attributes.Changed > PartAge)
        {
            await sftp.RemoveAsync(used.Path, cancel);
        }
    }

    private static string NewToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(10));
}
