namespace DlStore.Ignoring;

/// <summary>A set of bytes in a pattern, as <c>[a-z]</c>, <c>[!0-9]</c> or <c>[[:alpha:]_]</c>.</summary>
/// <param name="Low">A bit for each byte below 128.</param>
/// <param name="High">A bit for each byte from 128 on.</param>
/// <param name="IsNegated">It stands for all other bytes.</param>
/// <param name="End">Where its closing bracket is.</param>
/// <param name="IsClosed">False if the pattern ends before it does, or names a class that does not exist.</param>
internal readonly record struct BracketSet(UInt128 Low, UInt128 High, bool IsNegated, int End, bool IsClosed)
{
    /// <summary>Tells whether a byte is one of it.</summary>
    public bool Has(byte b) => IsMember(b) != IsNegated;

    /// <summary>Reads a set.</summary>
    /// <param name="p">The pattern.</param>
    /// <param name="open">Where its opening bracket is.</param>
    public static BracketSet Parse(ReadOnlySpan<byte> p, int open)
    {
        bool isNegated = open + 1 < p.Length && (p[open + 1] is (byte)'!' or (byte)'^');
        BracketSet set = new(0, 0, isNegated, 0, false);
        int start = open + (isNegated ? 2 : 1);
        byte before = 0;
        for (int i = start; i < p.Length; i++)
        {
            if (p[i] == (byte)']' && i > start)
            {
                return set with { End = i, IsClosed = true };
            }

            if (p[i] == (byte)'[' && i + 1 < p.Length && p[i + 1] == (byte)':' && ClassEnd(p, i + 2) is var end and > 0)
            {
                if (!set.TryAddClass(p[(i + 2)..(end - 1)], out set))
                {
                    return default;
                }

                (i, before) = (end, 0);
                continue;
            }

            bool isRange = p[i] == (byte)'-' && before != 0 && i + 1 < p.Length && p[i + 1] != (byte)']';
            i += isRange ? 1 : 0;
            if (p[i] == (byte)'\\' && ++i >= p.Length)
            {
                return default;
            }

            set = set.Add(isRange ? before : p[i], p[i]);
            before = isRange ? (byte)0 : p[i];
        }

        return default;
    }

    /// <summary>Gives where the bracket that ends a class name is, or -1 if what looks like one is none.</summary>
    private static int ClassEnd(ReadOnlySpan<byte> p, int start)
    {
        int close = p[start..].IndexOf((byte)']');
        return close > 0 && p[start + close - 1] == (byte)':' ? start + close : -1;
    }

    private bool TryAddClass(ReadOnlySpan<byte> name, out BracketSet with)
    {
        Func<char, bool>? isIn = name switch
        {
            _ when name.SequenceEqual("alnum"u8) => char.IsAsciiLetterOrDigit,
            _ when name.SequenceEqual("alpha"u8) => char.IsAsciiLetter,
            _ when name.SequenceEqual("blank"u8) => static c => c is ' ' or '\t',
            _ when name.SequenceEqual("cntrl"u8) => static c => c is < ' ' or '\x7f',
            _ when name.SequenceEqual("digit"u8) => char.IsAsciiDigit,
            _ when name.SequenceEqual("graph"u8) => static c => c is > ' ' and < '\x7f',
            _ when name.SequenceEqual("lower"u8) => char.IsAsciiLetterLower,
            _ when name.SequenceEqual("print"u8) => static c => c is >= ' ' and < '\x7f',
            _ when name.SequenceEqual("punct"u8) => static c => c is > ' ' and < '\x7f' && !char.IsAsciiLetterOrDigit(c),
            _ when name.SequenceEqual("space"u8) => static c => c is ' ' or (>= '\t' and <= '\r'),
            _ when name.SequenceEqual("upper"u8) => char.IsAsciiLetterUpper,
            _ when name.SequenceEqual("xdigit"u8) => char.IsAsciiHexDigit,
            _ => null,
        };
        with = this;
        for (char c = '\0'; c < 128 && isIn is not null; c++)
        {
            with = isIn(c) ? with.Add((byte)c, (byte)c) : with;
        }

        return isIn is not null;
    }

    private BracketSet Add(byte from, byte to)
    {
        BracketSet with = this;
        for (int b = from; b <= to; b++)
        {
            with = b < 128 ? with with { Low = with.Low | (UInt128.One << b) }
                : with with { High = with.High | (UInt128.One << (b - 128)) };
        }

        return with;
    }

    private bool IsMember(byte b) => ((b < 128 ? Low >> b : High >> (b - 128)) & UInt128.One) != 0;
}
