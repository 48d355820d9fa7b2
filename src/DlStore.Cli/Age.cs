using System.Globalization;

namespace DlStore.Cli;

/// <summary>Times as options take them: 90s, 30m, 12h, 3d.</summary>
internal static class Age
{
    /// <summary>Reads the value of an option.</summary>
    /// <param name="option">Its name, with its dashes.</param>
    /// <param name="text">The value.</param>
    /// <returns>The time.</returns>
    /// <exception cref="DlsException">Kind Usage: it is no time.</exception>
    public static TimeSpan Parse(string option, string text)
    {
        int unit = text.Length == 0 ? 0 : text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86400, _ => 0 };
        return unit > 0 && int.TryParse(text[..^1], NumberStyles.None,
            CultureInfo.InvariantCulture, out int n) && n <= int.MaxValue / unit
            ? TimeSpan.FromSeconds((long)n * unit)
            : throw new DlsException(ErrorKind.Usage, $"use {option} '{text}': it is no time", "write 90s, 30m, 12h or 3d");
    }
}
