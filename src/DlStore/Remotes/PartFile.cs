using DlStore.Io;
using DlStore.Objects;
using Oid = DlStore.Objects.Oid;

namespace DlStore.Remotes;

/// <summary>
/// Copies a file between here and a directory remote, hashing every byte, and finds how much of an interrupted copy may be kept.
/// </summary>
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

    public static Oid Copy(CopyEnd source, CopyEnd target, long from, Action<long>? done, CancellationToken cancel) =>
        HashedCopy.Run(source, target, from, Length, done, static () => CrashPoint.Hit("remote.part"), cancel).Oid;
}
