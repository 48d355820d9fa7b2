using System.Text;

namespace DlStore.Data.Archives;

/// <summary>Writes the headers of a ustar archive (POSIX.1-1988), and of pax (POSIX.1-2001) where a name does not fit.</summary>
internal static class TarHeader
{
    public const int BlockBytes = 512;
    private const int NameBytes = 100;
    private const int PrefixBytes = 155;
    private const long SizeMax = (1L << 33) - 1;

    public static void WriteDirectory(StoredGzip target, ReadOnlySpan<byte> name) => Write(target, name, 0, '5', "0000755");

    public static void WriteFile(StoredGzip target, ReadOnlySpan<byte> name, long size)
    {
        if (size > SizeMax)
        {
            throw new DlsException(ErrorKind.Failed, $"write archive: '{Encoding.UTF8.GetString(name)}' is larger than 8 GiB");
        }

        Write(target, name, size, '0', "0000644");
    }

    private static void Write(StoredGzip target, ReadOnlySpan<byte> name, long size, char type, string mode)
    {
        int split = Split(name);
        if (split < 0)
        {
            WriteLongName(target, name);
        }

        // Readers of pax go by the long name before it; others see the beginning.
        ReadOnlySpan<byte> shortName = split < 0 ? name[..NameBytes] : split == 0 ? name : name[(split + 1)..];
        WriteBlock(target, shortName, split <= 0 ? default : name[..split], size, type, mode);
    }

    /// <summary>Gives the position of the slash at which a name is parted: 0 for not at all, -1 if it fits nowhere.</summary>
    private static int Split(ReadOnlySpan<byte> name)
    {
        if (name.Length <= NameBytes)
        {
            return 0;
        }

        // The first slash that leaves no more than 100 bytes: one place for every name.
        for (int i = Math.Max(1, name.Length - NameBytes - 1); i <= Math.Min(PrefixBytes, name.Length - 2); i++)
        {
            if (name[i] == '/')
            {
                return i;
            }
        }

        return -1;
    }

    private static void WriteLongName(StoredGzip target, ReadOnlySpan<byte> name)
    {
        // A record counts its own length, digits included.
        int length = " path=\n".Length + name.Length;
        int digits = length.ToString().Length;
        digits = (length + digits).ToString().Length;
        byte[] record = [.. Encoding.ASCII.GetBytes($"{length + digits} path="), .. name, (byte)'\n'];
        WriteBlock(target, "././@PaxHeader"u8, default, record.Length, 'x', "0000644");
        target.Write(record);
        target.PadTo(BlockBytes);
    }

    private static void WriteBlock(StoredGzip target, ReadOnlySpan<byte> name, ReadOnlySpan<byte> prefix, long size, char type, string mode)
    {
        Span<byte> block = stackalloc byte[BlockBytes];
        block.Clear();
        name.CopyTo(block);
        Put(block[100..], mode);
        Put(block[108..], "0000000");
        Put(block[116..], "0000000");
        Put(block[124..], Octal(size));
        Put(block[136..], Octal(0));
        block[156] = (byte)type;
        Put(block[257..], "ustar\000");
        Put(block[329..], "0000000");
        Put(block[337..], "0000000");
        prefix.CopyTo(block[345..]);
        // The checksum counts its own field as blanks.
        block[148..156].Fill((byte)' ');
        int sum = 0;
        foreach (byte b in block)
        {
            sum += b;
        }

        Put(block[148..], Octal(sum)[^6..] + "\0 ");
        target.Write(block);
    }

    private static string Octal(long value) => Convert.ToString(value, 8).PadLeft(11, '0');

    private static void Put(Span<byte> target, string text) => Encoding.ASCII.GetBytes(text, target);
}
