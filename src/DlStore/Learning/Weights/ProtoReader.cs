namespace DlStore.Learning.Weights;

/// <summary>A field of a message.</summary>
/// <param name="Number">Which.</param>
/// <param name="IsBytes">Whether its value is a piece of the file.</param>
/// <param name="At">Where its value begins.</param>
/// <param name="Length">Bytes of its value.</param>
/// <param name="Value">Its value, if it is a number of variable length.</param>
internal readonly record struct ProtoField(int Number, bool IsBytes, long At, long Length, ulong Value);

/// <summary>
/// Reads the wire form of protocol buffers where it stands: values are places in the file, nothing is copied. Source:
/// https://protobuf.dev/programming-guides/encoding. All errors are <see cref="InvalidDataException"/> with the end of a sentence.
/// </summary>
internal sealed class ProtoReader(Stream source)
{
    private const int FieldsMax = 4_000_000;
    private const int VarintMax = 10;
    private const int WindowLength = 1 << 14;

    private readonly byte[] _window = new byte[WindowLength];
    private long _from;
    private int _length;
    private int _fields;

    /// <summary>Lists the fields of the message that stands in a piece of the file.</summary>
    public IEnumerable<ProtoField> Fields(long at, long end)
    {
        while (at < end)
        {
            if (++_fields > FieldsMax)
            {
                throw Bad();
            }

            ulong tag = Varint(ref at, end);
            (int number, int wire) = ((int)(tag >> 3), (int)(tag & 7));
            ulong value = 0;
            long start = at;
            long length = wire switch { 1 => 8, 5 => 4, _ => 0 };
            if (wire == 0)
            {
                value = Varint(ref at, end);
                length = at - start;
            }
            else if (wire == 2)
            {
                ulong announced = Varint(ref at, end);
                start = at;
                length = announced <= long.MaxValue ? (long)announced : throw Bad();
            }
            else if (wire is not (1 or 5))
            {
                throw Bad();
            }

            if (number == 0 || length > end - start)
            {
                throw Bad();
            }

            yield return new ProtoField(number, wire == 2, start, length, value);
            at = start + length;
        }
    }

    /// <summary>Lists numbers of variable length that stand one behind the other.</summary>
    public IEnumerable<ulong> Varints(long at, long end)
    {
        while (at < end)
        {
            yield return Varint(ref at, end);
        }
    }

    /// <summary>Reads a text.</summary>
    public byte[] Bytes(in ProtoField field, int lengthMax)
    {
        byte[] bytes = new byte[Math.Min(field.Length, lengthMax)];
        ByteRange.Read(source, field.At, bytes);
        return bytes;
    }

    private ulong Varint(ref long at, long end)
    {
        ulong value = 0;
        for (int i = 0; i < VarintMax && at < end; i++)
        {
            byte next = Byte(at++);
            value |= (ulong)(next & 0x7F) << (7 * i);
            if (next < 0x80)
            {
                return value;
            }
        }

        throw Bad();
    }

    private byte Byte(long at)
    {
        if (at < _from || at >= _from + _length)
        {
            _from = at;
            _length = (int)Math.Min(WindowLength, source.Length - at);
            ByteRange.Read(source, at, _window.AsSpan(0, Math.Max(0, _length)));
        }

        return _length > 0 ? _window[at - _from] : throw Bad();
    }

    private static InvalidDataException Bad() => new("it is no message of protocol buffers, or was cut off");
}
