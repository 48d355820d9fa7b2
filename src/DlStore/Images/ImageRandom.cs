using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace DlStore.Images;

/// <summary>
/// The random numbers of one image: they depend on the seed, the project, the step and the image's number, and on nothing else, so that
/// images can be made in any order and alone.
/// SHA-256 makes the state, xoshiro256** (Blackman and Vigna) the numbers. A value type that changes: pass it by reference.
/// </summary>
public struct ImageRandom
{
    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;

    /// <summary>Starts the numbers of one image.</summary>
    /// <param name="seed">The recipe's seed.</param>
    /// <param name="project">The project's name.</param>
    /// <param name="step">The recipe's step, as the recipe names it.</param>
    /// <param name="image">The image's number in the step, from 0.</param>
    public ImageRandom(long seed, string project, string step, long image)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData("dls-image-random-1\0"u8);
        AppendNumber(hash, seed);
        AppendText(hash, project);
        AppendText(hash, step);
        AppendNumber(hash, image);
        Span<byte> state = stackalloc byte[32];
        hash.GetHashAndReset(state);
        _s0 = BinaryPrimitives.ReadUInt64LittleEndian(state);
        _s1 = BinaryPrimitives.ReadUInt64LittleEndian(state[8..]);
        _s2 = BinaryPrimitives.ReadUInt64LittleEndian(state[16..]);
        _s3 = BinaryPrimitives.ReadUInt64LittleEndian(state[24..]);
    }

    /// <summary>Gives the next 64 bits.</summary>
    /// <returns>Any number.</returns>
    public ulong NextBits()
    {
        ulong result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        ulong t = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= t;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>Gives a number, each of the range as likely as the others.</summary>
    /// <param name="minInclusive">The least.</param>
    /// <param name="maxInclusive">The largest, not below the least.</param>
    /// <returns>From the least to the largest.</returns>
    public long Next(long minInclusive, long maxInclusive)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxInclusive, minInclusive);
        ulong count = unchecked((ulong)(maxInclusive - minInclusive) + 1);
        if (count == 0)
        {
            return unchecked((long)NextBits());
        }

        // The remainder of the numbers that fill the last, incomplete round would favour the low ones: they are drawn again.
        ulong excess = ((ulong.MaxValue % count) + 1) % count;
        ulong bits;
        do
        {
            bits = NextBits();
        }
        while (bits > ulong.MaxValue - excess);

        return unchecked(minInclusive + (long)(bits % count));
    }

    private static void AppendNumber(IncrementalHash hash, long value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        hash.AppendData(bytes);
    }

    private static void AppendText(IncrementalHash hash, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        AppendNumber(hash, bytes.Length);
        hash.AppendData(bytes);
    }
}
