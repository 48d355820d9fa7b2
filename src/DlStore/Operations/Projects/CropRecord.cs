using System.Globalization;
using System.Text;
using DlStore.Io;
using DlStore.Objects;

namespace DlStore.Operations.Projects;

/// <summary>One piece and where it was cut.</summary>
/// <param name="Piece">Its file name.</param>
/// <param name="Oid">Digest of its bytes.</param>
/// <param name="Source">The picture's file name.</param>
/// <param name="SourceOid">Digest of the picture's bytes.</param>
/// <param name="X">The piece's first column in the upright picture, from 0.</param>
/// <param name="Y">Its first row, from 0.</param>
/// <param name="Width">Its columns.</param>
/// <param name="Height">Its rows.</param>
internal sealed record CropLine(string Piece, Oid Oid, string Source, Oid SourceOid, int X, int Y, int Width, int Height);

/// <summary>The file <c>crops.tsv</c> beside pieces (docs/formats/crops.md).</summary>
internal static class CropRecord
{
    private const string FirstLine = "dls-crops 1";
    private const string Titles = "piece\tsha256\tsource\tsource_sha256\tx\ty\twidth\theight";
    private const int LengthMax = 64 << 20;

    /// <summary>Reads the record of a directory.</summary>
    /// <returns>The lines by piece; empty if there is no record.</returns>
    /// <exception cref="DlsException">Kind Failed: the file is not such a record; the line is named.</exception>
    public static SortedDictionary<string, CropLine> Read(string file, string name)
    {
        SortedDictionary<string, CropLine> lines = new(StringComparer.Ordinal);
        if (SmallFile.Find(file, name, LengthMax) is not { } bytes)
        {
            return lines;
        }

        string[] all = Encoding.UTF8.GetString(bytes).Split('\n');
        for (int i = 0; i < all.Length - 1; i++)
        {
            bool isRight = i switch
            {
                0 => all[0] == FirstLine,
                1 => all[1] == Titles,
                _ => TryParse(all[i]) is { } line && lines.TryAdd(line.Piece, line),
            };
            if (!isRight)
            {
                throw Bad(name, i + 1);
            }
        }

        return all.Length >= 3 && all[^1].Length == 0 ? lines : throw Bad(name, all.Length);
    }

    /// <summary>Writes the record.</summary>
    public static void Write(string file, IEnumerable<CropLine> lines) => AtomicFile.Write(
        file, string.Concat(lines.Select(ToText).Prepend(Titles + "\n").Prepend(FirstLine + "\n")));

    private static string ToText(CropLine line) =>
        string.Create(CultureInfo.InvariantCulture, $"{line.Piece}\t{line.Oid.ToHex()}\t{line.Source}\t{line.SourceOid.ToHex()}"
            + $"\t{line.X}\t{line.Y}\t{line.Width}\t{line.Height}\n");

    private static CropLine? TryParse(string text)
    {
        string[] parts = text.Split('\t');
        int[] numbers = new int[4];
        bool ok = parts.Length == 8 && parts[0].Length > 0 && Oid.TryParseHex(parts[1], out _) && Oid.TryParseHex(parts[3], out _);
        for (int i = 0; ok && i < numbers.Length; i++)
        {
            ok = int.TryParse(parts[4 + i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]);
        }

        if (!ok)
        {
            return null;
        }

        _ = Oid.TryParseHex(parts[1], out Oid oid);
        _ = Oid.TryParseHex(parts[3], out Oid source);
        return new CropLine(parts[0], oid, parts[2], source, numbers[0], numbers[1], numbers[2], numbers[3]);
    }

    private static DlsException Bad(string name, int line) => DlsException.InFile(
        name, line, "it is not a record of crops", "move the file away; `dls help crops` describes it");
}
