using System.Text;
using DlStore.Io;
using DlStore.Objects;

namespace DlStore.Operations.Dvc;

/// <summary>
/// Takes in bytes that have a recorded MD5: that and their SHA-256 are taken while they are read once, and nothing is stored that has
/// another one. Thread safe.
/// </summary>
/// <param name="repo">The repository.</param>
/// <param name="isDryRun">Read and store nothing.</param>
internal sealed class DvcIntake(Repo repo, bool isDryRun)
{
    private long _bytes;

    /// <summary>Gets the bytes that were read.</summary>
    public long BytesRead => Volatile.Read(ref _bytes);

    /// <summary>Reads and stores a file if it has the MD5; small bytes are made ready to be appended.</summary>
    /// <param name="path">Absolute; a symlink is not followed.</param>
    /// <param name="md5">32 lower-case hex digits.</param>
    /// <param name="isLegacy">Whether DVC 2's rule holds.</param>
    /// <param name="from">Where that is, for people.</param>
    /// <param name="cancel">Stops it.</param>
    /// <param name="isThere">Whether a file is there.</param>
    /// <returns>Null if it is not there, or has other bytes.</returns>
    public DvcPiece? TakeFile(string path, string md5, bool isLegacy, string from, CancellationToken cancel, out bool isThere)
    {
        int fd = Sys.OpenAt(Posix.AtFdCwd, Encoding.UTF8.GetBytes(path), Posix.ReadOnly | Posix.NoFollow);
        isThere = fd >= 0;
        if (fd < 0)
        {
            return Sys.Errno is Posix.ENoEnt or Posix.ENotDir or Posix.ELoop ? null : throw Sys.Error("read", path);
        }

        try
        {
            FileStat stat = Sys.StatOpen(fd);
            if (!stat.IsFile)
            {
                return null;
            }

            if (stat.Size >= Math.Max(1, repo.Config.PackThreshold))
            {
                return TakeLarge(fd, path, md5, isLegacy, from, cancel);
            }

            byte[] bytes = new byte[stat.Size];
            int length = Sys.ReadFully(fd, bytes, path);
            return TakeSmall(bytes.AsSpan(0, length), md5, isLegacy, from);
        }
        finally
        {
            Sys.Close(fd);
        }
    }

    private DvcPiece? TakeLarge(int fd, string path, string md5, bool isLegacy, string from, CancellationToken cancel)
    {
        using DvcDigest digest = new(isLegacy);
        bool? isRight = null;
        bool Judge(Oid oid)
        {
            isRight ??= digest.Ends(md5);
            RefuseErased(oid, isRight.Value);
            return isRight.Value;
        }

        (Oid oid, long size) = isDryRun
            ? LargeBlobs.Hash(fd, path, Count, cancel, digest.Take)
            : repo.Store.Large.Import(fd, path, null, Count, cancel, Judge, digest.Take);
        return Judge(oid) ? new DvcPiece(oid, size, from) : null;
    }

    /// <summary>Takes small bytes if they have the MD5.</summary>
    /// <returns>Null if they do not.</returns>
    public DvcPiece? TakeSmall(ReadOnlySpan<byte> bytes, string md5, bool isLegacy, string from)
    {
        Count(bytes.Length);
        if (!DvcDigest.Matches(bytes, md5, isLegacy))
        {
            return null;
        }

        Oid oid = Oid.Of(bytes);
        RefuseErased(oid, isRight: true);
        if (isDryRun || repo.Store.Contains(oid))
        {
            return new DvcPiece(oid, bytes.Length, from);
        }

        byte[] room = new byte[bytes.Length];
        return Codec.TryEncode(bytes, room, out int length)
            ? new DvcPiece(oid, bytes.Length, from) { Stored = room[..length], Encoding = Codec.Brotli }
            : new DvcPiece(oid, bytes.Length, from) { Stored = bytes.ToArray(), Encoding = Codec.Raw };
    }

    private void RefuseErased(Oid oid, bool isRight)
    {
        if (isRight && repo.Store.Erased.Find(oid) is { } tombstone)
        {
            throw new DlsException(ErrorKind.Erased, $"store object '{oid}' of DVC: {tombstone.Sentence}",
                "`dls erase --revoke OID` lets an object be stored again");
        }
    }

    private void Count(long bytes) => Interlocked.Add(ref _bytes, bytes);
}
