using System.Text;
using DlStore.Io;

namespace DlStore.Tests;

/// <summary>
/// Names that together hold every byte from 1 to 255 that valid UTF-8 can have, at the beginning, in the middle and at the end, alone and
/// in pairs.
/// </summary>
internal static class EveryName
{
    private static readonly string[] Marks = ["#", "!", " ", "  ",
        "\t", "\r", "\n", "\r\n", "\\", "\\n", "\\x0a", "\\r", "*", "?", "[", "[a]", "\u0085", "\u2028", "\u202e", "\uFEFF", "\u001b[31m"];

    /// <summary>Every name that a tree may hold.</summary>
    public static IReadOnlyList<string> All { get; } = [
        .. Make().Distinct().Where(static n => EntryName.WhyRefused(Encoding.UTF8.GetBytes(n)) is null)];

    /// <summary>Those that a managed path may have.</summary>
    public static IReadOnlyList<string> OfPointers { get; } = [.. All.Where(static n => RelPath.TryParse(n, out _, out _))];

    private static IEnumerable<string> Make()
    {
        // Two-byte characters have every byte that continues one; the rest have the bytes that begin longer ones.
        IEnumerable<int> points = Enumerable.Range(
            1, 0xFF).Concat(Enumerable.Range(2, 30).Select(static i => i << 6)).Concat(Enumerable.Range(1, 12).Select(static i => i << 12))
            .Concat([0x800, 0xD000, 0xE000, 0xFFFD, 0x10000, 0x4FFFF, 0x8FFFF, 0xCFFFF, 0x10FFFF]);
        string[] characters = [.. points.Select(static p => new Rune(p).ToString())];
        foreach (string c in characters)
        {
            foreach (string name in (string[])[c, "a" + c, c + "a", c + " ", c + "\\", "\\" + c])
            {
                yield return name;
            }
        }

        foreach (string a in Marks)
        {
            foreach (string b in Marks)
            {
                yield return a + b;
                yield return "n" + a + b + "n";
            }
        }
    }
}
