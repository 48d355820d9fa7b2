using DlStore.Objects;

namespace DlStore.Remotes;

/// <summary>A file on a remote.</summary>
/// <param name="Name">Relative name, <c>/</c> between parts.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Changed">When it was last written, by the clock of the remote; whole seconds on some.</param>
public readonly record struct RemoteFile(string Name, long Size, DateTimeOffset Changed);

/// <summary>What a put did.</summary>
public enum PutResult
{
    /// <summary>The file is new there.</summary>
    Sent,
    /// <summary>It was there before, complete.</summary>
    AlreadyThere,
}

/// <summary>What is known of files that were put.</summary>
public enum Durability
{
    /// <summary>They survive a loss of power there.</summary>
    Confirmed,
    /// <summary>They are there; nothing says that they would survive a loss of power at this moment.</summary>
    NotConfirmed,
}

/// <summary>What the answer of <see cref="IRemote.FindHashAsync"/> rests on.</summary>
public enum HashSource
{
    /// <summary>The far side cannot tell a hash.</summary>
    None,
    /// <summary>The file is read from here, and hashed: as much as a download proves, and as many bytes.</summary>
    ReadHere,
    /// <summary>A program there reads the bytes as they are now; null where the host gives no shell.</summary>
    ReadThere,
    /// <summary>It was stored when the file was sent: nothing says that the bytes are still the same.</summary>
    Stored,
}

/// <summary>
/// Moves named, immutable files; knows nothing of git, trees or pointers. Names are those of docs/formats/remote-layout.md. Every call may
/// be made from several
/// threads at once and may be repeated: a put of a file that is there, with the same bytes, does nothing. Failures of the remote are
/// DlsException of kind Failed that name the remote and
/// the file; a file that is not there is null or kind Missing, as each method says.
/// </summary>
public interface IRemote : IDisposable
{
    /// <summary>Gets the remote's name in the configuration.</summary>
    string Name { get; }

    /// <summary>Gets where it is, for people and as the key of caches.</summary>
    string Location { get; }

    /// <summary>Gets how many transfers it likes to have under way.</summary>
    int ParallelMax { get; }

    /// <summary>Gets a value indicating whether nothing can be written there, whoever asks: every call that writes fails.</summary>
    bool IsReadOnly { get; }

    /// <summary>Gets what an answer of <see cref="FindHashAsync"/> would rest on.</summary>
    HashSource HashSource => HashSource.None;

    /// <summary>
    /// Asks whether a put without replacing is exclusive: of several at once exactly one is told that it was sent. Locks rest on that.
    /// </summary>
    /// <param name="cancel">Stops waiting.</param>
    /// <returns>False on a service that ignores the condition.</returns>
    Task<bool> HasExclusiveCreateAsync(CancellationToken cancel) => Task.FromResult(true);

    /// <summary>Checks that the remote can be reached.</summary>
    /// <param name="cancel">Stops waiting.</param>
    /// <returns>False if it answers but holds nothing yet.</returns>
    /// <exception cref="DlsException">Kind Failed: it cannot be reached.</exception>
    Task<bool> ExistsAsync(CancellationToken cancel);

    /// <summary>Reads a small file whole.</summary>
    /// <param name="name">Which file.</param>
    /// <param name="lengthMax">The most bytes to accept.</param>
    /// <param name="cancel">Stops the transfer.</param>
    /// <returns>Its bytes, or null if it is not there.</returns>
    Task<byte[]?> ReadAsync(string name, int lengthMax, CancellationToken cancel);

    /// <summary>Asks how long a file is; reads no byte of it.</summary>
    /// <param name="name">Which file.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <returns>Its bytes, or null if no regular file of that name is there.</returns>
    Task<long?> FindSizeAsync(string name, CancellationToken cancel);

    /// <summary>Reads part of a file.</summary>
    /// <param name="name">Which file.</param>
    /// <param name="offset">Where to begin.</param>
    /// <param name="buffer">Filled completely.</param>
    /// <param name="cancel">Stops the transfer.</param>
    /// <returns>A task that ends when the buffer is full.</returns>
    /// <exception cref="DlsException">Kind Missing: the file is not there or is shorter.</exception>
    Task ReadRangeAsync(string name, long offset, Memory<byte> buffer, CancellationToken cancel);

