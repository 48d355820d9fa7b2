using System.Collections.Concurrent;
using System.Text;
using DlStore.Io;
using DlStore.Objects;

using Oid = DlStore.Objects.Oid;

namespace DlStore.Remotes;

/// <summary>
/// Sends into the directory of a remote. Files are made in <c>tmp/</c>, hashed while they are copied, flushed, and renamed into place; only
/// a file whose bytes were found to be wrong is replaced. Files above 8 MiB keep a named part file, so that a send that was killed goes on;
/// its parts are compared before they count.
/// </summary>
/// <param name="directory">What is there.</param>
internal sealed class DirectorySend(RemoteDirectory directory)
{
    private readonly ConcurrentDictionary<string, bool> _unflushed = new(StringComparer.Ordinal);

    /// <summary>Sends a file from here.</summary>
    /// <param name="name">Its name on the remote.</param>
    /// <param name="path">Where it is here.</param>
    /// <param name="oid">What its bytes hash to.</param>
    /// <param name="done">Told of bytes.</param>
    /// <param name="cancel">Stops it between two pieces.</param>
    /// <exception cref="DlsException">Kind Corrupt: its bytes hash to something else.</exception>
    public PutResult PutFile(string name, string path, Oid oid, Action<long>? done, CancellationToken cancel)
    {
        int source = Sys.OpenAt(Posix.AtFdCwd, Encoding.UTF8.GetBytes(path), Posix.ReadOnly);
        if (source < 0)
        {
            throw Sys.Error("open", path);
        }

        try
        {
            long size = Sys.StatOpen(source).Size;
            bool isThere = Sys.TryStat(directory.PathOf(name), out FileStat there) && there.IsFile;
            if (isThere && there.Size == size && directory.HashesTo(name, oid, cancel))
            {
                NoteUnflushed(name);
                done?.Invoke(size);
                return PutResult.AlreadyThere;
            }

            Copy(new Source(source, size, path, oid), name, replace: isThere, done, cancel);
            return PutResult.Sent;
        }
        finally
        {
            Sys.Close(source);
        }
    }

    /// <summary>Sends bytes.</summary>
    /// <param name="name">Their name on the remote.</param>
    /// <param name="bytes">The bytes.</param>
    /// <param name="replace">Whether other bytes that are there give way.</param>
    public PutResult Put(string name, ReadOnlySpan<byte> bytes, bool replace)
    {
        bool isThere = Sys.TryStat(directory.PathOf(name), out FileStat there);
        if (isThere && (!replace || (there.IsFile && directory.IsSame(name, bytes))))
        {
            NoteUnflushed(name);
            return PutResult.AlreadyThere;
        }

        string temp = NewTemp();
        AtomicFile.Write(temp, bytes);
        return Publish(temp, name, lengthKnown: -1, replace && isThere) ? PutResult.Sent : PutResult.AlreadyThere;
    }

    /// <summary>Gives a file another name; what has the new name gives way.</summary>
    /// <param name="name">Its name on the remote.</param>
    /// <param name="newName">The other name.</param>
    /// <returns>False if no file has the name.</returns>
    public bool Move(string name, string newName)
    {
        string from = directory.PathOf(name);
        string to = directory.PathOf(newName);
        SharedDirectory.Make(Path.GetDirectoryName(to)!);
        try
        {
            _ = AtomicFile.Rename(from, to, replace: true);
        }
        catch (DlsException) when (!Sys.TryStat(from, out _))
        {
            return false;
        }

        NoteUnflushed(name);
        NoteUnflushed(newName);
        return true;
    }

    /// <summary>Removes a file.</summary>
    /// <param name="name">Its name on the remote.</param>
    /// <returns>False if no file has the name.</returns>
    public bool Remove(string name)
    {
        string path = directory.PathOf(name);
        bool isThere = Sys.TryStat(path, out _);
        if (isThere)
        {
            File.Delete(path);
            NoteUnflushed(name);
        }

        return isThere;
    }

    /// <summary>Flushes the directories that hold what was put.</summary>
    public void Flush()
    {
        foreach (string changed in _unflushed.Keys)
        {
            // Removed first: what is put meanwhile stays noted.
            _unflushed.TryRemove(changed, out _);
            AtomicFile.FlushDirectory(changed);
        }
    }

