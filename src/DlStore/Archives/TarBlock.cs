using System.Buffers.Binary;
using System.Text;

namespace DlStore.Archives;

/// <summary>
/// The 512 bytes before a member of a tar archive. What POSIX.1-1988 (ustar) and GNU's format share is here: the places of the fields,
/// octal numbers and the checksum. No
/// owner, no time: the same member has the same bytes on every machine.
/// </summary>
internal static class TarBlock
{
    /// <summary>Everything in an archive is padded to a multiple of this.</summary>
    public const int Bytes = 512;

    /// <summary>The room for a name, and for the target of a link.</summary>
    public const int NameBytes = 100;

    /// <summary>The largest length that eleven octal digits can say.</summary>
    public const long OctalMax = (1L << 33) - 1;

    /// <summary>The permissions of a plain file, of a program or directory, and of a link, as text of a header.</summary>
    public const string FileMode = "0000644";

    /// <inheritdoc cref="FileMode"/>
    public const string ProgramMode = "0000755";

    /// <inheritdoc cref="FileMode"/>
    public const string LinkMode = "0000777";

    private const int ModeAt = NameBytes;
    private const int UserAt = ModeAt + 8;
    private const int GroupAt = UserAt + 8;
    private const int SizeAt = GroupAt + 8;
    private const int SizeBytes = 12;
    private const int TimeAt = SizeAt + SizeBytes;
    private const int SumAt = TimeAt + 12;
    private const int SumBytes = 8;
    private const int TypeAt = SumAt + SumBytes;
    private const int LinkAt = TypeAt + 1;

    // GNU: a first byte of 0x80 says that the rest of a number's field is big-endian.
    private const byte BinaryMark = 0x80;

    /// <summary>Where the magic word is; what lies behind it differs between the formats.</summary>
    public const int MagicAt = LinkAt + NameBytes;

    /// <summary>Fills the fields that both formats have. The sum is last: <see cref="Seal"/>.</summary>
    /// <param name="block">512 zeros.</param>
    /// <param name="name">At most 100 bytes.</param>
    /// <param name="link">The target of a link, at most 100 bytes.</param>
    /// <param name="size">The bytes that follow, without padding.</param>
    /// <param name="type">What it is: <c>0</c> a file, <c>2</c> a symlink, <c>5</c> a directory, letters for extensions.</param>
    /// <param name="mode">The permissions.</param>
    public static void Fill(Span<byte> block, ReadOnlySpan<byte> name, ReadOnlySpan<byte> link, long size, char type, string mode)
    {
        name.CopyTo(block[..NameBytes]);
        link.CopyTo(block.Slice(LinkAt, NameBytes));
        Put(block[ModeAt..], mode);
        Put(block[UserAt..], "0000000");
        Put(block[GroupAt..], "0000000");
        if (size <= OctalMax)
        {
            Put(block[SizeAt..], Octal(size));
        }
        else
        {
            block[SizeAt] = BinaryMark;
            BinaryPrimitives.WriteInt64BigEndian(block[(SizeAt + SizeBytes - sizeof(long))..], size);
        }

        Put(block[TimeAt..], Octal(0));
        block[TypeAt] = (byte)type;
    }

    /// <summary>Writes the checksum, which counts its own field as blanks.</summary>
    public static void Seal(Span<byte> block)
    {
        block.Slice(SumAt, SumBytes).Fill((byte)' ');
        int sum = 0;
        foreach (byte b in block)
        {
            sum += b;
        }

        Put(block[SumAt..], Octal(sum)[^6..] + "\0 ");
    }

    /// <summary>Writes ASCII into a field.</summary>
    public static void Put(Span<byte> field, string text) => Encoding.ASCII.GetBytes(text, field);

    /// <summary>Reads what a member is.</summary>
    public static char TypeOf(ReadOnlySpan<byte> block) => (char)block[TypeAt];

    /// <summary>Reads a name up to its NUL, or the whole field.</summary>
    public static byte[] Text(
        ReadOnlySpan<byte> field) => field[..(field.IndexOf((byte)0) is var end and >= 0 ? end : field.Length)].ToArray();

    /// <summary>Reads a member's length; null if the field holds no number from 0 on.</summary>
    public static long? SizeOf(ReadOnlySpan<byte> block)
    {
        ReadOnlySpan<byte> field = block.Slice(SizeAt, SizeBytes);
        if (field[0] == BinaryMark)
        {
            long large = BinaryPrimitives.ReadInt64BigEndian(field[^sizeof(long)..]);
            return large >= 0 && field[1..^sizeof(long)].IndexOfAnyExcept((byte)0) < 0 ? large : null;
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

    /// <summary>How many zeros follow a member's bytes.</summary>
    public static int PaddingOf(long size) => (int)(-size & (Bytes - 1));

    private static string Octal(long value) => Convert.ToString(value, 8).PadLeft(11, '0');
}
