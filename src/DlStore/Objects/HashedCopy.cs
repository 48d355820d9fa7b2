using System.Buffers;
using System.Security.Cryptography;
using DlStore.Io;

namespace DlStore.Objects;

/// <summary>One end of a copy: an open regular file, and what messages call it.</summary>
/// <param name="Fd">The open file, or -1 for nothing.</param>
/// <param name="Path">Its name for messages.</param>
internal readonly record struct CopyEnd(int Fd, string Path)
{
    /// <summary>Gets the end that takes nothing: the bytes are hashed only.</summary>
    public static CopyEnd Nowhere => new(-1, "");
}

/// <summary>
/// Copies a file of any length and hashes every byte of it, also where the copy was a reflink or a part of it is there already: no file
/// counts as an object that was not read.
/// </summary>
internal static class HashedCopy
{
    private const int PieceLength = 1 << 20;

    /// <summary>Sees the bytes of each piece in their order: 1 MiB each, the last one shorter, maybe empty.</summary>
    public delegate void PieceSink(ReadOnlySpan<byte> piece);

    /// <summary>Copies from the start to the end of the source.</summary>
    /// <param name="source">What is read, by position.</param>
    /// <param name="target">What is written, or <see cref="CopyEnd.Nowhere"/>.</param>
    /// <param name="from">Bytes that the target has already; they are hashed and not written. A multiple of 1 MiB.</param>
    /// <param name="partLength">How often, in bytes, the kernel is told to start writing to the disk, so that the flush at the end is
    /// short. A multiple of 1 MiB.</param>
    /// <param name="done">Told the bytes of each piece.</param>
    /// <param name="partWritten">Called after each part.</param>
    /// <param name="cancel">Stops between pieces.</param>
    /// <param name="seen">Sees the bytes on their way; null for nobody.</param>
    /// <returns>The hash and the length of what was read. Nothing is durable.</returns>
    public static (Oid Oid, long Size) Run(
        CopyEnd source, CopyEnd target, long from, long partLength, Action<long>? done, Action? partWritten, CancellationToken cancel,
        PieceSink? seen = null)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] piece = ArrayPool<byte>.Shared.Rent(PieceLength);
        try
        {
            for (long at = 0; ;)
            {
                cancel.ThrowIfCancellationRequested();
                int n = Sys.ReadAt(source.Fd, piece.AsSpan(0, PieceLength), at, source.Path);
                hash.AppendData(piece, 0, n);
                seen?.Invoke(piece.AsSpan(0, n));
                if (target.Fd >= 0 && at >= from)
                {
                    Seek(target.Fd, at, from);
                    Sys.WriteFully(target.Fd, piece.AsSpan(0, n), target.Path);
                }

                at += n;
                done?.Invoke(n);
                if (target.Fd >= 0 && at % partLength == 0 && n > 0)
                {
                    _ = Posix.SyncFileRange(target.Fd, at - partLength, partLength, Posix.StartWriting);
                    partWritten?.Invoke();
                }

                if (n < PieceLength)
                {
                    return (Oid.From(hash), at);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
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
