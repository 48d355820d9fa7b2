using System.Security.Cryptography;
using System.Text;
using DlStore.Io;

namespace DlStore.Objects;

/// <summary>A whole stored file as bytes: packs and large blobs are named by the SHA-256 of the file.</summary>
internal static class PackFile
{
    private const int PieceLength = 1 << 20;

    /// <summary>Hashes a file.</summary>
    public static Oid Hash(string path)
    {
        int fd = Sys.OpenAt(Posix.AtFdCwd, Encoding.UTF8.GetBytes(path), Posix.ReadOnly);
        if (fd < 0)
        {
            throw Sys.Error("open", path);
        }

        byte[] piece = System.Buffers.ArrayPool<byte>.Shared.Rent(PieceLength);
        try
        {
            using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            for (int n = PieceLength; n == PieceLength;)
            {
                n = Sys.ReadFully(fd, piece.AsSpan(0, PieceLength), path);
                hash.AppendData(piece, 0, n);
            }

            return Oid.From(hash);
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(piece);
            Sys.Close(fd);
        }
    }
}
