using System.Buffers;
using System.Text;
using DlStore.Data.Annotations;

namespace DlStore.Data.Names;

/// <summary>
/// The rule for file names in data sets that leave the machine: they must work in lists, shells, archives and on other systems.
/// </summary>
public static class PortableFile
{
    /// <summary>The longest name in UTF-8 bytes: room for what copies and archives add.</summary>
    public const int LengthMax = 200;

    // Lists are split at blanks by some tools, hence no blank at an end; the others have a meaning in shells, paths or Windows.
    private static readonly SearchValues<char> Refused = SearchValues.Create("\"*/:;<>?\\|`$&'%^{}\u007f");

    /// <summary>Says why a name is not portable.</summary>
    /// <param name="name">One file name.</param>
    /// <returns>Null if it is, else a reason that fits after a colon.</returns>
    public static string? WhyRefused(string name)
    {
        if (name.Length == 0 || Encoding.UTF8.GetByteCount(name) > LengthMax)
        {
            return name.Length == 0 ? "it is empty" : $"it is longer than {LengthMax} bytes";
        }

        if (name[0] is '-' or '.' or ' ' || name[^1] is '.' or ' ')
        {
            return "it begins with '-', '.' or a blank, or ends with a dot or a blank";
        }

        int odd = name.AsSpan().IndexOfAny(Refused);
        if (odd >= 0)
        {
            return $"it holds '{name[odd]}'";
        }

        return LabelName.WhyRefused(name) is { } why && !why.Contains("longer", StringComparison.Ordinal)
            ? why : IsDevice(name) ? "Windows takes it for a device" : null;
    }

    private static bool IsDevice(string name)
    {
        int dot = name.IndexOf('.', StringComparison.Ordinal);
        string stem = (dot < 0 ? name : name[..dot]).ToUpperInvariant();
        return stem is "CON" or "PRN" or "AUX" or "NUL" || (stem.Length == 4 && stem[3] is >= '1' and <= '9'
            && (stem.StartsWith("COM", StringComparison.Ordinal) || stem.StartsWith("LPT", StringComparison.Ordinal)));
    }
}
