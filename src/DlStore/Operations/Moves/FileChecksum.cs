using System.Security.Cryptography;
using DlStore.Io;

namespace DlStore.Operations.Moves;

/// <summary>
/// Compares a downloaded file with the checksum that its publisher gives, before it is stored: what dls keeps is right from its first day.
/// </summary>
public static class FileChecksum
{
    private static readonly (string Name, HashAlgorithmName Algorithm, int Length)[] Known =
    [
        ("sha256", HashAlgorithmName.SHA256, 64), ("sha1", HashAlgorithmName.SHA1, 40), ("sha512", HashAlgorithmName.SHA512, 128),
        ("md5", HashAlgorithmName.MD5, 32),
    ];

    /// <summary>Requires that a file has a checksum.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="typed">The file, alone.</param>
    /// <param name="checksum"><c>NAME:HEX</c>; in hex digits of any case.</param>
    /// <exception cref="DlsException">Kind Usage: it is no checksum, or not of one file. Kind Corrupt: the file has another
    /// one.</exception>
    public static void Require(Repo repo, IReadOnlyList<string> typed, string checksum)
    {
        (string name, HashAlgorithmName algorithm, int length) =
            Known.FirstOrDefault(k => checksum.StartsWith(k.Name + ":", StringComparison.OrdinalIgnoreCase));
        string hex = name is null ? "" : checksum[(name.Length + 1)..];
        if (name is null || hex.Length != length || !hex.All(char.IsAsciiHexDigit))
        {
            throw new DlsException(ErrorKind.Usage, $"use --checksum '{EntryName.Show(checksum)}': it is no checksum",
                "write sha256:, sha1:, sha512: or md5: and its hex digits");
        }

        string file = typed is [var one] ? repo.Absolute(repo.ToRelPath(one)) : "";
        if (!File.Exists(file))
        {
            throw new DlsException(ErrorKind.Usage, "add: --checksum is that of one file", "name the file alone");
        }

        using FileStream stream = File.OpenRead(file);
        using IncrementalHash hash = IncrementalHash.CreateHash(algorithm);
        byte[] buffer = new byte[1 << 20];
        for (int n; (n = stream.Read(buffer)) > 0;)
        {
            hash.AppendData(buffer, 0, n);
        }

        string found = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (!found.Equals(hex, StringComparison.OrdinalIgnoreCase))
        {
            throw new DlsException(ErrorKind.Corrupt, $"add '{typed[0]}': its {name} is {found}, and not the one that was given",
                "it was changed, or did not come whole; nothing was stored");
        }
    }

    /// <summary>Requires an address that can stand in a pointer.</summary>
    /// <param name="origin">As typed.</param>
    /// <returns>The same.</returns>
    /// <exception cref="DlsException">Kind Usage: it is empty, has control characters or a password, or is too long.</exception>
    public static string RequireOrigin(string origin)
    {
        int scheme = origin.IndexOf("://", StringComparison.Ordinal);
        string host = scheme < 0 ? "" : origin[(scheme + 3)..].Split('/')[0];
        string? why = string.IsNullOrWhiteSpace(origin) ? "it is empty"
            : origin.Any(char.IsControl) ? "it has control characters"
            : origin.Length > 600 ? "it is longer than 600 characters"
            : host.Contains('@', StringComparison.Ordinal) && host.Split('@')[0].Contains(':', StringComparison.Ordinal)
                ? "it holds a password, and the pointer is committed" : null;
        return why is null ? origin : throw new DlsException(
            ErrorKind.Usage, $"use --origin: {why}", "write the address that the file was downloaded from");
    }
}
