using System.Globalization;

namespace DlStore.Cli.Commands.Transfers;

/// <summary>The option <c>--limit-rate</c> of the verbs that transfer: as curl's.</summary>
internal static class TransferRate
{
    /// <summary>What help says of it.</summary>
    public const string Help = "at most so many bytes a second on average, for example 500k, 5M or 1G";

    /// <summary>Reads a rate.</summary>
    /// <param name="text">As typed, or null.</param>
    /// <returns>Bytes a second, or null for no limit.</returns>
    /// <exception cref="DlsException">Kind Usage: it is no rate.</exception>
    public static long? Of(string? text)
    {
        if (text is null)
        {
            return null;
        }

        int shift = text.Length == 0 ? 0 : char.ToLowerInvariant(text[^1]) switch { 'k' => 10, 'm' => 20, 'g' => 30, _ => 0 };
        bool isRate = double.TryParse(
            shift == 0 ? text : text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number);
        double bytes = number * (1L << shift);
        return isRate && bytes is >= 1 and <= 1e15 ? (long)bytes
            : throw new DlsException(ErrorKind.Usage, $"use --limit-rate '{text}': it is not a number of bytes a second, at least 1",
                "write 500k, 5M or 1G (of 1024), or leave it out");
    }
}
