using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DlStore.Images;

/// <summary>
/// The pixel loop of a transform: bilinear, in integers. A position is rounded to 1/128 pixel; the four neighbours have the weights (128 -
/// fx)(128 - fy), fx (128 - fy),
/// (128 - fx) fy and fx fy, which are 16384 in sum; the sum of products is rounded by adding 8192 before the shift. With and without vector
/// instructions the same.
/// </summary>
/// <param name="source">The picture.</param>
/// <param name="map">Where pixels come from.</param>
/// <param name="fill">What the others get.</param>
/// <param name="useVectors">False for the plain loop.</param>
internal readonly unsafe ref struct AffineLoop(TexelSource source, FixedMap map, Fill fill, bool useVectors)
{
    private const int One = 1 << FixedMap.WeightBits;

    /// <summary>Gets or sets the first column that is sampled, 1/128 pixel; likewise the others.</summary>
    public required long MinX { get; init; }

    public required long MaxX { get; init; }

    public required long MinY { get; init; }

    public required long MaxY { get; init; }

    /// <summary>Fills a picture.</summary>
    /// <param name="target">Any size.</param>
    public void Run(Raster target)
    {
        fixed (uint* texels = source.Texels)
        fixed (byte* pixels = target.Pixels)
        {
            for (int y = 0; y < target.Height; y++)
            {
                long px = map.X0 + (map.XY * y), py = map.Y0 + (map.YY * y);
                int from = 0, to = target.Width;
                FixedMap.Narrow(px, map.XX, MinX, MaxX, ref from, ref to);
                FixedMap.Narrow(py, map.YX, MinY, MaxY, ref from, ref to);
                byte* row = pixels + (3L * target.Width * y);
                Outside(texels, row, 0, from, px, py);
                Inside(texels, row, from, to, px, py);
                Outside(texels, row, to, target.Width, px, py);
            }
        }
    }

    private void Outside(uint* texels, byte* row, int from, int to, long px, long py)
    {
        for (int x = from; x < to; x++)
        {
            uint value = fill.R | ((uint)fill.G << 8) | ((uint)fill.B << 16);
            if (fill.IsNearest)
            {
                long qx = Math.Clamp((px + (x * map.XX) + FixedMap.Half) >> FixedMap.Shift, MinX, MaxX);
                long qy = Math.Clamp((py + (x * map.YX) + FixedMap.Half) >> FixedMap.Shift, MinY, MaxY);
                value = Sample(texels, source.Stride, (int)qx, (int)qy);
            }

            Store(row + (3 * x), value);
        }
    }

    private void Inside(uint* texels, byte* row, int from, int to, long px, long py)
    {
        int x = from;
        px += (from * map.XX) + FixedMap.Half;
        py += (from * map.YX) + FixedMap.Half;
        if (useVectors && Sse41.IsSupported)
        {
            // Four bytes are stored for three; the one too many is the next pixel's, so the last pixel is left to the other loop.
            int stride = source.Stride;
            long stepX = map.XX, stepY = map.YX;
            for (; x < to - 1; x++, px += stepX, py += stepY)
            {
                Unsafe.WriteUnaligned(
                    row + (3 * x), SampleVector(texels, stride, (int)(px >> FixedMap.Shift), (int)(py >> FixedMap.Shift)));
            }
        }

        for (; x < to; x++, px += map.XX, py += map.YX)
        {
            Store(row + (3 * x), Sample(texels, source.Stride, (int)(px >> FixedMap.Shift), (int)(py >> FixedMap.Shift)));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint SampleVector(uint* texels, int stride, int qx, int qy)
    {
        byte* at = (byte*)(texels + ((qy >> FixedMap.WeightBits) * stride) + (qx >> FixedMap.WeightBits));
        int fx = qx & (One - 1), fy = qy & (One - 1);

        // The weights of the left and the right neighbour in one number; multiplied by at most 128 they do not meet.
        int pair = (One - fx) | (fx << 16);
        Vector128<byte> spread = Vector128.Create(0, 0x80, 4, 0x80, 1, 0x80, 5, 0x80, 2, 0x80, 6, 0x80, 3, 0x80, 7, 0x80);
        Vector128<short> upper = Ssse3.Shuffle(Vector128.CreateScalarUnsafe(*(ulong*)at).AsByte(), spread).AsInt16();
        Vector128<short> lower = Ssse3.Shuffle(Vector128.CreateScalarUnsafe(*(ulong*)(at + (4L * stride))).AsByte(), spread).AsInt16();
        Vector128<int> sum = Sse2.MultiplyAddAdjacent(upper, Vector128.Create(pair * (One - fy)).AsInt16())
            + Sse2.MultiplyAddAdjacent(lower, Vector128.Create(pair * fy).AsInt16());
        sum = (sum + Vector128.Create(1 << ((2 * FixedMap.WeightBits) - 1))) >> (2 * FixedMap.WeightBits);
        Vector128<byte> gather = Vector128.Create(0, 4, 8, 12, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80);
        return Ssse3.Shuffle(sum.AsByte(), gather).AsUInt32().ToScalar();
    }

    private static uint Sample(uint* texels, int stride, int qx, int qy)
    {
        uint* at = texels + ((qy >> FixedMap.WeightBits) * stride) + (qx >> FixedMap.WeightBits);
        uint fx = (uint)qx & (One - 1), fy = (uint)qy & (One - 1);
        uint value = 0;
        for (int shift = 0; shift < 24; shift += 8)
        {
            uint upper = (((at[0] >> shift) & 0xFF) * (One - fx)) + (((at[1] >> shift) & 0xFF) * fx);
            uint lower = (((at[stride] >> shift) & 0xFF) * (One - fx)) + (((at[stride + 1] >> shift) & 0xFF) * fx);
            value |= (((upper * (One - fy)) + (lower * fy) + (1 << ((2 * FixedMap.WeightBits) - 1))) >> (2 * FixedMap.WeightBits)) << shift;
        }

        return value;
    }

    private static void Store(byte* at, uint value)
    {
        at[0] = (byte)value;
        at[1] = (byte)(value >> 8);
        at[2] = (byte)(value >> 16);
    }
}
