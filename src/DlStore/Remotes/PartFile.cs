using System.Security.Cryptography;
using DlStore.Io;
using Oid = DlStore.Objects.Oid;

namespace DlStore.Remotes;

/// <summary>Copies a file between here and a directory remote, hashing every byte, and finds how much of an interrupted copy may be kept.</summary>
internal static class PartFile
{
    /// <summary>Whole parts of this length are kept when a send goes on.</summary>
    public const long Length = 8 << 20;

    private const int PieceLength = 1 << 20;

    public static bool IsStill(string path, int fd) => Sys.TryStat(path, out FileStat named) && named.Inode == Sys.StatOpen(fd).Inode;

    /// <summary>Compares the parts an earlier send left with the source; counts whole equal parts only.</summary>
    public static long ComparedParts(int source, int target, string path)
    {
        long parts = Sys.StatOpen(target).Size / Length;
        byte[] a = new byte[PieceLength];
        byte[] b = new byte[PieceLength];
        for (long at = 0; at < parts * Length; at += PieceLength)
        {
            int n = Sys.ReadAt(source, a, at, path);
            if (n < PieceLength || Sys.ReadAt(target, b, at, path) < PieceLength || !a.AsSpan().SequenceEqual(b))
            {
                return at / Length * Length;
            }
        }

        return parts * Length;
    }

    public static Oid Copy(int source, int target, long from, string sourcePath, string targetPath, Action<long>? done, CancellationToken cancel)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] piece = System.Buffers.ArrayPool<byte>.Shared.Rent(PieceLength);
        try
        {
            for (long at = 0; ;)
            {
                cancel.ThrowIfCancellationRequested();
                int n = Sys.ReadAt(source, piece.AsSpan(0, PieceLength), at, sourcePath);
                hash.AppendData(piece, 0, n);
                if (target >= 0 && at >= from)
                {
                    Seek(target, at, from);
                    Sys.WriteFully(target, piece.AsSpan(0, n), targetPath);
                }

                at += n;
                done?.Invoke(n);
                if (target >= 0 && at % Length == 0 && n > 0)
                {
                    _ = Posix.SyncFileRange(target, at - Length, Length, 2);
                    CrashPoint.Hit("remote.part");
                }

                if (n < PieceLength)
                {
                    return Oid.From(hash);
                }
            }
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(piece);
        }
    }

    private static void Seek(int target, long at, long from)
    {
        if (at == from && from > 0)
        {
            _ = Posix.LSeek(target, at, 0);
        }
    }
}
