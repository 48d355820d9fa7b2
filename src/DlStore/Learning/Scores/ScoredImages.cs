using System.Globalization;
using System.Text;
using DlStore.Learning.Logs;

namespace DlStore.Learning.Scores;

/// <summary>What is in an image, and what was answered for it.</summary>
/// <param name="Image">The image.</param>
/// <param name="Truths">The classes that are in it; empty if nothing is.</param>
/// <param name="Answers">The best score of each class that was answered.</param>
public sealed record ScoredImage(string Image, IReadOnlySet<string> Truths, IReadOnlyDictionary<string, double> Answers);

/// <summary>Gathers rows of answers by image, so that what is counted are images (docs/formats/evaluation.md).</summary>
public static class ScoredImages
{
    private const int PairsMax = 1_000_000;

    /// <summary>Gathers rows.</summary>
    /// <param name="rows">Rows, several an image if there are several answers or classes.</param>
    /// <returns>The images, sorted.</returns>
    public static IReadOnlyList<ScoredImage> Of(IEnumerable<ImageResult> rows)
    {
        SortedDictionary<string, (HashSet<string> Truths, Dictionary<string, double> Answers)> images = new(StringComparer.Ordinal);
        foreach (ImageResult row in rows)
        {
            if (!images.TryGetValue(row.Image, out (HashSet<string> Truths, Dictionary<string, double> Answers) image))
            {
                images[row.Image] = image = ([], []);
            }

            if (row.Truth.Length > 0)
            {
                image.Truths.Add(row.Truth);
            }

            // NaN is no certainty: such an answer counts at no threshold.
            if (row.Found.Length > 0 && row.Score is { } score && !double.IsNaN(score))
            {
                image.Answers[row.Found] = Math.Max(score, image.Answers.GetValueOrDefault(row.Found, double.NegativeInfinity));
            }
        }

        return [.. images.Select(static i => new ScoredImage(i.Key, i.Value.Truths, i.Value.Answers))];
    }

    /// <summary>
    /// Reads what a program printed that tests one image a call: a line that names the image, then <c>(990, 0.97)</c>, class and score.
    /// </summary>
    /// <param name="output">From where it stands to its end; left open.</param>
    /// <param name="truth">What all these images are, empty for none of the classes.</param>
    /// <param name="classes">Names of classes by number; a number without a name stays one.</param>
    /// <returns>One row a pair; a pair without an image before it is named by its line.</returns>
    public static IReadOnlyList<ImageResult> ReadPairs(Stream output, string truth, IReadOnlyDictionary<int, string> classes)
    {
        List<ImageResult> rows = [];
        string image = "";
        LogLines lines = new();
        void Take(long number, ReadOnlySpan<byte> bytes)
        {
            string line = Encoding.UTF8.GetString(bytes).Trim();
            if (ParsePair(line) is (int id, double score))
            {
                if (rows.Count < PairsMax)
                {
                    string name = image.Length > 0 ? image : string.Create(CultureInfo.InvariantCulture, $"line {number}");
                    rows.Add(new ImageResult(name, truth, classes.GetValueOrDefault(id, id.ToString(CultureInfo.InvariantCulture)), score));
                }

                image = "";
            }
            else if (line.Length > 0)
            {
                // A program may say more between the name and the pair; the name is what a file could be called.
                image = image.Length > 0 && !LooksLikeImage(line) ? image : line;
            }
        }

        byte[] buffer = new byte[1 << 16];
        for (int n = output.Read(buffer); n > 0; n = output.Read(buffer))
        {
            lines.Feed(buffer.AsSpan(0, n), Take);
        }

        lines.Finish(Take);
        return rows;
    }

    private static (int Id, double Score)? ParsePair(string line)
    {
        int comma = line.IndexOf(',', StringComparison.Ordinal);
        return line.Length > 4 && line[0] == '(' && line[^1] == ')' && comma > 0
            && int.TryParse(line[1..comma].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int id)
                && LogNumber.TryParse(line[(comma + 1)..^1].Trim(), out double score)
            ? (id, score)
            : null;
    }

    private static bool LooksLikeImage(string line) =>
        Path.GetExtension(line).ToLowerInvariant() is ".jpg" or ".jpeg" or ".png" or ".bmp";
}
