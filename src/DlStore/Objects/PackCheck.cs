using System.Security.Cryptography;

namespace DlStore.Objects;

/// <summary>Checks every entry of a pack: header, decoding, oid.</summary>
internal static class PackCheck
{
    /// <summary>Adds up what the entries unfold to by the table, without unfolding one.</summary>
    public static long PlainBytes(PackTable table)
    {
        long sum = 0;
        for (int i = 0; i < table.Count; i++)
        {
            sum += table.Get(i).Plain;
        }

        return sum;
    }

    /// <summary>Gives the first thing that is wrong, or null.</summary>
    public static string? FirstWrong(PackTable table)
    {
        // Entries that overlap would let a small pack cost hours of hashing.
        long at = PackFormat.HeaderLength;
        foreach (PackEntry entry in InOrder(table))
        {
            if (entry.Offset != at)
            {
                return $"object '{entry.Oid}': it does not begin where the one before it ends";
            }

            at += PackFormat.EntryHeaderLength + (long)entry.Stored;
        }

        return ListWrong(table, out _) is [(Oid oid, string wrong), ..] ? $"object '{oid}': {wrong}" : null;
    }

    /// <summary>Lists all entries that are wrong, reading the pack once from front to back.</summary>
    /// <param name="table">The pack.</param>
    /// <param name="isNamedRight">The whole file hashes to its name; found in the same pass.</param>
    public static IReadOnlyList<(Oid Oid, string Wrong)> ListWrong(PackTable table, out bool isNamedRight)
    {
        List<(Oid Oid, string Wrong)> found = [];
        using IncrementalHash whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        isNamedRight = table.AppendHeader(whole);
        PackWindow window = new();
        long next = PackFormat.HeaderLength;
        foreach (PackEntry entry in InOrder(table))
        {
            isNamedRight &= entry.Offset == next;
            next = entry.Offset + PackFormat.EntryHeaderLength + entry.Stored;
            try
            {
                window.Read(new PackedObject(table.Pack, entry), whole);
            }
            catch (DlsException e) when (e.Kind == ErrorKind.Corrupt)
            {
                found.Add((entry.Oid, e.Reason));
            }
        }

        isNamedRight = isNamedRight && table.AppendTail(whole, next) && Oid.From(whole) == table.Pack.Id;
        return found;
    }

    private static PackEntry[] InOrder(PackTable table)
    {
        PackEntry[] entries = new PackEntry[table.Count];
        for (int i = 0; i < entries.Length; i++)
        {
            entries[i] = table.Get(i);
        }

        Array.Sort(entries, (a, b) => a.Offset.CompareTo(b.Offset));
        return entries;
    }
}
