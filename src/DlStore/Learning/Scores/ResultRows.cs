using System.Text;
using DlStore.Io;
using DlStore.Learning.Logs;

namespace DlStore.Learning.Scores;

/// <summary>
/// A file of results that a person hands in to be scored: rows of one form, parted by tabs. Unlike a log it is read strictly, with the line
/// of what is wrong: a row that is passed
/// over would change the score.
/// </summary>
/// <param name="Answers">Rows <c>image, truth, found, score</c>; empty if the file holds boxes.</param>
/// <param name="Boxes">Rows <c>image, class, score, xmin, ymin, xmax, ymax</c>; empty if the file holds answers.</param>
public sealed record ResultRows(IReadOnlyList<ImageResult> Answers, IReadOnlyList<FoundBox> Boxes)
{
    private const int AnswerFields = 4;
    private const int BoxFields = 7;

    /// <summary>Reads a file.</summary>
    /// <param name="bytes">The whole file: UTF-8; CR before LF, empty lines and lines that begin with # are passed over, and so is a first
    /// line of titles.</param>
    /// <param name="name">The file as messages name it.</param>
    /// <returns>Its rows.</returns>
    /// <exception cref="DlsException">Kind Failed: a row is of neither form, or of another form than the rows before; its line is
    /// named.</exception>
    public static ResultRows Parse(ReadOnlySpan<byte> bytes, string name)
    {
        List<ImageResult> answers = [];
        List<FoundBox> boxes = [];
        string[] lines = Encoding.UTF8.GetString(bytes).Split('\n');
        bool isFirst = true;
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].TrimEnd('\r');
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            string[] fields = line.Split('\t');
            bool isTitle = isFirst && fields.Length is AnswerFields or BoxFields
                && !fields.Skip(2).Any(static f => LogNumber.TryParse(f.Trim(), out _)) && fields[^1].Length > 0;
            isFirst = false;
            string? fault = isTitle ? null : Take(fields, answers, boxes);
            if (fault is not null)
            {
                throw DlsException.AtLine(
                    ErrorKind.Failed, "read", name, i + 1, fault,
                    "rows are image, truth or nothing, found or nothing, score; or image, class, score, "
                        + "xmin, ymin, xmax, ymax; parted by tabs (`dls help evaluation`)");
            }
        }

        return new ResultRows(answers, boxes);
    }

    private static string? Take(string[] fields, List<ImageResult> answers, List<FoundBox> boxes)
    {
        if (fields.Length is not (AnswerFields or BoxFields))
        {
            return $"it has {CountWords.Of(fields.Length, "field")}, not {AnswerFields} or {BoxFields}";
        }

        if (fields[0].Length == 0)
        {
            return "it names no image";
        }

        if (fields.Length == AnswerFields ? boxes.Count > 0 : answers.Count > 0)
        {
            return "it is of another form than the rows before";
        }

        return fields.Length == AnswerFields ? TakeAnswer(fields, answers) : TakeBox(fields, boxes);
    }

    private static string? TakeAnswer(string[] fields, List<ImageResult> answers)
    {
        bool hasScore = LogNumber.TryParse(fields[3].Trim(), out double score);
        if (!hasScore && (fields[2].Length > 0 || fields[3].Trim().Length > 0))
        {
            return $"'{EntryName.Show(Encoding.UTF8.GetBytes(fields[3]))}' is no score";
        }

        answers.Add(new ImageResult(fields[0], fields[1], fields[2], hasScore ? score : null));
        return null;
    }

    private static string? TakeBox(string[] fields, List<FoundBox> boxes)
    {
        double[] numbers = new double[BoxFields - 2];
        for (int i = 0; i < numbers.Length; i++)
        {
            if (!LogNumber.TryParse(fields[i + 2].Trim(), out numbers[i]) || !double.IsFinite(numbers[i]))
            {
                return $"'{EntryName.Show(Encoding.UTF8.GetBytes(fields[i + 2]))}' is no number";
            }
        }

        if (fields[1].Length == 0 || numbers[3] < numbers[1] || numbers[4] < numbers[2])
        {
            return fields[1].Length == 0 ? "it names no class" : "its box is empty";
        }

        boxes.Add(new FoundBox(fields[0], fields[1], numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]));
        return null;
    }
}
