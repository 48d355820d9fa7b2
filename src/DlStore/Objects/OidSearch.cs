using System.Buffers.Binary;

namespace DlStore.Objects;

/// <summary>Finds an oid in a table of fixed-width rows sorted by the oid at their start.</summary>
internal static class OidSearch
{
    /// <summary>Gives the first row whose oid is not less than <paramref name="oid"/>, within [low, high).</summary>
    public static int LowerBound(ReadOnlySpan<byte> table, int rowLength, int low, int high, Oid oid)
    {
        if (high - low > 64)
        {
            Narrow(table, rowLength, ref low, ref high, oid.Head);
        }

        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            if (new Oid(table.Slice(middle * rowLength, Oid.Length)) < oid)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    /// <summary>Oids are uniform, so the row is close to where its first bytes say: two looks replace a dozen halvings.</summary>
    private static void Narrow(ReadOnlySpan<byte> table, int rowLength, ref int low, ref int high, ulong head)
    {
        ulong first = Head(table, rowLength, low);
        ulong last = Head(table, rowLength, high - 1);
        if (head <= first || head >= last)
        {
            return;
        }

        int guess = low + (int)((double)(head - first) / (last - first) * (high - 1 - low));
        int reach = 8 + (2 * (int)Math.Sqrt(high - low));
        int below = Math.Max(low, guess - reach);
        int above = Math.Min(high - 1, guess + reach);
        if (Head(table, rowLength, below) < head)
        {
            low = below;
        }

        if (Head(table, rowLength, above) > head)
        {
            high = above + 1;
        }
    }

    private static ulong Head(ReadOnlySpan<byte> table, int rowLength, int row) =>
        BinaryPrimitives.ReadUInt64BigEndian(table[(row * rowLength)..]);
}
