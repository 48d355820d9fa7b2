using DlStore.Objects;

namespace DlStore.Remotes.Sftp;

/// <summary>One file that is copied here from an ssh remote.</summary>
/// <param name="remote">The remote.</param>
/// <param name="name">Which file.</param>
/// <param name="path">Absolute path of a new file.</param>
/// <param name="lengthMax">The most bytes to accept.</param>
/// <param name="done">Told the bytes of each piece.</param>
internal sealed class SftpReceive(SshRemote remote, string name, string path, long lengthMax, Action<long>? done) : IDisposable
{
    private readonly ReceivedFile _file = new(path, done);
    private long _length;

    /// <summary>Copies it.</summary>
    /// <param name="sftp">The connection.</param>
    /// <param name="source">The file's path there.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>SHA-256 of the bytes that came.</returns>
    public async Task<Oid> RunAsync(ISftp sftp, string source, CancellationToken cancel) =>
        await sftp.DownloadAsync(source, lengthMax, Take, cancel) ? _file.Finish() : throw remote.NotThere(name);

    public void Dispose() => _file.Dispose();

    private void Take(ReadOnlySpan<byte> piece)
    {
        _length += piece.Length;
        if (_length > lengthMax)
        {
            throw new DlsException(
                ErrorKind.Corrupt, $"read '{name}' of remote '{remote.Name}': it has more than {lengthMax} bytes",
                $"run `dls verify --remote {remote.Name}`; nothing of it was used")
            { Remote = remote.Name };
        }

        _file.Take(piece);
    }
}
