using System.Text;

namespace DlStore.Io;

/// <summary>
/// FNV-1a, 64 bits: names for files of state that is derived and checked elsewhere. Not for anything that must resist forging; chosen
/// because the first SHA-256 of a process
/// costs 7 ms (it loads the crypto library), which commands that hash nothing should not pay.
/// </summary>
internal static class Fnv1a
{
    /// <summary>Hashes a text's UTF-8 bytes.</summary>
    /// <returns>16 hex digits.</returns>
    public static string Hex(string text)
    {
        ulong hash = 0xcbf29ce484222325;
        foreach (byte b in Encoding.UTF8.GetBytes(text))
        {
            hash = (hash ^ b) * 0x100000001b3;
        }

        return hash.ToString("x16", System.Globalization.CultureInfo.InvariantCulture);
    }
}
