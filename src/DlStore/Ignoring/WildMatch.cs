using System.Buffers;

namespace DlStore.Ignoring;

/// <summary>
/// Git's wildcards on bytes: <c>?</c>, <c>*</c> and <c>[...]</c> stop at a slash, <c>**</c> between slashes does not, a backslash takes the
/// next byte as it is. A pattern of many stars against a long name costs no more than the product of their lengths.
/// </summary>
internal static class WildMatch
{
    private const byte Slash = (byte)'/';
    private static readonly SearchValues<byte> Special = SearchValues.Create("*?[\\"u8);

    private enum Outcome
    {
        Match,
        NoMatch,

        /// <summary>The text is used up: no star before this one can help by taking more.</summary>
        AbortAll,

        /// <summary>A star met a slash: only a double star can help.</summary>
        AbortToDoubleStar,
    }

    /// <summary>Gives how many bytes at the start of a pattern stand for themselves.</summary>
    public static int LiteralLength(ReadOnlySpan<byte> pattern) => pattern.IndexOfAny(Special) is var i and >= 0 ? i : pattern.Length;

    /// <summary>Tells whether a pattern matches the whole of a text.</summary>
    public static bool IsMatch(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> text) => Run(pattern, 0, text) == Outcome.Match;

    private static Outcome Run(ReadOnlySpan<byte> p, int start, ReadOnlySpan<byte> t)
    {
        int at = 0;
        for (int i = start; i < p.Length; i++, at++)
        {
            if (p[i] == (byte)'*')
            {
                return Star(p, i, t[at..]);
            }

            if (at == t.Length)
            {
                return Outcome.AbortAll;
            }

            if (One(p, ref i, t[at]) is not Outcome.Match and var no)
            {
                return no;
            }
        }

        return at < t.Length ? Outcome.NoMatch : Outcome.Match;
    }

    /// <summary>Matches one byte, and leaves the place at the last byte of what stood for it.</summary>
    private static Outcome One(ReadOnlySpan<byte> p, ref int i, byte b)
    {
        switch (p[i])
        {
            case (byte)'?':
                return b == Slash ? Outcome.NoMatch : Outcome.Match;
            case (byte)'[':
                BracketSet set = BracketSet.Parse(p, i);
                i = set.End;
                return !set.IsClosed ? Outcome.AbortAll : b == Slash || !set.Has(b) ? Outcome.NoMatch : Outcome.Match;
            case (byte)'\\':
                return ++i < p.Length && p[i] == b ? Outcome.Match : Outcome.NoMatch;
            default:
                return p[i] == b ? Outcome.Match : Outcome.NoMatch;
        }
    }

    /// <summary>Matches from a star on.</summary>
    private static Outcome Star(ReadOnlySpan<byte> p, int star, ReadOnlySpan<byte> t)
    {
        int next = star;
        while (next < p.Length && p[next] == (byte)'*')
        {
            next++;
        }

        bool isDouble = next > star + 1 && (star == 0 || p[star - 1] == Slash) && (next == p.Length || p[next] == Slash
            || (p[next] == (byte)'\\' && next + 1 < p.Length && p[next + 1] == Slash));
        if (isDouble && next < p.Length && p[next] == Slash && Run(p, next + 1, t) == Outcome.Match)
        {
            return Outcome.Match;
        }

        if (next == p.Length)
        {
            return isDouble || !t.Contains(Slash) ? Outcome.Match : Outcome.NoMatch;
        }

        if (!isDouble && p[next] == Slash)
        {
            int slash = t.IndexOf(Slash);
            return slash < 0 ? Outcome.NoMatch : Run(p, next, t[slash..]);
        }

        return TakeMore(p, next, t, isDouble);
    }

    /// <summary>Lets a star take nothing, one byte, two and so on.</summary>
    private static Outcome TakeMore(ReadOnlySpan<byte> p, int next, ReadOnlySpan<byte> t, bool isDouble)
    {
        for (int taken = 0; taken < t.Length; taken++)
        {
            Outcome rest = Run(p, next, t[taken..]);
            if (rest != Outcome.NoMatch && (!isDouble || rest != Outcome.AbortToDoubleStar))
            {
                return rest;
            }

            if (!isDouble && t[taken] == Slash)
            {
                return Outcome.AbortToDoubleStar;
            }
        }

        return Outcome.AbortAll;
    }
}
