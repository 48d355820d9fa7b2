using System.Text;
using DlStore.Io;

namespace DlStore.Archives;

/// <summary>
/// Writes <c>data_set.tar.gz</c> so that the same files give the same bytes on every machine (docs/formats/dataset-archive.md): sorted
/// names, no times, no owners, and a gzip of
/// stored blocks, because what a compressor makes depends on its version and JPEG files do not shrink anyway.
/// </summary>
public static class TarGz
{
    private const int CopyBytes = 128 * 1024;

    /// <summary>Writes an archive.</summary>
    /// <param name="target">Gets the archive; it is not closed.</param>
    /// <param name="root">The one directory that holds everything, such as <c>data_set</c>: a single name.</param>
    /// <param name="files">In any order.</param>
    /// <param name="progress">Told the bytes read, or null.</param>
    /// <param name="cancel">Stops between pieces.</param>
    /// <exception cref="DlsException">Kind Failed: a path is unsafe or stands twice, or a file is not regular, cannot be read, or changed
    /// its length meanwhile.</exception>
    public static void WriteCanonical(
        Stream target, string root, IReadOnlyList<TarGzFile> files, IProgress<long>? progress = null, CancellationToken cancel = default)
    {
        RequireName(root, isRoot: true);
        List<KeyValuePair<byte[], TarGzFile>> sorted = [];
        foreach (TarGzFile file in files)
        {
            RequireName(file.Path, isRoot: false);
            sorted.Add(new(Encoding.UTF8.GetBytes($"{root}/{file.Path}"), file));
        }

        sorted.Sort(static (a, b) => a.Key.AsSpan().SequenceCompareTo(b.Key));
        StoredGzip gzip = new(target);
        UstarHeader.WriteDirectory(gzip, Encoding.UTF8.GetBytes(root + "/"));
        byte[] buffer = new byte[CopyBytes];
        byte[] last = [];
        foreach ((byte[] name, TarGzFile file) in sorted)
        {
            cancel.ThrowIfCancellationRequested();
            if (last.AsSpan().SequenceEqual(name))
            {
                throw new DlsException(ErrorKind.Failed, $"write archive: path '{EntryName.Show(file.Path)}' stands there twice");
            }

            WriteDirectories(gzip, root.Length + 1, last, name);
            last = name;
            long size = WriteFile(gzip, name, file.Source, buffer, cancel);
            progress?.Report(size);
        }

        // Two blocks of zeros end an archive; tools write it in records of 20 blocks.
        gzip.Write(new byte[2 * TarBlock.Bytes]);
        gzip.PadTo(20 * TarBlock.Bytes);
        gzip.Finish();
    }

    /// <summary>Writes the directories that a name is in and the one before it was not.</summary>
    private static void WriteDirectories(StoredGzip gzip, int from, byte[] last, byte[] name)
    {
        for (int i = from; i < name.Length; i++)
        {
            if (name[i] == '/' && !last.AsSpan().StartsWith(name.AsSpan(0, i + 1)))
            {
                UstarHeader.WriteDirectory(gzip, name.AsSpan(0, i + 1));
            }
        }
    }

    private static long WriteFile(StoredGzip gzip, byte[] name, string source, byte[] buffer, CancellationToken cancel)
    {
        int fd = Sys.OpenAt(Posix.AtFdCwd, Encoding.UTF8.GetBytes(source), Posix.ReadOnly | Posix.NoFollow | Posix.NonBlock);
        if (fd < 0)
        {
            throw Sys.Error("read", source);
        }

        try
        {
            FileStat stat = Sys.StatOpen(fd);
            if (!stat.IsFile)
            {
                throw new DlsException(ErrorKind.Failed, $"read '{source}': it is a {stat.Describe()}");
            }

            UstarHeader.WriteFile(gzip, name, stat.Size);
            long left = stat.Size;
            int n;
            while ((n = Sys.ReadFully(fd, buffer, source)) > 0 && left >= n)
            {
                cancel.ThrowIfCancellationRequested();
                gzip.Write(buffer.AsSpan(0, n));
                left -= n;
            }

            if (left != 0 || n != 0)
            {
                throw new DlsException(ErrorKind.Failed, $"read '{source}': its length changed while it was read");
            }

            gzip.PadTo(TarBlock.Bytes);
            return stat.Size;
        }
        finally
        {
            Sys.Close(fd);
        }
    }

    private static void RequireName(string path, bool isRoot)
    {
        if (!RelPath.TryParse(path, out _, out string? why) || (isRoot && path.Contains('/', StringComparison.Ordinal)))
        {
            throw new DlsException(
                ErrorKind.Failed, $"write archive: path '{EntryName.Show(path)}' is refused: {why ?? "the root is a single name"}");
        }
    }
}
