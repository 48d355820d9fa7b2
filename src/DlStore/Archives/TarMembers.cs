namespace DlStore.Archives;

/// <summary>
/// Reads regular files from a tar archive in GNU's format that a host made of names it was given. Anything else in it (links, devices,
/// extensions) is not asked for and is
/// refused, so no name in the archive decides where a byte goes.
/// </summary>
/// <param name="source">The archive.</param>
internal sealed class TarMembers(Stream source)
{
    private const int LongNameMax = 8192;
    private readonly byte[] _block = new byte[TarBlock.Bytes];

    /// <summary>Gets the current member's name.</summary>
    public byte[] Name { get; private set; } = [];

    /// <summary>Gets the current member's length in bytes; read that many from the source, then call <see cref="SkipPadding"/>.</summary>
    public long Size { get; private set; }

    /// <summary>Goes to the next member.</summary>
    /// <returns>False at the end of the archive, or where it is no such archive any more.</returns>
    public bool Next()
    {
        byte[]? longName = null;
        while (source.ReadAtLeast(_block, TarBlock.Bytes, throwOnEndOfStream: false) == TarBlock.Bytes
            && _block.AsSpan().IndexOfAnyExcept((byte)0) >= 0 && TarBlock.SizeOf(_block) is { } size)
        {
            switch (TarBlock.TypeOf(_block))
            {
                case 'L' when longName is null && size is > 0 and <= LongNameMax:
                    byte[] data = new byte[(size + TarBlock.Bytes - 1) / TarBlock.Bytes * TarBlock.Bytes];
                    if (source.ReadAtLeast(data, data.Length, throwOnEndOfStream: false) != data.Length)
                    {
                        return false;
                    }

                    longName = TarBlock.Text(data.AsSpan(0, (int)size));
                    break;
                case '0' or '\0':
                    Name = longName ?? TarBlock.Text(_block.AsSpan(0, TarBlock.NameBytes));
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
        int padding = TarBlock.PaddingOf(Size);
        source.ReadAtLeast(_block.AsSpan(0, padding), padding, throwOnEndOfStream: false);
    }
}