    /// <summary>Copies a whole file here and hashes it on the way.</summary>
    /// <param name="name">Which file.</param>
    /// <param name="path">Absolute path of a new file; flushed to disk when this returns.</param>
    /// <param name="lengthMax">The most bytes to accept: a longer file is refused, at the latest after that many.</param>
    /// <param name="done">Told the bytes of each piece.</param>
    /// <param name="cancel">Stops the transfer.</param>
    /// <returns>SHA-256 of the bytes that came.</returns>
    /// <exception cref="DlsException">Kind Missing: the file is not there; kind Corrupt: it is longer than
    /// <paramref name="lengthMax"/>.</exception>
    Task<Oid> DownloadAsync(string name, string path, long lengthMax, Action<long>? done, CancellationToken cancel);

    /// <summary>
    /// Sends a file. It is visible under its name only when it is complete, hashes right and is on disk; an interrupted send of a large
    /// file goes on where it stopped. What is
    /// there under that name is hashed before it counts, and replaced in one step if its bytes are others.
    /// </summary>
    /// <param name="name">Its name there.</param>
    /// <param name="path">Absolute path of the local file.</param>
    /// <param name="oid">SHA-256 that its bytes must have.</param>
    /// <param name="done">Told the bytes of each piece.</param>
    /// <param name="cancel">Stops the transfer.</param>
    /// <returns>Whether it was sent.</returns>
    /// <exception cref="DlsException">Kind Corrupt: the local file does not hash to <paramref name="oid"/>.</exception>
    Task<PutResult> PutFileAsync(string name, string path, Oid oid, Action<long>? done, CancellationToken cancel);

    /// <summary>
    /// Sends a file under a name whose bytes there were found to be wrong: as <see cref="PutFileAsync"/>, but what is there counts only
    /// after its bytes were read now. A hash that was stored when they were sent is not believed.
    /// </summary>
    /// <param name="name">Its name there.</param>
    /// <param name="path">Absolute path of the local file.</param>
    /// <param name="oid">SHA-256 that its bytes must have.</param>
    /// <param name="done">Told the bytes of each piece.</param>
    /// <param name="cancel">Stops the transfer.</param>
    /// <returns>Whether it was sent.</returns>
    /// <exception cref="DlsException">Kind Corrupt: the local file does not hash to <paramref name="oid"/>.</exception>
    Task<PutResult> ReplaceFileAsync(string name, string path, Oid oid, Action<long>? done, CancellationToken cancel) =>
        PutFileAsync(name, path, oid, done, cancel);

    /// <summary>Sends a small file.</summary>
    /// <param name="name">Its name there.</param>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="replace">Other bytes under that name are replaced in one step; false leaves whatever is there.</param>
    /// <param name="cancel">Stops the transfer.</param>
    /// <returns>Whether it was sent.</returns>
    Task<PutResult> PutAsync(string name, ReadOnlyMemory<byte> bytes, bool replace, CancellationToken cancel);

    /// <summary>
    /// Makes the bytes and names of everything put so far survive a loss of power; called between the steps of the write order.
    /// </summary>
    /// <param name="cancel">Stops waiting.</param>
    /// <returns>Whether the remote confirms it.</returns>
    Task<Durability> FlushAsync(CancellationToken cancel);

    /// <summary>
    /// Asks the far side for the hash of a file; what it rests on, <see cref="HashSource"/> says. Many may be asked for at once: over ssh
    /// they go down one line without waiting for each other.
    /// </summary>
    /// <param name="name">Which file.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <returns>What the far side says its SHA-256 is; null if the file is not there or the far side cannot tell.</returns>
    Task<Oid?> FindHashAsync(string name, CancellationToken cancel);

    /// <summary>Gives a file another name in one step; what has the new name gives way. Only garbage collection does this.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="newName">The other name.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <returns>False if no file has the name.</returns>
    Task<bool> MoveAsync(string name, string newName, CancellationToken cancel);

    /// <summary>Removes a file for good. Only garbage collection, erasing and the end of a lease do this.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <returns>False if no file had the name; a remote that cannot tell says true.</returns>
    Task<bool> RemoveAsync(string name, CancellationToken cancel);

    /// <summary>Lists the files below a directory.</summary>
    /// <param name="directory">For example <c>index</c>; files of subdirectories are listed too.</param>
    /// <param name="cancel">Stops the listing.</param>
    /// <returns>The files, in no order; empty if the directory is not there. Names that are not valid there are left out. A listing may
    /// have no end: whoever reads it sets a limit.</returns>
    IAsyncEnumerable<RemoteFile> ListAsync(string directory, CancellationToken cancel);
}
