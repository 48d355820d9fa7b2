using System.Buffers.Binary;
using System.Text;

namespace DlStore.Ssh;

/// <summary>
/// Reads regular files from a tar archive in GNU's format that a host made of names it was given. Anything else in it (links, devices, extensions) is not asked for and is
/// refused, so no name in the archive decides where a byte goes.
/// </summary>
/// <param name="source">The archive.</param>
internal sealed class TarMembers(Stream source)
{
    private const int BlockBytes = 512;
    private const int NameBytes = 100;
    private const int LongNameMax = 8192;
    private readonly byte[] _block = new byte[BlockBytes];

    /// <summary>Gets the current member's name.</summary>
    public byte[] Name { get; private set; } = [];

    /// <summary>Gets the current member's length in bytes; read that many from the source, then call <see cref="SkipPadding"/>.</summary>
    public long Size { get; private set; }

    /// <summary>Goes to the next member.</summary>
    /// <returns>False at the end of the archive, or where it is no such archive any more.</returns>
    public bool Next()
    {
        byte[]? longName = null;
        while (source.ReadAtLeast(_block, BlockBytes, throwOnEndOfStream: false) == BlockBytes && _block.AsSpan().IndexOfAnyExcept((byte)0) >= 0 && ReadSize() is { } size)
        {
            switch ((char)_block[156])
            {
                case 'L' when longName is null && size is > 0 and <= LongNameMax:
                    byte[] data = new byte[(size + BlockBytes - 1) / BlockBytes * BlockBytes];
                    if (source.ReadAtLeast(data, data.Length, throwOnEndOfStream: false) != data.Length)
                    {
                        return false;
                    }

                    longName = Text(data.AsSpan(0, (int)size));
                    break;
                case '0' or '\0':
                    Name = longName ?? Text(_block.AsSpan(0, NameBytes));
                    Size = size;
                    return true;
                default:
                    return false;
            }
        }

        return false;
    }

    /// <summary>Passes over what fills the last block of the current member.</summary>
    public void SkipPadding()
    {
        int padding = (int)(-Size & (BlockBytes - 1));
        source.ReadAtLeast(_block.AsSpan(0, padding), padding, throwOnEndOfStream: false);
    }

    private static byte[] Text(ReadOnlySpan<byte> field) => field[..(field.IndexOf((byte)0) is var end and >= 0 ? end : field.Length)].ToArray();

    private long? ReadSize()
    {
        ReadOnlySpan<byte> field = _block.AsSpan(124, 12);
        if (field[0] == 0x80)
        {
            long large = BinaryPrimitives.ReadInt64BigEndian(field[4..]);
            return large >= 0 && field[1..4].IndexOfAnyExcept((byte)0) < 0 ? large : null;
        }

        long size = 0;
        foreach (char c in Encoding.Latin1.GetString(field).Trim('\0', ' '))
        {
            if (c is < '0' or > '7')
            {
                return null;
            }

            size = (size * 8) + (c - '0');
        }

        return size;
    }
}
