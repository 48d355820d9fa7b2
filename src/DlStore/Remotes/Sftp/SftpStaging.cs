using System.Collections.Concurrent;
using DlStore.Io;

namespace DlStore.Remotes.Sftp;

/// <summary>
/// Files on their way into the directory of an ssh remote: made in <c>tmp/</c>, flushed where the server can, and renamed into place. A
/// directory that was not used yet is made beside the upload, so nobody waits for it.
/// </summary>
/// <param name="remote">The remote.</param>
/// <param name="shell">Its shell, if it has one.</param>
internal sealed class SftpStaging(SshRemote remote, FarShell shell)
{
    private readonly ConcurrentDictionary<string, bool> _directories = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _unflushed = new(StringComparer.Ordinal);
    private volatile string? _proof;
    private volatile bool _allFlushed = true;

    /// <summary>Moves a file over whatever has the new name.</summary>
    /// <returns>False if no file has the name.</returns>
    public async Task<bool> MoveAsync(ISftp sftp, string from, string newName, CancellationToken cancel)
    {
        string to = remote.PathOf(newName);
        bool isThere = await WithDirectoryAsync(sftp, to, async () =>
        {
            try
            {
                if (!await sftp.TryRenameAsync(from, to, cancel))
                {
                    await sftp.ReplaceAsync(from, to, cancel);
                }

                return true;
            }
            catch (SftpException e) when (e.Status == SftpStatus.NoSuchFile)
            {
                return await sftp.FindAsync(from, cancel) is null ? false : throw new SftpException(e.Status, e.Said);
            }
        }, cancel);
        if (isThere)
        {
            NoteUnflushed(newName);
        }

        return isThere;
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

    /// <summary>Makes a file in <c>tmp/</c>, and beside it the directory of the name that it is to have.</summary>
    public async Task UploadAsync(
        ISftp sftp, string temp, string name, SftpPrefix? prefix, Func<Memory<byte>, int> fill, CancellationToken cancel)
    {
        string path = remote.PathOf(temp);
        _allFlushed &= sftp.Flushes;
        Task preparing = PrepareAsync(sftp, remote.PathOf(name), cancel);
        try
        {
            await WithDirectoryAsync(sftp, path, async () =>
            {
                await sftp.UploadAsync(path, prefix, fill, cancel);
                return true;
            }, cancel);
        }
        finally
        {
            await preparing;
        }
    }

    /// <summary>Makes the directory of a path, if it was not used from here yet. Whatever is wrong with it shows when it is used.</summary>
    private async Task PrepareAsync(ISftp sftp, string path, CancellationToken cancel)
    {
        string directory = path[..path.LastIndexOf('/')];
        try
        {
            if (!_directories.ContainsKey(directory) && await sftp.TryMakeDirectoryAsync(directory, cancel))
            {
                _directories[directory] = true;
            }
        }
        catch (Exception e) when (e is SftpException or SftpLostException or OperationCanceledException)
        {
            // The rename into it says more.
        }
    }

    /// <summary>Gives a complete file its name.</summary>
    public async Task<PutResult> PublishAsync(
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
            string directory = path[..path.LastIndexOf('/')];
            await remote.MakeDirectoryAsync(sftp, directory, cancel);
            _directories[directory] = true;
            return await work();
        }
    }

    /// <summary>Removes a file of <c>tmp/</c>; if that fails it stays there, where nobody reads it.</summary>
    public async Task TryRemoveAsync(ISftp sftp, string temp)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(15));
        try
        {
            _ = await sftp.RemoveAsync(remote.PathOf(temp), limit.Token);
        }
        catch (Exception e) when (e is SftpException or SftpLostException or OperationCanceledException)
        {
            // Garbage collection removes it.
        }
    }

    /// <summary>Notes a name that has to be flushed; the file is there.</summary>
    public void NoteUnflushed(string name)
    {
        _proof = name;
        _unflushed[name] = true;
    }
}
