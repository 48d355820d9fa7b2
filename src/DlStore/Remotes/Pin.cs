using System.Globalization;
using System.Text;
using DlStore.Io;
using DlStore.Objects;

namespace DlStore.Remotes;

/// <summary>A line of a pin: what one pointer named.</summary>
/// <param name="Kind">Blob or tree.</param>
/// <param name="Oid">The object.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Path">The managed path.</param>
public readonly record struct PinLine(ObjectKind Kind, Oid Oid, long Size, RelPath Path);

/// <summary>The record that everything one commit's pointers name is on a remote; docs/formats/remote-layout.md.</summary>
public static class Pin
{
    /// <summary>The largest pin in bytes.</summary>
    public const int LengthMax = 64 << 20;

    private const int LinesMax = 1_000_000;
    private const string FirstLine = "dls-pin 1";

    /// <summary>Writes the one valid encoding.</summary>
    /// <param name="lines">The pointers, in any order.</param>
    /// <returns>The file's bytes.</returns>
    public static byte[] ToBytes(IEnumerable<PinLine> lines)
    {
        List<byte[]> rows = [.. lines.Select(l => Encoding.UTF8.GetBytes(
            $"{(l.Kind == ObjectKind.Tree ? "tree" : "blob")} {l.Oid} {l.Size.ToString(CultureInfo.InvariantCulture)} {l.Path}\n"))];
        rows.Sort((a, b) => a.AsSpan().SequenceCompareTo(b));
        using MemoryStream bytes = new();
        bytes.Write(Encoding.UTF8.GetBytes(FirstLine + "\n"));
        rows.ForEach(r => bytes.Write(r));
        return bytes.ToArray();
    }

    /// <summary>Reads a pin.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">Where it was read, for the message.</param>
    /// <returns>Its lines.</returns>
    /// <exception cref="DlsException">Kind Corrupt: not the one valid encoding; the line is named.</exception>
    public static IReadOnlyList<PinLine> Parse(ReadOnlySpan<byte> bytes, string name)
    {
        DlsException Bad(
            string why) => new(ErrorKind.Corrupt, $"read pin '{name}': {why}", "run `dls push --repair` in a clone that has that commit");
        if (bytes.Length > LengthMax || bytes.Length == 0 || bytes[^1] != '\n' || !System.Text.Unicode.Utf8.IsValid(bytes))
        {
            throw Bad("it is empty, too long, not UTF-8, or its last line is cut short");
        }

        List<PinLine> result = [];
        ReadOnlySpan<byte> last = default;
        int number = 0;
        for (ReadOnlySpan<byte> rest = bytes; !rest.IsEmpty; number++)
        {
            ReadOnlySpan<byte> line = rest[..rest.IndexOf((byte)'\n')];
            rest = rest[(line.Length + 1)..];
            if (number == 0 ? !line.SequenceEqual("dls-pin 1"u8) : number == LinesMax)
            {
                throw Bad(number == 0 ? $"line 1 is not '{FirstLine}'" : $"it has more than {LinesMax} lines");
            }

            if (number > 0)
            {
                bool ordered = number == 1 || last.SequenceCompareTo(line) < 0;
                result.Add(ordered && ParseLine(Encoding.UTF8.GetString(line)) is { } read
                    ? read : throw Bad($"line {number + 1} is {(ordered ? "not 'kind oid size path'" : "out of order")}"));
            }

            last = line;
        }

        return result;
    }

    private static PinLine? ParseLine(string line)
    {
        string[] parts = line.Split(' ', 4);
        bool ok = parts.Length == 4 && parts[0] is "blob" or "tree";
        return ok && Oid.TryParse(parts[1], out Oid oid)
            && long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out long size)
                && (parts[2].Length == 1 || parts[2][0] != '0')
            && RelPath.TryParse(parts[3], out RelPath path, out _)
            ? new PinLine(parts[0] == "tree" ? ObjectKind.Tree : ObjectKind.Blob, oid, size, path)
            : null;
    }
}
