using System.Text;
using DlStore.Io;

namespace DlStore.Tests;

/// <summary>Random names of the sort that break careless code: newlines, Japanese, emoji, spaces, the full 255 bytes.</summary>
internal static class RandomNames
{
    private static readonly string[] Pieces =
        ["a", "b", "Z",
            "0", " ", "  x", ".", "-", "\\", "\"", "'", "*", "日本", "猫", "é", "e\u0301", "😀", "👩‍🚀", "~", "%41", ":", "\u2028", "\uFEFF"];

    private static readonly string[] Controls = ["\n", "\t", "\r\n", "\u0001", "\u007f", "\u001b[31m", "\u0085"];

    /// <summary>A valid name for a tree entry; may hold control characters.</summary>
    public static string Any(Random random) => Make(random, [.. Pieces, .. Controls]);

    /// <summary>A valid name without control characters, as paths of pointers need.</summary>
    public static string Printable(Random random) => Make(random, Pieces);

    /// <summary>Distinct entry names in the order of their bytes.</summary>
    public static List<byte[]> Sorted(Random random, int count)
    {
        HashSet<string> names = [];
        while (names.Count < count)
        {
            names.Add(count > 300 && random.Next(4) > 0 ? $"{random.Next(0x100000):x}-{random.Next(100)}.jpg" : Any(random));
        }

        List<byte[]> sorted = [.. names.Select(Encoding.UTF8.GetBytes)];
        sorted.Sort((a, b) => a.AsSpan().SequenceCompareTo(b));
        return sorted;
    }

    private static string Make(Random random, string[] pieces)
    {
        if (random.Next(20) == 0)
        {
            // Exactly the longest: 255 bytes, by ASCII behind a few wide characters.
            string wide = string.Concat(Enumerable.Repeat("猫", random.Next(0, 80)));
            return wide + new string((char)('a' + random.Next(26)), 255 - Encoding.UTF8.GetByteCount(wide));
        }

        while (true)
        {
            StringBuilder name = new();
            for (int n = random.Next(1, 9); n > 0; n--)
            {
                name.Append(pieces[random.Next(pieces.Length)]);
            }

            if (EntryName.WhyRefused(Encoding.UTF8.GetBytes(name.ToString())) is null)
            {
                return name.ToString();
            }
        }
    }
}
