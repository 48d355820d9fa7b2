using System.Globalization;
using System.Runtime.InteropServices;

namespace DlStore.Images;

/// <summary>
/// Loads a library of the system at its first use, so that commands that need no pixels start without it and a machine without it gets a
/// sentence instead of a crash.
/// </summary>
internal static class NativeCode
{
    /// <summary>Loads a library.</summary>
    /// <param name="soname">Its name with the version of its interface, for example <c>libturbojpeg.so.0</c>.</param>
    /// <param name="package">The Debian package that has it.</param>
    /// <param name="purpose">What it is needed for, as a noun.</param>
    /// <returns>The handle; the library stays loaded.</returns>
    /// <exception cref="DlsException">Kind Failed: it is not installed.</exception>
    public static nint Load(string soname, string package, string purpose) =>
        NativeLibrary.TryLoad(soname, out nint handle)
            ? handle
            : throw new DlsException(
                ErrorKind.Failed, $"load '{soname}': it is not installed, and {purpose} needs it", $"apt-get install {package}");

    /// <summary>Finds a function.</summary>
    /// <param name="library">The handle.</param>
    /// <param name="name">The function's name.</param>
    /// <param name="soname">The library as messages name it.</param>
    /// <returns>The address.</returns>
    /// <exception cref="DlsException">Kind Failed: the library has no such function.</exception>
    public static nint Find(nint library, string name, string soname) =>
        NativeLibrary.TryGetExport(library, name, out nint address)
            ? address
            : throw new DlsException(ErrorKind.Failed, $"load '{soname}': it has no function {name}; the installed version is too old");

    /// <summary>Finds the file that a loaded function came from.</summary>
    /// <param name="address">The function's address.</param>
    /// <returns>The path, or null if the system does not tell.</returns>
    public static string? FindFile(nint address)
    {
        foreach (string line in File.ReadLines("/proc/self/maps"))
        {
            int dash = line.IndexOf('-', StringComparison.Ordinal);
            int space = line.IndexOf(' ', StringComparison.Ordinal);
            int slash = line.IndexOf('/', StringComparison.Ordinal);
            if (dash > 0 && space > dash && slash > space
                && ulong.TryParse(line.AsSpan(0, dash), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong from)
                && ulong.TryParse(
                    line.AsSpan(dash + 1, space - dash - 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong to)
                && (ulong)address >= from && (ulong)address < to)
            {
                return line[slash..];
            }
        }

        return null;
    }
}
