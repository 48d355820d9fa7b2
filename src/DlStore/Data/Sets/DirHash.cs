using System.Security.Cryptography;
using System.Text;

using Oid = DlStore.Objects.Oid;

namespace DlStore.Data.Sets;

/// <summary>
/// The hash of a directory that anyone can recompute with the tools of every Linux (in-toto calls it dirHash):
/// <c>find . -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum</c>, run in it.
/// </summary>
public static class DirHash
{
    /// <summary>Computes it from hashes that are known already.</summary>
    /// <param name="files">Every regular file below the directory, in any order, each once.</param>
    /// <returns>The hash that the command line prints.</returns>
    /// <exception cref="DlsException">Kind Failed: a path begins with <c>-</c>, which the command line takes for an option, or stands
    /// twice.</exception>
    public static Oid Of(IEnumerable<FileDigest> files)
    {
        List<KeyValuePair<byte[], Oid>> sorted = [];
        foreach (FileDigest file in files)
        {
            if (file.Path.StartsWith('-'))
            {
                throw new DlsException(
                    ErrorKind.Failed, $"hash directory: sha256sum takes the path '{file.Path}' for an option", "rename the file");
            }

            sorted.Add(new(Encoding.UTF8.GetBytes(file.Path), file.Oid));
        }

        sorted.Sort(static (a, b) => a.Key.AsSpan().SequenceCompareTo(b.Key));
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int i = 0; i < sorted.Count; i++)
        {
            if (i > 0 && sorted[i].Key.AsSpan().SequenceEqual(sorted[i - 1].Key))
            {
                throw new DlsException(
                    ErrorKind.Failed, $"hash directory: path '{Encoding.UTF8.GetString(sorted[i].Key)}' stands there twice");
            }

            AppendLine(hash, sorted[i].Key, sorted[i].Value);
        }

        if (sorted.Count == 0)
        {
            // xargs runs the command once for no names at all; it then hashes its empty input and calls it "-".
            AppendLine(hash, "-"u8.ToArray(), Oid.Of([]));
        }

        return Oid.From(hash);
    }

    private static void AppendLine(IncrementalHash hash, byte[] path, Oid oid)
    {
        // sha256sum marks a line whose name it had to escape with a leading backslash.
        bool escapes = path.AsSpan().IndexOfAny((byte)'\\', (byte)'\n', (byte)'\r') >= 0;
        hash.AppendData(Encoding.ASCII.GetBytes((escapes ? "\\" : "") + oid.ToHex() + "  "));
        hash.AppendData(escapes ? Escape(path) : path);
        hash.AppendData("\n"u8);
    }

    private static byte[] Escape(byte[] path) => Encoding.Latin1.GetBytes(
        Encoding.Latin1.GetString(path).Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal));
}
