using System.Numerics;
using System.Runtime.InteropServices;

namespace DlStore.Learning.Weights;

/// <summary>How many NaN and infinities there are.</summary>
internal readonly record struct NotFinite(long Nan, long Infinity);

/// <summary>Counts NaN and infinities in stored numbers, a vector at a time: a file of weights is read at the speed of the disk.</summary>
internal static class FloatScan
{
    private const int BufferBytes = 1 << 18;

    /// <summary>Reads part of a file once and counts in each of its pieces.</summary>
    /// <param name="source">The file.</param>
    /// <param name="offset">Where the numbers begin.</param>
    /// <param name="bits">What they are.</param>
    /// <param name="bounds">Where pieces begin and the last one ends, in bytes from <paramref name="offset"/>, ascending; multiples of the
    /// number's size.</param>
    /// <returns>One count a piece.</returns>
    public static NotFinite[] Count(Stream source, long offset, FloatBits bits, IReadOnlyList<long> bounds)
    {
        NotFinite[] counts = new NotFinite[Math.Max(0, bounds.Count - 1)];
        byte[] buffer = new byte[BufferBytes];
        int piece = 0;
        for (long at = bounds.Count == 0 ? 0 : bounds[0]; piece < counts.Length;)
        {
            int length = (int)Math.Min(BufferBytes, bounds[^1] - at);
            ByteRange.Read(source, offset + at, buffer.AsSpan(0, length));
            for (int done = 0; done < length;)
            {
                int here = (int)Math.Min(length - done, bounds[piece + 1] - at - done);
                NotFinite found = Count(buffer.AsSpan(done, here), bits);
                counts[piece] = new NotFinite(counts[piece].Nan + found.Nan, counts[piece].Infinity + found.Infinity);
                done += here;
                piece += bounds[piece + 1] == at + done ? 1 : 0;
            }

            at += length;
        }

        return counts;
    }

    private static NotFinite Count(ReadOnlySpan<byte> bytes, FloatBits bits) => bits.Size switch
    {
        2 => Count(MemoryMarshal.Cast<byte, ushort>(bytes), (ushort)bits.Exponent, (ushort)bits.Fraction),
        4 => Count(MemoryMarshal.Cast<byte, uint>(bytes), (uint)bits.Exponent, (uint)bits.Fraction),
        _ => Count(MemoryMarshal.Cast<byte, ulong>(bytes), bits.Exponent, bits.Fraction),
    };

    private static NotFinite Count<T>(ReadOnlySpan<T> numbers, T exponent, T fraction)
        where T : unmanaged, IBinaryInteger<T>
    {
        long nan = 0;
        long infinity = 0;
        Vector<T> mask = new(exponent);
        while (!numbers.IsEmpty)
        {
            int width = Math.Min(Vector<T>.Count, numbers.Length);
            ReadOnlySpan<T> part = numbers[..width];
            numbers = numbers[width..];
            if (width == Vector<T>.Count && !Vector.EqualsAny(new Vector<T>(part) & mask, mask))
            {
                continue;
            }

            foreach (T number in part)
            {
                bool isNotFinite = (number & exponent) == exponent;
                bool isNan = isNotFinite && (number & fraction) != T.Zero;
                nan += isNan ? 1 : 0;
                infinity += isNotFinite && !isNan ? 1 : 0;
            }
        }

        return new NotFinite(nan, infinity);
    }
}
