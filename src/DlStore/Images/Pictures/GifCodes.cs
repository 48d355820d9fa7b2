namespace DlStore.Images.Pictures;

/// <summary>
/// Counts the pixels that the codes of a GIF picture stand for (GIF89a, appendix F), without making them: a decoder fills what is missing
/// with the first colour and says nothing.
/// </summary>
internal static class GifCodes
{
    private const int CodesMax = 4096;

    /// <summary>Counts pixels.</summary>
    /// <param name="data">The code size and the blocks behind it.</param>
    /// <param name="enough">Where to stop.</param>
    /// <returns>How many there are, as far as the codes make sense; no more than needed are looked at.</returns>
    public static long Count(ReadOnlySpan<byte> data, long enough)
    {
        int size = data.IsEmpty ? 0 : data[0];
        if (size is < 1 or > 11)
        {
            return 0;
        }

        int clear = 1 << size, next = clear + 2, width = size + 1, before = -1;
        Span<ushort> lengths = stackalloc ushort[CodesMax];
        lengths[..clear].Fill(1);
        Bits bits = new(data[1..]);
        long pixels = 0;
        while (pixels < enough && bits.Read(width) is var code and >= 0 && code != clear + 1)
        {
            if (code == clear)
            {
                (next, width, before) = (clear + 2, size + 1, -1);
                continue;
            }

            // The code behind the newest one stands for what came before and its own first pixel.
            if (code > next || (code == next && before < 0))
            {
                return pixels;
            }

            if (before >= 0 && next < CodesMax)
            {
                lengths[next++] = (ushort)Math.Min(lengths[before] + 1, ushort.MaxValue);
                width += next == 1 << width && width < 12 ? 1 : 0;
            }

            pixels += lengths[code];
            before = code;
        }

        return pixels;
    }

    /// <summary>Reads codes, the lowest bit first, across blocks.</summary>
    private ref struct Bits(ReadOnlySpan<byte> blocks)
    {
        private ReadOnlySpan<byte> _blocks = blocks;
        private ReadOnlySpan<byte> _block;
        private uint _held;
        private int _count;

        /// <summary>Reads a code.</summary>
        /// <returns>The code, or -1 at the end.</returns>
        public int Read(int width)
        {
            while (_count < width)
            {
                if (_block.IsEmpty)
                {
                    if (_blocks.Length < 2 || _blocks[0] == 0 || _blocks[0] >= _blocks.Length)
                    {
                        return -1;
                    }

                    _block = _blocks.Slice(1, _blocks[0]);
                    _blocks = _blocks[(_blocks[0] + 1)..];
                }

                _held |= (uint)_block[0] << _count;
                _count += 8;
                _block = _block[1..];
            }

            int code = (int)(_held & ((1u << width) - 1));
            _held >>= width;
            _count -= width;
            return code;
        }
    }
}