    private void Copy(in Source source, string name, bool replace, Action<long>? done, CancellationToken cancel)
    {
        bool resumable = source.Size > PartFile.Length;
        int target = OpenTemp(source, resumable, name, out string temp);
        bool keep = resumable;
        try
        {
            long from = resumable ? PartFile.ComparedParts(source.Fd, target, source.Path) : 0;
            _ = Posix.FTruncate(target, from);
            bool cloned = from == 0 && Sys.TryClone(source.Fd, target);
            Oid sent = PartFile.Copy(
                new CopyEnd(source.Fd, source.Path), new CopyEnd(cloned ? -1 : target, name), from, done, cancel);
            if (sent != source.Oid)
            {
                keep = false;
                throw new DlsException(
                    ErrorKind.Corrupt, $"send '{source.Path}' to remote '{directory.Remote}': its bytes do not hash to '{source.Oid}'",
                    "run `dls verify`; the damaged file was not sent");
            }

            CrashPoint.Hit("remote.copied");
            _ = Posix.FChMod(target, Permissions.ReadOnly);
            Sys.Sync(target, temp);
            Publish(temp, name, source.Size, replace);
            keep = true;
        }
        finally
        {
            Sys.Close(target);
            if (!keep)
            {
                File.Delete(temp);
            }
        }
    }

    /// <summary>Opens the file that is written to: the part file of these bytes, or one of our own.</summary>
    private int OpenTemp(in Source source, bool resumable, string name, out string temp)
    {
        temp = resumable ? Path.Combine(MakeTempDirectory(), source.Oid.ToHex() + ".part") : NewTemp();
        int target = Sys.OpenAt(
            Posix.AtFdCwd, Encoding.UTF8.GetBytes(temp), Posix.ReadWrite | Posix.Create | Posix.NoFollow, Permissions.File);
        bool isTaken = target >= 0
            ? resumable && (Posix.FLock(target, Posix.LockExclusive | Posix.LockNoWait) != 0 || !PartFile.IsStill(temp, target))
            : resumable && Sys.Errno == Posix.EAcces;
        if (isTaken)
        {
            // Somebody else is sending the same bytes, was killed when he did, or has just renamed this file to its final name: send our
            // own copy, the rename decides.
            Sys.Close(target);
            temp = NewTemp();
            target = Sys.OpenAt(
                Posix.AtFdCwd, Encoding.UTF8.GetBytes(temp), Posix.ReadWrite | Posix.Create | Posix.Exclusive, Permissions.File);
        }

        return target >= 0 ? target : throw directory.Error("write", name);
    }

    /// <summary>Gives a complete, flushed file its name.</summary>
    /// <param name="temp">The file.</param>
    /// <param name="name">Its name on the remote.</param>
    /// <param name="lengthKnown">The length that the name stands for: a file of another length under it is a damaged one, and replaced; -1
    /// keeps what is there.</param>
    /// <param name="replace">What is there was read and is wrong.</param>
    private bool Publish(string temp, string name, long lengthKnown, bool replace)
    {
        string final = directory.PathOf(name);
        string directoryOf = Path.GetDirectoryName(final)!;
        SharedDirectory.Make(directoryOf);
        SharedDirectory.Open(temp, directoryOf);
        bool sent = AtomicFile.Rename(temp, final, replace);
        if (!sent && lengthKnown >= 0 && Sys.TryStat(final, out FileStat there) && (!there.IsFile || there.Size != lengthKnown))
        {
            // A link or a socket in that place is nobody's upload either; a directory cannot be replaced and is an error.
            sent = AtomicFile.Rename(temp, final, replace: true);
        }

        if (!sent)
        {
            File.Delete(temp);
        }

        NoteUnflushed(name);
        CrashPoint.Hit("remote.renamed");
        return sent;
    }

    /// <summary>
    /// Notes a file whose name may not be on disk yet: also one that was found, because its sender may have died before it flushed.
    /// </summary>
    private void NoteUnflushed(string name) => _unflushed[Path.GetDirectoryName(directory.PathOf(name))!] = true;

    private string NewTemp() => Path.Combine(MakeTempDirectory(), TempName.Next());

    private string MakeTempDirectory()
    {
        string path = Path.Combine(directory.Root, "tmp");
        SharedDirectory.Make(path);
        return path;
    }

    /// <summary>A file here that is sent.</summary>
    /// <param name="Fd">Its descriptor.</param>
    /// <param name="Size">Its size in bytes.</param>
    /// <param name="Path">Where it is, for messages.</param>
    /// <param name="Oid">What its bytes should hash to.</param>
    private readonly record struct Source(int Fd, long Size, string Path, Oid Oid);
}
