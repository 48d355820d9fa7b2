using System.Buffers.Binary;
using System.Text;

namespace DlStore.Learning.Weights;

/// <summary>The arguments of a pickle's operations. What would lie behind the end is refused.</summary>
internal sealed class PickleBytes(byte[] bytes)
{
    private static readonly UTF8Encoding Strict = new(false, true);

    private int _at;

    /// <summary>Gets how far was read.</summary>
    public int At => _at;

    public byte Byte() => Take(1)[0];

    public long Unsigned(int width)
    {
        ReadOnlySpan<byte> taken = Take(width);
        ulong value = 0;
        for (int i = width - 1; i >= 0; i--)
        {
            value = (value << 8) | taken[i];
        }

        return value <= long.MaxValue ? (long)value : throw new InvalidDataException("its pickle names a length beyond 2^63");
    }

    public long Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    public double Double() => BinaryPrimitives.ReadDoubleBigEndian(Take(8));

    /// <summary>A whole number in two's complement, or null if it has more than 64 bits.</summary>
    public long? Long(long length)
    {
        ReadOnlySpan<byte> taken = Take(length);
        if (length > 8)
        {
            return null;
        }

        long value = 0;
        for (int i = taken.Length - 1; i >= 0; i--)
        {
            value = i == taken.Length - 1 ? (sbyte)taken[i] : (value << 8) | taken[i];
        }

        return value;
    }

    public string Text(long length)
    {
        try
        {
            return Strict.GetString(Take(length));
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidDataException("its pickle holds a text that is not UTF-8", e);
        }
    }

    public string Line()
    {
        int end = bytes.AsSpan(_at).IndexOf((byte)'\n');
        string line = Text(end < 0 ? long.MaxValue : end);
        _at++;
        return line;
    }

    public void Skip(long length) => Take(length);

    private ReadOnlySpan<byte> Take(long length)
    {
        if (length > bytes.Length - _at)
        {
            throw new InvalidDataException("its pickle ends in the middle of an operation");
        }

        ReadOnlySpan<byte> taken = bytes.AsSpan(_at, (int)length);
        _at += (int)length;
        return taken;
    }
}
