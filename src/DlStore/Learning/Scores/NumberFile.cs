using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using DlStore.Learning.Logs;

namespace DlStore.Learning.Scores;

/// <summary>
/// Reads the numbers of a file that a program wrote for other programs (docs/formats/metrics.md): JSON objects, nested or not; tables
/// parted by commas or tabs, of which the last row counts; or one number alone. Nothing in it makes it fail.
/// </summary>
public static partial class NumberFile
{
    /// <summary>The most numbers that are taken.</summary>
    public const int NumbersMax = 1000;

    private const int DepthMax = 16;

    /// <summary>Reads a file.</summary>
    /// <param name="bytes">The whole file, UTF-8 with or without a mark.</param>
    /// <param name="name">The file's name: a number that stands alone is called by it, without its ending.</param>
    /// <returns>Numbers by name, sorted; empty if it is of none of these forms.</returns>
    public static IReadOnlyDictionary<string, double> Read(ReadOnlySpan<byte> bytes, string name)
    {
        SortedDictionary<string, double> found = new(StringComparer.Ordinal);
        string text = Encoding.UTF8.GetString(new LogText().Take(bytes, isLast: true)).Trim();
        if (text.StartsWith('{') || text.StartsWith('['))
        {
            ReadJson(text, found);
        }
        else if (LogNumber.TryParse(text, out double alone))
        {
            found[Path.GetFileNameWithoutExtension(name)] = alone;
        }
        else
        {
            ReadTable(text, found);
        }

        return found;
    }

    private static void ReadJson(string text, SortedDictionary<string, double> found)
    {
        try
        {
            // Python writes numbers that JSON does not have.
            using JsonDocument document = JsonDocument.Parse(Bare().Replace(text, "\"$0\""));
            Add("", document.RootElement, found, 0);
        }
        catch (JsonException)
        {
            found.Clear();
        }
    }

    private static void Add(string name, JsonElement value, SortedDictionary<string, double> found, int depth)
    {
        if (value.ValueKind == JsonValueKind.Object && depth < DepthMax)
        {
            foreach (JsonProperty property in value.EnumerateObject())
            {
                Add(name.Length == 0 ? property.Name : $"{name}.{property.Name}", property.Value, found, depth + 1);
            }
        }
        else if (value.ValueKind == JsonValueKind.Array && depth == 0)
        {
            // A list of records, as loggers write one an epoch: the last one is how it ended.
            foreach (JsonElement last in value.EnumerateArray().Where(static e => e.ValueKind == JsonValueKind.Object).TakeLast(1))
            {
                Add(name, last, found, depth + 1);
            }
        }
        else if (name.Length > 0 && found.Count < NumbersMax && Number(value) is { } number)
        {
            found[name] = number;
        }
    }

    private static double? Number(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) ? number
        : value.ValueKind == JsonValueKind.String && Bare().IsMatch($" {value.GetString()} ")
            && LogNumber.TryParse(value.GetString(), out double special) ? special : null;

    /// <summary>The first line names the columns; programs pad names and values with blanks.</summary>
    private static void ReadTable(string text, SortedDictionary<string, double> found)
    {
        string[] lines = [.. text.Split('\n').Select(static l => l.TrimEnd('\r')).Where(static l => l.Trim().Length > 0)];
        char parting = lines.Length > 0 && lines[0].Contains('\t', StringComparison.Ordinal) ? '\t' : ',';
        string[] titles = lines.Length > 1 ? lines[0].Split(parting) : [];
        string[] last = lines.Length > 1 ? lines[^1].Split(parting) : [];
        for (int i = 0; i < Math.Min(titles.Length, last.Length); i++)
        {
            string title = titles[i].Trim().Trim('"');
            if (title.Length > 0 && found.Count < NumbersMax && LogNumber.TryParse(last[i].Trim().Trim('"'), out double number))
            {
                found[title] = number;
            }
        }
    }

    [GeneratedRegex(@"(?<=[:\[,\s])-?(NaN|Infinity)(?=[\s,}\]])", RegexOptions.CultureInvariant)]
    private static partial Regex Bare();
}
