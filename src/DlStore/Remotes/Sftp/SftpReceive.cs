using System.Security.Cryptography;
using DlStore.Io;

using Oid = DlStore.Objects.Oid;

namespace DlStore.Remotes.Sftp;

/// <summary>One file that is copied here from an ssh remote: hashed on the way, and gone again unless it came whole.</summary>
/// <param name="remote">The remote.</param>
/// <param name="name">Which file.</param>
/// <param name="path">Absolute path of a new file.</param>
/// <param name="lengthMax">The most bytes to accept.</param>
/// <param name="done">Told the bytes of each piece.</param>
internal sealed class SftpReceive(SshRemote remote, string name, string path, long lengthMax, Action<long>? done) : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private LocalFile? _target;
    private long _length;
    private bool _isWhole;

    /// <summary>Copies it.</summary>
    /// <param name="sftp">The connection.</param>
    /// <param name="source">The file's path there.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>SHA-256 of the bytes that came.</returns>
    public async Task<Oid> RunAsync(ISftp sftp, string source, CancellationToken cancel)
    {
        if (!await sftp.DownloadAsync(source, lengthMax, Take, cancel))
        {
            throw remote.NotThere(name);
        }

        (_target ??= LocalFile.Create(path)).Flush();
        _isWhole = true;
        return Oid.From(_hash);
    }

    public void Dispose()
    {
        _hash.Dispose();
        _target?.Dispose();
        if (!_isWhole && _target is not null)
        {
            File.Delete(path);
        }
    }

    private void Take(ReadOnlySpan<byte> piece)
    {
        _target ??= LocalFile.Create(path);
        _length += piece.Length;
        if (_length > lengthMax)
        {
            throw new DlsException(
                ErrorKind.Corrupt, $"read '{name}' of remote '{remote.Name}': it has more than {lengthMax} bytes",
                $"run `dls verify --remote {remote.Name}`; nothing of it was used")
            { Remote = remote.Name };
        }

        _hash.AppendData(piece);
        _target.Write(piece);
        done?.Invoke(piece.Length);
    }
}
