using System.Globalization;

namespace DlStore.Io;

/// <summary>
/// Names for temp files that no other process uses: process id, machine tick and a counter. Not random, because the first random bytes of a
/// process load the crypto
/// library; every use creates the file exclusively, so a clash is an error and never an overwrite.
/// </summary>
internal static class TempName
{
    private static int _last;

    /// <summary>Gives a new name.</summary>
    public static string Next() =>
        string.Create(
            CultureInfo.InvariantCulture, $"{Environment.ProcessId:x}-{Environment.TickCount64:x}-{Interlocked.Increment(ref _last):x}");
}
