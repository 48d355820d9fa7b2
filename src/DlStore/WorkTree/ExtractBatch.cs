using DlStore.Io;
using DlStore.Objects;

namespace DlStore.WorkTree;

/// <summary>A file to write out.</summary>
/// <param name="Name">Its name in the directory.</param>
/// <param name="Mode">File, executable or symlink.</param>
/// <param name="Oid">Its bytes.</param>
/// <param name="Size">Its size.</param>
/// <param name="Replace">True: something is there that may be replaced; false: nothing may be there.</param>
internal readonly record struct FileToWrite(byte[] Name, TreeMode Mode, Oid Oid, long Size, bool Replace);

/// <summary>A file that could not be written out because its bytes are not in the store.</summary>
/// <param name="Path">Relative to the work tree.</param>
/// <param name="Size">Its size.</param>
/// <param name="Oid">What it should hold.</param>
internal readonly record struct NotHere(string Path, long Size, Oid Oid);

/// <summary>
/// Some files of one directory, written out by one thread. A new small file is created under its own name (creating is what costs; the
/// journal tells a half-written
/// one); large files and replacements go through a temp file and a rename.
/// </summary>
internal sealed class ExtractBatch(WorkDir root, string directory, ObjectStore store, string tempPrefix, LinkMode links)
{
    private static int _temp;
    private readonly List<FileToWrite> _files = [];

    public string Directory => directory;

    public int Count => _files.Count;

    public long Bytes { get; private set; }

    public WrittenFiles Written { get; } = new();

    public string TempPrefix => tempPrefix;

    /// <summary>Gets the names whose bytes are not in the store.</summary>
    public List<NotHere> NotHere { get; } = [];

    /// <summary>Gets how many files became links of sealed objects.</summary>
    public long Linked { get; private set; }

    /// <summary>Gets why files that should have become links are copies, by name.</summary>
    public List<RefusedPath> NotLinked { get; } = [];

    public void Add(in FileToWrite file)
    {
        _files.Add(file);
        Bytes += file.Size;
    }

    public void Process(PackWindow window, CancellationToken cancel)
    {
        int fd = root.Open(directory);
        try
        {
            foreach (FileToWrite file in _files)
            {
                cancel.ThrowIfCancellationRequested();
                Write(fd, file, window);
            }
        }
        finally
        {
            Sys.Close(fd);
        }
    }

    /// <summary>Notes what was written for the flush. A symlink has no content of its own to flush: it lies in its directory.</summary>
    public void NoteIn(DiskFlush? flush)
    {
        if (flush is null)
        {
            return;
        }

        flush.Directory(directory);
        foreach (FileToWrite file in _files)
        {
            if (file.Mode != TreeMode.Symlink)
            {
                flush.File(directory, file.Name);
            }
        }
    }

    private void Write(int fd, in FileToWrite file, PackWindow window)
    {
        if (store.Find(file.Oid) is { } packed)
        {
            ReadOnlySpan<byte> plain = window.Read(packed);
            if (file.Mode == TreeMode.Symlink)
            {
                WriteLink(fd, file, plain);
            }
            else
            {
                WriteSmall(fd, file, plain);
            }
        }
        else if (store.Large.Contains(file.Oid))
        {
            // An executable needs permissions that the object does not have.
            if (links != LinkMode.Hard || file.Mode != TreeMode.File || !TryLink(fd, file))
            {
                WriteLarge(fd, file);
            }
        }
        else
        {
            NotHere.Add(new NotHere(System.Text.Encoding.UTF8.GetString(file.Name), file.Size, file.Oid));
            Bytes -= file.Size;
        }
    }

    private void WriteSmall(int fd, in FileToWrite file, ReadOnlySpan<byte> plain)
    {
        byte[] name = file.Replace ? TempName() : file.Name;
        int target = Create(fd, file, name);
        try
        {
            CrashPoint.Hit("checkout.file-opened");
            Sys.WriteFully(target, plain, Show(file));
            CrashPoint.Hit("checkout.file-written");
            if (file.Replace)
            {
                Put(fd, name, file);
            }

            Written.Add(file.Name, file.Mode, file.Oid, Sys.StatOpen(target));
        }
        catch (DlsException)
        {
            _ = Sys.UnlinkAt(fd, name, isDirectory: false);
            throw;
        }
        finally
        {
            Sys.Close(target);
        }
    }

    private void WriteLarge(int fd, in FileToWrite file)
    {
        byte[] name = TempName();
        int target = Create(fd, file, name);
        try
        {
            store.Large.Export(file.Oid, target, Show(file));
            Put(fd, name, file);
            Written.Add(file.Name, file.Mode, file.Oid, Sys.StatOpen(target));
        }
        catch (DlsException)
        {
            _ = Sys.UnlinkAt(fd, name, isDirectory: false);
            throw;
        }
        finally
        {
            Sys.Close(target);
        }
    }

    /// <summary>Makes the file a second name of the object, whose bytes are hashed all the same.</summary>
    private bool TryLink(int fd, in FileToWrite file)
    {
        byte[] name = TempName();
        if (HardLink.TryMake(store.Large.PathOf(file.Oid), fd, name) is { } why)
        {
            NotLinked.Add(new RefusedPath(EntryName.Show(file.Name), why));
            return false;
        }

        try
        {
            store.Large.RequireWhole(file.Oid);
            Put(fd, name, file);
        }
        finally
        {
            // A rename over another name of the same file does nothing at all.
            _ = Sys.UnlinkAt(fd, name, isDirectory: false);
        }

        if (Sys.TryStatAt(fd, file.Name, out FileStat stat))
        {
            Written.Add(file.Name, file.Mode, file.Oid, stat);
        }

        Linked++;
        return true;
    }

    private void WriteLink(int fd, in FileToWrite file, ReadOnlySpan<byte> target)
    {
        byte[] name = file.Replace ? TempName() : file.Name;
        if (!Sys.SymlinkAt(target, fd, name))
        {
            throw Sys.Error("write symlink", Show(file));
        }

        if (file.Replace)
        {
            Put(fd, name, file);
        }

        if (Sys.TryStatAt(fd, file.Name, out FileStat stat))
        {
            Written.Add(file.Name, TreeMode.Symlink, file.Oid, stat);
        }
    }

    private int Create(int fd, in FileToWrite file, byte[] name)
    {
        uint mode = file.Mode == TreeMode.Executable ? Permissions.UserFile | Permissions.AllExecute : Permissions.UserFile;
        int target = Sys.OpenAt(fd, name, Posix.WriteOnly | Posix.Create | Posix.Exclusive | Posix.NoFollow, mode);
        return target >= 0 ? target : throw Sys.Error("write", Show(file));
    }

    private void Put(int fd, byte[] temp, in FileToWrite file)
    {
        if (!Sys.RenameAt(fd, temp, fd, file.Name, file.Replace))
        {
            throw Sys.Error("write", Show(file));
        }

        CrashPoint.Hit("checkout.replaced");
    }

    private byte[] TempName() => System.Text.Encoding.UTF8.GetBytes($"{tempPrefix}{Interlocked.Increment(ref _temp)}");

    private string Show(in FileToWrite file) =>
        (directory.Length == 0 ? root.Root : root.Root + "/" + directory) + "/" + EntryName.Show(file.Name);
}
