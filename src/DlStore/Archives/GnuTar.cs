namespace DlStore.Archives;

/// <summary>
/// Headers of GNU's tar format, for archives that a host unpacks: names are bytes as they are and may be long, which pax leaves to the
/// reader's locale, and a file may be larger
/// than 8 GiB.
/// </summary>
internal static class GnuTar
{
    // What an archive ends with: two blocks of zeros.
    public static ReadOnlyMemory<byte> End { get; } = new byte[2 * TarBlock.Bytes];

    /// <summary>Makes the blocks before a member: its header, and members that hold a long name or link before it.</summary>
    /// <param name="name">Relative, any length.</param>
    /// <param name="link">The target of a symlink, else empty.</param>
    /// <param name="size">The bytes that follow, without padding.</param>
    /// <param name="type">As in <see cref="TarBlock.Fill"/>.</param>
    /// <param name="mode">The permissions.</param>
    public static byte[] Header(ReadOnlySpan<byte> name, ReadOnlySpan<byte> link, long size, char type, string mode)
    {
        int before = LongBytes(link) + LongBytes(name);
        byte[] blocks = new byte[before + TarBlock.Bytes];
        Span<byte> rest = PutLong(PutLong(blocks, link, 'K'), name, 'L');
        Put(rest, name[..Math.Min(TarBlock.NameBytes, name.Length)], link[..Math.Min(TarBlock.NameBytes, link.Length)], size, type, mode);
        return blocks;
    }

    private static int LongBytes(ReadOnlySpan<byte> name) => name.Length <= TarBlock.NameBytes
        ? 0 : TarBlock.Bytes + Padded(name.Length + 1);

    private static int Padded(int length) => length + TarBlock.PaddingOf(length);

    /// <summary>A member that holds the name of the one after it, with a NUL.</summary>
    private static Span<byte> PutLong(Span<byte> blocks, ReadOnlySpan<byte> name, char type)
    {
        if (LongBytes(name) is var bytes && bytes > 0)
        {
            Put(blocks, "././@LongLink"u8, default, name.Length + 1, type, TarBlock.FileMode);
            name.CopyTo(blocks[TarBlock.Bytes..]);
        }

        return blocks[bytes..];
    }

    private static void Put(Span<byte> blocks, ReadOnlySpan<byte> name, ReadOnlySpan<byte> link, long size, char type, string mode)
    {
        Span<byte> block = blocks[..TarBlock.Bytes];
        TarBlock.Fill(block, name, link, size, type, mode);
        TarBlock.Put(block[TarBlock.MagicAt..], "ustar  ");
        TarBlock.Seal(block);
    }
}
