namespace DlStore.Remotes.Sftp;

/// <summary>A file or directory that a listing names.</summary>
/// <param name="Path">As the listing's directory was given, then <c>/</c> and names.</param>
/// <param name="Attributes">What the server says of it; of a link itself.</param>
internal readonly record struct SftpFile(string Path, SftpAttributes Attributes);

/// <summary>What an upload begins with: bytes that lie on the server already.</summary>
/// <param name="Path">The file there.</param>
/// <param name="Length">How many of its first bytes.</param>
internal readonly record struct SftpPrefix(string Path, long Length);

/// <summary>
/// Files on an SFTP server, by two clients: our own over the system's ssh, and SSH.NET where there is no ssh program. Several calls may be
/// under way at once. A file that is not there is null or false; other refusals are <see cref="SftpException"/>, a lost connection is
/// <see cref="SftpLostException"/>.
/// </summary>
internal interface ISftp : IDisposable
{
    /// <summary>Gets a value indicating whether the connection is lost.</summary>
    bool IsLost { get; }

    /// <summary>Gets a value indicating whether an upload is on the server's disk when it ends.</summary>
    bool Flushes { get; }

    /// <summary>Gets a value indicating whether a file's first bytes can be copied on the server.</summary>
    bool CopiesPrefixes { get; }

    /// <summary>Says why the connection was lost.</summary>
    /// <param name="what">What was to be done.</param>
    /// <param name="lost">What was noticed.</param>
    DlsException Explain(string what, Exception lost);

    /// <summary>Asks what a name stands for; links are not followed.</summary>
    Task<SftpAttributes?> FindAsync(string path, CancellationToken cancel);

    /// <summary>Reads part of a file.</summary>
    /// <returns>The bytes read, fewer only at the file's end; null if there is no such file.</returns>
    Task<int?> ReadAsync(string path, long offset, Memory<byte> buffer, CancellationToken cancel);

    /// <summary>Reads a whole file in order.</summary>
    /// <param name="path">Which.</param>
    /// <param name="lengthMax">After one byte more than these nothing more is asked for.</param>
    /// <param name="take">Given each piece.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>False if there is no such file.</returns>
    Task<bool> DownloadAsync(string path, long lengthMax, Action<ReadOnlySpan<byte>> take, CancellationToken cancel);

    /// <summary>Makes a new file; flushed if <see cref="Flushes"/>.</summary>
    /// <param name="path">Its name; nothing may have it.</param>
    /// <param name="prefix">What it begins with, if <see cref="CopiesPrefixes"/>; null for nothing.</param>
    /// <param name="fill">Fills a buffer as far as there are bytes; 0 at the end.</param>
    /// <param name="cancel">Stops it; the file stays, incomplete.</param>
    Task UploadAsync(string path, SftpPrefix? prefix, Func<Memory<byte>, int> fill, CancellationToken cancel);

    /// <summary>Gives a file another name that nothing has.</summary>
    /// <returns>False if something has it.</returns>
    Task<bool> TryRenameAsync(string path, string newPath, CancellationToken cancel);

    /// <summary>Gives a file another name; what has that name gives way in one step.</summary>
    Task ReplaceAsync(string path, string newPath, CancellationToken cancel);

    /// <summary>Removes a file.</summary>
    /// <returns>False if there is no such file.</returns>
    Task<bool> RemoveAsync(string path, CancellationToken cancel);

    /// <summary>Makes a directory whose parent is there; one that is there is no error.</summary>
    /// <returns>False if its parent is not there.</returns>
    Task<bool> TryMakeDirectoryAsync(string path, CancellationToken cancel);

    /// <summary>Lists the files below a directory, without links; in no order.</summary>
    /// <param name="path">The directory; it need not be there.</param>
    /// <param name="depthMax">How many directories deep.</param>
    /// <param name="cancel">Stops it.</param>
    IAsyncEnumerable<SftpFile> ListAsync(string path, int depthMax, CancellationToken cancel);

    /// <summary>Asks how many bytes the file system of a path has free for us.</summary>
    /// <returns>Bytes; null if the server does not tell.</returns>
    Task<long?> FindFreeAsync(string path, CancellationToken cancel);
}
