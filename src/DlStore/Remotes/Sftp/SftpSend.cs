using System.Collections.Concurrent;
using System.Security.Cryptography;
using DlStore.Io;

using Oid = DlStore.Objects.Oid;

namespace DlStore.Remotes.Sftp;

/// <summary>
/// Sends into the directory of an ssh remote. Files are made in <c>tmp/</c>, hashed on the way, flushed where the server can, and renamed
/// into place; only a file whose bytes were found to be wrong is replaced. Of a large file that an earlier send left unfinished, the parts
/// that hash right are copied on the server.
/// </summary>
/// <param name="remote">The remote.</param>
/// <param name="shell">Its shell, if it has one.</param>
/// <param name="clock">The clock.</param>
internal sealed class SftpSend(SshRemote remote, FarShell shell, TimeProvider clock)
{
    private static readonly TimeSpan PartAge = TimeSpan.FromMinutes(10);
    private readonly ConcurrentDictionary<string, bool> _unflushed = new(StringComparer.Ordinal);
    private volatile string? _proof;
    private volatile bool _allFlushed = true;

    /// <summary>Sends a file from here.</summary>
    public async Task<PutResult> PutFileAsync(
        ISftp sftp, string name, string path, Oid oid, Action<long>? done, CancellationToken cancel)
    {
        using SendSource source = SendSource.Open(path, oid);
        Task<SftpAttributes?> looking = sftp.FindAsync(remote.PathOf(name), cancel);
        shell.Start();
        SftpFile? part = source.Size > PartFile.Length && sftp.CopiesPrefixes ? await FindPartAsync(sftp, oid, source.Size, cancel) : null;
        SftpAttributes? there = await looking;
        if (there is { IsFile: true } && there.Value.Size == source.Size && await HashesToAsync(sftp, name, oid, cancel))
        {
            NoteUnflushed(name);
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
            await UploadAsync(sftp, temp, prefix, source.Filler(done, cancel), cancel);
            source.RequireWhole(remote.Name);
            CrashPoint.Hit("remote.copied");
            PutResult result = await PublishAsync(sftp, temp, name, source.Size, replace, cancel);
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
                await TryRemoveAsync(sftp, temp);
            }
        }
    }

    /// <summary>Sends bytes.</summary>
    public async Task<PutResult> PutAsync(ISftp sftp, string name, ReadOnlyMemory<byte> bytes, bool replace, CancellationToken cancel)
    {
        shell.Start();
        string final = remote.PathOf(name);
        SftpAttributes? there = await sftp.FindAsync(final, cancel);
        if (there is not null && (!replace || (there.Value.IsFile && await IsSameAsync(sftp, final, there.Value.Size, bytes, cancel))))
        {
            NoteUnflushed(name);
            return PutResult.AlreadyThere;
        }

        string temp = $"tmp/{NewToken()}";
        int at = 0;
        try
        {
            await UploadAsync(
                sftp,
                temp,
                null,
                buffer =>
                {
                    int n = Math.Min(buffer.Length, bytes.Length - at);
                    bytes.Slice(at, n).CopyTo(buffer);
                    at += n;
                    return n;
                },
                cancel);
            return await PublishAsync(sftp, temp, name, lengthKnown: -1, replace && there is not null, cancel);
        }
        catch
        {
            await TryRemoveAsync(sftp, temp);
            throw;
        }
    }

    /// <summary>Moves a file over whatever has the new name.</summary>
    public async Task MoveAsync(ISftp sftp, string from, string newName, CancellationToken cancel)
    {
        string to = remote.PathOf(newName);
        await WithDirectoryAsync(sftp, to, async () =>
        {
            if (!await sftp.TryRenameAsync(from, to, cancel))
            {
                await sftp.ReplaceAsync(from, to, cancel);
            }

            return true;
        }, cancel);
        NoteUnflushed(newName);
    }

    /// <summary>Makes everything put so far durable.</summary>
    public async Task<Durability> FlushAsync(CancellationToken cancel)
    {
        string[] names = [.. _unflushed.Keys];
        if (names.Length == 0 || _proof is not { } proof)
        {
            return Durability.Confirmed;
        }

        // Removed first: what is put meanwhile stays noted.
        Array.ForEach(names, n => _unflushed.TryRemove(n, out _));
        IEnumerable<string> parents = names.Select(static n => n.LastIndexOf('/') is var slash and > 0 ? n[..slash] : ".");
        string[] all = [.. parents.Concat(_allFlushed ? [] : names).Distinct()];
        return await shell.SyncAsync(proof, all, cancel) ? Durability.Confirmed : Durability.NotConfirmed;
    }

    private async Task UploadAsync(
        ISftp sftp, string temp, SftpPrefix? prefix, Func<Memory<byte>, int> fill, CancellationToken cancel)
    {
        string path = remote.PathOf(temp);
        _allFlushed &= sftp.Flushes;
        await WithDirectoryAsync(sftp, path, async () =>
        {
            await sftp.UploadAsync(path, prefix, fill, cancel);
            return true;
        }, cancel);
    }

    /// <summary>Gives a complete file its name.</summary>
    private async Task<PutResult> PublishAsync(
        ISftp sftp, string temp, string name, long lengthKnown, bool replace, CancellationToken cancel)
    {
        string from = remote.PathOf(temp);
        string to = remote.PathOf(name);
        bool sent = await WithDirectoryAsync(sftp, to, async () =>
        {
            if (!replace && await sftp.TryRenameAsync(from, to, cancel))
            {
                return true;
            }

            bool gives = replace || (lengthKnown >= 0
                && await sftp.FindAsync(to, cancel) is { } there && (!there.IsFile || there.Size != lengthKnown));
            if (gives)
            {
                await sftp.ReplaceAsync(from, to, cancel);
            }

            return gives;
        }, cancel);
        if (!sent)
        {
            await TryRemoveAsync(sftp, temp);
        }

        NoteUnflushed(name);
        CrashPoint.Hit("remote.renamed");
        return sent ? PutResult.Sent : PutResult.AlreadyThere;
    }

    /// <summary>Does something; if a directory on the way to a path is not there, makes it and does it again.</summary>
    private async Task<T> WithDirectoryAsync<T>(ISftp sftp, string path, Func<Task<T>> work, CancellationToken cancel)
    {
        try
        {
            return await work();
        }
        catch (SftpException e) when (e.Status == SftpStatus.NoSuchFile)
        {
            await remote.MakeDirectoryAsync(sftp, path[..path.LastIndexOf('/')], cancel);
            return await work();
        }
    }

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

    private async Task TryRemoveAsync(ISftp sftp, string temp)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(15));
        try
        {
            _ = await sftp.RemoveAsync(remote.PathOf(temp), limit.Token);
        }
        catch (Exception e) when (e is SftpException or SftpLostException or OperationCanceledException)
        {
            // It stays in tmp/, where nobody reads it; garbage collection removes it.
        }
    }

    private void NoteUnflushed(string name)
    {
        _proof = name;
        _unflushed[name] = true;
    }

    private static string NewToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(10));
}
