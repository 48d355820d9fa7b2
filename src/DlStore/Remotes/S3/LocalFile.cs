using System.Security.Cryptography;
using System.Text;
using DlStore.Io;

using Oid = DlStore.Objects.Oid;

namespace DlStore.Remotes.S3;

/// <summary>A local file that is sent, open for reading.</summary>
internal sealed class LocalFile : IDisposable
{
    private const int PieceLength = 1 << 18;

    /// <summary>Opens a file.</summary>
    /// <param name="path">Absolute.</param>
    /// <param name="oid">SHA-256 that its bytes must have.</param>
    public LocalFile(string path, Oid oid)
    {
        Path = path;
        Oid = oid;
        Fd = Sys.OpenAt(Posix.AtFdCwd, Encoding.UTF8.GetBytes(path), Posix.ReadOnly);
        if (Fd < 0)
        {
            throw Sys.Error("open", path);
        }

        Size = Sys.StatOpen(Fd).Size;
    }

    public string Path { get; }

    public Oid Oid { get; }

    public int Fd { get; }

    public long Size { get; }

    /// <summary>Reads part of it into hashes.</summary>
    public void Read(long offset, long length, Action<ReadOnlyMemory<byte>> take, CancellationToken cancel)
    {
        byte[] piece = new byte[PieceLength];
        for (long at = 0; at < length;)
        {
            cancel.ThrowIfCancellationRequested();
            int n = Sys.ReadAt(Fd, piece.AsSpan(0, (int)Math.Min(piece.Length, length - at)), offset + at, Path);
            take(piece.AsMemory(0, n));
            at += n > 0 ? n : length;
        }
    }

    /// <summary>Hashes all of it.</summary>
    /// <exception cref="DlsException">Kind Corrupt: its bytes are not those of its name.</exception>
    public void RequireRight(string remote, CancellationToken cancel)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Read(0, Size, piece => hash.AppendData(piece.Span), cancel);
        RequireRight(Oid.From(hash), remote);
    }

    /// <summary>Compares what was read with the name.</summary>
    /// <exception cref="DlsException">Kind Corrupt: it is something else.</exception>
    public void RequireRight(Oid found, string remote)
    {
        if (found != Oid)
        {
            throw new DlsException(
                ErrorKind.Corrupt, $"send '{Path}' to remote '{remote}': its bytes do not hash to '{Oid}'",
                "run `dls verify`; the damaged file was not sent");
        }
    }

    public void Dispose() => Sys.Close(Fd);
}
