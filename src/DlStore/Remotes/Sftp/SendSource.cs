using System.Security.Cryptography;
using System.Text;
using DlStore.Io;

using Oid = DlStore.Objects.Oid;

namespace DlStore.Remotes.Sftp;

/// <summary>A file here that is sent: read in order, every byte hashed once.</summary>
internal sealed class SendSource : IDisposable
{
    private const int PieceLength = 1 << 20;
    private readonly int _fd;
    private readonly string _path;
    private readonly Oid _oid;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _at;

    private SendSource(int fd, string path, Oid oid)
    {
        _fd = fd;
        _path = path;
        _oid = oid;
        Size = Sys.StatOpen(fd).Size;
    }

    /// <summary>Gets what its bytes should hash to.</summary>
    public Oid Oid => _oid;

    /// <summary>Gets its size in bytes.</summary>
    public long Size { get; }

    /// <summary>Opens a file.</summary>
    /// <param name="path">Absolute path.</param>
    /// <param name="oid">What its bytes should hash to.</param>
    public static SendSource Open(string path, Oid oid)
    {
        int fd = Sys.OpenAt(Posix.AtFdCwd, Encoding.UTF8.GetBytes(path), Posix.ReadOnly);
        return fd >= 0 ? new SendSource(fd, path, oid) : throw Sys.Error("open", path);
    }

    /// <summary>Gives what fills buffers with the bytes in order.</summary>
    /// <param name="done">Told of each piece.</param>
    /// <param name="cancel">Stops between pieces.</param>
    public Func<Memory<byte>, int> Filler(Action<long>? done, CancellationToken cancel) => buffer =>
    {
        cancel.ThrowIfCancellationRequested();
        int n = Sys.ReadAt(_fd, buffer.Span, _at, _path);
        _hash.AppendData(buffer.Span[..n]);
        _at += n;
        if (n > 0)
        {
            done?.Invoke(n);
        }

        return n;
    };

    /// <summary>Skips what lies there already, if it has the same hash as the first bytes here; whole parts of 8 MiB only.</summary>
    /// <returns>What the upload begins with; null if nothing can be used.</returns>
    public async Task<SftpPrefix?> SkipAsync(SftpFile part, FarShell shell, SshRemote remote, Action<long>? done, CancellationToken cancel)
    {
        long length = part.Attributes.Size / PartFile.Length * PartFile.Length;
        Task<string?> asking = shell.HashAsync(remote.NameOf(part.Path), length, cancel);
        using IncrementalHash first = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] piece = new byte[PieceLength];
        for (long at = 0; at < length; at += PieceLength)
        {
            cancel.ThrowIfCancellationRequested();
            first.AppendData(piece, 0, Sys.ReadAt(_fd, piece, at, _path));
        }

        string? told = await asking;
        if (told is null || told != Convert.ToHexStringLower(first.GetCurrentHash()))
        {
            return null;
        }

        Func<Memory<byte>, int> skip = Filler(done, cancel);
        while (_at < length)
        {
            _ = skip(piece);
        }

        return new SftpPrefix(part.Path, length);
    }

    /// <summary>Begins again at the first byte.</summary>
    public void Rewind()
    {
        _at = 0;
        _ = _hash.GetHashAndReset();
    }

    /// <summary>Requires that what was read hashes right.</summary>
    /// <exception cref="DlsException">Kind Corrupt: the local file is damaged.</exception>
    public void RequireWhole(string remote)
    {
        if (Oid.From(_hash) != _oid)
        {
            throw new DlsException(
                ErrorKind.Corrupt, $"send '{_path}' to remote '{remote}': its bytes do not hash to '{_oid}'",
                "run `dls verify`; the damaged file was not sent");
        }
    }

    public void Dispose()
    {
        Sys.Close(_fd);
        _hash.Dispose();
    }
}
