using System.Globalization;
using System.Text;

namespace DlStore.Learning.Records;

/// <summary>
/// Texts as MLflow's file store takes them: keys that are file names, values without a newline at the end, scalars of YAML. Rules by
/// reading mlflow/store/tracking and utils/validation.
/// </summary>
public static class MlflowText
{
    /// <summary>The most characters of a parameter's value.</summary>
    public const int ParameterMax = 6000;

    /// <summary>The most characters of a tag's value.</summary>
    public const int TagMax = 5000;

    /// <summary>
    /// The most bytes of a key: it is a file name, with room for the name it has while it is written; MLflow takes 250 characters.
    /// </summary>
    private const int KeyBytesMax = 200;

    /// <summary>Makes a key: letters, digits, <c>_</c>, <c>-</c>, <c>.</c> and blanks; everything else becomes <c>_</c>.</summary>
    /// <param name="name">Any text.</param>
    /// <returns>A key that is a plain file name.</returns>
    public static string Key(string name)
    {
        StringBuilder key = new();
        foreach (char c in name)
        {
            // A slash is allowed, but makes a directory, which clashes with a key of that name.
            key.Append(char.IsLetterOrDigit(c) || c is '_' or '-' or '.' or ' ' ? c : '_');
        }

        string text = key.ToString().Trim();
        while (Encoding.UTF8.GetByteCount(text) > KeyBytesMax)
        {
            text = text[..^1];
        }

        return text.Trim('.', ' ').Length == 0 ? "_" + text : text.Trim();
    }

    /// <summary>Makes keys, each once.</summary>
    /// <param name="entries">Names and values; where two names come to one key the later one gets a number.</param>
    /// <returns>Keys and values, in the same order.</returns>
    public static IReadOnlyList<KeyValuePair<string, T>> Keys<T>(IEnumerable<KeyValuePair<string, T>> entries)
    {
        HashSet<string> used = new(StringComparer.Ordinal);
        List<KeyValuePair<string, T>> all = [];
        foreach ((string name, T value) in entries)
        {
            string first = Key(name);
            string key = first;
            for (int i = 2; !used.Add(key); i++)
            {
                key = string.Create(CultureInfo.InvariantCulture, $"{first}_{i}");
            }

            all.Add(new(key, value));
        }

        return all;
    }

    /// <summary>Makes a value: at most so many characters, and no newline at the end.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="lengthMax">The most characters.</param>
    /// <param name="oneLine">Whether newlines within are written as <c>\n</c>.</param>
    /// <returns>The value; a longer one ends with an ellipsis.</returns>
    public static string Value(string text, int lengthMax, bool oneLine = false)
    {
        string value = text.Replace("\r\n", "\n", StringComparison.Ordinal).TrimEnd('\n', '\r');
        value = oneLine ? value.Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal) : value;
        if (value.Length <= lengthMax)
        {
            return value;
        }

        int cut = char.IsHighSurrogate(value[lengthMax - 2]) ? lengthMax - 2 : lengthMax - 1;
        return value[..cut] + "…";
    }

    /// <summary>Writes a text as a scalar of YAML.</summary>
    /// <param name="text">Any text; null is written as null.</param>
    /// <returns>In single quotes; control characters as <c>\xNN</c>, since single quotes know no escapes.</returns>
    public static string Scalar(string? text) => text is null
        ? "null" : $"'{Io.EntryName.Show(Encoding.UTF8.GetBytes(text)).Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>Writes a number as Python reads it.</summary>
    /// <param name="value">Any number.</param>
    /// <returns><c>nan</c>, <c>inf</c>, <c>-inf</c>, or the shortest text that reads back as the same number.</returns>
    public static string Number(double value) =>
        double.IsNaN(value)
            ? "nan" : double.IsInfinity(value) ? value > 0 ? "inf" : "-inf" : value.ToString("R", CultureInfo.InvariantCulture);
}
