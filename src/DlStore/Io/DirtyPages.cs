using System.Buffers.Text;

namespace DlStore.Io;

/// <summary>
/// What the whole machine has written and not yet brought to its disks: the price of a flush of a whole file system, whoever wrote it.
/// </summary>
internal static class DirtyPages
{
    /// <summary>Asks the kernel (<c>/proc/meminfo</c>, Dirty and Writeback).</summary>
    /// <returns>Bytes, or 0 where it does not say.</returns>
    public static long Bytes()
    {
        int fd = Sys.OpenAt(Posix.AtFdCwd, "/proc/meminfo"u8, Posix.ReadOnly);
        if (fd < 0)
        {
            return 0;
        }

        Span<byte> text = stackalloc byte[4096];
        try
        {
            text = text[..Sys.ReadFully(fd, text, "/proc/meminfo")];
        }
        finally
        {
            Sys.Close(fd);
        }

        return Value(text, "\nDirty:"u8) + Value(text, "\nWriteback:"u8);
    }

    private static long Value(ReadOnlySpan<byte> text, ReadOnlySpan<byte> key)
    {
        int at = text.IndexOf(key);
        return at >= 0 && Utf8Parser.TryParse(text[(at + key.Length)..].TrimStart((byte)' '), out long kib, out _) ? kib * 1024 : 0;
    }
}
