namespace DlStore.Data.Texts;

/// <summary>
/// One value of a YAML file, with the place it stands at. Exactly one of <see cref="Text"/>, <see cref="Items"/> and <see cref="Keys"/> is
/// set.
/// </summary>
/// <param name="File">The file as messages name it.</param>
/// <param name="Line">Its line, from 1.</param>
public sealed record YamlNode(string File, int Line)
{
    /// <summary>Gets the text of a scalar as written, without its quotes; null for others.</summary>
    public string? Text { get; init; }

    /// <summary>Gets a value indicating whether a scalar stands in quotes, so that <c>~</c> or <c>no</c> is text.</summary>
    public bool IsQuoted { get; init; }

    /// <summary>Gets the items of a sequence; null for others.</summary>
    public IReadOnlyList<YamlNode>? Items { get; init; }

    /// <summary>Gets the keys of a mapping in the order of the file; null for others.</summary>
    public IReadOnlyList<KeyValuePair<string, YamlNode>>? Keys { get; init; }

    /// <summary>Gets a value indicating whether nothing stands there: an empty plain scalar, <c>~</c> or <c>null</c>.</summary>
    public bool IsEmpty => Text is "" or "~" or "null" && !IsQuoted;

    /// <summary>Finds a key of a mapping.</summary>
    /// <param name="key">The key.</param>
    /// <returns>Its value, or null if it is not there or empty.</returns>
    /// <exception cref="DlsException">This is not a mapping.</exception>
    public YamlNode? Find(string key)
    {
        foreach (KeyValuePair<string, YamlNode> pair in RequireKeys())
        {
            if (pair.Key == key)
            {
                return pair.Value.IsEmpty ? null : pair.Value;
            }
        }

        return null;
    }

    /// <summary>Refuses keys that no reader knows: a misspelt key must not be passed over.</summary>
    /// <param name="known">All keys that may stand here.</param>
    /// <exception cref="DlsException">Kind Failed: another key; its line is named.</exception>
    public void RequireOnly(params ReadOnlySpan<string> known)
    {
        foreach (KeyValuePair<string, YamlNode> pair in RequireKeys())
        {
            if (!known.Contains(pair.Key))
            {
                throw pair.Value.Bad($"key '{pair.Key}' is not known here (known: {string.Join(", ", known.ToArray())})");
            }
        }
    }

    /// <summary>Gives the keys of a mapping.</summary>
    /// <returns>In the order of the file.</returns>
    /// <exception cref="DlsException">This is not a mapping.</exception>
    public IReadOnlyList<KeyValuePair<string,
        YamlNode>> RequireKeys() => Keys ?? (IsEmpty ? [] : throw Bad("expected a mapping of keys to values"));

    /// <summary>Gives the items of a sequence; a single scalar counts as a sequence of one.</summary>
    /// <returns>In the order of the file.</returns>
    /// <exception cref="DlsException">This is a mapping.</exception>
    public IReadOnlyList<YamlNode> RequireItems() => Items ?? (Keys is not null ? throw Bad("expected a list") : IsEmpty ? [] : [this]);

    /// <summary>Gives the text of a scalar.</summary>
    /// <returns>Not empty.</returns>
    /// <exception cref="DlsException">This is not a scalar, or it is empty.</exception>
    public string RequireText() => Text is { } text && !IsEmpty ? text : throw Bad("expected a text");

    /// <summary>Gives a whole number.</summary>
    /// <param name="min">The least that is allowed.</param>
    /// <param name="max">The most that is allowed.</param>
    /// <returns>The number.</returns>
    /// <exception cref="DlsException">Not a whole number, or out of range.</exception>
    public long RequireNumber(long min, long max) =>
        long.TryParse(RequireText(), System.Globalization.NumberStyles.AllowLeadingSign,
            System.Globalization.CultureInfo.InvariantCulture, out long value) && value >= min && value <= max
            ? value
            : throw Bad($"'{Text}' is not a whole number from {min} to {max}");

    /// <summary>Gives a decimal number, exactly as written.</summary>
    /// <param name="min">The least that is allowed.</param>
    /// <param name="max">The most that is allowed.</param>
    /// <returns>The number.</returns>
    /// <exception cref="DlsException">Not a decimal number, or out of range.</exception>
    public decimal RequireDecimal(decimal min, decimal max) =>
        decimal.TryParse(
            RequireText(), System.Globalization.NumberStyles.AllowLeadingSign | System.Globalization.NumberStyles.AllowDecimalPoint,
            System.Globalization.CultureInfo.InvariantCulture, out decimal value) && value >= min && value <= max
            ? value
            : throw Bad($"'{Text}' is not a number from {min} to {max}");

    /// <summary>Gives a truth value.</summary>
    /// <returns>For <c>true</c> and <c>false</c>, nothing else.</returns>
    /// <exception cref="DlsException">Anything else.</exception>
    public bool RequireBool() => RequireText() switch
    {
        "true" => true,
        "false" => false,
        _ => throw Bad($"'{Text}' is neither true nor false"),
    };

    /// <summary>Makes the error for a value that cannot be used.</summary>
    /// <param name="why">Fits after a colon.</param>
    /// <returns>An exception of kind Failed that names file and line.</returns>
    public DlsException Bad(string why) =>
        DlsException.AtLine(ErrorKind.Failed, "read", File, Line, why, $"correct the file; `dls help {PageOf(File)}` describes its keys");

    /// <summary>Names the page about a file by where it lies.</summary>
    private static string PageOf(string file) =>
        file.Contains("kinds/", StringComparison.Ordinal) || file.StartsWith("preset ", StringComparison.Ordinal) ? "kind-file"
        : file.StartsWith("datasets/", StringComparison.Ordinal) ? "dataset-file"
        : file.StartsWith("projects/", StringComparison.Ordinal) ? "project-file"
        : "pages";
}
