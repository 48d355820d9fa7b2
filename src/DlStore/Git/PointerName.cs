using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;
using DlStore.Io;

namespace DlStore.Git;

/// <summary>Tells pointer files by their names, as git has them: bytes.</summary>
internal static class PointerName
{
    /// <summary>Gets what every pointer file's name ends with.</summary>
    public static ReadOnlySpan<byte> Suffix => ".dls"u8;

    /// <summary>Reads the path of a pointer file.</summary>
    /// <param name="file">The file's path, ending in <c>.dls</c>.</param>
    /// <param name="target">What it stands for, without <c>.dls</c>; or the root.</param>
    /// <param name="refused">Why it was refused, else null.</param>
    /// <returns>False for a path that dls does not work with.</returns>
    public static bool TryRead(ReadOnlySpan<byte> file, out RelPath target, [NotNullWhen(false)] out RefusedName? refused)
    {
        target = default;
        string? reason = Utf8.IsValid(file) ? null : "it is not valid UTF-8";
        bool valid = reason is null && RelPath.TryParse(Encoding.UTF8.GetString(file[..^Suffix.Length]), out target, out reason);
        refused = valid ? null : new RefusedName(EntryName.Show(file), reason!);
        return valid;
    }
}
