using DlStore.Io;

namespace DlStore.Images;

/// <summary>The bytes of a file of which the beginning is in memory and the rest, if any, is read on demand.</summary>
/// <param name="head">The first bytes.</param>
/// <param name="length">The length of the file.</param>
/// <param name="fd">The open file, or -1 if <paramref name="head"/> is all.</param>
/// <param name="name">The file as messages name it.</param>
internal readonly ref struct JpegBytes(ReadOnlySpan<byte> head, long length, int fd, string name)
{
    private readonly ReadOnlySpan<byte> _head = head;

    /// <summary>Gets the beginning of the file.</summary>
    public ReadOnlySpan<byte> Head => _head;

    /// <summary>Gets the length of the file.</summary>
    public long Length { get; } = length;

    /// <summary>Reads bytes.</summary>
    /// <param name="offset">Where, from 0.</param>
    /// <param name="target">Takes the bytes.</param>
    /// <returns>How many there were, less than asked for only at the end of the file.</returns>
    public int Read(long offset, Span<byte> target)
    {
        if (offset + target.Length <= _head.Length)
        {
            _head.Slice((int)offset, target.Length).CopyTo(target);
            return target.Length;
        }

        if (fd >= 0)
        {
            return offset >= Length ? 0 : Sys.ReadAt(fd, target, offset, name);
        }

        int n = (int)Math.Max(0, _head.Length - offset);
        if (n > 0)
        {
            _head[(int)offset..].CopyTo(target);
        }

        return n;
    }
}
