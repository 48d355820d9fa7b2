using System.Text;

namespace DlStore.Archives;

/// <summary>Writes the headers of a ustar archive (POSIX.1-1988), and of pax (POSIX.1-2001) where a name does not fit.</summary>
internal static class UstarHeader
{
    private const int PrefixBytes = 155;
    private const int VersionAt = TarBlock.MagicAt + 6;
    private const int DeviceAt = VersionAt + 2 + 32 + 32;
    private const int PrefixAt = DeviceAt + 8 + 8;

    public static void WriteDirectory(StoredGzip target, ReadOnlySpan<byte> name) => Write(target, name, 0, '5', TarBlock.ProgramMode);

    public static void WriteFile(StoredGzip target, ReadOnlySpan<byte> name, long size)
    {
        if (size > TarBlock.OctalMax)
        {
            throw new DlsException(ErrorKind.Failed, $"write archive: '{Encoding.UTF8.GetString(name)}' is larger than 8 GiB");
        }

        Write(target, name, size, '0', TarBlock.FileMode);
    }

    private static void Write(StoredGzip target, ReadOnlySpan<byte> name, long size, char type, string mode)
    {
        int split = Split(name);
        if (split < 0)
        {
            WriteLongName(target, name);
        }

        // Readers of pax go by the long name before it; others see the beginning.
        ReadOnlySpan<byte> shortName = split < 0 ? name[..TarBlock.NameBytes] : split == 0 ? name : name[(split + 1)..];
        WriteBlock(target, shortName, split <= 0 ? default : name[..split], size, type, mode);
    }

    /// <summary>Gives the position of the slash at which a name is parted: 0 for not at all, -1 if it fits nowhere.</summary>
    private static int Split(ReadOnlySpan<byte> name)
    {
        if (name.Length <= TarBlock.NameBytes)
        {
            return 0;
        }

        // The first slash that leaves no more than 100 bytes: one place for every name.
        for (int i = Math.Max(1, name.Length - TarBlock.NameBytes - 1); i <= Math.Min(PrefixBytes, name.Length - 2); i++)
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
        WriteBlock(target, "././@PaxHeader"u8, default, record.Length, 'x', TarBlock.FileMode);
        target.Write(record);
        target.PadTo(TarBlock.Bytes);
    }

    private static void WriteBlock(StoredGzip target, ReadOnlySpan<byte> name, ReadOnlySpan<byte> prefix, long size, char type, string mode)
    {
        Span<byte> block = stackalloc byte[TarBlock.Bytes];
        block.Clear();
        TarBlock.Fill(block, name, default, size, type, mode);
        TarBlock.Put(block[TarBlock.MagicAt..], "ustar\000");
        TarBlock.Put(block[DeviceAt..], "0000000\00000000");
        prefix.CopyTo(block[PrefixAt..]);
        TarBlock.Seal(block);
        target.Write(block);
    }
}
