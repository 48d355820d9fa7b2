namespace DlStore.Objects;

/// <summary>Checks every entry of a pack: header, decoding, oid.</summary>
internal static class PackCheck
{
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

        foreach ((Oid oid, string wrong) in ListWrong(table))
        {
            return $"object '{oid}': {wrong}";
        }

        return null;
    }

    /// <summary>Lists all entries that are wrong, reading the pack once from front to back.</summary>
    public static IEnumerable<(Oid Oid, string Wrong)> ListWrong(PackTable table)
    {
        PackWindow window = new();
        foreach (PackEntry entry in InOrder(table))
        {
            string? wrong = null;
            try
            {
                window.Read(new PackedObject(table.Pack, entry));
            }
            catch (DlsException e) when (e.Kind == ErrorKind.Corrupt)
            {
                wrong = e.Message[(e.Message.LastIndexOf(": ", StringComparison.Ordinal) + 2)..];
            }

            if (wrong is not null)
            {
                yield return (entry.Oid, wrong);
            }
        }
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
