using System.Globalization;
using System.Text;

namespace DlStore.Cli;

/// <summary>How numbers, durations and foreign text look. Pure functions.</summary>
internal static class Format
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

    /// <summary>Shows a size with three significant digits at least: <c>0 B</c>, <c>1023 B</c>, <c>1.50 KiB</c>, <c>312 MiB</c>.</summary>
    public static string Bytes(long bytes)
    {
        if (bytes is > -1024 and < 1024)
        {
            return $"{bytes} B";
        }

        double value = bytes;
        int unit = 0;
        // 1023.5 would round to "1024 KiB".
        while (Math.Abs(value) >= 1023.5)
        {
            value /= 1024;
            unit++;
        }

        string digits = Math.Abs(value) < 9.995 ? "0.00" : Math.Abs(value) < 99.95 ? "0.0" : "0";
        return value.ToString(digits, CultureInfo.InvariantCulture) + " " + Units[unit];
    }

    /// <summary>Shows a count with thousands apart: <c>50,000</c>.</summary>
    public static string Count(long count) => count.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>Gives the count and the right form of its noun: <c>1 file</c>, <c>2 files</c>.</summary>
    public static string Count(long count, string one, string? many = null) => $"{Count(count)} {(count == 1 ? one : many ?? one + "s")}";

    /// <summary>Shows how long something takes: <c>0:07</c>, <c>12:30</c>, <c>3:02:10</c>, <c>2d 4h</c>.</summary>
    public static string Duration(TimeSpan time)
    {
        long seconds = (long)Math.Max(0, Math.Min(time.TotalSeconds, TimeSpan.MaxValue.TotalSeconds / 2));
        return seconds >= 86400 ? $"{seconds / 86400}d {seconds / 3600 % 24}h"
            : seconds >= 3600 ? $"{seconds / 3600}:{seconds / 60 % 60:00}:{seconds % 60:00}"
            : $"{seconds / 60}:{seconds % 60:00}";
    }

    /// <summary>Shows how long ago something was: <c>just now</c>, <c>3 min ago</c>, <c>2 h ago</c>, <c>5 d ago</c>.</summary>
    public static string Ago(TimeSpan time) => time.TotalMinutes < 1 ? "just now"
        : time.TotalHours < 1 ? $"{(int)time.TotalMinutes} min ago"
        : time.TotalDays < 1 ? $"{(int)time.TotalHours} h ago"
        : $"{(int)time.TotalDays} d ago";

    /// <summary>Makes one line of any text, harmless for a terminal and for what reads lines.</summary>
    public static string Escape(string text) => Io.EntryName.ShowLine(text);

    /// <summary>Counts terminal cells: CJK and emoji take two, combining marks none.</summary>
    public static int Width(string text)
    {
        int width = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            width += Width(rune);
        }

        return width;
    }

    /// <summary>Cuts text to a number of terminal cells.</summary>
    public static string Cut(string text, int cells)
    {
        int width = 0;
        int length = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            width += Width(rune);
            if (width > cells)
            {
                return text[..length];
            }

            length += rune.Utf16SequenceLength;
        }

        return text;
    }

    private static int Width(Rune rune)
    {
        if (rune.Value < 0x300)
        {
            return 1;
        }

        UnicodeCategory category = Rune.GetUnicodeCategory(rune);
        bool wide = rune.Value is (>= 0x1100 and <= 0x115f) or (
            >= 0x2e80 and <= 0xa4cf) or (>= 0xac00 and <= 0xd7a3) or (>= 0xf900 and <= 0xfaff)
            or (>= 0xfe30 and <= 0xfe6f) or (
                >= 0xff00 and <= 0xff60) or (>= 0xffe0 and <= 0xffe6) or (>= 0x1f300 and <= 0x1faff) or (>= 0x20000 and <= 0x3fffd);
        return category is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format ? 0 : wide ? 2 : 1;
    }
}
